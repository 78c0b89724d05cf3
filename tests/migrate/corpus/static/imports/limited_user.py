from pulsar.schema import *
from .limited import *


class LimitedUser(Record):
    limited = Limited()
    word = Word()
