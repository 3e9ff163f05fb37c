"""JSON pointers into a document, and references written out.

Source: RFC 6901; OpenAPI 3.0, Reference Object.
"""

from contracts.description.errors import CyclicReferenceError, PointerError
from contracts.description.loading import Json, Node
from contracts.paging import pointers


def tokens(pointer: str) -> tuple[str, ...]:
    """The tokens of a JSON pointer, unescaped; `PointerError` where it is not empty and does not begin with `/`."""
    head = pointer.partition("/")[0]
    if head:
        raise PointerError(pointer, head, ["/..."])
    return pointers.tokens(pointer)


def resolve(document: Node, pointer: str) -> Json:
    """The value at a JSON pointer, not a copy; `PointerError` where there is none. References are not followed."""
    value: Json = document
    for token in tokens(pointer):
        value = _step(value, token, pointer)
    return value


def inlined(document: Node, value: Json) -> Json:
    """A copy of a value with every `$ref` to the same document written out.

    As OpenAPI 3.0 has it, members beside a `$ref` are ignored.

    Raises:
        CyclicReferenceError: a reference leads back to itself.
        PointerError: a reference leads nowhere.
    """
    return _inlined(document, value, ())


def _inlined(document: Node, value: Json, trail: tuple[str, ...]) -> Json:
    if isinstance(value, list):
        return [_inlined(document, entry, trail) for entry in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if not isinstance(reference, str):
        return {key: _inlined(document, entry, trail) for key, entry in value.items()}
    if reference in trail:
        raise CyclicReferenceError(reference)
    return _inlined(document, resolve(document, reference.removeprefix("#")), (*trail, reference))


def _step(value: Json, token: str, pointer: str) -> Json:
    known: list[str] = []
    if isinstance(value, dict):
        known = list(value)
        if token in value:
            return value[token]
    elif isinstance(value, list):
        known = [str(index) for index in range(len(value))]
        if token in known:
            return value[int(token)]
    raise PointerError(pointer, token, known)
