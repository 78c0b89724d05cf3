"""The class cannot even be made."""

import enum

from pulsar.schema import *


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class In(Record):
    x = Integer()


class ArrayOfWord(Record):
    a = Array(String)


class ArrayOfPython(Record):
    a = Array(str)


class MapOfPython(Record):
    a = Map(int)


class ArrayOfNothing(Record):
    a = Array()


class MapOfTwo(Record):
    a = Map(String(), String())


class DocOfField(Record):
    a = String(doc="text")


class DefaultOfAnotherType(Record):
    a = String(default=5)


class FloatForInteger(Record):
    a = Integer(default=1.0)


class TextForLong(Record):
    a = Long(default="5")


class NumberForBoolean(Record):
    a = Boolean(default=1)


class TextForDouble(Record):
    a = Double(default="1.5")


class NumberInArray(Record):
    a = Array(String(), default=["x", 1])


class TupleForArray(Record):
    a = Array(String(), default=("x",))


class ListForMap(Record):
    a = Map(String(), default=["x"])


class NumberAsKey(Record):
    a = Map(String(), default={1: "x"})


class NumberInMap(Record):
    a = Map(String(), default={"k": 1})


class NotAnEnum(Record):
    a = CustomEnum(str)


class NoSuchSymbol(Record):
    a = CustomEnum(Color, default="BLUE")


class NoSuchNumber(Record):
    a = CustomEnum(Color, default=3)


class NotASymbol(Record):
    a = CustomEnum(Color, default=1.5)


class DefaultOfNull(Record):
    a = Null(default="x")


class NotText(Record):
    a = String(default=b"\xff")


class WrongPart(Record):
    a = In(x="five")


class DefaultTwice(Record):
    a = String("x", default="y")


class TooMany(Record):
    a = String("x", True, True, True)


class NoSuchWord(Record):
    a = Strin()  # noqa: F405


class NotCallable(Record):
    a = "x"()


class Options(Record, option=True):
    a = String()
