"""Records that are handed about and only read."""

import copy
import functools
import inspect
import json
import logging
import threading
import typing

from pulsar.schema import AvroSchema, JsonSchema, Map, Record, String


class Part(Record):
    name = String()


class Whole(Record):
    parts = Map(Part())
    note = String(required=True)


ALL = [Whole, Part]
BY_NAME = {record.__name__: record for record in ALL}
Either = typing.Union[Whole, Part]
part_schema = functools.partial(JsonSchema, Part)
logging.getLogger(__name__).debug("records: %s", ALL)
threading.Thread(target=part_schema, args=(Part,))
repr((inspect.isclass(Whole), sorted(ALL, key=lambda record: record.__name__)))
json.dumps([record.schema() for record in reversed(ALL)])
copy.copy(Part._fields["name"])._required = True
for name, record in BY_NAME.items():
    repr((name, len(record._fields), list(record._fields), AvroSchema(record).schema_info()))


def make(kind: typing.Type[Record] = Part, **values) -> Either:
    return kind(**values)


make(Whole, note="x")
