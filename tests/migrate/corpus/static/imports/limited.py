"""Only what `__all__` names is handed on by a star."""

from pulsar.schema import Record, String, Integer

__all__ = ["Limited", "Word"]

Word = String


class Limited(Record):
    a = Word()
    b = Integer()


class NotHandedOn(Record):
    c = Word()
