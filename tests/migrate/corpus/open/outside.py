"""What comes from a package that is not among the sources."""

import company.base
from company.base import RETRIES, Level, Message, Text, Trace
from pulsar.schema import Array, Integer, Record, String


class OfOutside(Message):
    a = String()


class OfOutsideModule(company.base.Message):
    a = Integer()


class HoldsOutside(Record):
    trace = Trace()
    traces = Array(company.base.Trace())


class EnumOfOutside(Record):
    level = Level


class WordOfOutside(Record):
    text = Text()


class DefaultOfOutside(Record):
    retries = Integer(default=RETRIES, required_default=True)


class NamesOnly(Record):
    """Needs nothing from outside."""

    a = String()
