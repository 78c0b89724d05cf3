"""Receives, handles, settles."""

import time

import pulsar
from pulsar import ConsumerType, InitialPosition
from pulsar.schema import JsonSchema


class Consumer:
    def __init__(self, client, topic, subscriber, schema, handler):
        self.handler = handler
        self.consumer = client.subscribe(
            topic=topic,
            subscription_name=subscriber,
            consumer_type=ConsumerType.Shared,
            initial_position=InitialPosition.Earliest,
            schema=JsonSchema(schema),
            receiver_queue_size=20,
        )

    def run(self):
        while True:
            try:
                msg = self.consumer.receive(timeout_millis=2000)
            except pulsar.Timeout:
                continue
            try:
                self.handler(msg.value(), msg.properties())
                self.consumer.acknowledge(msg)
            except Exception:
                self.consumer.negative_acknowledge(msg)
                time.sleep(1)

    def stop(self):
        self.consumer.unsubscribe()
        self.consumer.close()
