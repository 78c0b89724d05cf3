"""What can go wrong between a message and its bytes."""

from __future__ import annotations


class WireError(ValueError):
    """A message or its bytes do not keep the wire contract.

    ``path`` says where, from the record downwards (``Order.lines[3].quantity``);
    ``reason`` says what.
    """

    __slots__ = ("path", "reason")

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason, path)
        self.reason = reason
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason

    def within(self, segment: str) -> None:
        """Adds what encloses the place: called from the inside outwards."""
        self.path = segment + self.path


class DecodeError(WireError):
    """Bytes, or a JSON value, are not such a message."""


class EncodeError(WireError):
    """A message holds something that its definition has no place for."""
