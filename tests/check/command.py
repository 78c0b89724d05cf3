"""Runs `tg-schema check`, and makes repositories for it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from typing import Any

COMMAND = os.environ["TG_SCHEMA_BIN"]

WHO = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false")

# Records of Python.
PYTHON = """
from pulsar.schema import Record, String, Integer

class A(Record):
    a = Integer()
    b = String()
"""


class Run:
    """What a run left."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    def report(self) -> dict[str, Any]:
        """The report in JSON."""
        report: dict[str, Any] = json.loads(self.out)
        return report

    def __repr__(self) -> str:
        return f"exit {self.code}\n{self.out[:4000]}\n{self.err[:4000]}"


def check(folder: pathlib.Path, *arguments: str, timeout: float = 300, **variables: str) -> Run:
    """A run in a folder. It neither panics nor takes longer than it may."""
    done = subprocess.run(
        [COMMAND, "check", *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )
    run = Run(done)
    assert run.code in (0, 1, 2) and "panicked" not in run.err, run
    return run


def compared(folder: pathlib.Path, *arguments: str, **variables: str) -> dict[str, Any]:
    """The report of a run that compared something."""
    run = check(folder, *arguments, "--format", "json", **variables)
    assert run.code in (0, 1) and run.err == "", run
    return run.report()


def refused(folder: pathlib.Path, *arguments: str, timeout: float = 300, **variables: str) -> str:
    """What a run said that could not compare anything."""
    run = check(folder, *arguments, timeout=timeout, **variables)
    assert run.code == 2 and run.out == "" and run.err.startswith("error"), run
    return run.err


def records(report: dict[str, Any]) -> dict[str, Any]:
    """Records of a report by name."""
    return {record["record"]: record for record in report["records"]}


def rules(report: dict[str, Any]) -> list[str]:
    """Rules of all findings."""
    found = [finding for record in report["records"] for finding in record["findings"]]
    return sorted({finding["rule"] for finding in found})


def widened(report: dict[str, Any]) -> list[str]:
    """Records whose new readers read old messages, and not the other way around."""
    one_way = {"backward": True, "forward": False}
    return [record["record"] for record in report["records"] if (record["matrix"] or {}).get("avro") == one_way]


def write(folder: pathlib.Path, **files: str) -> None:
    """Writes definition files: `a__b` is `a/b.toml`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def git(folder: pathlib.Path, *arguments: str) -> str:
    """Runs git."""
    done = subprocess.run(["git", *WHO, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: pathlib.Path, tag: str | None = None) -> str:
    """Commits everything in a folder, which becomes a repository. Its id."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    if tag is not None:
        git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")


def record(*fields: str, name: str = "A") -> str:
    """A definition."""
    lines = "\n".join(fields)
    return f"[record.{name}.fields]\n{lines}\n"


def schema(name: str, *fields: tuple[str, Any]) -> str:
    """An Avro schema."""
    return json.dumps({"type": "record", "name": name, "fields": [{"name": n, "type": t} for n, t in fields]})


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """A text with the edits of a report, which are in order."""
    out, at, raw = b"", 0, text.encode()
    for edit in edits:
        out += raw[at : edit["start"]] + edit["text"].encode()
        at = edit["end"]
    return (out + raw[at:]).decode()
