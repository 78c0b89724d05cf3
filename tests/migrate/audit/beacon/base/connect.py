"""Functions that give the client."""

from functools import lru_cache
from typing import Optional

import pulsar

from .client import PulsarClient


def connect(url: str) -> pulsar.Client:
    return pulsar.Client(url)


def wrapped() -> "PulsarClient":
    return PulsarClient()


def sender(url, topic):
    client = connect(url)
    return client.create_producer(topic)


class Pool:
    client: Optional[pulsar.Client] = None

    def get(self) -> "pulsar.Client":
        return self.client
