"""The definitions under `schemas/`, read without any code of the project.

Small on purpose: it takes only definitions that `tg-schema gen` accepts. The tests make messages from it, so what they
expect on the wire is worked out here a second time, from the documentation alone.
"""

import base64
import datetime
import decimal
import re
import struct
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers import REPOSITORY

try:
    import tomllib
except ImportError:  # before Python 3.11
    import tomli as tomllib

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Type:
    """`word` is a type's own word, `array`, `map`, `optional`, `record` or `enum`."""

    word: str
    inside: Any = None  # a Type; the name of a record or enum; (precision, scale)


@dataclass
class Field:
    name: str
    type: Type  # without the outermost `?`
    nullable: bool
    default: Any  # a value; None: there is none
    utf8: bool  # bytes are text in JSON


@dataclass
class Record:
    name: str  # module.Name
    full_name: str  # of Avro
    profile: bool  # pulsar-record
    fields: list


@dataclass
class Enum:
    name: str
    symbols: list


class Definitions:
    """Every record and enum by `module.Name`."""

    def __init__(self, folder):
        self.records, self.enums = {}, {}
        files = {}
        for path in sorted(folder.rglob("*.toml")):
            module = ".".join(path.relative_to(folder).with_suffix("").parts)
            files[module] = tomllib.loads(path.read_text(encoding="utf-8"))
        self._types = {
            f"{module}.{name}": kind
            for module, file in files.items()
            for kind in ("record", "enum")
            for name in file.get(kind, {})
        }
        for module, file in files.items():
            for name, body in file.get("enum", {}).items():
                self.enums[f"{module}.{name}"] = Enum(f"{module}.{name}", body["symbols"])
        for module, file in files.items():
            for name, body in file.get("record", {}).items():
                space = body.get("namespace", file.get("namespace", ""))
                profile = body.get("profile", file.get("profile")) == "pulsar-record"
                record = Record(f"{module}.{name}", f"{space}.{name}".lstrip("."), profile, [])
                for field, entry in body["fields"].items():
                    entry = entry if isinstance(entry, dict) else {"type": entry}
                    record.fields.append(self._field(module, field, entry, profile))
                self.records[record.name] = record
        for record in self.records.values():
            for field in record.fields:
                if field.default is not None:
                    field.default = self.from_json(field.type, field.default, field.utf8)

    def _field(self, module, name, entry, profile):
        parsed = self._parse(module, entry["type"])
        optional = parsed.word == "optional"
        utf8 = entry.get("encoding", "utf8" if profile else "base64") == "utf8"
        default = entry.get("default")
        return Field(name, parsed.inside if optional else parsed, optional or "nullable" in entry, default, utf8)

    def _parse(self, module, text):
        if text.endswith("?"):
            return Type("optional", self._parse(module, text[:-1]))
        if match := re.fullmatch(r"(array|map)<(.*)>", text):
            return Type(match[1], self._parse(module, match[2]))
        if match := re.fullmatch(r"decimal\((\d+),(\d+)\)", text):
            return Type("decimal", (int(match[1]), int(match[2])))
        if re.fullmatch(r"[a-z_]+", text):
            return Type(text)
        own = f"{module}.{text}"
        found = [own] if own in self._types else [n for n in self._types if n.endswith(f".{text}")]
        assert len(found) == 1, (module, text, found)
        return Type(self._types[found[0]], found[0])

    def from_json(self, type_, value, utf8):
        """A Python value from its JSON form. Enums stay symbols, records are dicts with every field."""
        match type_.word:
            case "optional":
                return None if value is None else self.from_json(type_.inside, value, utf8)
            case "array":
                return [self.from_json(type_.inside, v, utf8) for v in value]
            case "map":
                return {k: self.from_json(type_.inside, v, utf8) for k, v in value.items()}
            case "record":
                return self.record_from_json(type_.inside, value)
            case "bytes":
                return value.encode() if utf8 else base64.b64decode(value, validate=True)
            case "float":
                return single(value)
            case "double":
                return float(value)
            case "date":
                return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
            case "time_ms":
                return datetime.time.fromisoformat(value)
            case "timestamp_ms" | "timestamp_us":
                return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
            case "uuid":
                return uuid.UUID(value)
            case "decimal":
                return decimal.Decimal(value)
            case _:
                return value

    def record_from_json(self, name, value):
        """A record from a JSON object, as the presence table says."""
        out = {}
        for field in self.records[name].fields:
            given = value.get(field.name)
            if given is not None:
                out[field.name] = self.from_json(field.type, given, field.utf8)
            else:
                assert field.nullable or field.default is not None, (name, field.name)
                out[field.name] = field.default
        return out

    def to_json(self, type_, value, utf8):
        """The JSON form of a Python value, as the wire contract says."""
        match type_.word:
            case "optional":
                return None if value is None else self.to_json(type_.inside, value, utf8)
            case "array":
                return [self.to_json(type_.inside, v, utf8) for v in value]
            case "map":
                return {k: self.to_json(type_.inside, value[k], utf8) for k in sorted(value, key=str.encode)}
            case "record":
                return self.record_to_json(type_.inside, value)
            case "bytes":
                return value.decode() if utf8 else base64.b64encode(value).decode()
            case "date":
                return value.isoformat()
            case "time_ms":
                return value.isoformat("milliseconds")
            case "timestamp_ms":
                return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            case "timestamp_us":
                return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
            case "uuid":
                return str(value)
            case "decimal":
                return f"{value:f}"
            case _:
                return value

    def record_to_json(self, name, value):
        """The JSON object of a record: what is None is left out."""
        return {
            f.name: self.to_json(f.type, value[f.name], f.utf8)
            for f in self.records[name].fields
            if value[f.name] is not None
        }


def single(value):
    """The nearest 32-bit float."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


SCHEMAS = Definitions(REPOSITORY / "schemas")


def avro_path(record):
    """The generated Avro schema of a record."""
    *module, name = record.split(".")
    return Path(REPOSITORY, "generated", "avro", *module, f"{name}.avsc")
