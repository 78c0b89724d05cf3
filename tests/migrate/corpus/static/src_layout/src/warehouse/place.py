from pulsar.schema import Record, String


class Place(Record):
    shelf = String()
