"""The codec runtime on records of its own, whatever definitions the package was made from."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import math
import uuid
from types import ModuleType, SimpleNamespace

import pytest


def text(value: str) -> bytes:
    """A message of one field, given in JSON."""
    return b'{"value":' + value.encode("utf-8", "surrogatepass") + b"}"


REFUSED = {
    "string": ["null", "1", "true", "[]", "{}", '"\\ud800"', '"\\udc00\\ud800"', '"\x01"', '"'],
    "boolean": ["null", "0", "1", '"true"', "True"],
    "int": ["null", "1.0", "1e2", "true", '"1"', "2147483648", "-2147483649", "01", "+1", "1" * 5000],
    "long": ["null", "1.0", "false", "9223372036854775808", "-9223372036854775809"],
    "float": ["null", "NaN", "Infinity", "-Infinity", "1e39", "-3.5e38", '"1"', "true", "1e999", "1" * 400],
    "double": ["null", "NaN", "Infinity", "-Infinity", "1e309", '"1"', "false", "1" * 400, ".5", "5."],
    "bytes": ["null", '"YQ"', '"YQ==="', '"Y Q="', '"YQ==\\n"', '"YR=="', '"-_8="', '"é"', "[1]", '"YQ==YQ=="'],
    "bytes as text": ["null", '"\\ud800"', "[97]"],
    "date": ['"2026-02-29"', '"0000-01-01"', '"10000-01-01"', '"2026-1-31"', '"20260131"', '"2026-01-31T"', "20484"],
    "time_ms": ['"24:00:00"', '"13:05"', '"13:05:09."', '"13:05:09.2501"', '"13:05:60"', '"13:05:09Z"', "1"],
    "timestamp_ms": [
        '"2026-01-31T13:05:09"',
        '"2026-01-31T13:05:09.2505Z"',
        '"2026-01-31"',
        '"0001-01-01T00:00:00+00:01"',
        '"9999-12-31T23:59:59-00:01"',
        '"2026-01-31T13:05:09+24:00"',
        '"2016-12-31T23:59:60Z"',
        '"2026-01-31T13:05:09+0100"',
        "0",
    ],
    "timestamp_us": ['"2026-01-31T13:05:09.0000001Z"', '"２026-01-31T13:05:09Z"'],
    "uuid": ['""', '"f81d4fae7dec11d0a76500a0c91e6bf6"', '"{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}"', "1"],
}

ACCEPTED = {
    "string": [('"\\ud83d\\ude00"', "😀"), ('"\\u0000"', "\0"), ('""', "")],
    "boolean": [("true", True), ("false", False)],
    "int": [("2147483647", 2**31 - 1), ("-2147483648", -(2**31)), ("-0", 0)],
    "long": [("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63))],
    "float": [("1", 1.0), ("0.1", 0.10000000149011612), ("3.4028235e38", 3.4028234663852886e38), ("1e-60", 0.0)],
    "double": [("1", 1.0), ("-0.0", -0.0), ("1e-400", 0.0), ("12345678901234567890", 12345678901234567890.0)],
    "bytes": [('""', b""), ('"YQ=="', b"a"), ('"+/8="', b"\xfb\xff")],
    "bytes as text": [('"\\u00e9"', "é".encode()), ('""', b"")],
    "date": [('"2026-01-31"', datetime.date(2026, 1, 31)), ('"0001-01-01"', datetime.date.min)],
    "time_ms": [
        ('"13:05:09"', datetime.time(13, 5, 9)),
        ('"13:05:09.25"', datetime.time(13, 5, 9, 250000)),
        ('"13:05:09.250000000"', datetime.time(13, 5, 9, 250000)),
    ],
    "timestamp_ms": [
        ('"2026-01-31T14:05:09.25+01:00"', datetime.datetime(2026, 1, 31, 13, 5, 9, 250000, datetime.timezone.utc)),
        ('"2026-01-31 13:05:09z"', datetime.datetime(2026, 1, 31, 13, 5, 9, 0, datetime.timezone.utc)),
    ],
    "timestamp_us": [
        ('"9999-12-31T23:59:59.999999Z"', datetime.datetime.max.replace(tzinfo=datetime.timezone.utc)),
        ('"1969-12-31T23:59:59.999999Z"', datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, datetime.timezone.utc)),
    ],
    "uuid": [('"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"', uuid.UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))],
}


@pytest.mark.parametrize("kind", REFUSED)
def test_json_refuses(kind: str, shapes: SimpleNamespace, errors: ModuleType) -> None:
    for value in REFUSED[kind]:
        with pytest.raises(errors.DecodeError):
            shapes.primitive[kind].decode(text(value))


@pytest.mark.parametrize("kind", ACCEPTED)
def test_json_accepts(kind: str, shapes: SimpleNamespace) -> None:
    for value, expected in ACCEPTED[kind]:
        message = shapes.primitive[kind].decode(text(value))
        assert message.value == expected and type(message.value) is type(expected)
        again = shapes.primitive[kind].decode(message.encode())
        assert again == message
        avro = shapes.primitive[kind].decode_avro(message.encode_avro())
        assert avro == message


UTC = datetime.timezone.utc
WRONG_VALUES = {
    "string": [None, 1, b"a", "\ud800"],
    "boolean": [None, 0, 1, "true"],
    "int": [None, True, 1.0, "1", 2**31, -(2**31) - 1],
    "long": [None, False, 1.0, 2**63],
    "float": [None, True, "1", 3.5e38, 10**400],
    "double": [None, True, "1", 10**400],
    "bytes": [None, "a", [97]],
    "bytes as text": [None, "a"],
    "date": [None, "2026-01-31", datetime.datetime(2026, 1, 31)],
    "time_ms": [None, "13:05:09", datetime.time(1, 2, 3, 4), datetime.time(1, tzinfo=UTC)],
    "timestamp_ms": [None, datetime.datetime(2026, 1, 31), datetime.datetime(2026, 1, 31, microsecond=1, tzinfo=UTC)],
    "timestamp_us": [None, datetime.datetime(2026, 1, 31), datetime.date(2026, 1, 31)],
    "uuid": [None, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
}


@pytest.mark.parametrize("kind", WRONG_VALUES)
def test_values_of_another_type_are_not_written(kind: str, shapes: SimpleNamespace, errors: ModuleType) -> None:
    cls = shapes.primitive[kind]
    for value in WRONG_VALUES[kind]:
        for write in (cls.encode, cls.encode_avro):
            with pytest.raises(errors.EncodeError) as caught:
                write(cls(value=value))
            assert caught.value.path == f"{cls.__name__}.value"


def test_what_json_cannot_hold(shapes: SimpleNamespace, errors: ModuleType) -> None:
    for kind in ("float", "double"):
        cls = shapes.primitive[kind]
        for value in (math.nan, math.inf, -math.inf):
            with pytest.raises(errors.EncodeError):
                cls(value=value).encode()
            back = cls.decode_avro(cls(value=value).encode_avro()).value
            assert back == value or math.isnan(back) and math.isnan(value)
    with pytest.raises(errors.EncodeError):
        shapes.primitive["bytes as text"](value=b"\xff").encode()
    assert shapes.primitive["bytes as text"](value=b"\xff").encode_avro() == b"\x02\xff"


def test_numbers_are_written_as_short_as_they_go(shapes: SimpleNamespace) -> None:
    def written(kind: str, value: float) -> str:
        return str(shapes.primitive[kind](value=value).encode()[9:-1].decode())

    for value, expected in [
        (1, "1.0"),
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"),
        (1.5e17, "1.5e+17"),
        (1e-5, "0.00001"),
        (1.5e-6, "1.5e-6"),
        (5e-324, "5e-324"),
    ]:
        assert written("double", value) == expected
    for value, expected in [
        (1, "1.0"),
        (0.1, "0.1"),
        (16777216.0, "16777216.0"),
        (1e12, "1000000000000.0"),
        (1e13, "1e+13"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (3.4028234663852886e38, "3.4028235e+38"),
        (1e-45, "1e-45"),
        (2.0**-96, "1.2621775e-29"),
        (1.0000001, "1.0000001"),
    ]:
        assert written("float", value) == expected


def test_text_is_escaped_no_more_than_needed(shapes: SimpleNamespace) -> None:
    cls = shapes.primitive["string"]
    written = cls(value='"\\/\b\f\n\r\t\x01\x7f é😀\u2028').encode()
    assert written == '{"value":"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f é😀\u2028"}'.encode()


def test_enums(shapes: SimpleNamespace, errors: ModuleType, wire: ModuleType) -> None:
    color, opened, falling = shapes.color, shapes.open, shapes.falling
    for given in ('"RED"', "1"):
        assert color.decode(text(given)).value is shapes.Color.RED
    for given in ('"DARK"', '"dark"'):
        assert color.decode(text(given)).value is shapes.Color.DARK
    for given in ('"red"', "true", "1.0", "2", "null", "[]"):
        with pytest.raises(errors.DecodeError):
            color.decode(text(given))
    assert color(value=shapes.Color.DARK).encode() == text('"DARK"')
    for given in ("DARK", shapes.Open.A, None, 1):
        with pytest.raises(errors.EncodeError):
            color(value=given).encode()
        with pytest.raises(errors.EncodeError):
            color(value=given).encode_avro()
    assert opened.decode(text('"a"')).value is shapes.Open.A
    assert opened.decode(text('"ü"')) == opened(value="ü")
    assert opened(value="ü").encode() == text('"ü"')
    assert opened(value="a").encode_avro() == b"\x00"
    with pytest.raises(errors.EncodeError):
        opened(value="ü").encode_avro()
    with pytest.raises(errors.EncodeError):
        opened(value="\ud800").encode()
    assert falling.decode(text('"what"')).value is shapes.Falling.OTHER
    counts = wire.Counts()
    for given in ('"what"', '"one"', '"when"'):
        falling.decode(text(given), counts=counts)
    assert counts.unknown_symbols == 2
    with pytest.raises(errors.DecodeError):
        falling.decode(text("1"))
    for data in (b"\x04", b"\x01", b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"):
        with pytest.raises(errors.DecodeError):
            falling.decode_avro(data)


def test_decimals(shapes: SimpleNamespace, errors: ModuleType) -> None:
    for given, expected, octets in [
        ("0", "0.00", b"\x00"),
        ("-0.00", "0.00", b"\x00"),
        ("12.3", "12.30", b"\x04\xce"),
        ("-12.34", "-12.34", b"\xfb\x2e"),
        ("0099.99000", "99.99", b"\x27\x0f"),
        ("-1.28", "-1.28", b"\x80"),
        ("1.27", "1.27", b"\x7f"),
    ]:
        message = shapes.decimal.decode(text(f'"{given}"'))
        assert message.encode() == text(f'"{expected}"')
        assert message.encode_avro() == bytes([len(octets) * 2]) + octets
        assert shapes.decimal.decode_avro(message.encode_avro()) == message
        assert str(message.value) == expected
    for given in ("100.00", "1.234", "1e1", "+1", ".5", "5.", "", "NaN", "１"):
        with pytest.raises(errors.DecodeError):
            shapes.decimal.decode(text(f'"{given}"'))
    for value in ("100", "0.001", "NaN", "Infinity", "1E+999999", "1E-999999", "sNaN"):
        with pytest.raises(errors.EncodeError):
            shapes.decimal(value=decimal.Decimal(value)).encode()
        with pytest.raises(errors.EncodeError):
            shapes.decimal(value=decimal.Decimal(value)).encode_avro()
    for other in (1, 1.5, "1.5", None):
        with pytest.raises(errors.EncodeError):
            shapes.decimal(value=other).encode()
    assert shapes.decimal(value=decimal.Decimal("1E+1")).encode() == text('"10.00"')
    assert shapes.decimal(value=decimal.Decimal("0E+999999")).encode() == text('"0.00"')
    assert shapes.decimal.decode_avro(b"\x08\xff\xff\xfb\x2e").value == decimal.Decimal("-12.34")
    for data in (b"\x00", b"\x04\x27\x10", b"\x06\x01\x00\x00"):
        with pytest.raises(errors.DecodeError):
            shapes.decimal.decode_avro(data)
    largest = shapes.whole(value=decimal.Decimal(10**38 - 1))
    assert shapes.whole.decode(largest.encode()) == largest
    assert shapes.whole.decode_avro(largest.encode_avro()) == largest


def test_lists_and_maps(shapes: SimpleNamespace, errors: ModuleType) -> None:
    assert shapes.list(value=[1, None]).encode() == b'{"value":[1,null]}'
    assert shapes.list(value=[1, None]).encode_avro() == b"\x04\x02\x02\x00\x00"
    assert shapes.list.decode_avro(b"\x01\x04\x02\x02\x02\x00\x00").value == [1, None]
    assert shapes.list.decode_avro(b"\x02\x02\x02\x02\x00\x00").value == [1, None]
    keys = {"b": "2", "é": "4", "a": None, "😀": "6", "\ufffd": "5", "": "0"}
    assert list(json.loads(shapes.map(value=keys).encode())["value"]) == ["", "a", "b", "é", "\ufffd", "😀"]
    assert shapes.map.decode_avro(shapes.map(value=keys).encode_avro()).value == keys
    for wrong in (None, (), {}, "x", {1}):
        with pytest.raises(errors.EncodeError):
            shapes.list(value=wrong).encode()
    for wrong in (None, [], {1: "x"}, {"\ud800": "x"}, {"k": 1}):
        with pytest.raises(errors.EncodeError):
            shapes.map(value=wrong).encode()
        with pytest.raises(errors.EncodeError):
            shapes.map(value=wrong).encode_avro()
    with pytest.raises(errors.DecodeError):
        shapes.map.decode_avro(b"\x04\x02a\x00\x02a\x00\x00")


def test_errors_say_where(shapes: SimpleNamespace, errors: ModuleType) -> None:
    with pytest.raises(errors.DecodeError) as caught:
        shapes.lists.decode(b'{"value":{"k\\"":[{},{"text":5}]}}')
    assert str(caught.value) == 'HasLists.value["k\\""][1].text: expected a string, found a number'
    for data in (b"", b"{", b"\xff", b"{}{}", b"[" * 100_000, b'{"x":1,"x":1}', b"[]", b"NaN"):
        with pytest.raises(errors.DecodeError) as caught:
            shapes.lists.decode(data)
        assert str(caught.value).startswith("HasLists: ")
    with pytest.raises(errors.EncodeError) as encode:
        shapes.lists(value={"k": [shapes.inner(), shapes.inner(flag=1)]}).encode()
    assert encode.value.path == 'HasLists.value["k"][1].flag'
    with pytest.raises(errors.EncodeError) as encode:
        shapes.lists(value={"k": [shapes.inner(), None]}).encode_avro()
    assert encode.value.path == 'HasLists.value["k"][1]'
    good = shapes.lists(value={"k": [shapes.inner()]}).encode_avro()
    with pytest.raises(errors.DecodeError) as caught:
        shapes.lists.decode_avro(good[:4] + b"\x07" + good[5:])
    assert caught.value.path == 'HasLists.value["k"][0].text'


def test_not_json(shapes: SimpleNamespace, errors: ModuleType) -> None:
    for data in (
        b"",
        b" ",
        b"null",
        b"[]",
        b"{} {}",
        b"{,}",
        b'{"text":"a",}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"text":"\xff"}',
        b'{"text":"\xed\xa0\x80"}',
        b"{'text':'a'}",
        b'{"text":"a"//\n}',
    ):
        with pytest.raises(errors.DecodeError):
            shapes.inner.decode(data)
    assert shapes.inner.decode(b' \n{\t"text" : null\r} ') == shapes.inner()


def test_keys_that_come_twice(shapes: SimpleNamespace, errors: ModuleType) -> None:
    for data in (
        b'{"text":"a","text":"a"}',
        b'{"text":"a","te\\u0078t":"b"}',
        b'{"x":{"y":1,"y":1}}',
    ):
        with pytest.raises(errors.DecodeError):
            shapes.inner.decode(data)
    for name in ("new", "old", "older"):
        assert shapes.aliased.decode(json.dumps({name: 1}).encode()).new == 1
    assert shapes.aliased(new=1).encode() == b'{"new":1}'
    for names in (("new", "old"), ("old", "older")):
        for value in (1, None):
            with pytest.raises(errors.DecodeError):
                shapes.aliased.decode(json.dumps(dict.fromkeys(names, value)).encode())


def test_from_json_takes_python_objects(shapes: SimpleNamespace, errors: ModuleType) -> None:
    assert shapes.inner.from_json({"text": "a", "other": object()}) == shapes.inner(text="a")
    for value in (None, [], "{}", {"text": b"a"}, {"text": "\ud800"}, {"flag": 1}):
        with pytest.raises(errors.DecodeError):
            shapes.inner.from_json(value)
    assert shapes.inner.from_json({1: 2}) == shapes.inner()
    assert shapes.inner(text="a").to_json() == {"text": "a"}


def test_avro_that_is_none(shapes: SimpleNamespace, errors: ModuleType) -> None:
    for kind, data in [
        ("boolean", b"\x02"),
        ("int", b"\x80\x80\x80\x80\x10"),
        ("long", b"\xff" * 10 + b"\x01"),
        ("long", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        ("string", b"\x01"),
        ("string", b"\x04a"),
        ("string", b"\x02\xff"),
        ("string", b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        ("float", b"\x00\x00\x00"),
        ("date", b"\xfe\xff\xff\xff\x0f"),
        ("time_ms", b"\x80\xb8\x99\x29" + b"\x7f"),
        ("time_ms", b"\x01"),
        ("timestamp_ms", b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        ("timestamp_us", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        ("uuid", b"\x02a"),
        ("uuid", b"\x04\xc3\xa9"),
    ]:
        with pytest.raises(errors.DecodeError):
            shapes.primitive[kind].decode_avro(data)
    with pytest.raises(errors.DecodeError):
        shapes.inner.decode_avro(b"\x04\x00")


def test_an_old_record_that_was_not_set(shapes: SimpleNamespace) -> None:
    outer, inner = shapes.old_outer, shapes.old_inner
    for unset in (
        {"text": None, "flag": None, "count": None},
        {"text": None, "flag": False, "count": 7},
        {"text": None, "flag": False, "count": None, "gone": None, "gone too": False},
    ):
        assert outer.from_json({"inner": unset}).inner is None
        assert shapes.plain_outer.from_json({"inner": unset}).inner is not None
        assert outer.from_json({"inners": [unset]}).inners == [inner()]
    for present in (
        {},
        {"text": None, "flag": False},
        {"text": "", "flag": False, "count": 7},
        {"text": None, "flag": True, "count": 7},
        {"text": None, "flag": False, "count": 0},
        {"text": None, "flag": False, "count": 7, "gone": 0},
        {"text": None, "flag": False, "number": 7},
    ):
        assert outer.from_json({"inner": present}).inner is not None
    assert outer.decode_avro(outer(inner=inner()).encode_avro()).inner is None
    assert outer.decode_avro(outer(inner=inner(text="")).encode_avro()).inner == inner(text="")
    assert outer.decode_avro(outer(inners=[inner()]).encode_avro()).inners == [inner()]


def test_an_old_flag_that_was_not_set(shapes: SimpleNamespace) -> None:
    outer, flags = shapes.old_flags, shapes.flags
    for data in (b"\x02\x02\x00\x00", b"\x02\x00\x00"):
        assert outer.decode_avro(data).flags is None
    assert outer.decode_avro(b"\x02\x02\x01\x00").flags == flags(b=True)
    assert outer.decode_avro(b"\x02\x02\x00\x02\x00").flags == flags(b=False, s="")
    assert outer.decode(b'{"flags":{"b":false,"s":null}}').flags is None
    assert outer.decode(b'{"flags":{"b":false}}').flags == flags(b=False)


def test_unknown_text_is_text_too(shapes: SimpleNamespace, errors: ModuleType) -> None:
    for cls, data in (
        (shapes.inner, b'{"x":"\\ud800"}'),
        (shapes.inner, b'{"\\ud800":1}'),
        (shapes.inner, b'{"x":[{"\\udc00":1}]}'),
        (shapes.inner, b'{"x":[[1,"a\\udc00"]]}'),
        (shapes.falling, b'{"value":"\\ud800"}'),
        (shapes.old_flags, b'{"flags":{"b":null,"s":null,"\\ud800":null}}'),
    ):
        with pytest.raises(errors.DecodeError) as caught:
            cls.decode(data)
        assert "lone surrogate" in str(caught.value)
    assert shapes.inner.decode(b'{"x":["\\ud83d\\ude00"],"\\u00e9":1}') == shapes.inner()


def test_numbers_of_any_length(shapes: SimpleNamespace, errors: ModuleType) -> None:
    long = "1" * 5000
    for number in (long, "-" + long, f"{long}.{long}", f"0.{long}e{'0' * 500}5", "1e999999999999999999999"):
        assert shapes.inner.decode(f'{{"x":{number},"y":[{number}]}}'.encode()) == shapes.inner()
        assert shapes.numbers.decode(f'{{"x":{number},"whole":7}}'.encode()) == shapes.numbers(whole=7)
    with pytest.raises(errors.DecodeError, match="does not fit in 64 bits"):
        shapes.numbers.decode(f'{{"whole":{long}}}'.encode())
    for name in ("single", "double"):
        with pytest.raises(errors.DecodeError, match="beyond what"):
            shapes.numbers.decode(f'{{"{name}":{long}}}'.encode())
        assert getattr(shapes.numbers.decode(f'{{"{name}":0.{"0" * 5000}1e5001}}'.encode()), name) == 1.0
    mixed = shapes.numbers.decode(b'{"single":-0,"double":-0,"whole":-0,"color":1}')
    assert (math.copysign(1, mixed.single), math.copysign(1, mixed.double)) == (-1, -1)
    assert mixed.encode() == b'{"single":-0.0,"double":-0.0,"whole":0,"color":"RED"}'
    assert {type(value) for value in (mixed.single, mixed.double)} == {float} and type(mixed.whole) is int


def test_floats_are_rounded_once(shapes: SimpleNamespace, errors: ModuleType) -> None:
    cls = shapes.primitive["float"]
    for given, octets, written in [
        ("7.038531e-26", "fd43ae15", "7.038531e-26"),
        ("3.4028235677973366e38", "ffff7f7f", "3.4028235e+38"),
        ("16777217", "0000804b", "16777216.0"),
        ("16777217.000000000000000000001", "0100804b", "16777218.0"),
        ("9007199791611905", "0100005a", "9.0072e+15"),
        ("7.006492321624085e-46", "00000000", "0.0"),
        ("7.006492321624086e-46", "01000000", "1e-45"),
    ]:
        message = cls.decode(text(given))
        assert message.encode_avro().hex() == octets, given
        again = cls.decode_avro(bytes.fromhex(octets)).encode()
        assert cls.decode(again) == message
        assert again == text(written)
    for given in ("3.4028235677973367e38", "-3.5e38", "340282356779733661637539395458142568448"):
        with pytest.raises(errors.DecodeError):
            cls.decode(text(given))
    assert cls.decode(text("340282356779733661637539395458142568447")).value == 3.4028234663852886e38


def test_unset_attributes_and_strangers(shapes: SimpleNamespace, errors: ModuleType, wire: ModuleType) -> None:
    message = shapes.inner(text="a")
    del message.text
    with pytest.raises(errors.EncodeError):
        message.encode()
    with pytest.raises(errors.EncodeError):
        message.encode_avro()
    with pytest.raises(TypeError):
        wire.Record().encode()
    with pytest.raises(TypeError):
        wire.enum_table(enum.Enum)


def test_a_class_of_ones_own_may_derive(shapes: SimpleNamespace) -> None:
    class Mine(shapes.inner):  # type: ignore[name-defined,misc]
        def shout(self) -> str:
            return str(self.text).upper()

    assert Mine.decode(b'{"text":"a"}').shout() == "A"
    assert Mine.decode_avro(Mine(text="a").encode_avro()).shout() == "A"
    assert Mine(text="a").encode() == b'{"text":"a"}'
