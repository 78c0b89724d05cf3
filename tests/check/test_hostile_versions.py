"""Files that are made to hurt: a clear error, or a report, in bounded time and memory."""

from __future__ import annotations

import json
import os
import pathlib
import resource
import subprocess

import pytest
from command import COMMAND, Run, record, write

MEMORY = 3 << 30
SECONDS = 300


def limited(folder: pathlib.Path, new: str, old: str) -> Run:
    """A run that may not take more than a limit."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    done = subprocess.run(
        [COMMAND, "check", new, "--against", old],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
        preexec_fn=limit,
    )
    run = Run(done)
    assert run.code in (0, 1, 2) and "panicked" not in run.err and "overflow" not in run.err, run
    return run


DEEP = 100_000
HOSTILE = {
    "deep array": '{"type":"array","items":' * DEEP + '"int"' + "}" * DEEP,
    "deep brackets": "[" * DEEP,
    "deep records": '{"type":"record","name":"A","fields":[{"name":"a","type":' * 5000,
    "deep but closed": '{"type":"map","values":' * 900 + '"int"' + "}" * 900,
    "two names": '{"type":"record","name":"A","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}',
    "two types": '["int",{"type":"enum","name":"E","symbols":["A"]},{"type":"fixed","name":"E","size":1}]',
    "requires itself": '{"type":"record","name":"A","fields":[{"name":"a","type":"A"}]}',
    "default": '{"type":"record","name":"A","fields":[{"name":"a","type":"int","default":"x"}]}',
    "size": '{"type":"fixed","name":"F","size":99999999999999999999}',
    "no JSON": "\x00\x01",
    "empty": "",
    "null": "null",
    "number": "1e999999",
    "letters": '{"type":"record","name":"' + "\u202e\U0001f4a9" * 100 + '","fields":[]}',
    "long name": '{"type":"record","name":"' + "A" * 1_000_000 + '","fields":[]}',
    "surrogate": '{"type":"record","name":"A","doc":"\\ud800","fields":[]}',
    "circle": '{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"record","name":"B","fields":[{"name":"a","type":["null","A"]}]}}]}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_schemas(tmp_path: pathlib.Path, name: str) -> None:
    """As a file, as a snapshot, and as both versions."""
    (tmp_path / "a.avsc").write_text(HOSTILE[name])
    (tmp_path / "good.avsc").write_text('{"type":"record","name":"A","fields":[]}')
    (tmp_path / "a.json").write_text(json.dumps([{"subject": "a", "version": 1, "schema": HOSTILE[name]}]))
    for new, old in (("a.avsc", "good.avsc"), ("good.avsc", "a.avsc"), ("a.avsc", "a.avsc"), ("good.avsc", "a.json")):
        run = limited(tmp_path, new, old)
        assert run.code != 2 or run.err.startswith("error"), run


def test_a_million_fields(tmp_path: pathlib.Path) -> None:
    """More than is read, and as much as is."""
    field = '{"name":"f%d","type":"int"}'
    for count in (1_000_000, 50_000):
        fields = ",".join(field % n for n in range(count))
        (tmp_path / "a.avsc").write_text(f'{{"type":"record","name":"A","fields":[{fields}]}}')
        run = limited(tmp_path, "a.avsc", "a.avsc")
        assert run.code == 2 if count == 1_000_000 else run.code in (0, 1, 2), run
    lines = "\n".join(f'f{n} = "int"' for n in range(1_000_000))
    (tmp_path / "m.toml").write_text(f"[record.A.fields]\n{lines}\n")
    run = limited(tmp_path, "m.toml", "m.toml")
    assert run.code == 2 and "m.toml:50002:1" in run.err and "at most 50000" in run.err, run
    # As many of one file each as the size of a file allows: the end of their names is what differs.
    lines = "".join(f"f{n}:i32,\n" for n in range(300_000))
    (tmp_path / "m.rs").write_text(f"#[tg_schema]\npub struct A {{\n{lines}}}\n")
    run = limited(tmp_path, "m.rs", "m.toml")
    assert run.code == 2 and "m.rs:50003:1" in run.err and "at most 50000" in run.err, run
    lines = "".join(f"  f{n} = Integer()\n" for n in range(300_000))
    (tmp_path / "m.py").write_text(f"from pulsar.schema import *\nclass A(Record):\n{lines}")
    run = limited(tmp_path, "m.py", "m.toml")
    assert run.code == 2 and "m.py:2 " in run.err and "at most 50000" in run.err, run
    # Fields that are read, and whose schema is longer than any that a registry takes.
    lines = "\n".join(f'{"f" * 200}{n} = "int"' for n in range(40_000))
    (tmp_path / "n.toml").write_text(f"[record.A.fields]\n{lines}\n")
    run = limited(tmp_path, "n.toml", "n.toml")
    assert run.code == 2 and "n.toml:1:9: " in run.err and "at most 4194304" in run.err, run


def test_a_hundred_million_bytes(tmp_path: pathlib.Path) -> None:
    """They are refused by their size."""
    for name in ("a.avsc", "m.toml", "m.rs", "a.json", "a.py", "tg-schema.lock"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"#")
            file.truncate(100 << 20)
    write(tmp_path, good=record('a = "int"'))
    for name in ("a.avsc", "m.toml", "m.rs", "a.json", "a.py", "tg-schema.lock"):
        run = limited(tmp_path, "good.toml", name)
        assert run.code == 2 and "larger than" in run.err, (name, run)


def test_what_is_no_file(tmp_path: pathlib.Path) -> None:
    """A pipe has no end, a link may lead nowhere."""
    write(tmp_path, good=record('a = "int"'))
    os.mkfifo(tmp_path / "pipe.avsc")
    os.mkfifo(tmp_path / "pipe.json")
    os.mkfifo(tmp_path / "pipe.lock")
    os.mkfifo(tmp_path / "pipe.py")
    os.symlink("nothing", tmp_path / "link.toml")
    for name in ("pipe.avsc", "pipe.json", "pipe.lock", "pipe.py", "link.toml"):
        run = limited(tmp_path, "good.toml", name)
        assert run.code == 2 and run.err.startswith("error"), (name, run)
