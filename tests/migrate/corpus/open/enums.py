"""Enums that are made in other ways, and kinds whose members are not what is written."""

import enum
from enum import Enum, Flag, IntFlag, auto

from pulsar.schema import CustomEnum, Record

Functional = Enum("Functional", "RED GREEN")
Listed = Enum("Listed", ["RED", "GREEN"])
Tabled = Enum("Tabled", {"RED": "r", "GREEN": "g"})
Started = enum.IntEnum("Started", "A B", start=5)
Renamed = Enum("AnotherName", "A")


class Flags(Flag):
    A = auto()
    B = auto()
    BOTH = A | B


class IntFlags(IntFlag):
    A = 1
    B = 2
    ALL = 3
    NONE = 0


class ByNew(Enum):
    def __new__(cls, value, label):
        made = object.__new__(cls)
        made._value_ = value
        made.label = label
        return made

    A = 1, "first"
    B = 2, "second"


class ByInit(Enum):
    A = (1, "first")
    B = (2, "second")

    def __init__(self, number, label):
        self.number = number


class Ignored(Enum):
    _ignore_ = ["i"]
    for i in range(2):
        vars()[f"M{i}"] = i


class NextValue(Enum):
    def _generate_next_value_(name, start, count, last):
        return name.lower()

    A = auto()
    B = auto()


class Ordered(Enum):
    _order_ = "B A"
    B = 2
    A = 1


class WithFunction(Enum):
    A = 1
    function = lambda self: 1
    other = staticmethod(len)


class WithClass(Enum):
    A = 1

    class Nested:
        pass


class Words(str, Enum):
    A = auto()
    B = "b"


class OldWay(Enum):
    A = 1
    B = len("ab")


if hasattr(enum, "StrEnum"):
    class Lower(enum.StrEnum):
        GET = auto()
        PUT = "put"
else:
    Lower = Enum("Lower", {"GET": "get", "PUT": "put"})


class All(Record):
    functional = Functional
    listed = Listed
    tabled = Tabled
    started = Started
    renamed = Renamed


class Kinds(Record):
    flags = Flags
    int_flags = IntFlags


class Private(Enum):
    """What becomes of the second one depends on the version of Python."""

    A = 1
    __mangled = 2


class OfPrivate(Record):
    private = Private


class OfByNew(Record):
    by_new = ByNew


class OfByInit(Record):
    by_init = ByInit


class OfIgnored(Record):
    ignored = Ignored


class OfNextValue(Record):
    next_value = NextValue


class OfOrdered(Record):
    ordered = Ordered


class OfWithFunction(Record):
    with_function = WithFunction


class OfWithClass(Record):
    with_class = WithClass


class OfWords(Record):
    words = Words


class OfOldWay(Record):
    old_way = OldWay
    default = CustomEnum(OldWay, default=2, required_default=True)


class OfLower(Record):
    lower = Lower
