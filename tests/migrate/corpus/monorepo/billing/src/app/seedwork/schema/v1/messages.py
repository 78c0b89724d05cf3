"""The same module as in the service beside it, with other fields."""

from pulsar.schema import *

from ...clock import ZONE


class Message(Record):
    id = String(required=True)
    time = Long()
    zone = String(default=ZONE, required_default=True)
