"""Plans: each step of the report is written into the definitions by its edits, and is what it says."""

from __future__ import annotations

import pathlib

import pytest
from command import compared, edited

TOPIC = '\n[topic.o]\nrecord = "O"\naddress = "q1/a/b/c"\n'


def definition(fields: str, more: str = "", topic: str = TOPIC) -> str:
    return f"# kept\n[record.O.fields]\n{fields}\n{more}{topic}"


def enum(symbols: str, more: str = "") -> str:
    return definition('s = "S"', f"[enum.S]\nsymbols = [{symbols}]\n{more}")


PAIRS = {
    "required": (definition('a = "int"'), definition('a = "int"\nb = "string"')),
    "gone": (definition('a = "int"\nb = "string"'), definition('a = "int"')),
    "renamed": (definition('note = "string"'), definition('notes = "string"')),
    "widened": (definition('a = "int"'), definition('a = "long"')),
    "text": (definition('a = "S"', '[enum.S]\nsymbols = ["x"]\n'), definition('a = "string"')),
    "symbol": (enum('"x"'), enum('"x", "y"')),
    "no symbol": (enum('"x", "y"'), enum('"x"')),
    "symbols": (enum('"x", "y"'), enum('"x", "z"')),
    "lists of tables": (
        '# kept\n[[record.O.fields]]\nname = "a"\ntype = "int"\n' + TOPIC,
        '# kept\n[[record.O.fields]]\nname = "a"\ntype = "string"\n' + TOPIC,
    ),
    "open with default": (enum('"x"'), enum('"x"', 'open = true\ndefault = "x"\n')),
    "address": (definition('a = "int"'), definition('a = "int"', topic=TOPIC.replace("b/c", "b/d"))),
    "quality": (definition('a = "int"'), definition('a = "int"', topic=TOPIC.replace("q1", "q2"))),
}


@pytest.mark.parametrize("name", PAIRS)
def test_steps_are_what_they_say(tmp_path: pathlib.Path, name: str) -> None:
    old, new = PAIRS[name]
    (tmp_path / "s0").mkdir()
    (tmp_path / "s0" / "s.toml").write_text(old)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "s.toml").write_text(new)
    report = compared(tmp_path, "new", "--against", "s0")
    findings = [f for r in report["records"] for f in r["findings"] if r["record"] == "O" and f["severity"] != "info"]
    fix = findings[0]["fix"]
    # A plan of an enum is of all that changes of it.
    assert len({f["path"] for f in findings}) == 1 and all(f["fix"]["steps"] == fix["steps"] for f in findings)
    assert fix["steps"] and fix["plan"] == [step["text"] for step in fix["steps"]]
    for nth, step in enumerate(fix["steps"], 1):
        assert step["as_new"] or step["edits"], step
        text = edited(new, step["edits"])
        assert "# kept" in text
        (tmp_path / f"s{nth}").mkdir()
        (tmp_path / f"s{nth}" / "s.toml").write_text(text)
        before = compared(tmp_path, f"s{nth}", "--against", f"s{nth - 1}")
        (record,) = [r for r in before["records"] if r["record"] == "O"]
        rank = ["any order", "readers first", "writers first", "stop the world"]
        orders: dict[str, str] = {}
        for one in record["rollout"]:
            known = orders.get(one["format"], "any order")
            orders[one["format"]] = max(known, one["order"], key=rank.index)
        assert orders == step["rollout"] and "stop the world" not in orders.values()
        assert all(order in step["text"] for order in orders.values())
        first = compared(tmp_path, f"s{nth}", "--against", "s0")
        (record,) = [r for r in first["records"] if r["record"] == "O"]
        ways = {wire: {k: record["matrix"][wire][k] for k in ("backward", "forward")} for wire in step["registered"]}
        assert ways == step["registered"]
