"""Avro messages of every record, between each implementation of ours and each other one, in both directions."""

import io
import json
import uuid

import pytest

from definitions import SCHEMAS, avro_path
from peers import OURS, need
from results import report
from values import messages

fastavro = need("fastavro")
avro_io = need("avro.io")
avro_schema = need("avro.schema")


class Fastavro:
    name = "fastavro"

    @staticmethod
    def form(value):
        """The value as this library has it."""
        return value

    def __init__(self, text):
        self.schema = fastavro.parse_schema(json.loads(text))

    def write(self, value):
        out = io.BytesIO()
        fastavro.schemaless_writer(out, self.schema, value, strict=True)
        return out.getvalue()

    def read(self, data):
        source = io.BytesIO(data)
        value = fastavro.schemaless_reader(source, self.schema)
        assert source.read() == b""
        return value


def without_uuids(value):
    """The same with the text of each UUID."""
    if isinstance(value, dict):
        return {k: without_uuids(v) for k, v in value.items()}
    if isinstance(value, list):
        return [without_uuids(v) for v in value]
    return str(value) if isinstance(value, uuid.UUID) else value


class Avro:
    name = "Python avro"
    form = staticmethod(without_uuids)  # it reads the logical type uuid as the string that carries it

    def __init__(self, text):
        self.schema = avro_schema.parse(text)

    def write(self, value):
        out = io.BytesIO()
        avro_io.DatumWriter(self.schema).write(value, avro_io.BinaryEncoder(out))
        return out.getvalue()

    def read(self, data):
        source = io.BytesIO(data)
        value = avro_io.DatumReader(self.schema).read(avro_io.BinaryDecoder(source))
        assert source.read() == b""
        return value


@pytest.mark.parametrize("theirs", [Fastavro, Avro], ids=lambda t: t.name)
@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("record", sorted(SCHEMAS.records))
def test_avro(record, ours, theirs):
    with report(record, "Avro", f"{ours.name} / {theirs.name}"):
        them = theirs(avro_path(record).read_text())
        for value in messages(record, 3):
            message = SCHEMAS.record_to_json(record, value)
            assert them.read(ours.to_avro(record, message)) == them.form(value)
            got = ours.from_avro(record, them.write(them.form(value)))
            assert SCHEMAS.record_from_json(record, got) == value
