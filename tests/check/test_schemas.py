"""Avro schemas with unions of any form: every edit and every step is written into the text, and is what it says, to the
command and to Avro's Java library."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from typing import Any

import pytest
from command import check, edited

REPOSITORY = pathlib.Path(__file__).parents[2]
JAR = REPOSITORY / "target" / "java-avro" / "java-avro.jar"
PAIRS = 40


def field(ty: str, more: str = "") -> str:
    return f'{{\n  "type": "record", "name": "R",\n  "fields": [\n    {{"name": "u", "type": {ty}{more}}}\n  ]\n}}\n'


NAMED = {
    "branch added": (field('["int", "string"]'), field('["int", "string", "boolean"]')),
    "branch removed": (field('["int", "string"]'), field('["int"]')),
    "branches added and removed": (field('["int", "string"]'), field('["string", "boolean"]')),
    "default of another branch": (
        field('["int", "string"]', ', "default": 0'),
        field('["string", "int", "boolean"]', ', "default": ""'),
    ),
    "a union that was none": (field('"int"'), field('["int", "string"]')),
    "a union no more": (field('["int", "string"]'), field('"string"')),
    "another type": (field('["int", "string"]'), field('["boolean", "bytes"]')),
    "in items": (
        field('{"type": "array", "items": ["null", "int", "string"]}'),
        field('{"type": "array", "items": ["null", "int"]}'),
    ),
    "required": (field('["int", "string"]'), field('["int", "string"]}, {"name": "b", "type": ["long", "bytes"]')),
    "gone": (field('["int", "string"]}, {"name": "b", "type": ["long", "bytes"]'), field('["int", "string"]')),
    "named branch": (
        field('["int", {"type": "record", "name": "A", "fields": []}]'),
        field('["int", "string"]'),
    ),
    "symbols": (
        field('["int", {"type": "enum", "name": "E", "symbols": ["A", "B"]}]'),
        field('["int", {"type": "enum", "name": "E", "symbols": ["A", "C"]}]'),
    ),
    "fixed": (
        field('["int", {"type": "fixed", "name": "F", "size": 2}]'),
        field('["int", {"type": "fixed", "name": "F", "size": 3}]'),
    ),
    "top level": ('["null", "int", "string"]', '["null", "string", "boolean"]'),
    "top level was none": ('"int"', '["int", "string"]'),
    "top level is none": ('["int", "string"]', '"int"'),
}


def harmful(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [f for r in report["records"] for f in r["findings"] if f["severity"] != "info"]


class Pairs:
    """Pairs that the command compared, with its verdicts."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.known: list[tuple[str, str, dict[str, Any]]] = []
        self.edits = self.steps = 0

    def compare(self, old: str, new: str, *more: str) -> dict[str, Any]:
        for name, text in (("old", old), ("new", new)):
            (self.folder / f"{name}.avsc").write_text(text)
        run = check(self.folder, "new.avsc", "--against", "old.avsc", "--format", "json", *more)
        assert run.code in (0, 1), (run, old, new)
        report = run.report()
        self.known.append((old, (self.folder / "new.avsc").read_text(), report["matrix"]))
        return report

    def attack(self, old: str, new: str) -> list[dict[str, Any]]:
        """Writes every edit and every step of a pair."""
        report = self.compare(old, new)
        findings = harmful(report)
        before = {(f["rule"], f["path"]) for f in findings}
        alone = len({f["path"] for f in findings}) == 1
        for finding in findings:
            told = (finding["rule"], finding["path"], finding["message"], old, new)
            fix = finding["fix"]
            if fix["edits"]:
                self.edits += 1
                after = harmful(self.compare(old, edited(new, fix["edits"])))
                same = [f for f in after if (f["rule"], f["path"], f["message"]) == told[:3]]
                assert not (fix["proven"] and same), told
                # What is read only now may lose what it lost nothing of before.
                fresh = {(f["rule"], f["path"]) for f in after if f["severity"] == "breaking"} - before
                assert not (fix["proven"] and fresh), (told, fresh)
            former = old
            for step in fix["steps"]:
                self.steps += 1
                assert step["as_new"] or step["edits"], told
                text = edited(new, step["edits"])
                assert json.loads(text) == step["schema"], told
                (record,) = self.compare(former, text)["records"]
                if alone:
                    orders = {one["format"]: one["order"] for one in record["rollout"]}
                    assert orders == step["rollout"], told
                    (record,) = self.compare(old, text)["records"]
                    for wire, ways in step["registered"].items():
                        assert ways.items() <= record["matrix"][wire].items(), told
                former = text
        return findings

    def java_agrees(self) -> None:
        if not JAR.exists():
            pytest.skip(f"{JAR} is not built; tests/run builds it where there are Java 17 and Maven")
        jobs = "\n".join(json.dumps({"old": old, "new": new}) for old, new, _ in self.known)
        done = subprocess.run(["java", "-cp", JAR, "Compare"], input=jobs, capture_output=True, text=True, check=True)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(self.known)
        for (old, new, matrix), answer in zip(self.known, answers):
            assert "confluent" in answer, (old, new, answer)
            for way in ("backward", "forward"):
                theirs = (answer["confluent"][way] == [], answer["pulsar"][way] == "compatible")
                assert theirs == (matrix["avro"][way], matrix["pulsar"][way]), (old, new, way, answer)


@pytest.mark.parametrize("name", NAMED)
def test_unions_have_edits_and_plans(tmp_path: pathlib.Path, name: str) -> None:
    pairs = Pairs(tmp_path)
    old, new = NAMED[name]
    findings = pairs.attack(old, new)
    assert findings
    for finding in findings:
        assert finding["fix"]["proven"] and finding["fix"]["edits"], finding
        # No union has two types of one name.
        assert finding["fix"]["steps"] or finding["rule"] == "FIXED_SIZE_CHANGED", finding
    after = pairs.compare(old, new, "--fix")
    assert not harmful(after) and after["written"], after
    pairs.java_agrees()


def test_what_is_not_edited_stays_as_it_is_written(tmp_path: pathlib.Path) -> None:
    old = field('[\n      "int",\n      "string"\n    ]', ',  "doc" :  "a"')
    new = old.replace('"string"', '"string",\n      "boolean"')
    Pairs(tmp_path).compare(old, new, "--fix")
    assert (tmp_path / "new.avsc").read_text() == old


def test_two_edits_that_define_one_type_are_not_written_together(tmp_path: pathlib.Path) -> None:
    node = '{"type": "record", "name": "C", "fields": [{"name": "a", "type": ["null", "C"]}]}'
    # Only Java reads a name before its definition.
    more = '}, {"name": "x", "type": "D"}, {"name": "y", "type": {"type": "record", "name": "D", "fields": []}'
    old = field(node, more + '}, {"name": "b", "type": {"type": "array", "items": "C"}')
    new = field('"int"', more + '}, {"name": "b", "type": "string"')
    after = Pairs(tmp_path).compare(old, new, "--fix")
    assert after["written"], after


def unions(schema: Any) -> int:
    """Unions of a schema that are more than a type and null."""
    if isinstance(schema, list):
        own = sum(branch != "null" for branch in schema) > 1
        return own + sum(map(unions, schema))
    if isinstance(schema, dict):
        parts = [schema[key] for key in ("items", "values") if key in schema]
        return sum(map(unions, parts + [f["type"] for f in schema.get("fields", [])]))
    return 0


def test_edits_and_steps_of_random_pairs(tmp_path: pathlib.Path) -> None:
    program = os.environ.get("TG_SCHEMA_COMPAT")
    if program is None:
        pytest.skip("TG_SCHEMA_COMPAT is not set")
    jobs = subprocess.run([program, "jobs", "0", "1000"], capture_output=True, text=True, check=True).stdout
    pairs, done = Pairs(tmp_path), 0
    for line in jobs.splitlines():
        pair = json.loads(line)
        try:
            wanted = unions(json.loads(pair["old"])) + unions(json.loads(pair["new"]))
        except (ValueError, TypeError, KeyError):
            continue
        for name in ("old", "new"):
            (tmp_path / f"{name}.avsc").write_text(pair[name])
        if not wanted or check(tmp_path, "new.avsc", "--against", "old.avsc").code == 2:
            continue
        pairs.attack(pair["old"], pair["new"])
        after = harmful(pairs.compare(pair["old"], pair["new"], "--fix"))
        again = harmful(pairs.compare(pair["old"], (tmp_path / "new.avsc").read_text()))
        assert [f["message"] for f in after] == [f["message"] for f in again]
        done += 1
        if done == PAIRS:
            break
    assert done == PAIRS and pairs.edits > 40 and pairs.steps > 60, (done, pairs.edits, pairs.steps)
    pairs.java_agrees()
