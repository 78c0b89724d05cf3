from pulsar.schema import Record, String


class Plain(Record):
    a = String()
