"""`migrate --registered`: what the real client registers, in the forms in which operators fetch it."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pulsar")

from pulsar.schema import JsonSchema  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = os.environ["TG_SCHEMA_BIN"]
SOURCE = REPOSITORY / "tests" / "pulsar" / "shapes.py"

sys.path.insert(0, str(SOURCE.parent))
import shapes  # noqa: E402


def texts():
    return {
        name: JsonSchema(record).schema_info().schema()
        for name, record in shapes.SHAPES.items()
        if record.__module__ == "shapes"
    }


def compare(place, *arguments):
    run = subprocess.run(
        [COMMAND, "migrate", str(SOURCE), "--registered", str(place), "--format", "json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(run.stdout)["registered"]
    return run.returncode, {c["name"]: c["verdict"] for c in report["classes"]}, report


def admin(text):
    return {"version": 0, "type": "JSON", "timestamp": 0, "data": text, "properties": {}}


def shell(text, name):
    return {"version": 0, "schemaInfo": {"name": name, "schema": json.loads(text), "type": "JSON", "properties": {}}}


def coded(text, name):
    data = base64.b64encode(text.encode()).decode()
    return {"version": 0, "schemaInfo": {"name": name, "schema": data, "type": "JSON", "properties": {}}}


FORMS = {
    "texts": lambda folder, all: [(folder / f"{n}.json").write_text(t) for n, t in all.items()],
    "answers": lambda folder, all: [(folder / f"{n}.json").write_text(json.dumps(admin(t))) for n, t in all.items()],
    "shell": lambda folder, all: [(folder / f"{n}.json").write_text(json.dumps(shell(t, n), indent=2)) for n, t in all.items()],
    "coded": lambda folder, all: [(folder / f"{n}.json").write_text(json.dumps(coded(t, n))) for n, t in all.items()],
    "lines": lambda folder, all: (folder / "all.jsonl").write_text("\n".join(json.dumps(admin(t)) for t in all.values())),
    "array": lambda folder, all: (folder / "all.json").write_text(json.dumps([admin(t) for t in all.values()])),
    "topics": lambda folder, all: (folder / "all.json").write_text(json.dumps({f"persistent://t/n/{n}": admin(t) for n, t in all.items()})),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_equal(form, tmp_path):
    all = texts()
    assert len(all) > 15
    FORMS[form](tmp_path, all)
    _, verdicts, report = compare(tmp_path)
    assert report["unreadable"] == []
    assert report["unclaimed"] == []
    wrong = {name: verdict for name, verdict in verdicts.items() if verdict not in ("equal", "not found")}
    assert wrong == {}
    names = {name for name, verdict in verdicts.items() if verdict == "equal"}
    assert {name.rsplit(".")[-1] for name in names} == set(all)


def sorted_fields(schema):
    """As clients before September 2021 wrote it: fields sorted, definitions where they come first."""
    if isinstance(schema, list):
        return [sorted_fields(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: sorted_fields(value) for key, value in schema.items()}
    if "fields" in schema:
        schema["fields"] = sorted(schema["fields"], key=lambda field: field["name"])
    return schema


def test_old_clients_and_other_schemas(tmp_path):
    one = json.loads(JsonSchema(shapes.MB).schema_info().schema())
    mixed = json.loads(JsonSchema(shapes.CC).schema_info().schema())
    one["fields"][3]["type"] = "string"
    (tmp_path / "mb.json").write_text(json.dumps(one))
    (tmp_path / "cc.json").write_text(json.dumps(sorted_fields(mixed)))
    code, verdicts, report = compare(tmp_path, "--allow-unresolved")
    assert code == 1
    assert verdicts["MB"] == "differs at /fields/3/type"
    assert verdicts["CC"] == "equal after sorting"
    assert verdicts["a.b.NS2"] == "not found"
    (difference,) = [c for c in report["classes"] if c["name"] == "MB"]
    assert difference["registered"][0]["ours"] == "boolean"
    assert difference["registered"][0]["registered"] == "string"
