"""`tg-schema check` against several versions: what holds of a chain is the worst of its pairs."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from command import check, compared, record

SUITES = sorted((pathlib.Path(__file__).parents[2] / "tg-schema-compat" / "tests" / "suites").glob("*.json"))
FORMS = ("text", "sarif", "github", "gitlab", "junit", "markdown", "html")
WAYS = {"BACKWARD": ["backward"], "FORWARD": ["forward"], "FULL": ["backward", "forward"]}
VERSIONS = [
    record('id = "string"', 'b = "int?"'),
    record('id = "string"'),
    record('id = "string"', 'c = "E"') + '[enum.E]\nsymbols = ["X", "Y"]\ndefault = "X"\n',
    record('id = "string"', 'c = "E"') + '[enum.E]\nsymbols = ["X"]\ndefault = "X"\n',
    record('id = "string"', 'b = "string?"', 'c = "E"') + '[enum.E]\nsymbols = ["X", "Z"]\n',
]


def transitive() -> list[Any]:
    """The cases of other projects that look at more than one version."""
    found = []
    for path in SUITES:
        suite = json.loads(path.read_text())
        for case in suite["cases"]:
            mode, _, chain = case["mode"].partition("_")
            if chain and len(case["old"]) > 1:
                texts = [json.dumps(suite["schemas"][name]) for name in (*case["old"], case["new"])]
                name = f"{path.stem}-{'-'.join(case['old'])}-{case['new']}-{mode}"
                found.append(pytest.param(suite["engine"], mode, texts, case["accepted"], id=name))
    return found


@pytest.mark.parametrize(("engine", "mode", "texts", "accepted"), transitive())
def test_chains_of_other_projects(tmp_path: pathlib.Path, engine: str, mode: str, texts: list[str], accepted: bool) -> None:
    """Several baselines, each an Avro schema in a file of its own; every form of the report says something."""
    for at, text in enumerate(texts):
        (tmp_path / f"v{at}.avsc").write_text(text)
    *old, new = (f"v{at}.avsc" for at in range(len(texts)))
    against = [part for file in old for part in ("--against", file)]
    report = compared(tmp_path, new, *against, "--verify=20")
    assert all(report["matrix"][engine][way] for way in WAYS[mode]) == accepted, report
    pairs = [compared(tmp_path, new, "--against", file)["matrix"][engine] for file in old]
    for way in ("backward", "forward"):
        assert report["matrix"][engine][way] == all(pair[way] for pair in pairs), report
    for form in FORMS:
        run = check(tmp_path, new, *against, "--format", form)
        assert run.code in (0, 1) and run.err == "", run
        assert run.out or form == "github", run


def test_a_chain_of_definitions(tmp_path: pathlib.Path) -> None:
    """Named one by one, or as the releases of a lock, they give one verdict: the worst of each pair."""
    (tmp_path / "tg-schema.toml").write_text("inputs = ['m.toml']\n")
    peers = ("--peer", "legacy-null", "--peer", "python-record")
    anything = "avro=none,pulsar=none,json=none,rust=any,loss=any,deployment=any"
    for at, text in enumerate(VERSIONS):
        (tmp_path / f"v{at}").mkdir()
        (tmp_path / f"v{at}" / "m.toml").write_text(text)
        (tmp_path / "m.toml").write_text(text)
        if at < 4:
            run = check(tmp_path, "--accept", "--require", anything)
            assert run.code == 0, run
    against = [part for at in range(4) for part in ("--against", f"v{at}")]
    named = compared(tmp_path, "v4", *against, *peers, "--verify=50")
    locked = compared(tmp_path, *peers, "--verify=50")
    assert len(locked["against"]) == 4 and named["matrix"]["avro"] == locked["matrix"]["avro"]
    pairs = [compared(tmp_path, "v4", "--against", f"v{at}", *peers)["matrix"] for at in range(4)]
    for report in (named, locked):
        for wire in ("avro", "pulsar", "json"):
            for way in ("backward", "forward"):
                assert report["matrix"][wire][way] == all(pair[wire][way] for pair in pairs), (wire, way)
    assert named["matrix"]["avro"] == {"backward": False, "forward": False}
    reused = [f for r in named["records"] for f in r["findings"] if f["rule"] == "RESERVED_NAME_REUSED"]
    assert [finding["path"] for finding in reused] == ["b"]
