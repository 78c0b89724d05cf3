# -*- coding: latin-1 -*-
from pulsar.schema import Record, String


class Latin(Record):
    """Grüße."""

    a = String(default="Grüße", required_default=True)  # é
