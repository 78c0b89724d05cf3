"""What a message may ask of its reader and writer."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest


def chain(shapes: SimpleNamespace, depth: int) -> Any:
    node = shapes.node()
    for _ in range(depth - 1):
        node = shapes.node(next=node)
    return node


def test_depth_is_limited(shapes: SimpleNamespace, errors: ModuleType, wire: ModuleType) -> None:
    deepest = chain(shapes, 128)
    assert shapes.node.decode(deepest.encode()) == deepest
    assert shapes.node.decode_avro(deepest.encode_avro()) == deepest
    for write in (shapes.node.encode, shapes.node.encode_avro):
        with pytest.raises(errors.EncodeError):
            write(chain(shapes, 129))
        endless = shapes.node(nodes=[])
        endless.nodes.append(endless)
        with pytest.raises(errors.EncodeError):
            write(endless)
    for data in (b'{"next":' * 128 + b"{}" + b"}" * 128, b'{"nodes":[' * 64 + b"{}" + b"]}" * 64):
        with pytest.raises(errors.DecodeError):
            shapes.node.decode(data)
    for data in (b"\x02" * 200, b"\x02" * 100_000, b"\x00\x02\x02" * 100):
        with pytest.raises(errors.DecodeError):
            shapes.node.decode_avro(data)
    with pytest.raises(errors.DecodeError):
        shapes.node.decode(chain(shapes, 5).encode(), limits=wire.Limits(depth=4))
    assert shapes.node.decode(chain(shapes, 5).encode(), limits=wire.Limits(depth=5)).next
    with pytest.raises(errors.DecodeError):
        shapes.inner.decode(b'{"x":' + b"[" * 128 + b"]" * 128 + b"}")
    assert shapes.inner.decode(b'{"x":' + b"[" * 127 + b"]" * 127 + b"}") == shapes.inner()


def test_a_small_stack_is_an_error_of_the_message(shapes: SimpleNamespace, errors: ModuleType) -> None:
    data = chain(shapes, 100).encode()
    avro = chain(shapes, 100).encode_avro()
    message = chain(shapes, 100)

    def dive(depth: int) -> None:
        if depth > 0:
            dive(depth - 1)
            return
        for read in (lambda: shapes.node.decode(data), lambda: shapes.node.decode_avro(avro)):
            with pytest.raises(errors.DecodeError):
                read()
        for write in (message.encode, message.encode_avro):
            with pytest.raises(errors.EncodeError):
                write()

    limit = sys.getrecursionlimit()
    used = 0
    frame: Any = sys._getframe()
    while frame is not None:
        used, frame = used + 1, frame.f_back
    sys.setrecursionlimit(used + 200)
    try:
        dive(20)
    finally:
        sys.setrecursionlimit(limit)


def varint(number: int) -> bytes:
    rest = number << 1
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes(out + bytes([rest]))


def test_counts_are_limited(shapes: SimpleNamespace, errors: ModuleType, wire: ModuleType) -> None:
    assert len(shapes.zeros.decode_avro(varint(1000) + b"\x00").value) == 1000
    for count in (2**22 + 1, 2**40, 2**62):
        with pytest.raises(errors.DecodeError):
            shapes.zeros.decode_avro(varint(count) + b"\x00")
        with pytest.raises(errors.DecodeError):
            shapes.list.decode_avro(varint(count) + b"\x00")
        with pytest.raises(errors.DecodeError):
            shapes.map.decode_avro(varint(count) + b"\x00")
    few = wire.Limits(items=3)
    with pytest.raises(errors.DecodeError):
        shapes.zeros.decode_avro((varint(2) * 2) + b"\x00", limits=few)
    assert shapes.list.decode(b'{"value":[1,2,3]}', limits=few).value == [1, 2, 3]
    with pytest.raises(errors.DecodeError):
        shapes.list.decode(b'{"value":[1,2,3,4]}', limits=few)
    with pytest.raises(errors.DecodeError):
        shapes.zeros.decode_avro(varint(1000) + b"\x00", limits=wire.Limits(memory=1000))
