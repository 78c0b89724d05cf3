"""The Records of `fixtures/*.toml`, declared with the Python client."""

import enum

from pulsar.schema import (
    Array,
    Boolean,
    Bytes,
    CustomEnum,
    Double,
    Float,
    Integer,
    Long,
    Map,
    Record,
    String,
)


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Shade(enum.Enum):
    DARK = "dark"
    LIGHT = "light"
    DIM = "dark"


class In(Record):
    x = Integer()


class N1(Record):
    a = In
    b = In()


class N3(Record):
    a = In(required=True)
    c = In(required_default=True)


class E(Record):
    a = Color
    b = CustomEnum(Color)
    c = CustomEnum(Color, default=Color.RED, required=True, required_default=True)
    d = CustomEnum(Color, default=Color.GREEN, required_default=True)


class E2(Record):
    shade = Shade
    color = CustomEnum(Color, default=Color.GREEN)
    again = CustomEnum(Shade, default="LIGHT", required_default=True)


class EA(Record):
    a = Array(CustomEnum(Color))


class EM(Record):
    a = Map(CustomEnum(Color))


class MA(Record):
    a = Array(String(), default=[], required=True, required_default=True)
    m = Map(Integer(), default={"k": 1}, required_default=True)


class CC(Record):
    aa = Array(Array(Double()))
    ar = Array(In())
    mm = Map(Map(String()))
    mr = Map(In())
    am = Array(Map(String()))


class MB(Record):
    a = Boolean(required_default=True)
    b = Boolean(default=True)
    c = Boolean(default=True, required_default=True)
    d = Boolean(default=False, required=True, required_default=True)
    e = Boolean(required=True)


class NS(Record):
    _avro_namespace = "a.b"
    z = String()
    a = Integer()
    n = In()


class NS2(Record):
    _avro_namespace = "a.b"
    _sorted_fields = True
    z = NS()
    a = NS()
    m = In()
    k = In()


class Leak(Record):
    first = In()
    second = NS()


class Base(Record):
    a = String()


class Child(Base):
    c = String()


class Empty(Record):
    pass


class Asked(Record):
    s = String(required=True)
    n = Integer(default=7, required=True)
    o = String(default="x")


class Text(Record):
    plain = String(default="Grüße ☃ 😀", required_default=True)
    quoted = String(
        default='a "b" \\ / \b\f\n\r\t\u0001\u007f\u2028', required_default=True
    )
    año = String()


class Numbers(Record):
    i = Integer(default=-(2**31), required_default=True)
    l = Long(default=2**63 - 1, required_default=True)
    f = Float(default=0.5, required_default=True)
    tenth = Float(default=0.1, required_default=True)
    whole = Double(default=5.0, required_default=True)
    small = Double(default=1e-7, required_default=True)
    fixed = Double(default=0.0001, required_default=True)
    large = Double(default=1e16, required_default=True)
    sixteen = Double(default=1234567890123456.0, required_default=True)
    huge = Double(default=1.7976931348623157e308, required_default=True)
    least = Double(default=5e-324, required_default=True)
    minus = Double(default=-0.0, required_default=True)


class NotNumbers(Record):
    nan = Double(default=float("nan"), required_default=True)
    up = Double(default=float("inf"), required_default=True)
    down = Float(default=float("-inf"), required_default=True)


class Collections(Record):
    strings = Array(String(), default=["é", ""], required_default=True)
    doubles = Array(Array(Double()), default=[[1.5, 2.0], []], required_default=True)
    longs = Map(Long(), default={}, required_default=True)
    bytes = Array(Bytes())
    blobs = Map(Bytes())
    flags = Array(Boolean())


class Deep(Record):
    first = N1()
    second = Array(N3())
    third = Map(E())
    fourth = In()


_KINDS = {
    "String": (String, "x"),
    "Integer": (Integer, 3),
    "Long": (Long, 4),
    "Float": (Float, 1.5),
    "Double": (Double, 2.5),
    "Boolean": (Boolean, True),
    "Bytes": (Bytes, b"ab"),
    "Color": (lambda **options: CustomEnum(Color, **options), Color.GREEN),
    "In": (In, In(x=3)),
    "Array": (lambda **options: Array(String(), **options), ["a"]),
    "Map": (lambda **options: Map(Integer(), **options), {"k": 1}),
}



class AsWritten(Record):
    whole = Double(default=5, required_default=True)
    single = Float(default=1, required=True, required_default=True)
    digits = Float(default=0.123456789012345, required_default=True)
    mixed = Array(Double(), default=[1, 2.5, 1e16], required=True, required_default=True)
    order = Map(Integer(), default={"b": 1, "a": 2}, required_default=True)
    both = Map(Double(), default={"z": 1, "y": 2.0}, required=True, required_default=True)


# The client cannot write these two as JSON: it raises a TypeError when the text is asked for.
_NO_TEXT = {"Bytes", "In"}


def _combinations(kind):
    make, default = _KINDS[kind]
    fields = {}
    for required in (False, True):
        for has_default in (False, True):
            for required_default in (False, True):
                if has_default and required_default and kind in _NO_TEXT:
                    continue
                options = {"required": required, "required_default": required_default}
                if has_default:
                    options["default"] = default
                name = f"r{required:d}d{has_default:d}x{required_default:d}"
                fields[name] = make(**options)
    return type(Record)(f"All{kind}", (Record,), fields)


SHAPES = {
    record.__name__: record
    for record in (
        In, N1, N3, E, E2, EA, EM, MA, CC, MB, NS, NS2, Leak, Base, Child, Empty, Asked,
        Text, Numbers, NotNumbers, Collections, Deep, AsWritten,
    )
}
COMBINATIONS = {f"All{kind}": _combinations(kind) for kind in _KINDS}
