"""Values of messages as Records of the Python client hold them, and back."""

from pulsar.schema import Record

import old_records
from definitions import SCHEMAS
from values import messages, unset

RECORDS = old_records.records()
NAMES = {name: f"trustgraph.{module.replace('/', '.')}.{name}" for name, module in old_records.MODULE.items()}

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
