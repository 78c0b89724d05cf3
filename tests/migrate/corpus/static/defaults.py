"""Defaults that have to be worked out."""

import enum

import constants
from constants import LIMIT, NAMES, PREFIX, SEPARATOR as SEP, TABLE, Limits
from pulsar.schema import *

GREETING = "hello"
EMPTY = ""
NOTHING = None
YES, NO = True, False
BIG = 2**40
FIRST = SECOND = "both"
RETRIES = constants.LIMIT + 1
PATH = PREFIX + SEP + "flow"
URI = f"{PREFIX}://{PATH}/{LIMIT}"


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1


class Texts(Record):
    literal = String(default="x", required_default=True)
    joined = String(default="a" "b" 'c', required_default=True)
    added = String(default="a" + "b", required_default=True)
    constant = String(default=GREETING, required_default=True)
    imported = String(default=PREFIX, required_default=True)
    attribute = String(default=constants.PREFIX, required_default=True)
    formatted = String(default=f"{PREFIX}/x", required_default=True)
    path = String(default=PATH, required_default=True)
    uri = String(default=URI, required_default=True)
    raw = String(default=r"\d\n", required_default=True)
    escaped = String(default="\x41\u2603\U0001f600\N{SNOWMAN}\t\0\101", required_default=True)
    multiline = String(default="""one
  two\
three""", required_default=True)
    empty = String(default=EMPTY, required_default=True)
    first = String(default=FIRST, required_default=True)
    second = String(default=SECOND, required_default=True)
    of_bytes = String(default=b"bytes", required_default=True)
    none = String(default=None, required_default=True)
    nothing = String(default=NOTHING, required=True, required_default=True)
    parenthesised = String(default=("a"
                                    "b"), required_default=True)


class Numbers(Record):
    decimal = Integer(default=5, required_default=True)
    negative = Integer(default=-5, required_default=True)
    plus = Integer(default=+5, required_default=True)
    inverted = Integer(default=~5, required_default=True)
    hexadecimal = Integer(default=0xFF, required_default=True)
    octal = Integer(default=0o17, required_default=True)
    binary = Integer(default=0b101, required_default=True)
    underscores = Integer(default=1_000_000, required_default=True)
    shifted = Integer(default=1 << 4, required_default=True)
    power = Long(default=2**40, required_default=True)
    product = Integer(default=60 * 60 * 24, required_default=True)
    sum = Integer(default=LIMIT + 1 - 2, required_default=True)
    difference = Integer(default=(10 - 2) * 3, required_default=True)
    divided = Integer(default=-7 // 2, required_default=True)
    modulo = Integer(default=-7 % 3, required_default=True)
    bits = Integer(default=0b1100 | 0b11 & 0b10 ^ 0b1, required_default=True)
    constant = Integer(default=LIMIT, required_default=True)
    of_class = Integer(default=Limits.HIGH, required_default=True)
    of_module = Integer(default=constants.Limits.LOW, required_default=True)
    retries = Integer(default=RETRIES, required_default=True)
    large = Long(default=BIG, required_default=True)
    zero = Integer(default=0, required_default=True)
    minus_zero = Integer(default=-0, required_default=True)


class Floats(Record):
    plain = Double(default=1.5, required_default=True)
    integer = Double(default=5, required_default=True)
    point = Double(default=.5, required_default=True)
    trailing = Double(default=5., required_default=True)
    exponent = Double(default=1e3, required_default=True)
    small = Double(default=1E-7, required_default=True)
    large = Double(default=1e16, required_default=True)
    negative = Float(default=-0.0, required_default=True)
    quotient = Double(default=1 / 4, required_default=True)
    product = Double(default=0.1 * 3, required_default=True)
    mixed = Double(default=1 + 0.5, required_default=True)
    of_class = Float(default=Limits.RATIO, required_default=True)
    underscores = Double(default=1_0.0_1, required_default=True)


class Flags(Record):
    yes = Boolean(default=True, required_default=True)
    no = Boolean(default=False, required_default=True)
    constant = Boolean(default=YES, required_default=True)
    other = Boolean(default=NO, required_default=True)
    negated = Boolean(default=not True, required_default=True)
    none = Boolean(default=None, required_default=True)


class Displays(Record):
    names = Array(String(), default=["a", "b"], required_default=True)
    constant = Array(String(), default=NAMES, required_default=True)
    empty = Array(String(), default=[], required_default=True)
    added = Array(String(), default=["a"] + ["b"], required_default=True)
    table = Map(Integer(), default={"k": 1}, required_default=True)
    other = Map(Integer(), default=TABLE, required_default=True)
    nothing = Map(Integer(), default={}, required_default=True)
    twice = Map(Integer(), default={"k": 1, "l": 2, "k": 3}, required_default=True)
    keys = Map(String(), default={"a" + "b": PREFIX}, required_default=True)
    nested = Map(Array(Integer()), default={"a": [1, LIMIT]}, required_default=True)
    positional = Map(String(), {"a": "b"}, True, True)


class Members(Record):
    member = CustomEnum(Color, default=Color.GREEN, required_default=True)
    name = CustomEnum(Color, default="GREEN", required_default=True)
    value = CustomEnum(Color, default=2, required_default=True)
    alias = CustomEnum(Color, default=Color.CRIMSON, required_default=True)
    alias_name = CustomEnum(Color, default="CRIMSON", required_default=True)
    item = CustomEnum(Color, default=Color["GREEN"], required_default=True)
    call = CustomEnum(Color, default=Color(2), required_default=True)
    positional = CustomEnum(Color, Color.RED, True, True)
    keyword = CustomEnum(enum_type=Color, default=Color.RED, required=True)
    none = CustomEnum(Color, default=None, required_default=True)
    bare = CustomEnum(Color, required_default=True)
    asked = CustomEnum(Color, required=True, required_default=True)


class Options(Record):
    """Whatever is true counts as true."""

    one = String(required=1)
    text = String(required="yes")
    zero = String(required=0)
    none = String(required=None, required_default="")
    constant = String(required=YES, required_default=LIMIT)
    negated = String(required=not YES)
    empty = String(required=[])


class In(Record):
    x = Integer()


class Positional(Record):
    """Fields take default, required, required_default; Records take the last two the other way round."""

    long = Long(1)
    text = String("x", True, True)
    required = String(None, True)
    sub_required = In(None, False, True)
    sub_default = In(None, True)
    sub_both = In(None, True, True)
    keyword = Array(array_type=String(), required=True)
    mapped = Map(value_type=In(), required_default=True)
    array = Array(In(), None, True)


class SubDefaults(Record):
    given = In(default=In(x=3))
    set = In(x=3)
    unknown = In(whatever="x", doc="ignored")
    default_required = In(required=True, required_default=True)


class Odd(Record):
    nan = Float(default=float("nan"), required_default=True)
    infinity = Double(default=float("inf"), required_default=True)
    minus = Double(default=-float("inf"), required_default=True)
    null = Null()
    null_required = Null(required=True)
    null_default = Null(required_default=True)
    nulls = Array(Null())
    bytes = Bytes(default=b"ab")
    bytes_required = Bytes(default=b"ab", required=True)
