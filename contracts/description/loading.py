"""From files to values and back: where the description's files are, how YAML is read, how documents are written."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

import orjson
import yaml

from contracts.display import visible

try:
    from yaml import CSafeDumper as _SafeDumper
    from yaml import CSafeLoader as _SafeLoader  # nine times as fast
except ImportError:  # a PyYAML that was built without libyaml
    from yaml import SafeDumper as _SafeDumper  # type: ignore[assignment]
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

from contracts.description.errors import DuplicateKeyError, MissingFileError

Json: TypeAlias = Any
"""Any JSON value; what it is, the place where it stands says."""

Node: TypeAlias = Mapping[str, Json]
"""An object of a JSON document, to be read and not to be changed."""

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "openapi", _PACKAGE.parent / "openapi")  # installed from a wheel; in the repository


def path_of(name: str) -> Path:
    """The path of a file of the description, by its name or absolute path; `MissingFileError` where it is nowhere."""
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise MissingFileError(name, [str(place) for place in _PLACES])


class JsonLoader(_SafeLoader):
    """A YAML loader that gives nothing but JSON: YAML 1.2's core schema, and no key twice.

    PyYAML reads YAML 1.1, in which an unquoted `2019-09-12T19:49:21Z` is a date, `12:30` a number and `on` a
    boolean.
    """

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML declares it, and copies it for each class

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """A dict from a mapping; PyYAML calls this. `DuplicateKeyError` where a key is in it twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise DuplicateKeyError(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_CORE = {
    "bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "int": (r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    "float": (r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    "null": (r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
}
for _kind, (_pattern, _first) in _CORE.items():
    JsonLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(_pattern), list(_first))


DEEPEST = 100
"""Mappings and lists inside one another, in any file that is read: what is deeper than any sensible document."""

_MOST = 5_000_000
"""Values in a YAML file, each counted as often as anchors repeat it."""


def check_yaml(text: str, loader: Any = JsonLoader) -> None:  # noqa: ANN401 - PyYAML has no type for its loaders
    """Raise `yaml.MarkedYAMLError` where a text is nested too deep, or grows beyond bounds by its anchors.

    Reading such a text would end the process, or take all memory: parsers in C recurse. Nothing is built here.
    """
    opened: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    count = 0
    for event in yaml.parse(text, Loader=loader):
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == name for name, _ in opened):
                raise _too_much("a value contains itself", event)
            count += sizes.get(str(anchor), 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            name, before = opened.pop()
            sizes |= {name: count - before} if name else {}
        elif isinstance(event, yaml.NodeEvent):
            count += 1
            sizes |= {anchor: 1} if anchor else {}
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append((anchor, count - 1))
        if len(opened) > DEEPEST:
            raise _too_much(f"it is nested deeper than {DEEPEST} levels", event)
        if count > _MOST:
            raise _too_much(f"it has more than {_MOST:,} values", event)


def _too_much(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=cast("yaml.Mark", event.start_mark))


def check_depth(value: Json) -> None:
    """Raise `ValueError` where a value that was read from JSON or TOML is nested too deep to be worked with."""
    level, depth = [value], 0
    while level := [
        child for each in level if isinstance(each, dict | list)
        for child in (each.values() if isinstance(each, dict) else each)
    ]:  # fmt: skip
        depth += 1
        if depth > DEEPEST:
            raise ValueError(f"it is nested deeper than {DEEPEST} levels")


def load(text: str) -> Node:
    """YAML text whose top is a mapping as JSON values; timestamps stay text.

    Raises:
        DuplicateKeyError: a mapping gives a key twice.
        yaml.YAMLError: it is no YAML, or too deep.
    """
    check_yaml(text)
    return cast("Node", yaml.load(text, Loader=JsonLoader))  # noqa: S506 - a SafeLoader


class _Dumper(_SafeDumper):
    """Writes every value out, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - PyYAML's signature
        return True


class _Printer(_Dumper):
    """Writes what a terminal or a log may take for more than text in double quotes, where all of it can be escaped."""


_HARMLESS = re.compile(r"[A-Za-z0-9][^#\n]*")


def _quoted(dumper: _Printer, text: str) -> yaml.ScalarNode:
    harmless = visible(text) and _HARMLESS.fullmatch(text) and not text.startswith(("section_", "travis_"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if harmless else '"')


_Printer.add_representer(str, _quoted)


def _escaped(found: re.Match[str]) -> str:
    each = found.group()
    return "#\\x23" if each == "##" else each if visible(each) else f"\\U{ord(each):08X}"


def dump(document: Node, *, json: bool, printed: bool = False) -> str:
    """A document as the text of a file, JSON or YAML, its keys in their order; `printed`: YAML for a terminal or a log."""
    if printed:
        laid_out: str = yaml.dump(document, Dumper=_Printer, sort_keys=False, allow_unicode=True, width=2**30)
        return re.sub(r"##|[^\x20-\x7e\n]", _escaped, laid_out)
    if json:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text
