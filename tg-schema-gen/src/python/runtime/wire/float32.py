"""32-bit floating-point numbers, and numbers as JSON text."""

from __future__ import annotations

import decimal
import math
import struct
from typing import Final

_FLOAT: Final = struct.Struct("<f")
_DOUBLE: Final = struct.Struct("<d")
_BITS: Final = struct.Struct("<Q")
_NORMAL: Final = 1.1754943508222875e-38
_HALF_WAY: Final = 1 << 28
_DROPPED: Final = (1 << 29) - 1


def nearest(exact: str | int) -> float:
    """The 32-bit number nearest to a whole number or to a number's text.

    Rounded once: by way of the nearest 64-bit number it would be rounded twice. Raises
    OverflowError where the result would be infinite.
    """
    double = float(exact)
    if not math.isfinite(double):
        raise OverflowError
    if _may_be_half_way(double):
        wanted, held = decimal.Decimal(exact), decimal.Decimal.from_float(double)
        if wanted != held:
            double = math.nextafter(double, math.inf if wanted > held else -math.inf)
    return rounded(double)


def _may_be_half_way(double: float) -> bool:
    """Whether this may lie in the middle between two 32-bit numbers."""
    dropped: int = _BITS.unpack(_DOUBLE.pack(double))[0] & _DROPPED
    return dropped == _HALF_WAY or dropped == 0 != double and abs(double) < _NORMAL


def rounded(value: float) -> float:
    """The nearest to a 64-bit number. Raises OverflowError where that would be infinite."""
    narrow: float = _FLOAT.unpack(_FLOAT.pack(value))[0]
    return narrow


def text(value: float) -> str:
    """Shortest text that reads back as the same 64-bit number: ``0.1``, ``1e+16``, ``1e-6``."""
    shortest = repr(value)
    return _laid_out(shortest, -5, 15) if "e" in shortest else shortest


def text32(value: float) -> str:
    """Shortest text that reads back as the same 32-bit number; ``value`` is one already."""
    shortest = _shortest32(value)
    if 1e-4 <= abs(shortest) < 1e13 or value == 0:
        return repr(shortest)
    return _laid_out(repr(shortest), -6, 12)


def _shortest32(value: float) -> float:
    """The decimal number with the fewest digits that is nearest to this 32-bit number."""
    # Six digits survive every normal 32-bit number, so that fewer need no look of their own.
    for precision in range(6 if abs(value) >= _NORMAL else 1, 9):
        closest = f"{value:.{precision - 1}e}"
        if _reads_as(value, closest):
            return float(closest)
        if abs(math.frexp(value)[0]) == 0.5:
            # Below a power of two numbers lie closer: the next decimal above may still read as it.
            mantissa, _, exponent = closest.partition("e")
            scaled = int(mantissa.replace(".", "")) + (1 if value > 0 else -1)
            above = f"{scaled}e{int(exponent) - precision + 1}"
            if _reads_as(value, above):
                return float(above)
    return float(f"{value:.9g}")


def _reads_as(value: float, candidate: str) -> bool:
    try:
        return nearest(candidate) == value
    except OverflowError:
        return False


def _laid_out(shortest: str, lowest: int, highest: int) -> str:
    """The same digits; a decimal exponent is written where it lies outside the bounds."""
    sign = "-" if shortest.startswith("-") else ""
    mantissa, _, scientific = shortest.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    exponent = int(scientific or "0") + len(whole) - 1
    digits = (whole + fraction).rstrip("0")
    leading = len(digits) - len(digits.lstrip("0"))
    digits, exponent = digits[leading:], exponent - leading
    if lowest <= exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    if 0 <= exponent <= highest:
        padded = digits.ljust(exponent + 1, "0")
        return f"{sign}{padded[: exponent + 1]}.{padded[exponent + 1 :] or '0'}"
    point = "." if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}e{exponent:+d}"
