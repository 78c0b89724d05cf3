from pulsar.schema import Record, String


class Common(Record):
    a = String()
