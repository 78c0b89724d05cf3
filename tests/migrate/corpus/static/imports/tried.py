try:
    from pulsar.schema import Record, String
except ImportError:
    Record = object
    String = None


class Tried(Record):
    a = String()
