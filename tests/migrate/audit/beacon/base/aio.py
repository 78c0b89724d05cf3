"""The same without waiting in the loop."""

import asyncio
from functools import partial

import pulsar
from pulsar.schema import AvroSchema


class AsyncConsumer:
    def __init__(self, client, topic, schema):
        self.client = client
        self.topic = topic
        self.schema = schema

    async def run(self, handler):
        self.consumer = await asyncio.to_thread(
            self.client.subscribe,
            topic=self.topic,
            subscription_name="aio",
            schema=AvroSchema(self.schema),
            unacked_messages_timeout_ms=60000,
        )
        loop = asyncio.get_running_loop()
        while True:
            try:
                msg = await asyncio.to_thread(self.consumer.receive, timeout_millis=2000)
            except (pulsar.Timeout, pulsar.Interrupted):
                continue
            await handler(msg.value())
            await loop.run_in_executor(None, self.consumer.acknowledge, msg)
            done = partial(self.consumer.negative_acknowledge, msg)
            done()
