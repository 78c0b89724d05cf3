"""Topic addresses and the backend protocols."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def topics(package: ModuleType) -> ModuleType:
    """The module under test."""
    return importlib.import_module(package.__name__ + ".topic")


def test_parts(topics: ModuleType) -> None:
    topic = topics.Topic.parse("q2/tg/config/a.b")
    assert (topic.qos, topic.tenant, topic.namespace, topic.queue) == (topics.Qos.Q2, "tg", "config", "a.b")
    assert str(topic) == "q2/tg/config/a.b"
    assert topic.path == "tg/config/a.b"
    assert topic == topics.topic("a.b", qos="q2", namespace="config")
    assert hash(topic) == hash(topics.topic("a.b", qos=topics.Qos.Q2, namespace="config"))
    assert str(topics.topic("x")) == "q1/tg/flow/x"
    assert str(topics.topic("x", tenant="acme")) == "q1/acme/flow/x"
    with pytest.raises(AttributeError):
        topic.queue = "other"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "topic"),
        ("q1/tg/flow", "topic"),
        ("q1/tg/flow/a/b", "topic"),
        ("persistent://tg/flow/a", "topic"),
        ("q3/tg/flow/a", "quality of service"),
        ("Q1/tg/flow/a", "quality of service"),
        ("/tg/flow/a", "quality of service"),
        ("q1//flow/a", "tenant"),
        ("q1/a.b/flow/a", "tenant"),
        ("q1/amq/flow/a", "tenant"),
        ("q1/tg/é/a", "namespace"),
        ("q1/tg/a.b/a", "namespace"),
        ("q1/tg/flow/", "queue"),
        ("q1/tg/flow/a+", "queue"),
        ("q1/tg/flow/a\n", "queue"),
        ("q1/tg/flow/.", "queue"),
        ("q1/tg/flow/..", "queue"),
        ("q1/tg/flow/x-partition-3", "queue"),
        ("q1/tg/flow/__change_events", "queue"),
        ("q1/tg/flow/x__transaction_pending_ack", "queue"),
        ("q1/tg/flow/" + "a" * 242, "topic"),
    ],
)
def test_the_wrong_part_is_named(topics: ModuleType, text: str, part: str) -> None:
    with pytest.raises(topics.TopicError) as caught:
        topics.Topic.parse(text)
    assert caught.value.part == part
    assert part in str(caught.value)


def test_limits(topics: ModuleType) -> None:
    assert topics.Topic.parse("q1/tg/flow/" + "a" * 241)
    assert topics.Topic.parse("q1/tg/flow/x-partition-")
    assert topics.Topic.parse("q1/tg/flow/x-partition-3a")
    for wrong in (None, 1, b"tg"):
        with pytest.raises(topics.TopicError):
            topics.topic("x", tenant=wrong)
    with pytest.raises(topics.TopicError):
        topics.Topic("q1", "tg", "flow", "x")


def test_a_backend_fits_by_its_methods(package: ModuleType, every_record: list[type[Any]]) -> None:
    pubsub = importlib.import_module(package.__name__ + ".pubsub")

    class Received:
        def __init__(self, value: Any, properties: Mapping[str, str]) -> None:
            self._value, self._properties = value, dict(properties)

        def value(self) -> Any:
            return self._value

        def properties(self) -> dict[str, str]:
            return self._properties

    class Loop:
        """Producer, consumer and backend in one: a queue of bytes."""

        def __init__(self) -> None:
            self.queue: list[tuple[bytes, dict[str, str]]] = []
            self.schema: Any = None

        def create_producer(self, topic: Any, schema: Any, **options: object) -> Any:
            return self

        def create_consumer(self, topic: Any, subscription: str, schema: Any, **options: object) -> Any:
            self.schema = schema
            return self

        def send(self, message: Any, properties: Mapping[str, str] | None = None) -> None:
            self.queue.append((message.encode(), dict(properties or {})))

        def receive(self, timeout: float | None = None) -> Any:
            if not self.queue:
                raise TimeoutError
            data, properties = self.queue.pop(0)
            return Received(self.schema.decode(data), properties)

        def acknowledge(self, message: Any) -> None: ...

        def negative_acknowledge(self, message: Any) -> None: ...

        def unsubscribe(self) -> None: ...

        def flush(self) -> None: ...

        def close(self) -> None: ...

    loop = Loop()
    assert isinstance(loop, pubsub.PubSubBackend)
    assert isinstance(loop, pubsub.BackendProducer)
    assert isinstance(loop, pubsub.BackendConsumer)
    assert not isinstance(object(), pubsub.PubSubBackend)
    from random_values import least

    wire = importlib.import_module(package.__name__ + ".wire")
    record = every_record[0]
    message = least(wire, record)
    consumer = loop.create_consumer("q1/tg/flow/x", "sub", record)
    loop.create_producer("q1/tg/flow/x", record).send(message, {"id": "1"})
    received = consumer.receive(timeout=0.1)
    assert isinstance(received, pubsub.Message)
    assert received.value() == message and received.properties() == {"id": "1"}
    with pytest.raises(TimeoutError):
        consumer.receive(timeout=0)
