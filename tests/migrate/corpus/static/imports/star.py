from pulsar.schema import *


class Star(Record):
    a = Map(Array(Double()))
    b = Null()
