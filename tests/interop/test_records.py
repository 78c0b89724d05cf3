"""JSON and Avro messages between our implementations and real Records of the Python client, in both directions."""

import pytest

from definitions import SCHEMAS
from peers import OURS, REPOSITORY, Command, need
from results import report
from values import messages, unset

need("pulsar")

from pulsar.schema import AvroSchema, JsonSchema, Record  # noqa: E402

import old_records  # noqa: E402
import shapes  # noqa: E402

RECORDS = old_records.records()
NAMES = {name: f"trustgraph.{module.replace('/', '.')}.{name}" for name, module in old_records.MODULE.items()}
FIXTURES = Command(str((REPOSITORY / "tests" / "pulsar" / "fixtures").relative_to(REPOSITORY)))

# A Record takes these for arguments of its own and never as fields, neither in code nor in a message.
SWALLOWED = {"required", "default", "required_default"}


def to_record(name, value):
    """A Record as old code makes it: what is None is not mentioned."""
    fields = {f.name: f.type for f in SCHEMAS.records[name].fields}
    given = {k: to_record_value(fields[k], v) for k, v in value.items() if v is not None and k not in SWALLOWED}
    return RECORDS[name.rsplit(".", 1)[1]](**given)


def to_record_value(type_, value):
    match type_.word:
        case "record":
            return to_record(type_.inside, value)
        case "array":
            return [to_record_value(type_.inside, v) for v in value]
        case "map":
            return {k: to_record_value(type_.inside, v) for k, v in value.items()}
        case _:
            return value


def from_record(name, record):
    """What a Record holds. A sub-record that was never set is an object of nulls."""
    out = {}
    for field in SCHEMAS.records[name].fields:
        value = getattr(record, field.name)
        value = field.default if value is None else from_record_value(field.type, value)
        if field.type.word == "record" and value is not None and unset(field.type.inside, value):
            value = None
        out[field.name] = value
    return out


def from_record_value(type_, value):
    match type_.word:
        case "record":
            return from_record(type_.inside, value)
        case "array":
            return [from_record_value(type_.inside, v) for v in value]
        case "map":
            return {k: from_record_value(type_.inside, v) for k, v in value.items()}
        case "bytes":
            return value.encode() if isinstance(value, str) else value
        case _:
            return value


def without_swallowed(value):
    """The message with `False` where a Record cannot hold anything else."""
    if isinstance(value, dict):
        return {k: False if k in SWALLOWED else without_swallowed(v) for k, v in value.items()}
    return [without_swallowed(v) for v in value] if isinstance(value, list) else value


def with_nulls(record):
    """The same Record with None given for every sub-record that was not set."""
    for name, field in record._fields.items():
        value = getattr(record, name)
        if isinstance(field, Record) and value is field:
            setattr(record, name, None)
    return record


def comparable(name):
    """Messages that a Record can hold: without what it swallows, and without what that makes of an unset sub-record."""
    values = [without_swallowed(v) for v in messages(name, 4)]
    return [SCHEMAS.record_from_json(name, SCHEMAS.record_to_json(name, drop_unset(name, v))) for v in values]


def drop_unset(name, value):
    out = {}
    for field in SCHEMAS.records[name].fields:
        given = value[field.name]
        if field.type.word == "record" and given is not None:
            given = drop_unset(field.type.inside, given)
            given = None if unset(field.type.inside, given) else given
        out[field.name] = given
    return out


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
