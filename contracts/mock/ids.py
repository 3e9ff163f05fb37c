"""Numbers that look random and are not: a 64-bit bijection, and ids made with it.

Every value of the mock's data is worked out from the seed and an index, so that nothing is stored. `mix` is
the finalizer of splitmix64; being a bijection it also turns an index into an id and back.
"""

MASK = (1 << 64) - 1
_FIRST_FACTOR = 0xBF58476D1CE4E5B9
_SECOND_FACTOR = 0x94D049BB133111EB
_FIRST_INVERSE = pow(_FIRST_FACTOR, -1, 1 << 64)
_SECOND_INVERSE = pow(_SECOND_FACTOR, -1, 1 << 64)
_SHORT = (1 << 48) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_ID_LENGTH = 40


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


def scatter(number: int) -> int:
    """A 48-bit number for a 48-bit number, one to one; simpler than `mix`."""
    number = number * _FIRST_FACTOR & _SHORT
    return (number ^ number >> 24) * _SECOND_FACTOR & _SHORT


def gather(number: int) -> int:
    """The number that `scatter` makes this number of."""
    number = number * _SECOND_INVERSE & _SHORT
    return (number ^ number >> 24) * _FIRST_INVERSE & _SHORT


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


def make_id(prefix: str, number: int, secret: int) -> str:
    """The id, such as `CON-92a44c64-7e4e-485f-a0c4-1f2adfc44625`, that stands for a number under a key."""
    bits = mix((number + secret) & MASK)
    check = mix(bits ^ secret)
    digits = f"{bits:016x}{check >> 8:014x}"
    variant = "89ab"[check & 3]
    return f"{prefix}-{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-{variant}{digits[15:18]}-{digits[18:30]}"


def read_id(prefix: str, text: str, secret: int) -> int | None:
    """The number that an id stands for, or None where this key never made the text."""
    if len(text) != _ID_LENGTH:
        return None
    try:
        bits = int(text[4:12] + text[13:17] + text[19:22] + text[24], 16)
    except ValueError:
        return None
    number = (unmix(bits) - secret) & MASK
    return number if make_id(prefix, number, secret) == text else None
