"""Old messages: what real Records write, and what they read.

    python speaking.py write ROOT [PATH...]
    python speaking.py read ROOT [PATH...] < MESSAGES

`write` makes messages of each Record below the root: unset, given None for everything, all set, with sub-records that
were set to nothing, and three by chance. It writes a JSON list of `{"file", "line", "name", "case", "json", "avro",
"expected"}`: the two messages as hexadecimal digits (null where the client cannot write one, or mixes up types in it), and
what a reader of the definitions gets out of them, as the JSON of the wire contract.

`read` takes a JSON list of `{"file", "line", "json", "avro"}`, and writes what the Record holds after it read each.
"""

import json
import random
import sys
from enum import Enum

import registering
from pulsar.schema import (
    Array, AvroSchema, Boolean, Bytes, CustomEnum, Double, Float, Integer, JsonSchema, Long, Map, Null, Record, String,
)

TEXTS = ["", "a", "Grüße", "☃ \u2028", "😀", 'quote " and \\', "line\nend\t\u0001", "null"]
VALUES = {
    Boolean: [True, False],
    Integer: [0, -1, 1, 2**31 - 1, -(2**31)],
    Long: [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)],
    Float: [0.0, 0.5, -1.5, 1e10],
    Double: [0.0, 0.1, -1.5, 1.7976931348623157e308, 5e-324, 3.0],
    String: TEXTS,
}
# What a Record takes for itself and never for a field: its constructor, and so its decoder.
SWALLOWED = {"default", "required", "required_default"}
# What it leaves out of its JSON.
LEFT_OUT = {"_default", "_required", "_required_default"}
# How likely a field is set, and how likely it is set to None.
MODES = {"unset": (0, 0), "none": (0, 1), "full": (1, 0), "empty": (0.5, 0), "first": (0.6, 0.2), "second": (0.6, 0), "third": (0.3, 0.3)}


class Unable(Exception):
    """There is no such message."""


class Maker:
    """Makes instances of Records: `fill` is how likely a field is set, `null` how likely it is set to None."""

    def __init__(self, name, case):
        self.dice, self.case = random.Random(f"{name} {case}"), case
        self.fill, self.null = MODES[case]

    def record(self, cls, depth=0):
        made = cls()
        for name, field in cls._fields.items():
            chance = self.dice.random()
            if chance < self.fill and depth < 4 or needed(field):
                setattr(made, name, self.value(field, depth))
            elif chance < self.fill + self.null and not getattr(field, "_required", False):
                setattr(made, name, None)
        return made

    def value(self, field, depth):
        if isinstance(field, Record):
            # Set, but to nothing.
            return type(field)() if self.case == "empty" and not lacks(type(field)) else self.record(type(field), depth + 1)
        if isinstance(field, CustomEnum):
            return self.dice.choice(list(field.enum_type))
        if isinstance(field, Array):
            return [self.value(field.array_type, depth + 1) for _ in range(self.length(depth))]
        if isinstance(field, Map):
            return {k: self.value(field.value_type, depth + 1) for k in self.dice.sample(TEXTS, self.length(depth))}
        if isinstance(field, Bytes):
            return self.dice.choice(TEXTS).encode()
        if type(field) not in VALUES:
            raise Unable(f"a value of {type(field).__name__}")
        return self.dice.choice(VALUES[type(field)])

    def length(self, depth):
        return 0 if depth >= 3 else self.dice.choice([1, 2] if self.fill == 1 else [0, 1, 2])


def needed(field):
    """Whether a reader of the definitions refuses a message without the field."""
    if isinstance(field, Record):
        return field._required and lacks(type(field))
    return field._required and field.default() is None


def lacks(cls):
    """Whether an instance to which nothing was given lacks something."""
    return any(needed(field) for field in cls._fields.values())


def unset(field, value):
    """Whether a sub-record holds nothing but what an unset one holds."""
    fields = type(field)._fields
    return bool(fields) and all(
        (inner := getattr(value, name)) is None
        or (unset(f, inner) if isinstance(f, Record) else f.default() is not None and same(inner, f.default()))
        for name, f in fields.items()
    )


def same(one, other):
    """Equal, as JSON is."""
    return type(one) is type(other) and one == other or isinstance(one, (int, float)) and one == other


def expected(record):
    """What a reader of the definitions gets: without what is none."""
    out = {}
    for name, field in record._fields.items():
        value = getattr(record, name)
        if isinstance(field, Record):
            if field._default is not None:
                raise Unable("a default of a sub-record")
            if value is not None and (field._required or not unset(field, value)):
                out[name] = expected(value)
            continue
        value = field.default() if value is None else value
        if value is not None:
            out[name] = plain(value)
    return out


def plain(value):
    """The JSON of a value."""
    if isinstance(value, Record):
        return expected(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        # Records inside of two collections are left as they were read, with their nulls.
        return {k: plain(v) for k, v in value.items() if v is not None}
    return value


def types(field):
    """Every Record and enum in a field, itself included."""
    if isinstance(field, CustomEnum):
        yield field.enum_type
    elif isinstance(field, (Array, Map)):
        yield from types(field.array_type if isinstance(field, Array) else field.value_type)
    elif isinstance(field, Record):
        yield type(field)
        for inner in type(field)._fields.values():
            yield from types(inner)


def mixed_up(cls):
    """Whether two types in a class have one name, so that the client writes one of them as the other."""
    names = {}
    found = [cls, *(t for field in cls._fields.values() for t in types(field))]
    return any(names.setdefault(t.__name__, t) is not t for t in found)


def messages(entry, cls):
    """The messages of one class."""
    schemas = [JsonSchema, None if mixed_up(cls) else AvroSchema]
    if any(name in LEFT_OUT or isinstance(f, Null) for name, f in cls._fields.items()):
        return
    found = [cls, *(t for field in cls._fields.values() for t in types(field))]
    # Definitions hold Python values that are whole numbers or text.
    if any(type(e.value) not in (int, str) for t in found if issubclass(t, Enum) for e in t):
        return
    for case in MODES:
        message = {"file": entry["file"], "line": entry["line"], "name": entry["name"], "case": case}
        try:
            made = Maker(f"{entry['file']} {entry['name']}", case).record(cls)
            yield {**message, "expected": expected(made), **dict(zip(("json", "avro"), (s and encoded(s, cls, made) for s in schemas)))}
        except (Unable, TypeError, AttributeError):
            continue


def encoded(schema, cls, made):
    """The message as hexadecimal digits."""
    try:
        return schema(cls).encode(made).hex()
    except Exception:
        return None


def decoded(schema, cls, text):
    """What the Record holds, or why it cannot read it."""
    if text is None:
        return None
    try:
        return expected(schema(cls).decode(bytes.fromhex(text)))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main(mode, root, *paths):
    made = registering.imported(root, *paths)
    if mode == "write":
        out = [message for entry in made if "class" in entry for message in messages(entry, entry["class"])]
    else:
        classes = {(entry["file"], entry["line"]): entry.get("class") for entry in made}
        out = []
        for message in json.load(sys.stdin):
            cls = classes[message["file"], message["line"]]
            out.append({"json": decoded(JsonSchema, cls, message["json"]), "avro": decoded(AvroSchema, cls, message["avro"])})
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main(*sys.argv[1:])
