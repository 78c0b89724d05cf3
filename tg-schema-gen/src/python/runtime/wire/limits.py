"""How far a message may go, so that hostile bytes cannot exhaust the process."""

from __future__ import annotations

import dataclasses
from typing import Final


@dataclasses.dataclass(frozen=True)
class Limits:
    """Bounds of one message."""

    depth: int = 128
    """Records, lists and maps inside one another."""
    items: int = 4_194_304
    """Elements of all lists and maps together; they may be zero bytes long on the wire."""
    memory: int = 268_435_456
    """Bytes that elements of lists and maps may occupy once decoded, text and octets apart."""


LIMITS: Final = Limits()
"""The bounds that hold unless others are given."""


@dataclasses.dataclass
class Counts:
    """What was met while messages were read; give one to several readings to add them up."""

    unknown_symbols: int = 0
    """Enum symbols that nobody knows and that were read as the enum's default."""


class Budget:
    """What is left of the limits while one message is read or written."""

    __slots__ = ("counts", "depth", "items", "memory")

    def __init__(self, limits: Limits, counts: Counts | None = None) -> None:
        self.counts = Counts() if counts is None else counts
        self.depth = limits.depth
        self.items = limits.items
        self.memory = limits.memory

    def spend(self, count: int, footprint: int) -> str | None:
        """Takes ``count`` elements of ``footprint`` bytes; says which limit that breaks."""
        self.items -= count
        if self.items < 0:
            return "more elements than a message may have (limit `items`)"
        self.memory -= count * footprint
        if self.memory < 0:
            return "elements take more memory than a message may use (limit `memory`)"
        return None
