"""Pulsar's client for Python as the other end: does what its argument says, and prints what came of it as JSON.

The argument is an object: `url`, `topic`, `do` and what that takes. Message `n` of `size` bytes is its number, a colon,
and the letters of the alphabet as often as it takes; with `noise`, bytes that no compression makes smaller.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

import pulsar


def body(number: int, size: int) -> bytes:
    """The bytes of a message."""
    head = f"{number}:".encode()
    letters = b"abcdefghijklmnopqrstuvwxyz"
    return (head + letters * (size // len(letters) + 1))[:size]


def noise(number: int, size: int) -> bytes:
    """The bytes of a message that cannot be compressed: the states of a generator."""
    out = bytearray()
    state = number
    while len(out) < size:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out += state.to_bytes(8, "little")
    return bytes(out[:size])


def produce(client: pulsar.Client, told: dict[str, Any]) -> dict[str, Any]:
    """Sends messages, and waits until all are confirmed."""
    batched = told.get("batch", 1)
    producer = client.create_producer(
        told["topic"],
        producer_name=told.get("name"),
        compression_type=getattr(pulsar.CompressionType, told.get("compression", "NONE")),
        batching_enabled=batched > 1,
        batching_max_messages=max(batched, 2),
        # A batch is sent when it is full, or at the end, however slow the machine is.
        batching_max_publish_delay_ms=600_000,
        send_timeout_millis=600_000,
        chunking_enabled=told.get("chunking", False),
        max_pending_messages=10_000,
    )
    make = noise if told.get("noise") else body
    failed: list[str] = []
    left = threading.Semaphore(0)

    def confirmed(result: pulsar.Result, _: object) -> None:
        if result != pulsar.Result.Ok:
            failed.append(str(result))
        left.release()

    count = told["count"]
    for number in range(told.get("first", 0), told.get("first", 0) + count):
        producer.send_async(
            make(number, told["size"]),
            confirmed,
            properties={"n": str(number), "empty": ""},
            partition_key=f"key-{number}",
            event_timestamp=1_700_000_000_000 + number,
        )
    producer.flush()
    for _ in range(count):
        left.acquire()
    producer.close()
    return {"failed": failed}


def consume(client: pulsar.Client, told: dict[str, Any]) -> dict[str, Any]:
    """Receives messages, and acknowledges them."""
    consumer = client.subscribe(
        told["topic"],
        told["subscription"],
        consumer_type=pulsar.ConsumerType.Shared,
        initial_position=pulsar.InitialPosition.Earliest,
    )
    received = []
    for _ in range(told["count"]):
        message = consumer.receive(timeout_millis=120_000)
        data = message.data()
        received.append(
            {
                "size": len(data),
                "intact": data == body(int(message.properties()["n"]), len(data)),
                "key": message.partition_key(),
            }
        )
        consumer.acknowledge(message)
    consumer.close()
    return {"received": received}


def main() -> None:
    """Does one thing."""
    told = json.loads(sys.argv[1])
    logger = pulsar.ConsoleLogger(pulsar.LoggerLevel.Warn)
    client = pulsar.Client(told["url"], operation_timeout_seconds=120, connection_timeout_ms=120_000, logger=logger)
    done = {"produce": produce, "consume": consume}[told["do"]](client, told)
    client.close()
    print(json.dumps(done))


main()
