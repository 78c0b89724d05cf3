"""Defaults that the client writes although they are not of the field's type."""

from enum import Enum

from pulsar.schema import *


class In(Record):
    x = Integer()


class NoSymbols(Enum):
    pass


class OfNoSymbols(Record):
    empty = NoSymbols


class SpaceEmpty(Record):
    _avro_namespace = ""
    inner = In()


class HoldsSpaceEmpty(Record):
    first = SpaceEmpty()
    second = Array(SpaceEmpty())


class TooLarge(Record):
    number = Integer(default=2**40, required_default=True)


class FarTooLarge(Record):
    number = Long(default=10**100, required_default=True)


class TruthAsNumber(Record):
    number = Integer(default=True, required_default=True)
    double = Double(default=False, required_default=True)


class Infinite(Record):
    number = Double(default=1e999, required_default=True)


class HalfACharacter(Record):
    text = String(default="\ud83d", required_default=True)


class NotLookedAt(Record):
    lists = Array(Array(Double()), default=[[1, "x", None, True]], required_default=True)


class Tuples(Record):
    lists = Array(Array(Integer()), default=[[1], [(2, 3)]], required_default=True)


class BytesOfNumber(Record):
    data = Bytes(default=5, required_default=True)


class BytesOfList(Record):
    data = Bytes(default=["a", None], required_default=True)


class SubOfNumber(Record):
    sub = In(5)
    other = In(5, True)


class SubOfText(Record):
    sub = In(default="x", required_default=True)


class TruthsInArray(Record):
    numbers = Array(Integer(), default=[True, 1], required_default=True)


class NotNumbersInMap(Record):
    numbers = Map(Double(), default={"a": float("nan")}, required_default=True)


class RustWords(Record):
    """Names that Rust has no form for; with the first one, the client cannot read its own messages."""

    self = String()
    super = String()
    crate = String()
    Self = String()


class OneNameInRust(Record):
    """Two names that Rust writes alike."""

    class Inner(Record):
        x = Integer()

    inner = Inner()
    b = String()
    B = String()


class TextAsBytes(Record):
    a = Array(Bytes(), default=["a"], required_default=True)
    b = Map(Bytes(), default={"k": "a"}, required_default=True)
