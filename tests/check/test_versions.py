"""`tg-schema check`: what NEW and BASELINE may be on the disk."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import pytest
from command import PYTHON, check, commit, compared, git, record, records, refused, rules, schema, write

OLD = record('a = "int"', 'b = "string?"')
NEW = record('a = "long"', 'b = "string?"')


def pair(report: dict[str, Any]) -> tuple[Any, Any]:
    """The verdict of a registry on the only record."""
    avro = report["matrix"]["avro"]
    return avro["backward"], avro["forward"]


def test_definitions_in_folders_and_files(tmp_path: pathlib.Path) -> None:
    """TOML against TOML: the place of the finding is that of the definition."""
    write(tmp_path, old__m=OLD, new__m=NEW)
    for new, old in (("new", "old"), ("new/m.toml", "old"), ("new", "old/m.toml")):
        report = compared(tmp_path, new, "--against", old)
        assert (report["new"], report["against"]) == (new, [old])
        assert pair(report) == (True, False), report
        finding = records(report)["A"]["findings"][0]
        assert finding["span"]["file"].startswith("new") and finding["span"]["line"] == 2, finding


def test_json_definitions_and_rust(tmp_path: pathlib.Path) -> None:
    """One thing in three notations is one thing."""
    write(tmp_path, m=OLD)
    (tmp_path / "m.json").write_text('{"record":[{"name":"A","fields":[{"name":"a","type":"int"},{"name":"b","type":"string?"}]}]}')
    rust = "#[tg_schema::tg_schema]\npub struct A {\n    pub a: i32,\n    pub b: Option<String>,\n}\n"
    (tmp_path / "m.rs").write_text(rust)
    for new in ("m.toml", "m.json", "m.rs"):
        for old in ("m.toml", "m.json", "m.rs"):
            report = compared(tmp_path, new, "--against", old)
            assert pair(report) == (True, True) and rules(report) == [], (new, old, report)


def test_two_avro_schemas_are_one_pair(tmp_path: pathlib.Path) -> None:
    """Whatever their files and types are called, and whatever the types are."""
    pairs = [
        (schema("x.A", ("a", "int")), schema("y.B", ("a", "long"))),
        ('["null","int"]', '["null","int","string"]'),
        ('{"type":"fixed","name":"F","size":4}', '{"type":"fixed","name":"F","size":4}'),
        ('"int"', '{"type":"array","items":"int"}'),
        ('"int"', '"long"'),
    ]
    verdicts = [(False, False), (True, False), (True, True), (False, False), (True, False)]
    for at, ((old, new), verdict) in enumerate(zip(pairs, verdicts, strict=True)):
        (tmp_path / "before.avsc").write_text(old)
        (tmp_path / "afterwards.avsc").write_text(new)
        report = compared(tmp_path, "afterwards.avsc", "--against", "before.avsc")
        assert len(report["records"]) == 1, (at, report)
        assert pair(report) == verdict, (at, report)


def test_what_is_accepted_of_an_avro_schema_stands_beside_it(tmp_path: pathlib.Path) -> None:
    """A definition file that defines nothing changes nothing else: the pair stays one, whatever the names."""
    (tmp_path / "old.avsc").write_text(schema("A", ("a", "int"), ("b", "int")))
    (tmp_path / "new.avsc").write_text(schema("Other", ("c", "int")))
    pair = ("--against", "old.avsc")
    report = compared(tmp_path, "new.avsc", *pair)
    assert report["objections"]
    allow = [f["allow"] for r in report["records"] for f in r["findings"] if f.get("allow")]
    text = "\n".join(allow).replace('reason = ""', 'reason = "x"').replace("YYYY-MM-DD", "2999-12-31")
    (tmp_path / "accepted.toml").write_text(text)
    report = compared(tmp_path, "new.avsc", "accepted.toml", *pair)
    assert report["objections"] == [] and list(records(report)) == ["Other"], report


def test_a_folder_of_avro_schemas(tmp_path: pathlib.Path) -> None:
    """Each file is a message. They are paired by name; inner types are parts of theirs."""
    inner = {"type": "record", "name": "I", "fields": []}
    for folder, ty in (("old", "int"), ("new", "long")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.avsc").write_text(schema("p.A", ("a", ty), ("i", inner)))
        (tmp_path / folder / f"{folder}.avsc").write_text(schema("B", ("u", ["int", "string"]), ("i", inner)))
    report = compared(tmp_path, "new", "--against", "old")
    assert sorted(records(report)) == ["B", "p.A"]
    assert records(report)["p.A"]["matrix"]["avro"] == {"backward": True, "forward": False}
    assert records(report)["p.A"]["matrix"]["rust"] == "breaking"
    assert records(report)["B"]["matrix"]["rust"] is None, "no definition can say it"


def test_one_avro_schema_against_many(tmp_path: pathlib.Path) -> None:
    """The others are no business of it."""
    (tmp_path / "old").mkdir()
    for name in ("A", "B"):
        (tmp_path / "old" / f"{name}.avsc").write_text(schema(name, ("a", "int")))
    (tmp_path / "A.avsc").write_text(schema("A", ("a", "int")))
    report = compared(tmp_path, "A.avsc", "--against", "old")
    assert list(records(report)) == ["A"] and rules(report) == []


def test_several_paths_are_one_version(tmp_path: pathlib.Path) -> None:
    """As for `gen`; but an address is a version of its own."""
    write(tmp_path, one=record('a = "int"', name="A"), two=record('a = "int"', name="B"))
    report = compared(tmp_path, "one.toml", "two.toml", "--against", ".")
    assert (report["new"], sorted(records(report))) == ("one.toml, two.toml", ["A", "B"])
    assert "a version of its own" in refused(tmp_path, "one.toml", "git:x", "--against", ".")


def test_several_baselines_oldest_first(tmp_path: pathlib.Path) -> None:
    """Each is compared with: what two steps allow can be wrong over both."""
    write(tmp_path, v1__m=record('b = "int?"'), v2__m="[record.A.fields]\n", v3__m=record('b = "string?"'))
    assert pair(compared(tmp_path, "v2", "--against", "v1")) == (True, True)
    assert pair(compared(tmp_path, "v3", "--against", "v2")) == (True, True)
    report = compared(tmp_path, "v3", "--against", "v1", "--against", "v2")
    assert report["against"] == ["v1", "v2"]
    assert pair(report) == (False, False)


def test_a_type_that_goes_back_to_its_module(tmp_path: pathlib.Path) -> None:
    """What is found against one version is told whatever else is compared with."""
    for version, module in (("v0", "b"), ("v1", "a"), ("v2", "b")):
        (tmp_path / version).mkdir()
        (tmp_path / version / f"{module}.toml").write_text(record('x = "int"'))
    for against in (["v1"], ["v0", "v1"], ["v1", "v0"], ["v0", "v0", "v1", "v1"]):
        report = compared(tmp_path, "v2", *(part for one in against for part in ("--against", one)))
        assert rules(report) == ["RUST_TYPE_MOVED"], against


def test_an_address_that_carries_another_message(tmp_path: pathlib.Path) -> None:
    """Neither of the two has an order there."""
    topic = '[topic.NAME]\nrecord = "NAME"\naddress = "q1/a/b/ADDRESS"\n'
    for version, addresses in (("old", {"A": "one", "B": "two"}), ("new", {"A": "three", "B": "one"})):
        topics = [topic.replace("NAME", name).replace("ADDRESS", address) for name, address in addresses.items()]
        (tmp_path / version).mkdir()
        (tmp_path / version / "m.toml").write_text("".join([record('x = "int"'), record('y = "string"', name="B"), *topics]))
    told = records(compared(tmp_path, "new", "--against", "old"))
    orders = {(name, r["topic"], r["order"]) for name, one in told.items() for r in one["rollout"]}
    assert {order for order in orders if order[1] == "q1/a/b/one"} == {("B", "q1/a/b/one", "stop the world")}, orders
    (tmp_path / "new" / "m.toml").write_text((tmp_path / "new" / "m.toml").read_text().replace("q1/a/b/three", "q1/a/b/two"))
    told = records(compared(tmp_path, "new", "--against", "old"))
    assert {r["order"] for one in told.values() for r in one["rollout"]} == {"stop the world"}, told


def test_subjects_of_one_record_keep_their_names_in_a_lock(tmp_path: pathlib.Path) -> None:
    def subjects(**types: str) -> str:
        held = [{"subject": name, "version": 1, "id": at, "schema": schema("A", ("a", ty))} for at, (name, ty) in enumerate(types.items())]
        return "\n".join(json.dumps(one) for one in held)

    (tmp_path / "old.jsonl").write_text(subjects(b="string", c="int"))
    (tmp_path / "new.jsonl").write_text(subjects(a="bytes", b="string", c="int"))
    compared(tmp_path, "old.jsonl", "--against", "old.jsonl", "--accept", "--lock", "l.lock")
    for baseline in ("old.jsonl", "l.lock"):
        told = records(compared(tmp_path, "new.jsonl", "--against", baseline))
        told = {name: [finding["rule"] for finding in one["findings"]] for name, one in told.items()}
        assert told == {"A@a": ["SCHEMA_ADDED"], "A@b": [], "A@c": []}, (baseline, told)


def test_schemas_of_subjects_are_judged_for_json_and_rust(tmp_path: pathlib.Path) -> None:
    """Whatever subjects and topics are called: no module could be called so."""
    for subject in ("a-value", "persistent://t/n/a", "x.y:z@1", "A"):
        (tmp_path / "old.jsonl").write_text(json.dumps({"subject": subject, "version": 1, "id": 1, "schema": schema("A", ("a", "int"))}))
        write(tmp_path, m=record('a = "string"'))
        matrix = compared(tmp_path, "m.toml", "--against", "old.jsonl")["matrix"]
        assert not matrix["json"]["backward"] and matrix["rust"] == "breaking", (subject, matrix)


def test_types_of_rust_that_are_non_exhaustive(tmp_path: pathlib.Path) -> None:
    """Each type says it, as an option or in Rust's own words; becoming so is a change of code alone."""
    plain, option, own = "#[tg_schema]\n", "#[tg_schema(non_exhaustive)]\n", "#[tg_schema]\n#[non_exhaustive]\n"
    record = "pub struct A { pub a: i32, pub e: E%s }\n"
    enum = "pub enum E { #[tg(default)] X%s }\n"
    for was, now, more, grade, found in (
        (plain, plain, True, "soft", ["FIELD_ADDED", "ENUM_SYMBOL_ADDED"]),
        (option, option, True, "ok", ["FIELD_ADDED", "ENUM_SYMBOL_ADDED"]),
        (own, own, True, "ok", ["FIELD_ADDED", "ENUM_SYMBOL_ADDED"]),
        (own, option, False, "ok", []),
        (plain, own, False, "soft", ["RUST_NON_EXHAUSTIVE"]),
        (plain, option, False, "soft", ["RUST_NON_EXHAUSTIVE"]),
        (plain, own, True, "soft", ["FIELD_ADDED", "ENUM_SYMBOL_ADDED", "RUST_NON_EXHAUSTIVE"]),
        (option, plain, True, "ok", ["FIELD_ADDED", "ENUM_SYMBOL_ADDED"]),
    ):
        (tmp_path / "old.rs").write_text(was + record % "" + was + enum % "")
        (tmp_path / "new.rs").write_text(now + record % (", pub b: Option<i32>" if more else "") + now + enum % (", Y" if more else ""))
        report = compared(tmp_path, "new.rs", "--against", "old.rs", "--require", "json=none", "--require", "loss=any", "--require", "rust=soft")
        assert report["matrix"]["rust"] == grade, (was, now, report["matrix"])
        assert sorted(rules(report)) == sorted(found), (was, now, rules(report))


@pytest.mark.parametrize("name", ["1.0", "self", "of two words", "x-y.v1", "001-order", "bücher"])
def test_what_a_schema_is_called_as_a_file(tmp_path: pathlib.Path, name: str) -> None:
    """Names that no module could have are no reason to say less."""
    for side, ty in (("old", "int"), ("new", "long")):
        (tmp_path / side).mkdir()
        (tmp_path / side / f"{name}.avsc").write_text(schema("A", ("a", ty)))
    for new, old in (("new", "old"), (f"new/{name}.avsc", f"old/{name}.avsc")):
        report = compared(tmp_path, new, "--against", old)
        assert report["matrix"]["json"]["backward"] is True and report["matrix"]["rust"] == "breaking", report["matrix"]
        assert rules(report) == ["FIELD_TYPE_WIDENED"], rules(report)


def test_snapshots(tmp_path: pathlib.Path) -> None:
    """What a registry and an admin interface answer, kept in a file."""
    subject = [
        {"subject": "a-value", "version": n, "id": n, "schema": schema("A", ("a", ty))}
        for n, ty in ((1, "int"), (2, "long"))
    ]
    (tmp_path / "registry.json").write_text(json.dumps(subject))
    (tmp_path / "registry.ndjson").write_text("\n".join(json.dumps(s) for s in subject))
    topic = [{"version": n, "type": "AVRO", "data": s["schema"]} for n, s in enumerate(subject)]
    (tmp_path / "pulsar.json").write_text(json.dumps({"persistent://t/n/a": {"getSchemaResponses": topic}}))
    (tmp_path / "folder").mkdir()
    for version in subject:
        (tmp_path / "folder" / f"{version['version']}.json").write_text(json.dumps(version))
    write(tmp_path, m=record('a = "long"'))
    for name, numbers in (("registry.json", (1, 2)), ("registry.ndjson", (1, 2)), ("folder", (1, 2)), ("pulsar.json", (0, 1))):
        report = compared(tmp_path, "m.toml", "--against", name)
        assert report["against"] == [f"{name} version {n}" for n in numbers], report
        assert [v["matrix"]["avro"]["forward"] for v in records(report)["A"]["versions"]] == [False, True]
    (tmp_path / "one.json").write_text(schema("A", ("a", "int")))
    assert compared(tmp_path, "m.toml", "--against", "one.json")["against"] == ["one.json (latest)"]


def test_references_of_subjects(tmp_path: pathlib.Path) -> None:
    """What a schema refers to is in the snapshot too, or it is an error."""
    order = {
        "subject": "order",
        "version": 1,
        "schema": schema("shop.Order", ("at", "shop.Address")),
        "references": [{"name": "shop.Address", "subject": "address", "version": 3}],
    }
    address = {"subject": "address", "version": 3, "schema": schema("shop.Address", ("street", "string"))}
    (tmp_path / "all.json").write_text(json.dumps([order, address]))
    (tmp_path / "part.json").write_text(json.dumps([order]))
    text = 'namespace = "shop"\n' + record('at = "Address"', name="Order") + record('street = "string"', name="Address")
    write(tmp_path, m=text)
    report = compared(tmp_path, "m.toml", "--against", "all.json")
    assert rules(report) == [] and pair(report) == (True, True), report
    assert "version 3 of address" in refused(tmp_path, "m.toml", "--against", "part.json")


def test_lock_file(tmp_path: pathlib.Path) -> None:
    """It is started, compared with without being named, and grows."""
    (tmp_path / "schemas").mkdir()
    write(tmp_path, schemas__m=OLD)
    assert "nothing to compare with" in refused(tmp_path)
    run = check(tmp_path, "--accept")
    assert run.code == 0 and "tg-schema.lock: release 1" in run.out, run
    report = compared(tmp_path)
    assert rules(report) == [] and len(report["against"]) == 1, report
    write(tmp_path, schemas__m=record('a = "int"', 'b = "string?"', 'c = "int?"'))
    assert "release 2" in check(tmp_path, "--accept").out
    assert "release 2 is this one" in check(tmp_path, "--accept").out
    assert len(compared(tmp_path)["against"]) == 2
    commit(tmp_path, "v1")
    assert len(compared(tmp_path, "--against", "git:v1:tg-schema.lock")["against"]) == 2
    assert "`--accept` keeps every record" in refused(tmp_path, "--accept", "--only", "A")
    (tmp_path / "tg-schema.lock").write_text("<<<<<<< HEAD\n")
    assert "tg-schema.lock:1" in refused(tmp_path)


def test_a_lock_has_any_name(tmp_path: pathlib.Path) -> None:
    """What is given with `--lock` is a lock; of `--against` the name decides."""
    write(tmp_path, m=OLD)
    for name in ("releases", "releases.txt", "releases.json", "releases.toml", "releases.py", "my.lock"):
        run = check(tmp_path, "m.toml", "--accept", "--lock", name)
        assert run.code == 0 and f"{name}: release 1, " in run.out, run
        assert rules(compared(tmp_path, "m.toml", "--lock", name)) == []
        run = check(tmp_path, "m.toml", "--accept", "--lock", name)
        assert run.code == 0 and f"{name}: release 1 is this one" in run.out, run
    (tmp_path / "link").symlink_to("my.lock")
    assert rules(compared(tmp_path, "m.toml", "--lock", "link")) == []
    assert "no definition file" in refused(tmp_path, "m.toml", "--against", "releases")
    assert "m.toml:1" in refused(tmp_path, "m.toml", "--lock", "m.toml"), "what is no lock"


def test_a_lock_is_a_file_that_ends(tmp_path: pathlib.Path) -> None:
    """What is no regular file is not read, and what is too large no further than that shows."""
    write(tmp_path, m=OLD)
    os.mkfifo(tmp_path / "pipe.lock")
    (tmp_path / "zero.lock").symlink_to("/dev/zero")
    (tmp_path / "folder.lock").mkdir()
    with (tmp_path / "large.lock").open("wb") as out:
        out.truncate(64 * 1024 * 1024 + 1)
    ways: list[list[str]] = [[], ["--accept"], ["--accept", "--against", "m.toml"]]
    for name in ("pipe.lock", "zero.lock", "/dev/full", "folder.lock"):
        for way in ways:
            said = refused(tmp_path, "m.toml", "--lock", name, *way, timeout=30)
            assert f"cannot read {name}: not a regular file" in said, (name, way)
    for way in ways:
        said = refused(tmp_path, "m.toml", "--lock", "large.lock", *way, timeout=30)
        assert "cannot read large.lock: larger than 67108864 bytes" in said, way


def test_a_lock_that_cannot_be_written_is_told_in_place_of_a_report(tmp_path: pathlib.Path) -> None:
    write(tmp_path, m=OLD)
    # A name that is so long that none can be made of it for the new text.
    run = check(tmp_path, "m.toml", "--accept", "--lock", "m" * 250 + ".lock", "--format", "json")
    assert run.code == 2, run
    report = run.report()
    assert report["status"] == "failed" and "cannot write m" in report["diagnostics"][0]["message"], run
    assert [file.name for file in tmp_path.iterdir()] == ["m.toml"]


def test_configuration(tmp_path: pathlib.Path) -> None:
    """`[check]` of tg-schema.toml, also from a folder below it; arguments win."""
    write(tmp_path, defs__m=NEW, old__m=OLD, older__m=record('a = "int"'))
    (tmp_path / "deep").mkdir()
    config = 'inputs = ["defs"]\n[check]\nagainst = ["old"]\npeers = ["legacy-null"]\n'
    (tmp_path / "tg-schema.toml").write_text(config)
    report = compared(tmp_path)
    assert (report["new"], report["against"]) == ("defs", ["old"])
    assert sorted(report["matrix"]["json"]["peers"]) == ["legacy-null", "tg"]
    report = compared(tmp_path / "deep")
    assert (report["new"], report["against"]) == ("../defs", ["../old"])
    assert compared(tmp_path, "--against", "older")["against"] == ["older"]
    assert "peers" in compared(tmp_path, "--peer", "python-record")["matrix"]["json"]
    (tmp_path / "tg-schema.toml").write_text('inputs = ["defs"]\n[check]\nagainst = ["old"]\npeers = ["legacy-nul", "x"]\n')
    said = refused(tmp_path)
    assert "did you mean `legacy-null`?" in said and "tg-schema.toml:4:10" in said
    assert "unknown peer `x`" in said and "tg-schema.toml:4:24" in said
    for requires, place in (
        ('"avro=nne"', "2:11"),
        ('["avro=full", "foo=full"]', "2:25"),
        ('[\n"avro=full",\n"loss=any,avro=none"]', "4:1"),
    ):
        (tmp_path / "tg-schema.toml").write_text(f"[check]\nrequire = {requires}\n")
        assert f"tg-schema.toml:{place}" in refused(tmp_path), requires
    (tmp_path / "tg-schema.toml").write_text("[check]\nagaint = ['old']\n")
    assert "did you mean `against`?" in refused(tmp_path)


def test_mistakes_are_told_with_their_place(tmp_path: pathlib.Path) -> None:
    """Definitions with errors are exit 2, in NEW and in a baseline."""
    write(tmp_path, good=OLD, bad=record('a = "it"'))
    (tmp_path / "bad.avsc").write_text('{"type": "record", "name": "A", "fields": [{"name": "a", "type": "x"}]}')
    (tmp_path / "latin.avsc").write_bytes(b'{"doc": "\xe9"}')
    for bad, place in (("bad.toml", "bad.toml:2:"), ("bad.avsc", "bad.avsc:1:"), ("latin.avsc", "byte 9")):
        assert place in refused(tmp_path, "good.toml", "--against", bad)
        assert place in refused(tmp_path, bad, "--against", "good.toml")
        run = check(tmp_path, bad, "--against", "good.toml", "--format", "json")
        assert run.code == 2 and run.report()["status"] == "failed", run


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("missing", "no file or folder missing"),
        ("x.txt", "no definition file"),
        ("empty", "nothing to compare in empty"),
        ("http://localhost:1", "registry:http://localhost:1"),
        ("registry:localhost", "has no address"),
        ("pulsar-admin:", "has no address"),
        ("", "empty"),
    ],
)
def test_what_is_no_version(tmp_path: pathlib.Path, name: str, expected: str) -> None:
    """A clear error, and help where there is any."""
    write(tmp_path, good=OLD)
    (tmp_path / "x.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    assert expected in refused(tmp_path, "good.toml", "--against", name)


def test_a_baseline_defines_something(tmp_path: pathlib.Path) -> None:
    """Where none of its versions does, nothing is compared: no gate is passed for that."""
    write(tmp_path, new=OLD, empty="", folder__m="")
    (tmp_path / "empty.json").write_text("{}")
    commit(tmp_path, "v1")
    for name in ("empty.toml", "empty.json", "folder", "git:v1:empty.toml"):
        assert f"nothing to compare in {name}\n" in refused(tmp_path, "new.toml", "--against", name)
    (tmp_path / "tg-schema.toml").write_text('[check]\nagainst = ["folder"]\n')
    assert "nothing to compare in folder\n" in refused(tmp_path, "new.toml")
    (tmp_path / "tg-schema.toml").unlink()
    # Beside it there may be something, but what was named shows nothing.
    assert "nothing to compare in folder" in refused(tmp_path, "new.toml", "--against", "folder", "--against", "new.toml")
    assert rules(compared(tmp_path, "empty.toml", "--against", "new.toml")) == ["SCHEMA_REMOVED"]
    write(tmp_path, enum='[enum.E]\nsymbols = ["A"]\n')
    assert compared(tmp_path, "new.toml", "--against", "enum.toml")["objections"] == []
    check(tmp_path, "new.toml", "--accept")
    run = check(tmp_path, "empty.toml", "--accept", "--require", "avro=none,json=none,pulsar=none,loss=any,deployment=any")
    assert run.code == 0, run
    assert len(compared(tmp_path, "new.toml", "--against", "tg-schema.lock")["against"]) == 2


def test_what_was_left_out_of_nothing(tmp_path: pathlib.Path) -> None:
    """Where all is of another kind, that is why nothing is compared."""
    write(tmp_path, m=OLD)
    (tmp_path / "folder").mkdir()
    proto = [{"subject": "a", "version": n, "schemaType": "PROTOBUF", "schema": "x"} for n in range(5)]
    (tmp_path / "proto.json").write_text(json.dumps(proto))
    (tmp_path / "folder" / "proto.json").write_text(json.dumps(proto))
    for name in ("proto.json", "folder"):
        said = refused(tmp_path, "m.toml", "--against", name)
        assert f"nothing to compare in {name}\n" in said
        assert "version 0 of a is left out: it is of the kind PROTOBUF" in said and "and 2 more" in said, said


def test_versions_of_different_kinds(tmp_path: pathlib.Path) -> None:
    """Together they are no version."""
    write(tmp_path, good=OLD)
    (tmp_path / "a.py").write_text(PYTHON)
    assert "of different kinds" in refused(tmp_path, "good.toml", "a.py", "--against", "good.toml")


def test_only(tmp_path: pathlib.Path) -> None:
    """One record, by its name alone or with its namespace."""
    text = 'namespace = "n"\n' + OLD + record('a = "int"', name="B")
    write(tmp_path, m=text)
    for name in ("A", "n.A"):
        assert list(records(compared(tmp_path, "m.toml", "--against", "m.toml", "--only", name))) == ["n.A"]
    assert "there is no record C" in refused(tmp_path, "m.toml", "--against", "m.toml", "--only", "C")
    both = ("--only", "A", "--only", "C")
    assert "there is no record C" in refused(tmp_path, "m.toml", "--against", "m.toml", *both)


def test_forms_that_only_others_write(tmp_path: pathlib.Path) -> None:
    """A table for spreadsheets is made by `migrate`."""
    said = refused(tmp_path, "--against", ".", "--format", "csv")
    assert "only `migrate` can write csv" in said
    forms = "text, json, sarif, markdown, html, github, gitlab, junit"
    assert f"`--format` of `check` is one of {forms}\n" in said


def test_fix_needs_files(tmp_path: pathlib.Path) -> None:
    """What is in a commit is not changed."""
    write(tmp_path, m=OLD)
    commit(tmp_path, "v1")
    assert "cannot write to git:v1" in refused(tmp_path, "git:v1:m.toml", "--against", "m.toml", "--fix")
    assert git(tmp_path, "status", "--porcelain") == ""


def test_marks_of_the_byte_order(tmp_path: pathlib.Path) -> None:
    """A schema file of an editor that writes one is the same schema."""
    text = schema("A", ("a", "int"))
    (tmp_path / "old.avsc").write_text(text)
    (tmp_path / "new.avsc").write_text("\ufeff" + text)
    for new, old in (("new.avsc", "old.avsc"), ("old.avsc", "new.avsc")):
        report = compared(tmp_path, new, "--against", old)
        assert "A" in records(report) and rules(report) == []
