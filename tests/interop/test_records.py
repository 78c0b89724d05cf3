"""JSON and Avro messages between our implementations and real Records of the Python client, in both directions."""

import pytest

from definitions import SCHEMAS
from peers import OURS, REPOSITORY, Command, need
from results import report

need("pulsar")

from pulsar.schema import AvroSchema, JsonSchema, Record  # noqa: E402

import shapes  # noqa: E402
from record_values import NAMES, RECORDS, comparable, from_record, to_record, with_nulls  # noqa: E402

FIXTURES = Command(str((REPOSITORY / "tests" / "pulsar" / "fixtures").relative_to(REPOSITORY)))


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("name", sorted(RECORDS))
def test_json(name, ours):
    full, schema = NAMES[name], JsonSchema(RECORDS[name])
    with report(full, "JSON", f"{ours.name} / pulsar-client"):
        for value in comparable(full):
            for record in (to_record(full, value), with_nulls(to_record(full, value))):
                got = ours.from_json(full, schema.encode(record))
                assert SCHEMAS.record_from_json(full, got) == value
            data = ours.to_json(full, SCHEMAS.record_to_json(full, value))
            assert from_record(full, schema.decode(data)) == value


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("name", sorted(RECORDS))
def test_avro(name, ours):
    need("fastavro")
    full, schema = NAMES[name], AvroSchema(RECORDS[name])
    with report(full, "Avro", f"{ours.name} / pulsar-client"):
        for value in comparable(full):
            got = ours.from_avro(full, schema.encode(to_record(full, value)))
            assert SCHEMAS.record_from_json(full, got) == value
            data = ours.to_avro(full, SCHEMAS.record_to_json(full, value))
            assert from_record(full, schema.decode(data)) == value


IN = {"x": 3}
COLOR, SHADE = shapes.Color, shapes.Shade
WIRE = [
    # Record, what our reader makes of its JSON message
    (shapes.N1(), {}),
    (shapes.N1(b=None), {}),
    (shapes.N1(a=shapes.In(x=3)), {"a": IN}),
    (shapes.E(a=COLOR.RED), {"a": "RED", "c": "RED", "d": "GREEN"}),
    (shapes.E(b=COLOR.GREEN, d=COLOR.RED), {"b": "GREEN", "c": "RED", "d": "RED"}),
    (shapes.E2(shade=SHADE.DARK), {"shade": "DARK", "color": "GREEN", "again": "LIGHT"}),
    (shapes.EA(a=[COLOR.GREEN, COLOR.RED]), {"a": ["GREEN", "RED"]}),
    (shapes.EM(a={"k": COLOR.GREEN}), {"a": {"k": "GREEN"}}),
    (shapes.MA(), {"a": [], "m": {"k": 1}}),
    (shapes.MA(a=["x"], m={}), {"a": ["x"], "m": {}}),
    (
        shapes.CC(aa=[[1, 2.5]], ar=[shapes.In(x=1)], mm={"a": {"b": "c"}}, mr={"k": shapes.In(x=2)}),
        {"aa": [[1.0, 2.5]], "ar": [{"x": 1}], "mm": {"a": {"b": "c"}}, "mr": {"k": {"x": 2}}},
    ),
    (shapes.CC(ar=[shapes.In()], mr={"k": shapes.In()}), {"ar": [{}], "mr": {"k": {}}}),
    (shapes.MB(), {"a": False, "b": True, "c": True, "d": False, "e": False}),
    (shapes.NS2(z=shapes.NS(z="é", a=1)), {"z": {"z": "é", "a": 1}}),
    (shapes.Empty(), {}),
    (shapes.Asked(s="s", n=1, o=None), {"s": "s", "n": 1, "o": "x"}),
    (shapes.Text(plain="☃", **{"año": "😀"}), {"plain": "☃", "quoted": shapes.Text().quoted, "año": "😀"}),
    (shapes.Deep(), {}),
    (shapes.Deep(first=shapes.N1(b=shapes.In(x=3))), {"first": {"b": IN}}),
]


@pytest.mark.parametrize("record, expected", WIRE, ids=lambda x: type(x).__name__ if isinstance(x, Record) else "")
def test_shapes(record, expected):
    """What each fixture writes as JSON, read by its definition."""
    name = type(record).__name__
    with report(f"fixtures.shapes.{name}", "JSON", "Rust, dynamic / pulsar-client"):
        data = JsonSchema(type(record)).encode(record)
        assert FIXTURES.from_json(name, data) == expected


SENT = [
    (shapes.N1, {"a": IN}),
    (shapes.E, {"a": "RED", "c": "RED", "d": "GREEN"}),
    (shapes.MA, {"a": ["x"], "m": {}}),
    (shapes.CC, {"aa": [[1.5]], "ar": [{"x": 1}], "mm": {"a": {"b": "c"}}, "mr": {"k": {}}}),
    (shapes.MB, {"a": True, "b": False, "c": False, "d": True, "e": True}),
    (shapes.NS2, {"z": {"z": "é", "a": 1}}),
    (shapes.E2, {"shade": "DARK", "color": "GREEN", "again": "LIGHT"}),
    (shapes.Text, {"plain": "☃", "quoted": "", "año": "😀"}),
]


@pytest.mark.parametrize("record, message", SENT, ids=lambda x: x.__name__ if isinstance(x, type) else "")
def test_avro_of_shapes(record, message):
    """Avro messages of the fixtures, read by the client and sent back."""
    need("fastavro")
    name = record.__name__
    with report(f"fixtures.shapes.{name}", "Avro", "Rust, dynamic / pulsar-client"):
        schema = AvroSchema(record)
        data = FIXTURES.to_avro(name, message)
        assert FIXTURES.from_avro(name, schema.encode(schema.decode(data))) == message


@pytest.mark.parametrize("record, message", SENT, ids=lambda x: x.__name__ if isinstance(x, type) else "")
def test_json_of_shapes(record, message):
    """JSON messages of the fixtures, read by the client and sent back."""
    name = record.__name__
    with report(f"fixtures.shapes.{name}", "JSON", "Rust, dynamic / pulsar-client"):
        schema = JsonSchema(record)
        data = FIXTURES.to_json(name, message)
        assert FIXTURES.from_json(name, schema.encode(schema.decode(data))) == message


def test_what_a_record_cannot_read():
    """Enums in lists, and enums by a value that is a string. See the wire contract."""
    with pytest.raises(TypeError):
        JsonSchema(shapes.EA).decode(FIXTURES.to_json("EA", {"a": ["RED"]}))
    with pytest.raises(TypeError):
        JsonSchema(shapes.E2).decode(JsonSchema(shapes.E2).encode(shapes.E2(shade=SHADE.DARK)))
