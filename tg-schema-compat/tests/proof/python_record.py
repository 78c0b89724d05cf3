"""What `pulsar.schema.Record` makes of messages, for src/proof/json/python.rs: in tg-schema-compat,
`python tests/proof/python_record.py > tests/proof/python_record.jsonl`. It needs pulsar-client 3.13."""

import json
from enum import Enum

from pulsar.schema import Array, Boolean, Bytes, CustomEnum, Double, Integer, JsonSchema, Map, Record, String


class E(Enum):
    RED = 1
    BLUE = 2


class In(Record):
    x = Integer()


# As definitions: tests/proof/python_record.toml.
class R(Record):
    a = Integer()
    d = Double()
    s = String()
    b = Boolean()
    e = CustomEnum(E)
    i = In()
    ar = Array(In())
    ai = Array(Integer())
    m = Map(In())
    mi = Map(Double())
    ms = Map(String())
    mb = Map(Bytes())
    y = Bytes()
    la = Array(Array(String()))


VALUES = ["x", "", 1, 2.5, None, True, [], ["x"], [1, 2], [2.5], [True, None], [["x"]], [{"x": 1}, 5], [{"x": 1}], [5],
          {}, {"x": 1}, {"x": "y"}, {"k": {"x": 1}, "l": 3}, {"k": 1}, {"k": "x"}, {"k": None}, "GREEN", "RED", 2, 3]
MESSAGES = [{name: value} for name in R._fields for value in VALUES]
MESSAGES += [{}, {"self": 1}, {"default": 1}, {"unknown": [1]}, [1]]


def plain(value):
    """What a record holds, as JSON."""
    if isinstance(value, Record):
        return {name: plain(getattr(value, name)) for name in value._fields}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return value.name
    return value.decode() if isinstance(value, bytes) else value


for message in MESSAGES:
    try:
        held, error = plain(JsonSchema(R).decode(json.dumps(message))), None
    except TypeError as raised:
        held, error = None, str(raised).replace("__main__.", "")
    print(json.dumps({"message": message, "error": error, "held": held}))
