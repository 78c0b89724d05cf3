"""What the services say to each other."""

from enum import Enum

from pulsar.schema import Array, Boolean, Double, Integer, Long, Map, Record, String


class Error(Record):
    """Why a request failed."""

    type = String()
    message = String()


class Station(Record):
    name = String()
    height = Integer()


class Unit(Enum):
    CELSIUS = 1
    KELVIN = 2


class Reading(Record):
    station = Station()
    value = Double()
    unit = Unit
    taken = Long()


class ReadingRequest(Record):
    station = String()
    limit = Integer()
    tags = Map(String())


class ReadingResponse(Record):
    error = Error()
    readings = Array(Reading())
    last = Boolean()
