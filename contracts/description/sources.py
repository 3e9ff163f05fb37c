"""Where a JSON pointer stands in `conversation.yaml`, and the description's own words there."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import cast

import yaml

from contracts.description.errors import PointerError
from contracts.description.loading import DESCRIPTION, JsonLoader, path_of
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


@cache
def source(pointer: str) -> Source:
    """Find the place in the description that a JSON pointer names. References are not followed.

    Args:
        pointer: a JSON pointer into `conversation.yaml`, as its owner wrote it.

    Returns:
        The place. Its text is the `description` that stands there; where there is none, the value itself, or
        the YAML, cut after some lines.

    Raises:
        PointerError: nothing stands there.
    """
    _, root = _composed()
    line, node = root.start_mark.line, root
    for token in tokens(pointer):
        key, node = _step(node, token, pointer)
        line = key.start_mark.line
    return Source(pointer, path_of(DESCRIPTION), line + 1, _words(node, line))


@cache
def _composed() -> tuple[list[str], yaml.Node]:
    text = path_of(DESCRIPTION).read_text(encoding="utf-8")
    return text.splitlines(), cast("yaml.Node", yaml.compose(text, Loader=JsonLoader))


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


def _words(node: yaml.Node, line: int) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).strip()
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "description" and isinstance(value, yaml.ScalarNode):
                return str(value.value).strip()
    lines, _ = _composed()
    last = node.end_mark.line if _is_block(node) else node.end_mark.line + 1
    cut = ["..."] if last - line > _MOST_LINES else []
    return dedent("\n".join(lines[line : min(last, line + _MOST_LINES)] + cut)).strip()


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style
