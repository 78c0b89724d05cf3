"""The forms of a report of `tg-schema check` against the specifications of those who read them.

The reports are by hand: one in which everything occurs that a report can hold, and one of hostile texts. Tests in
Rust hold them to what the command makes.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "tg-schema-compat" / "tests" / "render" / "golden"
SCHEMA = json.loads((REPOSITORY / "schemas" / "check-report.schema.json").read_text())
SARIF = os.environ.get("TG_SCHEMA_SARIF")
LOGS = REPOSITORY / "tg-schema-cli" / "src" / "report" / "check" / "golden"
SAMPLES = ("sample", "hostile")
HEX_64 = re.compile("[0-9a-f]{64}")


def kept(name: str) -> Any:
    """A report in JSON that is kept."""
    return json.loads((GOLDEN / name).read_text())


def errors(document: Any) -> list[str]:
    """What the schema that ships says against a report."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(document)]


def test_the_schema_is_one() -> None:
    """The schema is a schema, and every object in it says what each key is."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name, part in {"": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, value in part.get("properties", {}).items():
            assert "description" in value or "$ref" in value, (name, key)


@pytest.mark.parametrize("name", SAMPLES)
def test_json_is_as_the_schema_says(name: str) -> None:
    """The schema describes the report, and nothing that the report does not have."""
    assert errors(kept(f"{name}.json")) == []
    assert errors({**kept(f"{name}.json"), "status": "findings", "diagnostics": []}) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    """A key too few, a key too many, a word that nobody says."""
    report = kept("sample.json")
    finding = report["records"][0]["findings"][0]
    for part in (report, report["records"][0], finding, finding["span"], report["matrix"]):
        for key in list(part):
            value = part.pop(key)
            assert errors(report), key
            part[key] = value
        part["more"] = 1
        assert errors(report)
        del part["more"]
    finding["severity"] = "awful"
    assert errors(report)


@pytest.mark.parametrize("name", SAMPLES)
def test_gitlab_takes_it(name: str) -> None:
    """Every entry has what GitLab's code quality demands, and fingerprints tell entries apart."""
    entries = kept(f"{name}.gitlab.json")
    assert len(entries) > 5
    for entry in entries:
        assert entry["description"] and entry["check_name"]
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert HEX_64.fullmatch(entry["fingerprint"])
        assert entry["location"]["path"] and not entry["location"]["path"].startswith("./")
        begin = entry["location"]["lines"]["begin"]
        assert isinstance(begin, int) and begin >= 1
    prints = [entry["fingerprint"] for entry in entries]
    assert len(prints) == len(set(prints))


@pytest.mark.parametrize("name", SAMPLES)
def test_junit_is_xml_with_a_case_for_each_record(name: str) -> None:
    """Counts are right, objections are failures, findings are output."""
    root = ElementTree.parse(GOLDEN / f"{name}.junit.xml").getroot()
    assert root.tag == "testsuites"
    (suite,) = root
    report = kept(f"{name}.json")
    cases = suite.findall("testcase")
    assert len(cases) == len(report["records"]) + 1
    for element in (root, suite):
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(sum(case.find("failure") is not None for case in cases))
    failures = [failure for case in cases for failure in case.findall("failure")]
    assert len(failures) == len(report["objections"])
    for case, record in zip(cases, report["records"]):
        output = case.findtext("system-out") or ""
        blocks = [block for block in output.split("\n\n") if block]
        assert [block.split(" ")[0] for block in blocks] == [f["rule"] for f in record["findings"]]


COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,]*)(?:,[a-z]+=[^:,]*)*)::(.*)")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_line_for_github_is_a_command(name: str) -> None:
    """A line is one annotation, whatever the texts in it."""
    text = (GOLDEN / f"{name}.github.txt").read_bytes().decode()
    lines = text.removesuffix("\n").split("\n")
    assert "\r" not in text and len(lines) > 5
    for line in lines:
        command = COMMAND.fullmatch(line)
        assert command, line
        assert not re.search("%(?!25|0A|0D)", command[3])
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        assert "title" in properties
        assert set(properties) <= {"file", "line", "col", "title"}
        assert ("file" in properties) == ("line" in properties) == ("col" in properties)


@pytest.mark.skipif(SARIF is None, reason="tests/run fetches the schema of SARIF")
@pytest.mark.parametrize("name", SAMPLES)
def test_sarif_is_as_its_schema_says(name: str) -> None:
    """Results have rules, places, fixes and fingerprints of their own."""
    schema = json.loads(pathlib.Path(SARIF or "").read_text())
    log = json.loads((LOGS / f"{name}.sarif").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{e.json_path}: {e.message}" for e in validator.iter_errors(log)] == []
    (run,) = log["runs"]
    results = run["results"]
    for result in results:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    prints = [result["partialFingerprints"]["tgSchema/v1"] for result in results]
    assert len(prints) == len(set(prints))
    assert sum("fixes" in result for result in results) == 1
    assert sum("suppressions" in result for result in results) == 1
    assert sum("relatedLocations" in result for result in results) == 2
    (invocation,) = run["invocations"]
    assert len(invocation["toolExecutionNotifications"]) == 2
