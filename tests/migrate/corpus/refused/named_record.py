"""A class by the name of the base class gets no fields."""

import pulsar.schema


class Record(pulsar.schema.Record):
    a = pulsar.schema.String()


class Child(Record):
    """Has its own fields."""

    b = pulsar.schema.Long()


class Holds(pulsar.schema.Record):
    a = pulsar.schema.Array(Child())
