"""The SARIF logs of the command against the schema of SARIF 2.1.0, as a library for Java carries it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

COMMAND = os.environ["TG_SCHEMA_BIN"]
SCHEMA = os.environ.get("TG_SCHEMA_SARIF")


@pytest.fixture(scope="session")
def validator():
    if SCHEMA is None:
        pytest.skip("tests/run fetches the schema of SARIF")
    schema = json.loads(Path(SCHEMA).read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def log_of(folder, *arguments):
    run = subprocess.run(
        [COMMAND, *arguments, "--format", "sarif"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    return run.returncode, json.loads(run.stdout)


def check(validator, log):
    problems = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(log)]
    assert problems == []


def test_the_schema_refuses_what_is_wrong(validator):
    assert not validator.is_valid({"version": "2.1.0"})
    assert not validator.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_definitions_with_mistakes(validator, tmp_path):
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "chat.toml").write_text('[record.A.fields]\nx = "str"\n')
    code, log = log_of(tmp_path, "gen", "a b")
    check(validator, log)
    assert code == 2
    (result, *_) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/chat.toml"
    assert place["region"]["startLine"] == 2


def test_nothing_found(validator, tmp_path):
    (tmp_path / "a.toml").write_text('[record.A.fields]\nx = "string"\n')
    code, log = log_of(tmp_path, "gen", "a.toml")
    check(validator, log)
    assert (code, log["runs"][0]["results"]) == (0, [])


def test_a_migration(validator, tmp_path):
    # In no repository: places are counted from the folder in which the command is run.
    folder = tmp_path / "audit"
    shutil.copytree(Path(__file__).resolve().parent / "audit", folder)
    code, log = log_of(folder, "migrate", "beacon", "--callers", "beacon")
    check(validator, log)
    run = log["runs"][0]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    used = {result["ruleId"] for result in run["results"]}
    assert {"UNDECLARED_ARGUMENT", "TOPIC_URI", "WRAPPED_CLIENT"} <= used
    assert used <= known
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    prints = [result["partialFingerprints"]["tgSchema/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints))
    files = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    }
    assert all((folder / file).is_file() for file in files)
