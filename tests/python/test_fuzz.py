"""Hostile bytes: whatever comes in, a value or a DecodeError comes out."""

from __future__ import annotations

import os
import random
from types import ModuleType
from typing import Any

import pytest
from random_values import Values

INPUTS = int(os.environ.get("TG_SCHEMA_FUZZ", "100000"))
PIECES = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u", b"\\ud800", b"null", b"true", b"false", b"-"]
PIECES += [b"1e999", b"NaN", b"1.0", b"0", b"\x00", b"\xff", b"\xc3", b"\xf0\x9f", b"\xed\xa0\x80", b"\x80\x80"]
PIECES += [b"99999999999999999999999999", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x01", b"\x02"]


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Bytes near a message, or far from any."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randrange(64))
    if kind == 1:
        return data[: chance.randrange(len(data) + 1)]
    out = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(out) + 1)
        if kind == 2 and place < len(out):
            out[place] ^= 1 << chance.randrange(8)
        elif kind == 3:
            out[place:place] = chance.choice(PIECES)
        elif kind == 4:
            del out[place : place + chance.randrange(1, 8)]
        elif place < len(out):
            out[place : place + 1] = bytes([chance.randrange(256)])
    return bytes(out)


@pytest.mark.parametrize("codec", ["json", "avro"])
def test_random_input(
    codec: str, every_record: list[type[Any]], wire: ModuleType, errors: ModuleType
) -> None:
    chance = random.Random(codec)
    values = Values(wire, 5)
    read = refused = 0
    sample: list[tuple[type[Any], bytes]] = []
    for number in range(INPUTS):
        if number % 1000 == 0:
            sample = []
            for cls in chance.choices(every_record, k=100):
                message = values.message(cls)
                sample.append((cls, message.encode() if codec == "json" else message.encode_avro()))
        cls, data = chance.choice(sample)
        data = mutated(chance, data)
        try:
            message = cls.decode(data) if codec == "json" else cls.decode_avro(data)
        except errors.DecodeError as error:
            refused += 1
            assert error.reason and str(error)
            continue
        read += 1
        # What was read can be written, and then reads as the same bytes.
        again = message.encode() if codec == "json" else message.encode_avro()
        back = cls.decode(again) if codec == "json" else cls.decode_avro(again)
        assert (back.encode() if codec == "json" else back.encode_avro()) == again
    assert read and refused


def test_truncations(record: type[Any], wire: ModuleType, errors: ModuleType) -> None:
    message = Values(wire, 6).message(record)
    data = message.encode()
    for end in range(len(data)):
        with pytest.raises(errors.DecodeError):
            record.decode(data[:end])
    data = message.encode_avro()
    for end in range(len(data)):
        with pytest.raises(errors.DecodeError):
            record.decode_avro(data[:end])
    with pytest.raises(errors.DecodeError):
        record.decode_avro(data + b"\x00")


def test_depth(record: type[Any], errors: ModuleType) -> None:
    for open_, close in ((b"[", b"]"), (b'{"a":', b"}")):
        for depth in (129, 2_000, 200_000):
            with pytest.raises(errors.DecodeError):
                record.decode(b'{"a key that nobody defines":' + open_ * depth + b"0" + close * depth + b"}")
            with pytest.raises(errors.DecodeError):
                record.decode(open_ * depth)
