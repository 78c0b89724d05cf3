"""The TrustGraph Records, built with the Python client from `trustgraph_records.json`.

That file says what the old declarations were; it does not come from the definitions.
"""

import json
import re
from pathlib import Path

from pulsar import schema

FACTS = json.loads(Path(__file__).with_name("trustgraph_records.json").read_text())
DECLARATIONS = {
    name: fields for records in FACTS.values() for name, fields in records.items()
}
MODULE = {name: module for module, records in FACTS.items() for name in records}


def _field(expression, built):
    """The field that `Array(String())` and its like declare."""
    word, inside = re.fullmatch(r"(\w+)\((.*)\)", expression).groups()
    if word in DECLARATIONS:
        return _record(word, built)()
    return getattr(schema, word)(*([_field(inside, built)] if inside else []))


def _record(name, built):
    if name not in built:
        fields = {f: _field(e, built) for f, e in DECLARATIONS[name].items()}
        built[name] = type(schema.Record)(name, (schema.Record,), fields)
    return built[name]


def records():
    """Every class by its name."""
    built = {}
    for name in DECLARATIONS:
        _record(name, built)
    return built
