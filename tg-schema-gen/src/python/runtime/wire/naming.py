"""Values and places as they appear in error messages: escaped, and short enough for a line."""

from __future__ import annotations

import json
from typing import Any, Final

_SHOWN: Final = 48


def quoted(text: str) -> str:
    """A text in quotes."""
    return json.dumps(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def key_segment(key: str) -> str:
    """A key of a dict, as part of a path."""
    return f"[{quoted(key)}]"


def found(value: Any) -> str:
    """What a Python value is."""
    return "None" if value is None else type(value).__name__


def found_json(value: Any) -> str:
    """What a JSON value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, dict):
        return "an object"
    return type(value).__name__
