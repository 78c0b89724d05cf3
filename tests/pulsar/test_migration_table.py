"""What the migration table says of the old client, asked of the client itself."""

import hashlib
import json
from enum import Enum

import pytest

from peers import REPOSITORY, need

need("pulsar")

from pulsar.schema import (  # noqa: E402
    Array,
    Boolean,
    Bytes,
    CustomEnum,
    Double,
    Integer,
    JsonSchema,
    Long,
    Map,
    Record,
    String,
)

TABLE = json.loads((REPOSITORY / "tests" / "golden" / "migration" / "out" / "migration" / "table.json").read_text())
ROWS = {(row["record"], row["name"]): row for row in TABLE["rows"] if row["kind"] == "field"}


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    GREY = 4


class Theme(Enum):
    DARK = "dark"
    light = "light"


def record(class_name, /, **fields):
    """A class, also with names that Python's syntax has no place for."""
    return type(Record)(class_name, (Record,), {"_avro_namespace": "shop", **fields})


Item = record("Item", name=String(), sold=Boolean(), count=Integer())
Empty = record("Empty")
Everything = record(
    "Everything",
    text=String(default="x"),
    must=String(required=True),
    both=String(default="x", required=True),
    told=String(required_default=True),
    flag=Boolean(required=True),
    long=Long(),
    real=Double(),
    must_data=Bytes(required=True),
    data=Bytes(),
    code=Bytes(),
    item=Item(),
    fixed=Item(required=True),
    given=Item(default=Item(count=3)),
    empty=Empty(),
    items=Array(Item()),
    nested=Map(Array(Item())),
    tags=Array(String(), required=True),
    some=Array(String(), default=["a"]),
    color=CustomEnum(Color),
    theme=Theme,
    colors=Array(CustomEnum(Color)),
    default=String(),
    _required=String(),
    python_type=String(),
    hostile=String(),
)
Broken = record("Broken", schema=String())


def decode(cls, field, value):
    """A field of a message of that field alone, as the client reads it."""
    text = json.dumps({field: value})
    return getattr(JsonSchema(cls).decode(text.encode()), field)


@pytest.mark.parametrize("cls", [Item, Empty, Everything], ids=lambda cls: cls.__name__)
def test_the_hash_is_that_of_the_registered_text(cls):
    text = JsonSchema(cls).schema_info().schema()
    [entry] = [entry for entry in TABLE["classes"] if entry["name"] == cls.__name__]
    assert entry["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert entry["fields"] == len(json.loads(text)["fields"])


def test_a_class_without_text_is_one_that_raises():
    [entry] = [entry for entry in TABLE["classes"] if entry["name"] == "Broken"]
    assert entry["sha256"] is None
    with pytest.raises(TypeError):
        JsonSchema(Broken)


@pytest.mark.parametrize("field", [field for owner, field in ROWS if owner == "Everything"])
def test_the_registered_type_is_the_clients(field):
    fields = json.loads(JsonSchema(Everything).schema_info().schema())["fields"]
    [entry] = [entry for entry in fields if entry["name"] == field]

    def by_name(schema):
        if isinstance(schema, list):
            return [by_name(part) for part in schema]
        if isinstance(schema, dict) and "name" in schema:
            return ".".join(filter(None, [schema.get("namespace"), schema["name"]]))
        if isinstance(schema, dict):
            return {key: by_name(part) for key, part in schema.items()}
        return schema

    assert json.loads(ROWS["Everything", field]["registered"]) == by_name(entry["type"])


def test_what_is_written_where_nothing_is_set():
    """The left side of every wire change."""
    written = json.loads(JsonSchema(Everything).encode(Everything()))
    assert "_required" not in written
    for (owner, field), row in ROWS.items():
        if owner != "Everything" or field == "_required":
            continue
        value, wire = written[field], row["wire"]
        if "unset: " in wire:
            assert json.loads(wire.split("unset: ")[1].split(" → ")[0]) == value, field
        elif "null → absent" in wire or "null → refused" in wire:
            assert value is None, field
        else:
            assert value is not None, field


def test_what_old_readers_make_of_null():
    for field in ("tags", "some", "color", "must_data"):
        assert decode(Everything, field, None) is None, field
    assert decode(Everything, "text", None) == "x"
    assert decode(Everything, "given", None).count == 3
    for field in ("must", "flag"):
        with pytest.raises(TypeError):
            decode(Everything, field, None)


def test_what_old_readers_make_of_enums():
    assert decode(Everything, "color", 1) is decode(Everything, "color", "RED") is Color.RED
    assert decode(Everything, "theme", "DARK") is Theme.DARK
    for field, value in (("theme", "dark"), ("colors", [1]), ("colors", ["RED"])):
        with pytest.raises(TypeError):
            decode(Everything, field, value)
    written = json.loads(JsonSchema(Everything).encode(Everything(color=Color.RED, theme=Theme.DARK)))
    assert (written["color"], written["theme"]) == (1, "dark")
    assert ROWS["Everything", "color"]["wire"].startswith('null → absent; 1 → "RED"')


def test_what_old_readers_and_writers_let_pass():
    assert decode(Item, "count", 2**40) == 2**40
    assert decode(Item, "count", True) is True
    assert json.loads(JsonSchema(Item).encode(Item(count=2**40)))["count"] == 2**40
    assert decode(Everything, "nested", {"a": [{"count": 1}]}) == {"a": [{"count": 1}]}
    assert str(decode(Everything, "real", float("nan"))) == "nan"
    swallowed = json.loads(JsonSchema(Everything).encode(Everything(default="x", _required="x")))
    assert swallowed["default"] is None and "_required" not in swallowed
