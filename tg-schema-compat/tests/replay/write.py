"""Writes the container files of this folder with fastavro and cramjam: `python tests/replay/write.py` in
tg-schema-compat."""

import pathlib

import fastavro

SCHEMA = {
    "type": "record",
    "name": "R",
    "fields": [
        {"name": "a", "type": "long"},
        {"name": "b", "type": ["null", "string"], "default": None},
        {"name": "s", "type": {"type": "array", "items": {"type": "record", "name": "S", "fields": [
            {"name": "x", "type": {"type": "enum", "name": "E", "symbols": ["ONE", "TWO"]}},
            {"name": "y", "type": ["null", "double"], "default": None},
        ]}}},
    ],
}
MESSAGES = [
    {"a": 1, "b": None, "s": []},
    {"a": 2, "b": "two", "s": [{"x": "ONE", "y": None}, {"x": "TWO", "y": 0.5}]},
    {"a": 2**31, "b": None, "s": [{"x": "TWO", "y": None}]},
]

folder = pathlib.Path(__file__).parent
for codec in ("null", "deflate", "snappy"):
    with open(folder / f"fastavro-{codec}.avro", "wb") as file:
        # An interval of a byte gives a block an object.
        fastavro.writer(file, SCHEMA, MESSAGES, codec=codec, sync_interval=1, sync_marker=bytes(range(16)))
# All in one block, much of which is there before.
with open(folder / "fastavro-snappy-block.avro", "wb") as file:
    fastavro.writer(file, SCHEMA, MESSAGES * 100, codec="snappy", sync_marker=bytes(range(16)))
