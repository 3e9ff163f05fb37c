"""Whether values that were read from a file are what their fields are declared to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

_NAMES: dict[str, Any] = {"Callable": Callable, "Iterator": Iterator, "Mapping": Mapping, "Sequence": Sequence}
"""What modules import for their annotations only."""


@cache
def _hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a dataclass
    return get_type_hints(kind, localns=_NAMES)


def check_fields(value: Any) -> None:  # noqa: ANN401 - a dataclass
    """Raise `TypeError` where a field of a dataclass, or of one within it, is not of its declared type."""
    kind: Any = type(value)
    for each in fields(value):
        if not fits(getattr(value, each.name), _hints(kind)[each.name]):
            raise TypeError(f"its {each.name} is of another kind")


def fits(value: object, hint: Any) -> bool:  # noqa: ANN401 - a type, or what stands for several
    """Whether a value is what an annotation says."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in inner)
    if origin is tuple:
        return isinstance(value, tuple | list) and _each_fits(value, inner)
    if origin in (Mapping, dict):
        return isinstance(value, Mapping) and all(fits(k, inner[0]) and fits(v, inner[1]) for k, v in value.items())
    kind: Any = hint
    if hasattr(kind, "__dataclass_fields__"):
        return isinstance(value, kind) and all(fits(getattr(value, name), each) for name, each in _hints(kind).items())
    return _is_plain(value, hint)


def _each_fits(value: Sequence[object], inner: Sequence[Any]) -> bool:
    if len(inner) == 2 and inner[1] is ...:  # noqa: PLR2004 - tuple[X, ...]
        return all(fits(each, inner[0]) for each in value)
    return len(value) == len(inner) and all(map(fits, value, inner))


def _is_plain(value: object, hint: Any) -> bool:  # noqa: ANN401 - likewise
    if hint in (None, NoneType):
        return value is None
    if hint in (int, float):
        return isinstance(value, int if hint is int else int | float) and not isinstance(value, bool)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return value in [each.value for each in hint]
    return isinstance(hint, type) and isinstance(value, hint)
