"""Classes that no `class` statement makes, or that something changes afterwards."""

import types

from pulsar.schema import Array, Integer, Long, Map, Record, String

Called = type("Called", (Record,), {"a": String(), "b": Integer(required=True)})
OfMeta = type(Record)("OfMeta", (Record,), dict(a=String()))
NewClass = types.new_class("NewClass", (Record,), {}, lambda names: names.update(a=Long()))
MADE = {name: type(Record)(name, (Record,), {name.lower(): String()}) for name in ("First", "Second")}


def maker(name, **fields):
    return type(name, (Record,), fields)


Made = maker("Made", a=String(), b=Long())


class HoldsMade(Record):
    made = Made()
    called = Array(Called())


def unchanged(record):
    return record


def renamed(record):
    record.__name__ = "AnotherName"
    return record


def with_field(record):
    record._fields["added"] = String()
    return record


def replaced(record):
    class Replacement(Record):
        z = Long()

    return Replacement


@unchanged
class Decorated(Record):
    a = String()


@renamed
class Renamed(Record):
    a = String()


@with_field
class WithField(Record):
    a = String()


@replaced
class Replaced(Record):
    a = String()


class HoldsDecorated(Record):
    one = Decorated()
    two = Renamed()
    three = WithField()
    four = Replaced()


class Late(Record):
    a = String()


Late._fields["b"] = Integer()


class LateDeleted(Record):
    a = String()
    b = String()


del LateDeleted._fields["a"]


class LateSpace(Record):
    a = String()


LateSpace._avro_namespace = "late"


class LateSorted(Record):
    z = String()
    a = String()


setattr(LateSorted, "_sorted_fields", True)


class LateName(Record):
    a = String()


LateName.__name__ = "Later"


class LateAttribute(Record):
    """Not a field: the class's fields are read once."""

    a = String()


LateAttribute.b = String()


class Node(Record):
    name = String()


Node._fields["children"] = Array(Node())


class Left(Record):
    pass


class Right(Record):
    left = Left()


Left._fields.update(right=Right(), rights=Map(Right()))


class Recreated(type(Record)):
    def __new__(cls, name, bases, names):
        names["extra"] = String()
        return super().__new__(cls, name, bases, names)


class OfOwnMeta(Record, metaclass=Recreated):
    a = String()


class ChildOfOwnMeta(OfOwnMeta):
    b = String()


class Hooked(Record):
    def __init_subclass__(cls):
        cls._fields["hooked"] = String()


class ChildOfHooked(Hooked):
    a = String()


exec("class Executed(Record):\n    a = String()")

globals()["Indirect"] = Called


class HoldsIndirect(Record):
    inner = Indirect()  # noqa: F821
