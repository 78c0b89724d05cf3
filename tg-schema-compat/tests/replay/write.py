"""Writes the container files of this folder with fastavro and cramjam, and packed texts with Python's own modules:
`python tests/replay/write.py` in tg-schema-compat."""

import bz2
import itertools
import lzma
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
for codec in ("null", "deflate", "snappy", "bzip2", "xz"):
    with open(folder / f"fastavro-{codec}.avro", "wb") as file:
        # An interval of a byte gives a block an object.
        fastavro.writer(file, SCHEMA, MESSAGES, codec=codec, sync_interval=1, sync_marker=bytes(range(16)))
# All in one block, much of which is there before.
with open(folder / "fastavro-snappy-block.avro", "wb") as file:
    fastavro.writer(file, SCHEMA, MESSAGES * 100, codec="snappy", sync_marker=bytes(range(16)))

# The texts that the tests of codecs make too.
noise = itertools.accumulate(itertools.repeat(1, 5_001), lambda n, _: (n * 1_664_525 + 1_013_904_223) % 2**32)
TEXTS = [
    b"",
    b"a",
    b"to be or not to be, that is to be the question",
    b"x" * 70_000,
    bytes(n >> 24 for n in itertools.islice(noise, 1, None)),
    b"".join(b"%d %d\n" % (n, n * n % 1_009) for n in range(12_000)),
]
(folder / "packed").mkdir(exist_ok=True)
for number, text in enumerate(TEXTS):
    (folder / "packed" / f"{number}.bz2").write_bytes(bz2.compress(text, 1))
    (folder / "packed" / f"{number}.xz").write_bytes(lzma.compress(text, preset=9))
(folder / "packed" / "crc32.xz").write_bytes(lzma.compress(TEXTS[2], check=lzma.CHECK_CRC32))
(folder / "packed" / "context.xz").write_bytes(
    lzma.compress(TEXTS[5], filters=[{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 1, "lp": 3, "pb": 0}])
)
