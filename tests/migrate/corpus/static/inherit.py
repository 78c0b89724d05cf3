"""Fields are never inherited."""

from typing import Generic, TypeVar

from pulsar.schema import Integer, Long, Record, String

T = TypeVar("T")


class Base(Record):
    a = String()
    b = Integer(required=True)


class Child(Base):
    c = String()


class GrandChild(Child):
    pass


class Repeats(Base):
    a = String()
    b = Long()


class Plain:
    lost = String()

    def method(self):
        return self.lost


class WithMixin(Plain, Record):
    kept = String()


class Two(Child, Repeats):
    d = String()


class Parametrised(Record, Generic[T]):
    e = String()


class OfParametrised(Parametrised[int]):
    f = String()


class Envelope(Record):
    id = String()
    base = Base()


class Event(Envelope):
    child = Child()
    envelope = Envelope()


class Empty(Record):
    pass


class EmptyText(Record):
    """Nothing but a docstring."""


class EmptyDots(Record): ...


class OneLine(Record): a = String(); b = Long()


class HoldsEmpty(Record):
    empty = Empty()
    dots = EmptyDots(required=True)
