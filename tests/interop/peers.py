"""Our implementations and the others, each with one way to write a message and one to read it."""

import atexit
import importlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def missing(reason, **options):
    """Skips, and says why. Where `CI` is set nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, **options)


def need(module):
    """The module of another implementation, for the top of a test file."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        return missing(f"{module} is not installed ({error}); tests/run installs it", allow_module_level=True)


def program(variable, name, package):
    """A program of ours: the one that the variable names, else the debug build."""
    path = REPOSITORY / (os.environ.get(variable) or f"target/debug/{name}")
    if not path.exists():
        missing(f"{path} is not built; cargo build -p {package} builds it")
    return str(path)


def tool():
    """The `tg-schema` command."""
    return program("TG_SCHEMA_BIN", "tg-schema", "tg-schema-cli")


def run_tool(*arguments, given=b""):
    """What the command writes to standard output."""
    run = subprocess.run([tool(), *arguments], input=given, cwd=REPOSITORY, capture_output=True)
    assert run.returncode == 0, (arguments, given, run.stderr.decode())
    return run.stdout


class Command:
    """The codecs without types, by way of `tg-schema encode` and `decode`."""

    name = "Rust, dynamic"

    def __init__(self, *inputs):
        self.inputs = [part for path in inputs for part in ("--inputs", path)]

    def to_avro(self, record, message):
        return self._encode(record, message, "avro")

    def to_json(self, record, message):
        return self._encode(record, message, "json")

    def _encode(self, record, message, wire):
        given = json.dumps(message).encode()
        return run_tool("encode", record, *self.inputs, "--wire", wire, "--out", "raw", given=given)

    def from_avro(self, record, data):
        return json.loads(run_tool("decode", record, *self.inputs, "--in", "raw", given=data))

    def from_json(self, record, data):
        return json.loads(run_tool("decode", record, *self.inputs, "--wire", "json", given=data))


class GeneratedPython:
    """The package in `generated/python`."""

    name = "Python"

    @staticmethod
    @cache
    def type(record):
        """The class of a record."""
        folder = str(REPOSITORY / "generated" / "python")
        if folder not in sys.path:
            sys.path.insert(0, folder)
        module, name = record.rsplit(".", 1)
        return getattr(importlib.import_module(f"messages.{module}"), name)

    def to_avro(self, record, message):
        return self.type(record).from_json(message).encode_avro()

    def to_json(self, record, message):
        return self.type(record).from_json(message).encode()

    def from_avro(self, record, data):
        return self.type(record).decode_avro(data).to_json()

    def from_json(self, record, data):
        return self.type(record).decode(data).to_json()


class GeneratedRust:
    """The types in `generated/rust`, by way of a program that knows them all (`tests/rust/codec.rs`).

    It reads lines `OPERATION RECORD HEX` and answers each with `ok HEX` or `error TEXT`.
    """

    name = "Rust"
    process = None

    def run(self, operation, record, data):
        cls = type(self)
        if cls.process is None:
            path = program("TG_SCHEMA_CODEC", "generated-codec", "tg-schema-tests")
            cls.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            atexit.register(cls.process.kill)
        cls.process.stdin.write(f"{operation} {record} {data.hex()}\n")
        cls.process.stdin.flush()
        verdict, _, answer = cls.process.stdout.readline().rstrip("\n").partition(" ")
        assert verdict == "ok", (operation, record, data, answer)
        return bytes.fromhex(answer)

    def pulsar_schema(self, record):
        """The text that the type registers."""
        return self.run("pulsar-schema", record, b"").decode()

    def to_avro(self, record, message):
        return self.run("json-to-avro", record, json.dumps(message).encode())

    def to_json(self, record, message):
        return self.run("json", record, json.dumps(message).encode())

    def from_avro(self, record, data):
        return json.loads(self.run("avro-to-json", record, data))

    def from_json(self, record, data):
        return json.loads(self.run("json", record, data))


class RustOnPulsar:
    """The types in `generated/rust` on a broker, by way of a program (`tests/rust/pulsar_peer.rs`)."""

    def __init__(self, url):
        path = program("TG_PULSAR_PEER", "pulsar-peer", "tg-schema-tests")
        self.process = subprocess.Popen([path, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, operation, record, topic, data=b""):
        """What came of an operation: whether it was done, and bytes or an error."""
        self.process.stdin.write(f"{operation} {record} {topic} {data.hex()}\n")
        self.process.stdin.flush()
        verdict, _, answer = self.process.stdout.readline().rstrip("\n").partition(" ")
        return (True, bytes.fromhex(answer)) if verdict == "ok" else (False, answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


OURS = [Command(), GeneratedPython(), GeneratedRust()]
