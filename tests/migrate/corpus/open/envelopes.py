"""Defaults that are made when the program starts: they are in no text, but what they are nobody knows."""

import datetime
import time
import uuid
from dataclasses import dataclass

from pulsar.schema import *


def now():
    return int(time.time() * 1000)


class Envelope(Record):
    id = String(default=str(uuid.uuid4()))
    time = Long()
    ingestion = Long(default=now())
    specversion = String(default="v1")
    datacontenttype = String()


class Event(Envelope):
    id = String(default=str(uuid.uuid4()))
    ingestion = Long(default=now(), required=True)
    at = String(default=datetime.datetime.now().isoformat())
    type = String(default="Event")
    data = Envelope()


class Latest(Record):
    """This default is in the text."""

    version = Integer(default=len("ab"), required_default=True)
    data = Event


@dataclass
class Decorated(Record):
    a = String()
    b: str = "b"


class OwnConstructor(Record):
    _avro_namespace = "org.example"
    Title = String()
    Place = Float()

    def __init__(self, title, place=0.0):
        self.Title = title
        self.Place = place


class OwnDefaults(Record):
    """As a part of another, its constructor decides what is required of it."""

    a = String()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, required=True, **kwargs)


class HoldsOwnDefaults(Record):
    part = OwnDefaults()
    parts = Array(OwnDefaults())
