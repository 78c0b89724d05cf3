from pulsar.schema import Record, String


class Leaf(Record):
    green = String()
