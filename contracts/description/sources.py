"""Where a JSON pointer stands in a description's file, and the description's own words there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import dedent
from typing import cast

import yaml

from contracts.description.errors import PointerError
from contracts.description.loading import JsonLoader
from contracts.description.pointers import tokens

_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A place in the description: its pointer, file and line (from 1), and the words that stand there."""

    pointer: str
    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Sources:
    """The places in one file of YAML. `find` is `Description.source`."""

    file: Path

    def find(self, pointer: str) -> Source:
        """Find the place that a JSON pointer names; `PointerError` where nothing stands there."""
        line, node = self._root.start_mark.line, self._root
        for token in tokens(pointer):
            key, node = _step(node, token, pointer)
            line = key.start_mark.line
        return Source(pointer, self.file, line + 1, _words(node, line, self._lines))

    @cached_property
    def _text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def _root(self) -> yaml.Node:
        return cast("yaml.Node", yaml.compose(self._text, Loader=JsonLoader))

    @cached_property
    def _lines(self) -> Sequence[str]:
        return self._text.splitlines()


def _step(node: yaml.Node, token: str, pointer: str) -> tuple[yaml.Node, yaml.Node]:
    """Go one token down; the first of the two nodes says where that begins."""
    children: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    if isinstance(node, yaml.MappingNode):
        children = {key.value: (key, value) for key, value in node.value}
    elif isinstance(node, yaml.SequenceNode):
        children = {str(index): (entry, entry) for index, entry in enumerate(node.value)}
    if token not in children:
        raise PointerError(pointer, token, list(children))
    return children[token]


def _words(node: yaml.Node, line: int, lines: Sequence[str]) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).strip()
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "description" and isinstance(value, yaml.ScalarNode):
                return str(value.value).strip()
    last = node.end_mark.line if _is_block(node) else node.end_mark.line + 1
    cut = ["..."] if last - line > _MOST_LINES else []
    return dedent("\n".join([*lines[line : min(last, line + _MOST_LINES)], *cut])).strip()


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style
