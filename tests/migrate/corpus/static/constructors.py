"""Records with methods of their own, as programs grow them."""

from dataclasses import field  # noqa: F401

from pulsar.schema import *


class Message(Record):
    id = String()
    time = Long()
    spec_version = String(required=False, default="v1")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class Payload(Message):
    number = String()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class Command(Message):
    id = String()
    data = Payload()
    payloads = Array(Payload())
    last = Payload

    def __init__(self, *args, **kwargs):
        super(Command, self).__init__(*args, **kwargs)

    @classmethod
    def of(cls, number):
        return cls(data=Payload(number=number))

    @property
    def number(self):
        return self.data.number

    def __repr__(self):
        return f"Command({self.id})"


class WithParts(Record):
    """Constants and types that belong to it, none of which is a field."""

    VERSION = "v1"
    TOPIC = f"commands-{VERSION}"
    LIMITS = {"low": 1}
    _cache = None
    name: str
    key = String(default=VERSION, required_default=True)

    class Options:
        strict = True
        hidden = String()
