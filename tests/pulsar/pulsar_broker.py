"""A real Pulsar broker for tests, its administration, and schemas that are texts."""

import contextlib
import json
import os
import subprocess
import urllib.error
import urllib.request

import _pulsar
import pulsar
import pytest

from peers import missing, program

STRATEGIES = (
    "FULL",
    "BACKWARD",
    "FORWARD",
    "FULL_TRANSITIVE",
    "BACKWARD_TRANSITIVE",
    "FORWARD_TRANSITIVE",
    "ALWAYS_COMPATIBLE",
    "ALWAYS_INCOMPATIBLE",
)


class Broker:
    """A broker that lives as long as this process, or until it is closed."""

    def __init__(self, *how):
        path = program("TG_TEST_BROKER", "broker", "tg-test-brokers")
        self.process = subprocess.Popen(
            [path, "run", "pulsar", *how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started = self.process.stdout.readline()
        if not started:
            told = self.process.stderr.read()
            if "is not installed" in told:
                missing(told)
            pytest.fail(f"Pulsar does not start: {told}", pytrace=False)
        self.told = dict(word.split("=", 1) for word in started.split())
        self.url = f"pulsar://127.0.0.1:{self.told['port']}"

    def ask(self, line):
        """Does what a line says: `kill`, `restart` and the rest of them."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(300)

    def admin(self, method, path, body=None):
        """The status and the answer of a request to the administration."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.told['admin']}/admin/v2/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        if "token" in self.told:
            request.add_header("Authorization", f"Bearer {self.told['token']}")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def done(self, method, path, body=None):
        """The answer of a request that must be done."""
        status, answer = self.admin(method, path, body)
        assert 200 <= status < 300, (method, path, status, answer)
        return answer

    def namespace(self, name, strategy=None):
        """A new namespace of the tenant `tg`, in which schemas change by a strategy."""
        self.done("PUT", f"namespaces/tg/{name}")
        if strategy is not None:
            self.strategy(name, strategy)
        return f"tg/{name}"

    def strategy(self, name, strategy):
        self.done("PUT", f"namespaces/tg/{name}/schemaCompatibilityStrategy", strategy)

    def versions(self, topic):
        """The texts that were registered for a topic, oldest first."""
        status, answer = self.admin("GET", f"schemas/{topic}/schemas")
        assert status in (200, 404), answer
        return [] if status == 404 else [version["data"] for version in answer["getSchemaResponses"]]

    def accepts(self, topic, text):
        """Whether the administration says that a topic takes a schema."""
        status, answer = self.admin("POST", f"schemas/{topic}/compatibility", posted(text))
        if 200 <= status < 300:
            return answer["compatibility"]
        assert status == 500 and "IncompatibleSchemaException" in json.dumps(answer), answer
        return False

    def register(self, topic, text):
        """Whether the administration takes a schema."""
        status, answer = self.admin("POST", f"schemas/{topic}/schema", posted(text))
        assert 200 <= status < 300 or status == 409, (status, answer)
        return status != 409


def posted(text):
    return {"type": "JSON", "schema": text, "properties": {}}


class Text(pulsar.schema.Schema):
    """A schema of type JSON that is a text, as generated types carry it. Messages are bytes."""

    def __init__(self, text):
        self._schema_info = _pulsar.SchemaInfo(_pulsar.SchemaType.JSON, "JSON", text)

    def encode(self, obj):
        return obj

    def decode(self, data):
        return data


@contextlib.contextmanager
def client(url):
    """A client that says nothing of what it is refused. A loaded machine takes its time, and so does its broker."""
    quiet = pulsar.FileLogger(pulsar.LoggerLevel.Error, os.devnull)
    connected = pulsar.Client(url, operation_timeout_seconds=120, connection_timeout_ms=120_000, logger=quiet)
    try:
        yield connected
    finally:
        connected.close()


def produces(connected, topic, schema):
    """Whether the broker takes a producer."""
    try:
        connected.create_producer(topic, schema=schema).close()
    except pulsar.IncompatibleSchema:
        return False
    return True


def consumes(connected, topic, schema, name="s"):
    """Whether the broker takes a consumer."""
    try:
        connected.subscribe(topic, name, schema=schema).close()
    except pulsar.IncompatibleSchema:
        return False
    return True
