"""Annotations that a decorator makes fields of."""

from pulsar.schema import Double, Integer, Record, String

KINDS = {int: Integer, str: String, float: Double}


def record(cls):
    fields = {name: KINDS[kind]() for name, kind in cls.__annotations__.items()}
    return type(cls.__name__, (Record,), fields)


@record
class Car:
    wheels: int
    name: str


class Garage(Record):
    car = Car()
    size = Integer()
