from pulsar.schema import Record, Map

from warehouse.place import Place


class Stock(Record):
    places = Map(Place())
