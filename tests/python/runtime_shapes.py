"""Records for the tests of the codec runtime, made without definitions."""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any


def make(wire: ModuleType) -> SimpleNamespace:
    """One record for each thing that is tested."""

    class Color(enum.Enum):
        RED = "RED"
        DARK = "DARK"

    class Open(enum.Enum):
        A = "a"

    class Falling(enum.Enum):
        ONE = "one"
        OTHER = "other"

    def record(name: str, fields: list[tuple[str, Any, Any, Any]], **options: Any) -> Any:
        columns = []
        table = []
        for attribute, kind, presence, default in fields:
            aliases: tuple[str, ...] = ()
            if isinstance(attribute, tuple):
                attribute, aliases = attribute
            if presence is wire.REQUIRED:
                columns.append((attribute, Any))
            elif callable(default):
                columns.append((attribute, Any, field(default_factory=default)))
            else:
                columns.append((attribute, Any, field(default=default)))
            table.append(wire.Field(attribute, kind, presence, aliases=aliases))
        cls = dataclasses.make_dataclass(name, columns, bases=(wire.Record,), kw_only=True, slots=True)
        wire.define(cls, *table, name=name, avro_schema="{}", pulsar_schema="{}", **options)
        return cls

    wire.define_enum(Color, values=(1, "dark"))
    wire.define_enum(Open, open=True)
    wire.define_enum(Falling, default=Falling.OTHER)
    one = lambda name, kind: record(name, [("value", kind, wire.REQUIRED, None)])  # noqa: E731
    primitives = {
        kind.name: one("P" + kind.name.replace(" ", ""), kind)
        for kind in (
            wire.STRING,
            wire.BOOLEAN,
            wire.INT,
            wire.LONG,
            wire.FLOAT,
            wire.DOUBLE,
            wire.BYTES,
            wire.UTF8_BYTES,
            wire.DATE,
            wire.TIME_MS,
            wire.TIMESTAMP_MS,
            wire.TIMESTAMP_US,
            wire.UUID,
        )
    }
    inner = record("Inner", [("text", wire.STRING, wire.OPTIONAL, None), ("flag", wire.BOOLEAN, wire.OPTIONAL, None)])
    nothing = record("Nothing", [])

    @dataclass(kw_only=True, slots=True)
    class Node(wire.Record):  # type: ignore[name-defined,misc]
        next: Any = None
        nodes: Any = None

    wire.define(
        Node,
        wire.Field("next", wire.Nested(Node), wire.OPTIONAL),
        wire.Field("nodes", wire.Array(wire.Nested(Node)), wire.OPTIONAL),
        name="Node",
        avro_schema="{}",
        pulsar_schema="{}",
    )
    old_inner = record(
        "OldInner",
        [
            ("text", wire.STRING, wire.OPTIONAL, None),
            ("flag", wire.BOOLEAN, wire.NULLABLE_DEFAULT, False),
            (("count", ("number",)), wire.INT, wire.DEFAULT, 7),
        ],
        pulsar_record=True,
    )
    flags = record(
        "Flags",
        [("b", wire.BOOLEAN, wire.OPTIONAL, None), ("s", wire.STRING, wire.OPTIONAL, None)],
        pulsar_record=True,
    )
    return SimpleNamespace(
        Color=Color,
        Open=Open,
        Falling=Falling,
        primitive=primitives,
        color=one("HasColor", wire.Choice(Color)),
        open=one("HasOpen", wire.Choice(Open)),
        falling=one("HasFalling", wire.Choice(Falling)),
        decimal=one("HasDecimal", wire.DecimalKind(4, 2)),
        whole=one("HasWhole", wire.DecimalKind(38, 0)),
        list=one("HasList", wire.Array(wire.Nullable(wire.INT))),
        map=one("HasMap", wire.Map(wire.Nullable(wire.STRING))),
        lists=one("HasLists", wire.Map(wire.Array(wire.Nested(inner)))),
        zeros=one("HasZeros", wire.Array(wire.Nested(nothing))),
        inner=inner,
        nothing=nothing,
        node=Node,
        aliased=record("Aliased", [(("new", ("old", "older")), wire.INT, wire.OPTIONAL, None)]),
        old_inner=old_inner,
        old_outer=record(
            "OldOuter",
            [
                ("inner", wire.Nested(old_inner), wire.OPTIONAL, None),
                ("inners", wire.Array(wire.Nested(old_inner)), wire.OPTIONAL, None),
            ],
            pulsar_record=True,
        ),
        old_flags=record("OldFlags", [("flags", wire.Nested(flags), wire.OPTIONAL, None)], pulsar_record=True),
        flags=flags,
        numbers=record(
            "Numbers",
            [
                ("single", wire.FLOAT, wire.OPTIONAL, None),
                ("double", wire.DOUBLE, wire.OPTIONAL, None),
                ("whole", wire.LONG, wire.OPTIONAL, None),
                ("color", wire.Choice(Color), wire.OPTIONAL, None),
            ],
        ),
        plain_outer=record("PlainOuter", [("inner", wire.Nested(old_inner), wire.OPTIONAL, None)]),
    )
