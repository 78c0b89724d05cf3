"""The forms of a report of `tg-schema check` against the specifications of those who read them.

Two reports are by hand and kept by tests in Rust: one in which everything occurs that a report can hold, and one of
hostile texts. The third is what the command says of two versions.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "tg-schema-compat" / "tests" / "render" / "golden"
LOGS = REPOSITORY / "tg-schema-cli" / "src" / "report" / "check" / "golden"
SCHEMA = json.loads((REPOSITORY / "schemas" / "check-report.schema.json").read_text())
COMMAND = os.environ["TG_SCHEMA_BIN"]
SARIF = os.environ.get("TG_SCHEMA_SARIF")
ENDINGS = {
    "json": "json",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "junit": "junit.xml",
    "markdown": "md",
    "html": "html",
}
HEX_64 = re.compile("[0-9a-f]{64}")

OLD = """namespace = "shop"

[record.Order.fields]
id = "string"
note = "string?"
lines = "array<Line>"

[record.Cart.fields]
lines = "array<Line>"

[record.Line.fields]
item = "string"

[record.Gone.fields]
x = "int"
"""
NEW = """namespace = "shop"

[record.Order.fields]
id = "string"
lines = "array<Line>"

[record.Cart.fields]
lines = "array<Line>"

[record.Line.fields]
item = "string"
count = "int"
"""


class Forms:
    """A report in every form, as text."""

    def __init__(self, name: str, folder: pathlib.Path) -> None:
        self.name = name
        self.folder = folder

    def text(self, form: str) -> str:
        """The report in a form."""
        if self.name == "command":
            return self.run("--format", form).stdout
        path = LOGS / f"{self.name}.sarif" if form == "sarif" else GOLDEN / f"{self.name}.{ENDINGS[form]}"
        return path.read_bytes().decode()

    def json(self, form: str = "json") -> Any:
        """The report in a form of JSON."""
        return json.loads(self.text(form))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the command says of two versions."""
        (self.folder / "old").mkdir(exist_ok=True)
        (self.folder / "new").mkdir(exist_ok=True)
        (self.folder / "old" / "shop.toml").write_text(OLD)
        (self.folder / "new" / "shop.toml").write_text(NEW)
        call = [COMMAND, "check", "new", "--against", "old", "--require", "avro=full,json=backward", *arguments]
        return subprocess.run(call, cwd=self.folder, capture_output=True, text=True, check=False)


@pytest.fixture(params=["sample", "hostile", "command"])
def forms(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Forms:
    """Each of the reports."""
    return Forms(request.param, tmp_path)


def errors(document: Any) -> list[str]:
    """What the schema that ships says against a report."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(document)]


def findings(report: Any) -> list[Any]:
    """All findings of a report."""
    return [finding for record in report["records"] for finding in record["findings"]] + report["findings"]


def test_the_schema_is_one() -> None:
    """The schema is a schema, and every object in it says what each key is."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name, part in {"": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, value in part.get("properties", {}).items():
            assert "description" in value or "$ref" in value, (name, key)


def test_json_is_as_the_schema_says(forms: Forms) -> None:
    """The schema describes the report, and nothing that the report does not have."""
    report = forms.json()
    assert errors(report) == []
    assert findings(report)
    assert set(SCHEMA["anyOf"][0]["required"]) <= set(report) <= set(SCHEMA["properties"])


def test_the_schema_knows_runs_that_fail(tmp_path: pathlib.Path) -> None:
    """Without a comparison there are problems alone. Where a verdict was disproved, they stand beside the report."""
    forms = Forms("command", tmp_path)
    refused = forms.run("--format", "json", "--against", "missing")
    report = json.loads(refused.stdout)
    assert (refused.returncode, report["status"], sorted(report)) == (2, "failed", ["diagnostics", "status"])
    assert errors(report) == []
    # No known message disproves a verdict: the document is put together as the command does it.
    disproved = {**forms.json(), **report}
    assert errors(disproved) == []
    assert errors({**report, "status": "clean"})
    assert errors({**report, "diagnostics": []})
    assert errors({**report, "new": "new"})
    del disproved["matrix"]
    assert errors(disproved)


def test_the_schema_refuses_what_is_wrong(tmp_path: pathlib.Path) -> None:
    """A key too few, a key too many, a word that nobody says."""
    report = Forms("sample", tmp_path).json()
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


@pytest.mark.parametrize("form", [*ENDINGS, "sarif", "text"])
def test_the_exit_code_does_not_depend_on_the_form(form: str, tmp_path: pathlib.Path) -> None:
    """Findings at the gate are 1; all goes to standard output, whatever the form."""
    forms = Forms("command", tmp_path)
    run = forms.run("--format", form)
    code = 1 if forms.json()["objections"] else 0
    assert (run.returncode, run.stderr) == (code, "")
    assert "FIELD_ADDED_REQUIRED" in run.stdout.replace("\\", "")


def test_gitlab_takes_it(forms: Forms) -> None:
    """Every entry has what GitLab's code quality demands, and fingerprints tell entries apart."""
    entries = forms.json("gitlab")
    assert len(entries) > 1
    for entry in entries:
        assert entry["description"] and entry["check_name"]
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert HEX_64.fullmatch(entry["fingerprint"])
        assert entry["location"]["path"] and not entry["location"]["path"].startswith("./")
        begin = entry["location"]["lines"]["begin"]
        assert isinstance(begin, int) and begin >= 1
    prints = [entry["fingerprint"] for entry in entries]
    assert len(prints) == len(set(prints))


def test_junit_is_xml_with_a_case_for_each_record(forms: Forms) -> None:
    """Counts are right, objections are failures, findings are output."""
    root = ElementTree.fromstring(forms.text("junit"))
    assert root.tag == "testsuites"
    (suite,) = root
    report = forms.json()
    cases = suite.findall("testcase")
    rest = any(o["record"] is None for o in report["objections"]) or report["findings"] != []
    assert len(cases) == len(report["records"]) + rest
    # What Jenkins' XSD knows; it refuses a report with anything else.
    known = {
        "testsuites": {"name", "time", "tests", "failures", "errors"},
        "testsuite": {"name", "time", "tests", "failures", "errors", "skipped", "timestamp", "hostname", "id", "package"},
        "testcase": {"name", "time", "classname", "group"},
        "failure": {"type", "message"},
        "system-out": set(),
    }
    for element in root.iter():
        assert set(element.attrib) <= known[element.tag], element.tag
    for element in (root, suite):
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(sum(case.find("failure") is not None for case in cases))
    failures = [failure for case in cases for failure in case.findall("failure")]
    assert len(failures) == len(report["objections"])
    for case, record in zip(cases, report["records"]):
        output = case.findtext("system-out") or ""
        blocks = [block for block in output.split("\n\n") if block]
        assert [block.split(" ")[0] for block in blocks] == [f["rule"] for f in record["findings"]]


ANNOTATION = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,]*)(?:,[a-z]+=[^:,]*)*)::(.*)")


def test_every_line_for_github_is_a_command(forms: Forms) -> None:
    """A line is one annotation, whatever the texts in it."""
    text = forms.text("github")
    lines = text.removesuffix("\n").split("\n")
    assert "\r" not in text and len(lines) > 2
    for line in lines:
        command = ANNOTATION.fullmatch(line)
        assert command, line
        assert not re.search("%(?!25|0A|0D)", command[3])
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        assert "title" in properties
        assert set(properties) <= {"file", "line", "col", "title"}
        assert ("file" in properties) == ("line" in properties) == ("col" in properties)


@pytest.mark.skipif(SARIF is None, reason="tests/run fetches the schema of SARIF")
def test_sarif_is_as_its_schema_says(forms: Forms) -> None:
    """Results have rules, places, fixes and fingerprints of their own."""
    schema = json.loads(pathlib.Path(SARIF or "").read_text())
    log = forms.json("sarif")
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{e.json_path}: {e.message}" for e in validator.iter_errors(log)] == []
    (run,) = log["runs"]
    results = run["results"]
    for result in results:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    prints = [result["partialFingerprints"]["tgSchema/v1"] for result in results]
    assert len(prints) == len(set(prints))
    report = forms.json()
    told = [n for invocation in run.get("invocations", []) for n in invocation["toolExecutionNotifications"]]
    written = sum(1 + len(one["mended"]) for one in report["written"])
    assert len(told) == len(report["objections"]) + written
    # What comes up in several records is one result.
    edits = {json.dumps([f["rule"], f["span"]]) for f in findings(report) if f["fix"] and f["fix"]["edits"]}
    assert sum("fixes" in result for result in results) == len(edits) > 0
    old = {json.dumps([f["rule"], f["span"]]) for f in findings(report) if f["span"] and f["span"]["version"]}
    assert sum("relatedLocations" in result for result in results) == len(old) > 0
    quiet = [f for f in findings(report) if f["suppressed"] is not None]
    assert sum("suppressions" in result for result in results) == len(quiet)


class Tags(HTMLParser):
    """The elements of a page, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.seen.add(tag)
        if tag not in ("meta", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and it is the last that began."""
        assert self.open.pop() == tag


def test_the_page_is_well_formed(forms: Forms) -> None:
    """Every element is closed where it should be."""
    tags = Tags()
    tags.feed(forms.text("html"))
    tags.close()
    assert tags.open == []
    assert {"article", "table", "script"} <= tags.seen
    assert not {"img", "iframe", "object", "b"} & tags.seen


def test_a_comment_is_one_that_github_takes(forms: Forms) -> None:
    """Its length is within the limit, and what folds is closed."""
    text = forms.text("markdown")
    assert len(text) <= 65_536
    assert text.startswith("### Schema check: ")
    assert text.count("\n<details") == text.count("\n</details>\n") > 0
    fences = [line.strip() for line in text.split("\n") if line.strip().startswith("```")]
    assert len(fences) % 2 == 0
