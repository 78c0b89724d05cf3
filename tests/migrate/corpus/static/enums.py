"""Every kind of enum."""

import enum
from enum import Enum, Enum as E, IntEnum, auto, unique

from pulsar.schema import Array, CustomEnum, Map, Record, String

START = 10


class Number(Enum):
    ONE = 1
    TWO = 2


class Text(E):
    DARK = "dark"
    LIGHT = "light"


class Mixed(enum.Enum):
    NUMBER = 1
    TEXT = "one"
    FLOAT = 1.5
    NONE = None
    PAIR = (1, "a")


class Aliased(Enum):
    A = 1
    B = 2
    ALSO_A = 1
    AND_B = B


class Whole(IntEnum):
    LOW = -1
    HIGH = 1 << 4


class Stringy(str, Enum):
    GET = "get"
    PUT = "put"


class Numbered(int, Enum):
    X = 7
    Y = 8


class Automatic(Enum):
    FIRST = auto()
    SECOND = enum.auto()
    TEN = 10
    ELEVEN = auto()


class Lettered(str, Enum):
    A = auto()
    B = auto()
    C = auto()
    D = "d"
    E = auto()
    ALSO_A = A


class Signed(int, Enum):
    LOW = "-1"
    NEXT = auto()


@unique
class Unique(Enum):
    """A docstring is no member."""

    RED = "r"
    GREEN = "g"


class WithMethods(Enum):
    A = 1
    B = 2

    def lower(self):
        return self.name.lower()

    @property
    def label(self):
        return self.name

    @classmethod
    def parse(cls, text):
        return cls[text]

    @staticmethod
    def nothing():
        return None

    def __str__(self):
        return self.name


class Computed(Enum):
    A = START
    B = START + 1
    C = f"{START}"
    D = A


class Together(Enum):
    A, B = 1, 2
    C = D = 3


class EmptyBase(Enum):
    def describe(self):
        return self.name


class Derived(EmptyBase):
    X = 1
    Y = 2


class Private(Enum):
    A = 1
    _hidden = 2
    __dunder__ = 4
    _sunder = 5


class Annotated(Enum):
    A: int = 1
    B: int
    C = 2


class Unordered(Enum):
    Z = 3
    A = 1
    M = 2


class Booleans(Enum):
    YES = True
    ONE = 1
    NO = False


class All(Record):
    number = Number
    text = CustomEnum(Text)
    mixed = Mixed
    aliased = Aliased
    whole = Whole
    stringy = Stringy
    numbered = Numbered
    automatic = Automatic
    lettered = Lettered
    signed = Signed
    unique = Unique
    methods = WithMethods
    computed = Computed
    together = Together
    derived = Derived
    private = Private
    annotated = Annotated
    unordered = Unordered
    booleans = Booleans
    again = Number
    enum = CustomEnum(Number, required=True)


class InCollections(Record):
    array = Array(CustomEnum(Number))
    map = Map(CustomEnum(Text), required=True)
    nested = Array(Map(CustomEnum(Number)))


class Defaults(Record):
    member = CustomEnum(Text, default=Text.LIGHT, required_default=True)
    name = CustomEnum(Stringy, default="GET", required_default=True)
    number = CustomEnum(Whole, default=16, required_default=True)
    alias = CustomEnum(Aliased, default=Aliased.ALSO_A, required_default=True)
    automatic = CustomEnum(Automatic, default=11, required_default=True)


Short = Number


class OfAlias(Record):
    a = Short
    b = CustomEnum(Short, required=True)


class Odd(Enum):
    A = 1
    _ = 2
    __ = 3
    ___ = 4
    self = 5
    __renamed = 6


class _Odd(Enum):
    A = 1
    __renamed = 6


class OfOdd(Record):
    _ = Odd
    __ = _Odd


class Holder(Record):
    """An enum beside records that hold it."""

    defaults = Defaults()
    alias = OfAlias()
    text = Text
