"""Messages of other writers, as fastavro reads them: the same lines in and out as `tests/java-avro`.

fastavro gives no verdict on two schemas, so that is `-`.
"""

import io
import json
import sys

import fastavro


def plain(schema):
    """The schema without logical types, so that values stay what carries them."""
    if isinstance(schema, list):
        return [plain(branch) for branch in schema]
    if isinstance(schema, dict):
        return {key: value if key == "default" else plain(value) for key, value in schema.items() if key != "logicalType"}
    return schema


class Schema:
    def __init__(self, text):
        self.names = {}
        self.parsed = fastavro.parse_schema(plain(json.loads(text)), named_schemas=self.names)

    def octets(self, value, schema=None):
        """The value with the default of each bytes field as bytes: fastavro leaves it the text of the schema."""
        schema = self.parsed if schema is None else schema
        if isinstance(schema, str):
            schema = self.names.get(schema, schema)
        if isinstance(schema, list):
            return value if value is None else self.octets(value, schema[-1])
        match schema if isinstance(schema, str) else schema["type"]:
            case "bytes" if isinstance(value, str):
                return value.encode("latin-1")
            case "array":
                return [self.octets(item, schema["items"]) for item in value]
            case "map":
                return {key: self.octets(item, schema["values"]) for key, item in value.items()}
            case "record":
                return {field["name"]: self.octets(value[field["name"]], field["type"]) for field in schema["fields"]}
            case _:
                return value


def read(reader, writer, message):
    source, out = io.BytesIO(message), io.BytesIO()
    try:
        value = fastavro.schemaless_reader(source, writer.parsed, reader.parsed)
        if source.read():
            return "error:Trailing"
        fastavro.schemaless_writer(out, reader.parsed, reader.octets(value))
    except Exception as error:  # whatever it is, the message was not read
        return f"error:{type(error).__name__}"
    return f"ok:{out.getvalue().hex()}"


for line in sys.stdin:
    job = json.loads(line)
    reader, writer = Schema(job["reader"]), Schema(job["writer"])
    print("-", *(read(reader, writer, bytes.fromhex(message)) for message in job["data"]))
