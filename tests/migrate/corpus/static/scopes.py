"""Classes in classes, functions and branches, and names that come to mean something else."""

import sys
from enum import Enum

from pulsar.schema import Array, Integer, Long, Map, Record, String


class Outer(Record):
    """A class inside of a Record is one of its fields, and so is an enum."""

    class Inner(Record):
        x = Integer()

        class Deepest(Record):
            y = Long()

    class Kind(Enum):
        A = 1
        B = 2

    another = Inner()
    some_kind = Kind
    inners = Array(Inner())


class Namespace:
    """Not a Record: the classes in it are only kept in it."""

    class Inner(Record):
        z = String()

    class User(Record):
        pass

    LIMIT = 7


class OfNamespace(Record):
    a = Namespace.Inner()
    b = Outer.Inner(required=True)
    c = Outer.Kind
    d = Outer.Inner.Deepest()
    e = Integer(default=Namespace.LIMIT, required_default=True)


def first():
    class Local(Record):
        a = String()

    class UsesLocal(Record):
        local = Local()

    return Local, UsesLocal


def second():
    def deeper():
        class Local(Record):
            a = Long()

        return Local

    class Holder(Record):
        name = String()

    return deeper(), Holder


class Maker:
    def method(self):
        class Local(Record):
            b = Integer()

        return Local

    @staticmethod
    def other():
        class OfMethod(Record):
            outer = OfNamespace()

        return OfMethod


async def third():
    class InAsync(Record):
        a = String()

    return InAsync


kept = [first(), second(), Maker().method(), Maker.other()]
try:
    third().send(None)
except StopIteration as done:
    kept.append(done.value)


if sys.version_info >= (3,):
    class Conditional(Record):
        a = String()

try:
    class Tried(Record):
        a = Long()
except Exception:
    raise
else:
    class InElse(Record):
        a = Integer()
finally:
    class InFinally(Record):
        b = Integer()

with open(__file__) as _file:
    class InWith(Record):
        c = Integer()

for _ in range(1):
    class InFor(Record):
        d = Integer()

while True:
    class InWhile(Record):
        e = Integer()

    break

match 1:
    case 1:
        class InMatch(Record):
            f = Integer()


size = String()


class Sized(Record):
    a = size


size = Integer(required=True)


class SizedAgain(Record):
    a = size


class Twice(Record):
    a = String()


class OfFirst(Record):
    twice = Twice()


class Twice(Record):
    a = Long()
    b = String()


class OfSecond(Record):
    twice = Twice()
    both = Map(Twice())


class OfBoth(Record):
    first = OfFirst()
    second = OfSecond()


word = "outer"


class Shadow(Record):
    """The body's own names come before the module's."""

    word = String(default=word, required_default=True)
    again = word


class Renamed(Record):
    x = Integer()


Alias = Renamed
del Renamed


class OfAlias(Record):
    a = Alias()
    b = Array(Alias())
