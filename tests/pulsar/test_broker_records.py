"""Generated types beside the Python client on a real broker: one schema version, and messages in both directions."""

import json

import pytest

from peers import GeneratedRust, RustOnPulsar, need
from results import report

need("pulsar")

import pulsar  # noqa: E402
from pulsar.schema import JsonSchema  # noqa: E402

from definitions import SCHEMAS  # noqa: E402
from pulsar_broker import STRATEGIES, Text, client, consumes, produces  # noqa: E402
from record_values import NAMES, RECORDS, comparable, from_record, to_record, with_nulls  # noqa: E402

RUST = GeneratedRust()


@pytest.fixture(scope="module")
def connected(broker):
    for strategy in STRATEGIES:
        broker.namespace(f"records-{strategy.lower()}", strategy)
    with client(broker.url) as made:
        yield made


@pytest.fixture(scope="module")
def rust(broker):
    made = RustOnPulsar(broker.url)
    yield made
    made.close()


def test_all_records_are_here():
    assert len(NAMES) == len(RECORDS) == 76 and len(STRATEGIES) == 8


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_no_new_version(broker, connected, rust, name):
    """The Python client registers a record. The generated type then produces and consumes, whatever the strategy."""
    text, record = RUST.pulsar_schema(NAMES[name]), JsonSchema(RECORDS[name])
    with report(NAMES[name], "Pulsar broker", "one schema version"):
        for strategy in STRATEGIES:
            topic = f"tg/records-{strategy.lower()}/{name}"
            assert produces(connected, topic, record), strategy
            registered = broker.versions(topic)
            assert registered == [record.schema_info().schema()] == [text], strategy
            assert broker.accepts(topic, text), strategy
            assert produces(connected, topic, Text(text)), strategy
            # Where no schema is compatible, a consumer's own never is either. Ours goes without where it is known.
            attaches = strategy != "ALWAYS_INCOMPATIBLE"
            assert consumes(connected, topic, Text(text)) == consumes(connected, topic, record) == attaches, strategy
            assert consumes(connected, topic, pulsar.schema.BytesSchema()), strategy
            assert rust.run("attach", NAMES[name], f"q1/{topic}") == (True, b""), strategy
            assert broker.versions(topic) == registered, strategy


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_the_other_way_around(broker, connected, rust, name):
    """The generated type comes first, and the Python client adds nothing."""
    topic, record = f"tg/records-full/{name}-first", JsonSchema(RECORDS[name])
    assert rust.run("attach", NAMES[name], f"q1/{topic}") == (True, b"")
    assert produces(connected, topic, record) and consumes(connected, topic, record)
    assert broker.versions(topic) == [record.schema_info().schema()]


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_messages(connected, rust, name):
    """Each reads what the other sent, nulls and sub-records that were not set included."""
    full, record, topic = NAMES[name], JsonSchema(RECORDS[name]), f"tg/flow/{name}"
    with report(full, "Pulsar broker", "Rust / pulsar-client"):
        producer = connected.create_producer(topic, schema=record)
        consumer = connected.subscribe(
            topic, "python", schema=record, initial_position=pulsar.InitialPosition.Earliest
        )

        def receive():
            done, data = rust.run("receive", full, f"q1/{topic}")
            assert done, data
            return SCHEMAS.record_from_json(full, json.loads(data))

        for value in comparable(full):
            for sent in (to_record(full, value), with_nulls(to_record(full, value))):
                producer.send(sent)
                assert receive() == value
                consumer.acknowledge(consumer.receive(120_000))
            text = json.dumps(SCHEMAS.record_to_json(full, value)).encode()
            done, error = rust.run("send", full, f"q1/{topic}", text)
            assert done, error
            message = consumer.receive(120_000)
            assert from_record(full, message.value()) == value
            consumer.acknowledge(message)
            assert receive() == value
        producer.close()
        consumer.close()
        assert rust.run("close", full, f"q1/{topic}") == (True, b"")


def test_an_unset_sub_record_is_an_object_of_nulls(connected):
    """What old producers write for nothing at all, seen in the broker's bytes."""
    topic = "tg/flow/unset"
    reader = connected.create_reader(topic, pulsar.MessageId.earliest)
    full = NAMES["TextCompletionResponse"]
    schema = JsonSchema(RECORDS["TextCompletionResponse"])
    connected.create_producer(topic, schema=schema).send(RECORDS["TextCompletionResponse"](response="hi"))
    data = reader.read_next(120_000).data()
    assert json.loads(data)["error"] == {"type": None, "message": None}
    read = RUST.from_json(full, data)
    assert read["response"] == "hi" and "error" not in read
