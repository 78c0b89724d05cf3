"""`tg-schema check --replay`, `--verify` and `--accept`: messages that other implementations wrote."""

from __future__ import annotations

import io
import json
import pathlib
import struct
from typing import Any

import fastavro
import pytest
from command import check, compared, record, refused, write

OLD = record('id = "string"', 'count = "int"', 'note = "string?"')
NEW = record('id = "string"', 'count = "long"')
SCHEMA = {
    "type": "record",
    "name": "A",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "count", "type": "int"},
        {"name": "note", "type": ["null", "string"], "default": None},
    ],
}
MESSAGES = [
    {"id": "1", "count": 1, "note": None},
    {"id": "2", "count": 2, "note": "x"},
    {"id": "3", "count": -3, "note": ""},
]


def replayed(folder: pathlib.Path, *files: str) -> dict[str, dict[str, Any]]:
    """What became of the messages, by version."""
    report = compared(folder, "new", "--against", "old", *(part for file in files for part in ("--replay", file)))
    assert [one["name"] for one in report["replay"]["inputs"]] == list(files)
    return {one["version"]: one for one in report["replay"]["versions"]}


def test_every_form(tmp_path: pathlib.Path) -> None:
    """Lines of JSON, container files of fastavro, and messages in Confluent's framing say the same."""
    write(tmp_path, old__m=OLD, new__m=NEW)
    lines = [json.dumps({k: v for k, v in message.items() if v is not None}) for message in MESSAGES]
    (tmp_path / "dump.jsonl").write_text("\n".join(lines) + "\n")
    for codec in ("null", "deflate", "bzip2", "xz"):
        with (tmp_path / f"{codec}.avro").open("wb") as out:
            fastavro.writer(out, SCHEMA, MESSAGES, codec=codec)
    framed = []
    for message in MESSAGES:
        out = io.BytesIO()
        fastavro.schemaless_writer(out, SCHEMA, message)
        framed.append(b"\0" + struct.pack(">I", 7) + out.getvalue())
    (tmp_path / "dump.bin").write_bytes(b"".join(struct.pack(">I", len(m)) + m for m in framed))
    (tmp_path / "dump.hex").write_text("\n".join(m.hex() for m in framed) + "\n")
    files = ["dump.jsonl", "null.avro", "deflate.avro", "bzip2.avro", "xz.avro"]
    for file in files:
        versions = replayed(tmp_path, file)
        assert (versions["old"]["ok"], versions["old"]["failed"], versions["old"]["changed"]) == (3, 0, 0), file
        # The note is passed over where there is one.
        assert (versions["new"]["ok"], versions["new"]["failed"], versions["new"]["changed"]) == (1, 0, 2), file
        assert versions["new"]["first_changed"]["number"] == 2
    assert replayed(tmp_path, *files)["old"]["ok"] == 15
    for file in ("dump.bin", "dump.hex"):
        assert replayed(tmp_path, file)["old"]["ok"] == 3, file


def test_what_is_refused(tmp_path: pathlib.Path) -> None:
    """The first message that a version refuses, and the exit code."""
    write(tmp_path, old__m=OLD, new__m=OLD)
    (tmp_path / "dump.jsonl").write_text('{"id":"1","count":1,"note":null}\n{"id":"2","count":3000000000}\n{"id":')
    cut = replayed(tmp_path, "dump.jsonl")["old"]
    assert (cut["ok"], cut["failed"]) == (1, 2), "what is cut off is no message"
    (tmp_path / "dump.jsonl").write_text('{"id":"1","count":1,"note":null}\n{"id":"2","count":3000000000}\n')
    result = check(tmp_path, "new", "--against", "old", "--replay", "dump.jsonl", "--format", "json")
    assert result.code == 1
    old = json.loads(result.out)["replay"]["versions"][0]
    assert (old["ok"], old["failed"]) == (1, 1)
    assert old["first_failed"]["line"] == 2 and "count" in old["first_failed"]["outcome"]
    fields = {field["path"]: field for field in old["fields"]}
    assert (fields["note"]["null"], fields["note"]["absent"]) == (1, 1)


def test_files_that_are_none(tmp_path: pathlib.Path) -> None:
    """What cannot be read ends the run with its reason."""
    write(tmp_path, old__m=OLD, new__m=OLD)
    (tmp_path / "cut.avro").write_bytes(b"Obj\x01\x04\x16avro")
    (tmp_path / "folder").mkdir()
    for file in ("missing.jsonl", "cut.avro", "folder"):  # which is empty
        assert file in refused(tmp_path, "new", "--against", "old", "--replay", file)


@pytest.mark.parametrize("content", [b"", b" \n\n", b"[]", b"\n"])
def test_no_message(tmp_path: pathlib.Path, content: bytes) -> None:
    """Where nothing was recorded nothing is shown; beside messages, an empty file is only a warning."""
    write(tmp_path, old__m=OLD, new__m=OLD)
    (tmp_path / "none").write_bytes(content)
    (tmp_path / "some.jsonl").write_text('{"id": "1", "count": 3}\n')
    run = check(tmp_path, "new", "--against", "old", "--replay", "none")
    assert run.code == 1 and "no message was recorded in none" in run.out, run
    run = check(tmp_path, "new", "--against", "old", "--replay", "none", "--replay", "some.jsonl")
    assert run.code == 0 and "none holds no message" in run.err, run


def test_an_id_of_two_schemas(tmp_path: pathlib.Path) -> None:
    """Two registries may give one id to different schemas."""
    write(tmp_path, new__m=record('id = "string"'))
    one = {"type": "record", "name": "A", "fields": [{"name": "id", "type": "string"}]}
    other = {**one, "doc": "Another one."}
    for name, schema in (("a", one), ("b", other)):
        answer = {"subject": "a-value", "version": 1, "id": 7, "schema": json.dumps(schema)}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(answer))
    (tmp_path / "dump.hex").write_text("0000000007" + "0231" + "\n")
    against = ("--against", "a.jsonl", "--against", "b.jsonl")
    report = compared(tmp_path, "new", *against, "--replay", "dump.hex")
    assert all(version["failed"] == 1 for version in report["replay"]["versions"]), report["replay"]
    assert "several schemas have the id 7" in json.dumps(report["replay"])
    report = compared(tmp_path, "new", "--against", "a.jsonl", "--replay", "dump.hex")
    assert all(version["ok"] == 1 for version in report["replay"]["versions"]), report["replay"]


def test_which_record(tmp_path: pathlib.Path) -> None:
    """Of several records one has to be named."""
    two = OLD + record('x = "int"', name="B")
    write(tmp_path, old__m=two, new__m=two)
    (tmp_path / "dump.jsonl").write_text('{"x":1}\n')
    assert "--only" in refused(tmp_path, "new", "--against", "old", "--replay", "dump.jsonl")
    report = compared(tmp_path, "new", "--against", "old", "--only", "B", "--replay", "dump.jsonl")
    assert report["replay"]["versions"][-1]["ok"] == 1


def test_what_never_ends(tmp_path: pathlib.Path) -> None:
    """A device is no file."""
    write(tmp_path, old__m=OLD, new__m=NEW)
    assert "/dev/zero is no file" in refused(tmp_path, "new", "--against", "old", "--replay", "/dev/zero")


def test_verdicts_that_are_attacked(tmp_path: pathlib.Path) -> None:
    """No message disproves a verdict."""
    write(tmp_path, old__m=OLD, new__m=NEW)
    result = check(tmp_path, "new", "--against", "old", "--verify=200", "--require", "avro=none,json=none,pulsar=none,loss=any")
    assert result.code == 0, result.err


def test_every_report_tells_of_it(tmp_path: pathlib.Path) -> None:
    """A refused message is an objection in every form, and the run ends with findings. Folders are read whole."""
    write(tmp_path, old__m=OLD, new__m=OLD)
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "a.jsonl").write_text('{"id":"1","count":1}\n')
    (tmp_path / "dumps" / "b.jsonl").write_text('{"id":1}\n')
    for form in ("text", "json", "github", "gitlab", "junit", "sarif", "markdown", "html"):
        run = check(tmp_path, "new", "--against", "old", "--replay", "dumps", "--format", form)
        assert run.code == 1 and "b.jsonl" in run.out and "1 of 2" in run.out, (form, run)


def test_folders_in_folders(tmp_path: pathlib.Path) -> None:
    """All files of a folder are read, however deep, in the order of their paths."""
    write(tmp_path, old__m=OLD, new__m=OLD)
    deep = tmp_path / "dumps" / "b" / "c"
    deep.mkdir(parents=True)
    (tmp_path / "dumps" / ".hidden").mkdir()
    for name in ("z.jsonl", "a.jsonl", "b/1.jsonl", "b/c/2.jsonl", ".x.jsonl", ".hidden/x.jsonl"):
        (tmp_path / "dumps" / name).write_text('{"id":"1","count":1}\n')
    (deep / "up").symlink_to(tmp_path / "dumps")
    (tmp_path / "dumps" / "y.jsonl").symlink_to("z.jsonl")
    report = compared(tmp_path, "new", "--against", "old", "--replay", "dumps")
    names = [one["name"] for one in report["replay"]["inputs"]]
    assert names == [f"dumps/{name}.jsonl" for name in ("a", "b/1", "b/c/2", "y", "z")]
    (deep / "2.jsonl").write_text('{"id":1}\n')
    run = check(tmp_path, "new", "--against", "old", "--replay", "dumps")
    assert run.code == 1 and "number 1 of dumps/b/c/2.jsonl" in run.out, run


def test_folders_that_are_too_deep(tmp_path: pathlib.Path) -> None:
    """64 folders are walked, and what is deeper is not passed over."""
    write(tmp_path, old__m=OLD, new__m=OLD)
    deep = tmp_path.joinpath("dumps", *["d"] * 63)
    deep.mkdir(parents=True)
    (deep / "a.jsonl").write_text('{"id":"1","count":1}\n')
    replay = ("new", "--against", "old", "--replay", "dumps")
    assert compared(tmp_path, *replay)["replay"]["versions"][0]["ok"] == 1
    (deep / "d").mkdir()
    assert "more than 64 nested folders, at dumps/d/" in refused(tmp_path, *replay)


def test_ids_of_a_registry(tmp_path: pathlib.Path) -> None:
    """A message in Confluent's framing is read with the schema of its id, where a baseline has one."""
    write(tmp_path, new__m=record('id = "string"', 'count = "int?"'))
    first = {"type": "record", "name": "A", "fields": [{"name": "id", "type": "string"}]}
    count = {"name": "count", "type": ["null", "int"], "default": None}
    second = {**first, "fields": [count, *first["fields"]]}
    answers = [
        {"subject": "a-value", "version": n, "id": 100 + n, "schema": json.dumps(one)} for n, one in enumerate((first, second))
    ]
    (tmp_path / "export.jsonl").write_text("\n".join(json.dumps(answer) for answer in answers))
    lines = []
    for schema_id, one, message in ((100, first, {"id": "1"}), (101, second, {"id": "2", "count": 3})):
        out = io.BytesIO()
        fastavro.schemaless_writer(out, one, message)
        lines.append((b"\0" + struct.pack(">I", schema_id) + out.getvalue()).hex())
    (tmp_path / "dump.hex").write_text("\n".join(lines) + "\n")
    report = compared(tmp_path, "new", "--against", "export.jsonl", "--replay", "dump.hex")
    told = [(one["ok"], one["failed"], one["changed"]) for one in report["replay"]["versions"]]
    assert told == [(1, 0, 1), (2, 0, 0), (2, 0, 0)]
