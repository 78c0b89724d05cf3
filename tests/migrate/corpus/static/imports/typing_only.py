from __future__ import annotations

from typing import TYPE_CHECKING

from pulsar.schema import Record, String

if TYPE_CHECKING:
    from nowhere import Nothing


class TypingOnly(Record):
    a: String = String()
    b: Nothing | None = String(required=True)
    c: int
