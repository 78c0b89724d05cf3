"""Sends."""

from pulsar import Client
from pulsar.schema import JsonSchema


class Producer:
    def __init__(self, client: Client, topic, schema):
        self.producer = client.create_producer(
            topic=topic, schema=JsonSchema(schema), chunking_enabled=True, batching_enabled=False
        )

    def send(self, value, properties=None):
        self.producer.send(value, properties=properties or {})

    def stop(self):
        self.producer.flush()
        self.producer.close()
