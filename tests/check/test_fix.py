"""What `--fix` writes, and when it leaves definitions alone."""

from __future__ import annotations

import json
import pathlib
import resource
import signal
import subprocess
from typing import Any

import pytest
from command import COMMAND, check, compared


def versions(folder: pathlib.Path, old: str, **new: str) -> None:
    """Definitions that are compared: each file of the new ones has the old text in the old ones."""
    for side in ("old", "new"):
        (folder / side).mkdir()
    for name, text in new.items():
        (folder / "old" / f"{name}.toml").write_text(old.replace("NAME", name))
        (folder / "new" / f"{name}.toml").write_text(text.replace("NAME", name))


def no_room() -> None:
    """No file of this process can hold a byte, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


OLD = '[record.NAME.fields]\na = "int"\n'
NEW = '[record.NAME.fields]\na = "long" # kept\n'


def test_definitions_stay_whole_where_there_is_no_room(tmp_path: pathlib.Path) -> None:
    versions(tmp_path, OLD, A=NEW, B=NEW)
    done = subprocess.run(
        [COMMAND, "check", "new", "--against", "old", "--fix"],
        cwd=tmp_path,
        preexec_fn=no_room,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2 and "cannot write" in done.stderr, done
    texts = {file.name: file.read_text() for file in (tmp_path / "new").iterdir()}
    assert texts == {name + ".toml": NEW.replace("NAME", name) for name in "AB"}


def test_where_one_file_cannot_be_written_none_is(tmp_path: pathlib.Path) -> None:
    versions(tmp_path, OLD, A=NEW, B=NEW)
    # A name that is so long that none can be made of it for the new text of the second one.
    for side in ("old", "new"):
        (tmp_path / side / "B.toml").rename(tmp_path / side / ("B" * 250 + ".toml"))
    run = check(tmp_path, "new", "--against", "old", "--fix")
    assert run.code == 2 and "BBB.toml" in run.err, run
    assert (tmp_path / "new" / "A.toml").read_text() == NEW.replace("NAME", "A")
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_where_one_file_is_read_only_none_is_written(tmp_path: pathlib.Path) -> None:
    versions(tmp_path, OLD, A=NEW, B=NEW)
    (tmp_path / "new" / "B.toml").chmod(0o444)
    run = check(tmp_path, "new", "--against", "old", "--fix")
    assert run.code == 2 and "B.toml" in run.err and "read-only" in run.err, run
    texts = {file.name: file.read_text() for file in (tmp_path / "new").iterdir()}
    assert texts == {name + ".toml": NEW.replace("NAME", name) for name in "AB"}


@pytest.mark.parametrize("passes", [True, False])
def test_what_the_gate_lets_pass_was_meant(tmp_path: pathlib.Path, passes: bool) -> None:
    versions(tmp_path, OLD, A=NEW)
    wanted = "backward" if passes else "full"
    gate = f"avro={wanted},pulsar=backward,json=backward,rust=any,loss=any"
    run = check(tmp_path, "new", "--against", "old", "--fix", "--require", gate)
    assert run.code == 0, run
    text = (tmp_path / "new" / "A.toml").read_text()
    assert text == (NEW if passes else NEW.replace("long", "int")).replace("NAME", "A")


def toml(fields: str) -> str:
    return f'[record.R.fields]\n{fields}\n\n[topic.o]\nrecord = "R"\naddress = "q1/a/b/c"\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('a = "int"\nnote = "string?"', 'a = "long"\nnotes = "string?"'),
        ('a = "int?"\nnote = "string?"', 'a = "int"\nnotes = "string?" # note'),
        ('a = "int"\nb = { type = "int", default = 1 }', 'a = { type = "long" }\nc = "string" # c'),
        ('a = "int"', 'a = { # a\n  type = "int", # type\n  default = 4, # four\n  nullable = true, # null\n}'),
        ('a = "int?"', 'b = { type = "int?", aliases = [\n  "z", # zed\n  "a", # a\n], doc = "d" }'),
    ],
)
def test_what_is_written_is_what_was_shown(tmp_path: pathlib.Path, old: str, new: str) -> None:
    versions(tmp_path, toml(old), R=toml(new))
    arguments = ("new", "--against", "old", "--format", "json")
    shown = check(tmp_path, *arguments).report()
    text = toml(new).encode()
    edits = []
    for record in shown["records"]:
        for finding in record["findings"]:
            if finding["severity"] != "info":
                assert finding["fix"]["proven"] and finding["fix"]["edits"], finding
                edits += [(e["start"], e["end"], e["text"]) for e in finding["fix"]["edits"]]
    for start, end, replacement in sorted(set(edits), reverse=True):
        text = text[:start] + replacement.encode() + text[end:]
    after = check(tmp_path, *arguments, "--fix")
    assert after.code == 0, after
    assert all(f["severity"] == "info" for r in after.report()["records"] for f in r["findings"]), after
    assert (tmp_path / "new" / "R.toml").read_bytes() == text


@pytest.mark.parametrize("indent", [None, 2, 4])
def test_definitions_in_json_are_changed(tmp_path: pathlib.Path, indent: int | None) -> None:
    """Written as they were before: what comes in has a line where its neighbours have one."""
    old = {
        "record": {"A": {"fields": {"a": "int", "e": "E", "gone": "string?"}}, "Gone": {"fields": {"x": "int"}}},
        "enum": {"E": {"symbols": ["x", "y"]}},
        "topic": {"t": {"record": "A", "address": "q1/a/b/c"}},
    }
    new = {
        "record": {"A": {"fields": {"a": {"type": "long", "doc": "A."}, "e": "E", "new": "int"}}},
        "enum": {"E": {"symbols": ["x", "z"]}},
        "topic": {"t": {"record": "A", "address": "q1/a/b/d"}},
    }
    for side, definitions in (("old", old), ("new", new)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "m.json").write_text(json.dumps(definitions, indent=indent) + "\n")
    text = (tmp_path / "new" / "m.json").read_text()
    run = check(tmp_path, "new", "--against", "old", "--fix")
    assert "changed new/m.json" in run.out and "warning" not in run.err, run
    is_ = (tmp_path / "new" / "m.json").read_text()
    changed = json.loads(is_)
    assert changed["record"]["A"]["fields"]["a"] == {"type": "int", "doc": "A."}, changed
    assert (is_.count("\n") > 1) == (text.count("\n") > 1) and is_.endswith("}\n")
    kept = [line for line in text.splitlines() if '"doc"' in line or '"x"' in line]
    assert indent is None or all(line.rstrip(",") in is_ for line in kept), (kept, is_)
    again = check(tmp_path, "new", "--against", "old", "--fix")
    assert "changed" not in again.out and (tmp_path / "new" / "m.json").read_text() == is_, again


def enum(symbols: str) -> str:
    return f'[record.NAME.fields]\ne = "E"\n[enum.E]\nsymbols = [{symbols}]\n'


def test_all_that_is_written_is_told(tmp_path: pathlib.Path) -> None:
    new = enum('\n  "d", "a", # first\n  "f", # second\n')
    versions(tmp_path, enum('"a", "b"'), R=new)
    first = check(tmp_path, "new", "--against", "old").out
    # `b` goes between others whose comments may be of either, before `d` and `f` are out.
    assert "help: keep `b` in the enum (`--fix` does not write it: `symbols` is written" in first, first
    run = check(tmp_path, "new", "--against", "old", "--fix")
    assert run.code == 0, run
    assert [line for line in run.out.splitlines() if line.startswith(("changed", "  R.e: "))] == [
        "changed new/R.toml",
        "  R.e: ENUM_SYMBOL_ADDED: leave `d`, `f` out until every reader has a release in which the enum has a default",
        "changed new/R.toml",
        "  R.e: ENUM_SYMBOL_REMOVED: keep `b` in the enum",
    ], run
    text = (tmp_path / "new" / "R.toml").read_text()
    assert "# first" in text and "# second" in text and '"d"' not in text and '"b"' in text, text


@pytest.mark.parametrize("form", ["json", "markdown", "html", "github", "junit", "sarif"])
def test_every_form_tells_what_was_written(tmp_path: pathlib.Path, form: str) -> None:
    versions(tmp_path, OLD, A=NEW)
    run = check(tmp_path, "new", "--against", "old", "--fix", "--format", form)
    assert run.code == 0, run
    words = "keep `a` as it was; give what is new a field of its own, under another name"
    if form == "html":
        words = words.replace("`a`", "<code>a</code>")
    for part in ("new/A.toml", "FIELD_TYPE_WIDENED", words):
        assert part in run.out.replace("\\_", "_"), (part, run)
    if form == "json":
        mended = {"rule": "FIELD_TYPE_WIDENED", "record": "A", "path": "a", "message": words}
        assert run.report()["written"] == [{"files": ["new/A.toml"], "mended": [mended]}]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "github", "gitlab", "junit", "sarif"])
def test_every_form_says_where_no_plan_was_tried(tmp_path: pathlib.Path, form: str) -> None:
    # Types so large that few comparisons are made.
    symbols = ", ".join(f'"{"x" * 50}{n}"' for n in range(4_000))

    def fields(of: str) -> str:
        own = "".join(f'f{n} = "{of}"\n' for n in range(8))
        return f'[record.NAME.fields]\nbig = "Big"\n{own}[enum.Big]\nsymbols = [{symbols}]\n'

    versions(tmp_path, fields("int"), R=fields("string"))
    run = check(tmp_path, "new", "--against", "old", "--format", form)
    assert run.code == 1, run
    assert "no plan was tried: too many findings come before this one" in run.out


def schema(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": list(fields)}


TEXT = {"name": "id", "type": "string"}
COUNT = {"name": "count", "type": "int"}

MENDED_AS_WRITTEN = [
    # rule, the old schema, the new one, what becomes of the fields
    (
        "FIELD_DEFAULT_INVALID",
        schema("Order", TEXT),
        schema("Order", TEXT, COUNT | {"default": "none"}),
        [TEXT, COUNT | {"default": 0}],
    ),
    (
        "FIELD_DEFAULT_INVALID",
        schema("Order", TEXT),
        schema("Order", TEXT, {"name": "key", "type": "bytes", "default": "\u0100"}),
        [TEXT, {"name": "key", "type": "bytes", "default": ""}],
    ),
    (
        "FIELD_DEFAULT_INVALID",
        schema("Order", TEXT),
        schema("Order", TEXT, {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 2}, "default": "abc"}),
        [TEXT, {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 2}, "default": "\0\0"}],
    ),
    (
        "FIELD_DEFAULT_INVALID",
        schema("Order", TEXT),
        schema("Order", TEXT, {"name": "hash", "type": [{"type": "fixed", "name": "Hash", "size": 2}, "null"], "default": "abc"}),
        [TEXT, {"name": "hash", "type": [{"type": "fixed", "name": "Hash", "size": 2}, "null"], "default": "\0\0"}],
    ),
    (
        "ALIAS_AMBIGUOUS",
        schema("Order", TEXT),
        schema("Order", TEXT | {"aliases": ["id"]}),
        [TEXT],
    ),
    (
        "RECURSION_UNINHABITED",
        schema("Node", TEXT),
        schema("Node", TEXT, {"name": "next", "type": "Node"}),
        [TEXT, {"name": "next", "type": ["null", "Node"], "default": None}],
    ),
    (
        "FIXED_SIZE_CHANGED",
        schema("Order", {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 16}}),
        schema("Order", {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 32}}),
        [{"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 16}}],
    ),
    # What comes back is made of a type that the field of its place defines now.
    (
        "FIELD_RENAME_SUSPECTED",
        schema("Order", {"name": "addr", "type": schema("Address", TEXT)}),
        schema("Order", {"name": "address", "type": schema("Address", TEXT)}),
        [
            {"name": "address", "type": ["null", schema("Address", TEXT)], "default": None},
            {"name": "addr", "type": "Address"},
        ],
    ),
]


@pytest.mark.parametrize(("rule", "old", "new", "fields"), MENDED_AS_WRITTEN)
def test_schemas_are_mended_as_they_are_written(
    tmp_path: pathlib.Path, rule: str, old: dict[str, Any], new: dict[str, Any], fields: list[dict[str, Any]]
) -> None:
    """The edit is proven and written, and nothing of it is found again."""
    for name, text in (("old.avsc", old), ("new.avsc", new)):
        (tmp_path / name).write_text(json.dumps(text, indent=2))
    records = compared(tmp_path, "new.avsc", "--against", "old.avsc")["records"]
    found = {finding["rule"]: finding for one in records for finding in one["findings"]}
    assert found[rule]["fix"]["proven"], found[rule]
    check(tmp_path, "new.avsc", "--against", "old.avsc", "--fix")
    assert json.loads((tmp_path / "new.avsc").read_text())["fields"] == fields
    again = compared(tmp_path, "new.avsc", "--against", "old.avsc")["records"]
    assert rule not in [finding["rule"] for one in again for finding in one["findings"]]


def test_a_mark_of_the_byte_order_stays(tmp_path: pathlib.Path) -> None:
    """Bytes of edits are counted in the file, which begins with the mark still when they are written."""
    old, new = schema("Order", TEXT), schema("Order", TEXT, COUNT)
    (tmp_path / "old.avsc").write_text(json.dumps(old))
    text = "\ufeff" + json.dumps(new)
    (tmp_path / "new.avsc").write_bytes(text.encode())
    report = compared(tmp_path, "new.avsc", "--against", "old.avsc")
    findings = (finding for one in report["records"] for finding in one["findings"])
    edits = next(f["fix"]["edits"] for f in findings if f["rule"] == "FIELD_ADDED_REQUIRED")
    mended = text.encode()
    for edit in sorted(edits, key=lambda edit: -edit["start"]):
        mended = mended[: edit["start"]] + edit["text"].encode() + mended[edit["end"] :]
    assert check(tmp_path, "new.avsc", "--against", "old.avsc", "--fix").code == 0
    assert (tmp_path / "new.avsc").read_bytes() == mended
    assert json.loads(mended.decode("utf-8-sig"))["fields"][1]["default"] is None


def test_what_registries_accept_and_readers_refuse_stops_the_world(tmp_path: pathlib.Path) -> None:
    """A field renamed by alias in a record of another namespace, without a default: Java's decoders throw."""
    for name, space, field in (
        ("old.avsc", "a", {"name": "id", "type": "string"}),
        ("new.avsc", "b", {"name": "key", "type": "string", "aliases": ["id"]}),
    ):
        (tmp_path / name).write_text(json.dumps(schema("Order", field) | {"namespace": space}))
    report = compared(tmp_path, "new.avsc", "--against", "old.avsc")
    told = [
        effect
        for one in report["records"]
        for finding in one["findings"]
        for effect in finding["effects"]
        if effect["message"].startswith("registries accept it, and readers refuse messages")
    ]
    assert told and {effect["severity"] for effect in told} == {"loss"}, report
    orders = {one["format"]: one["order"] for one in report["records"][0]["rollout"]}
    assert orders["avro"] == "stop the world", orders


def test_all_of_one_schema_is_mended_at_once(tmp_path: pathlib.Path) -> None:
    """What is changed in different fields of a text goes together; more are mended than there are rounds."""

    def text(count: int) -> str:
        fields = [{"name": f"f{n}", "type": "int"} for n in range(count)]
        return json.dumps({"type": "record", "name": "A", "fields": fields}, indent=1)

    (tmp_path / "old.avsc").write_text(text(1))
    (tmp_path / "new.avsc").write_text(text(60))
    report = compared(tmp_path, "new.avsc", "--against", "old.avsc", "--fix")
    assert report["objections"] == [] and len(report["written"]) == 1, report["objections"]
    fields = json.loads((tmp_path / "new.avsc").read_text())["fields"]
    mended = [field["type"] == ["null", "int"] and "default" in field for field in fields]
    assert mended == [False] + [True] * 59


RUST_OLD = """use tg_schema::tg_schema;

/// What somebody bought.
#[tg_schema(topic = "q1/tg/flow/orders")]
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Which.
    pub id: String, // the key
    pub note: Option<String>,
    // of the customer
    #[tg(default = 0)]
    pub total: i64,
    pub state: State,
}

#[tg_schema(rename_all = "UPPERCASE")]
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    New,
    /// On its way.
    Sent,
}
"""

RUST_NEW = """use tg_schema::tg_schema;

/// What somebody bought.
#[tg_schema(topic = "q1/tg/flow/purchases")]
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Which.
    pub id: String, // the key
    // of the customer
    #[tg(default = 0)]
    pub total: i32,
    pub state: State,
    pub fresh: bool, // is it?
}

#[tg_schema(rename_all = "UPPERCASE")]
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    New, // first
}
"""

RUST_FIXED = """use tg_schema::tg_schema;

/// What somebody bought.
#[tg_schema(topic = "q1/tg/flow/orders")]
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Which.
    pub id: String, // the key
    #[tg(deprecated = "No longer used.")]
    pub note: Option<String>,
    // of the customer
    #[tg(default = 0)]
    pub total: i64,
    pub state: State,
    pub fresh: Option<bool>, // is it?
}

#[tg_schema(rename_all = "UPPERCASE")]
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    New, // first
    Sent,
}
"""


def test_annotated_rust_is_changed_with_its_comments(tmp_path: pathlib.Path) -> None:
    for side, text in (("old", RUST_OLD), ("new", RUST_NEW)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "lib.rs").write_text("//! Messages.\n\npub mod orders;\n")
        (tmp_path / side / "orders.rs").write_text(text)
    for paths in (("new", "old"), ("new/lib.rs", "old/lib.rs")):
        (tmp_path / "new" / "orders.rs").write_text(RUST_NEW)
        run = check(tmp_path, paths[0], "--against", paths[1], "--fix")
        assert run.code == 0 and "changed new/orders.rs" in run.out and run.err == "", run
        assert (tmp_path / "new" / "orders.rs").read_text() == RUST_FIXED, paths
        run = check(tmp_path, paths[0], "--against", paths[1], "--fix")
        assert run.code == 0 and "changed" not in run.out, run


def test_a_comment_in_rust_is_not_lost(tmp_path: pathlib.Path) -> None:
    text = "#[tg_schema::tg_schema]\nstruct A {\n    a: TYPE,\n}\n"
    for side, ty in (("old", "Option<i32>"), ("new", "Vec</* why */ i32>")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.rs").write_text(text.replace("TYPE", ty))
    run = check(tmp_path, "new", "--against", "old", "--fix")
    assert run.code == 1 and "`--fix` leaves something: a comment stands in what changes: change it by hand" in run.err, run
    assert (tmp_path / "new" / "a.rs").read_text() == text.replace("TYPE", "Vec</* why */ i32>")
