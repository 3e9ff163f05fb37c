"""Numbers that look random and are not: a 64-bit bijection, and ids made with it.

Every value of the mock's data is worked out from the seed and an index, so that nothing is stored. `mix` is
the finalizer of splitmix64.
"""

MASK = (1 << 64) - 1
_FIRST_FACTOR = 0xBF58476D1CE4E5B9
_SECOND_FACTOR = 0x94D049BB133111EB
_FIRST_INVERSE = pow(_FIRST_FACTOR, -1, 1 << 64)
_SECOND_INVERSE = pow(_SECOND_FACTOR, -1, 1 << 64)
_GOLDEN = 0x9E3779B97F4A7C15
_ID_LENGTH = 40
_ID_BYTES = 15
_ID_MASK = (1 << 8 * _ID_BYTES) - 1
_END_MASK = (1 << 48) - 1
_WIDE = 0x9E3779B97F4A7C15F39CC0605CEDC9  # 2^120 by the golden ratio
_WIDE_INVERSE = pow(_WIDE, -1, 1 << 8 * _ID_BYTES)


def mix(number: int) -> int:
    """A 64-bit number for a 64-bit number, one to one."""
    number = (number ^ (number >> 30)) * _FIRST_FACTOR & MASK
    number = (number ^ (number >> 27)) * _SECOND_FACTOR & MASK
    return number ^ (number >> 31)


def unmix(number: int) -> int:
    """The number that `mix` makes this number of."""
    number = (number ^ (number >> 31) ^ (number >> 62)) * _SECOND_INVERSE & MASK
    number = (number ^ (number >> 27) ^ (number >> 54)) * _FIRST_INVERSE & MASK
    return number ^ (number >> 30) ^ (number >> 60)


def key(seed: int, purpose: str) -> int:
    """A 64-bit key for one purpose under this seed."""
    return mix((seed * _GOLDEN + int.from_bytes(purpose.encode()[:8].ljust(8), "big")) & MASK)


def draws(start: int, count: int) -> list[int]:
    """This many 64-bit numbers that look random, always the same for one start."""
    return [mix((start + _GOLDEN * turn) & MASK) for turn in range(1, count + 1)]


def shuffled(start: int, values: list[str]) -> list[str]:
    """The values in an order drawn from `start`."""
    order = draws(start, len(values))
    return [values[place] for place in sorted(range(len(values)), key=order.__getitem__)]


def widened(number: int) -> int:
    """A key for ids, made of a 64-bit key."""
    return number * _WIDE & _ID_MASK


def make_id(prefix: str, number: int, secret: int) -> str:
    """The id, such as `CON-92a44c64-7e4e-485f-a0c4-1f2adfc44625`, that stands for a number under a key of 120 bits.

    A product fills the 30 digits that are free in an id, one to one, in half the time of `mix`. Its last twelve digits are those
    of the last 48 bits of the number, also one to one.
    """
    digits = ((number * _WIDE ^ secret) & _ID_MASK).to_bytes(_ID_BYTES, "big").hex()
    return f"{prefix}-{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:]}"


def read_id(prefix: str, text: str, secret: int) -> int | None:
    """The number below 2^64 that an id stands for, or None where this key never made the text."""
    if len(text) != _ID_LENGTH:
        return None
    number = _read(text[4:12] + text[13:17] + text[19:22] + text[24:27] + text[28:], secret)
    return number if number <= MASK and make_id(prefix, number, secret) == text else None


def make_end(number: int, secret: int) -> str:
    """The last twelve digits of the id that `make_id` makes."""
    return f"{(number * _WIDE ^ secret) & _END_MASK:012x}"


def read_end(text: str, secret: int) -> int:
    """The last 48 bits of the number of an id with this end; anything where the text is no end of an id."""
    return _read(text, secret) & _END_MASK


def _read(digits: str, secret: int) -> int:
    try:
        return (int(digits, 16) ^ secret) * _WIDE_INVERSE & _ID_MASK
    except ValueError:
        return _ID_MASK
