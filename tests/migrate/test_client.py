"""The audit knows everything that the real client offers: its names, methods and arguments."""

import inspect
import json
from types import ModuleType

import _pulsar
import pulsar
import pulsar.asyncio
import pulsar.schema
import pytest

from migration import run

# What makes each object. The message, the consumer and the rest come from calls that are known.
MAKING = """import pulsar
client = pulsar.Client("pulsar://localhost")
consumer = client.subscribe("a", "b")
reader = client.create_reader("a", pulsar.MessageId.earliest)
producer = client.create_producer("a")
view = client.create_table_view("a", "b")
message = consumer.receive()
place = message.message_id()
"""
OBJECTS = {
    "client": pulsar.Client,
    "consumer": pulsar.Consumer,
    "reader": pulsar.Reader,
    "producer": pulsar.Producer,
    "view": pulsar.TableView,
    "message": pulsar.Message,
    "place": pulsar.MessageId,
}
MAKING_ASYNC = """import pulsar.asyncio
async def main():
    client = pulsar.asyncio.Client("pulsar://localhost")
    consumer = await client.subscribe("a", "b")
    reader = await client.create_reader("a", pulsar.MessageId.earliest)
    producer = await client.create_producer("a")
    message = await consumer.receive()
    place = message.message_id()
"""
OBJECTS_ASYNC = {
    "client": pulsar.asyncio.Client,
    "consumer": pulsar.asyncio.Consumer,
    "reader": pulsar.asyncio.Reader,
    "producer": pulsar.asyncio.Producer,
    "message": pulsar.Message,
    "place": pulsar.MessageId,
}
# Told by their values, where these are anything special.
BY_VALUE = {
    "topic", "subscription_name", "schema", "consumer_type", "initial_position", "service_url", "start_message_id",
    "content", "self",
}  # fmt: skip
# Classes of records and their fields are migrated, not audited; the rest is of nobody's business.
OTHERS = {"List", "Tuple", "Optional", "Union", "Callable", "timedelta"}


def audit(folder, text):
    """The findings in a file, as (line, kind, whether it is certain)."""
    (folder / "code.py").write_text(text)
    made = run("migrate", folder, "--format", "json")
    assert made.returncode in (0, 1), made.stderr
    found = json.loads(made.stdout)["audit"]["findings"]
    return [(f["line"], f["kind"], f["certain"]) for f in found]


def methods(of):
    functions = inspect.getmembers(of, lambda m: callable(m) or isinstance(m, property))
    return [name for name, _ in functions if not name.startswith("_") and name != "wrap"]


def parameters(function):
    return [name for name in inspect.signature(function).parameters if name not in BY_VALUE]


@pytest.mark.parametrize("module", [pulsar, pulsar.asyncio, _pulsar])
def test_names(tmp_path, module):
    own = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in OTHERS and not isinstance(value, ModuleType)
        and getattr(value, "__module__", "").split(".")[0] in ("pulsar", "_pulsar")
    ]  # fmt: skip
    lines = [f"import {module.__name__}"] + [f"print({module.__name__}.{name})" for name in own]
    found = audit(tmp_path, "\n".join(lines))
    known = {line for line, kind, certain in found if kind != "PULSAR_IMPORT" and certain}
    assert [name for line, name in enumerate(own, 2) if line not in known] == []
    assert len(own) > 10 or module is pulsar.asyncio


def unknown_methods(folder, making, indent, name, of):
    own = methods(of)
    assert own
    text = making + "".join(f"{indent}{name}.{method}()\n" for method in own)
    known = {line for line, _, certain in audit(folder, text) if certain}
    return [method for line, method in enumerate(own, making.count("\n") + 1) if line not in known]


@pytest.mark.parametrize("name", OBJECTS)
def test_methods(tmp_path, name):
    assert unknown_methods(tmp_path, MAKING, "", name, OBJECTS[name]) == []


@pytest.mark.parametrize("name", OBJECTS_ASYNC)
def test_methods_of_asyncio(tmp_path, name):
    assert unknown_methods(tmp_path, MAKING_ASYNC, "    ", name, OBJECTS_ASYNC[name]) == []


@pytest.mark.parametrize(
    "call, function",
    [
        ("pulsar.Client", pulsar.Client.__init__),
        ("client.subscribe", pulsar.Client.subscribe),
        ("client.create_reader", pulsar.Client.create_reader),
        ("client.create_producer", pulsar.Client.create_producer),
        ("producer.send", pulsar.Producer.send),
        ("producer.send_async", pulsar.Producer.send_async),
    ],
)
def test_arguments(tmp_path, call, function):
    own = parameters(function)
    assert own
    text = MAKING + f"{call}(\n" + "".join(f"    {name}=1,\n" for name in own) + ")\n"
    first = MAKING.count("\n") + 2
    known = {line for line, _, certain in audit(tmp_path, text) if certain}
    assert [name for line, name in enumerate(own, first) if line not in known] == []
