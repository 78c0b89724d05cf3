"""What `migrate` writes: completely or not at all, nothing over what a person has changed, nothing twice."""

import os
import resource
import signal
import subprocess

import pytest

from migration import GOOD, PATIENCE, files, migrate, write
from peers import tool


def test_nothing_is_written_without_out(tmp_path):
    write(tmp_path, good=GOOD)
    before = files(tmp_path)
    migrate(tmp_path, cwd=tmp_path)
    migrate(".", "--format", "html", cwd=tmp_path)
    assert files(tmp_path) == before


def test_second_run(tmp_path):
    """A second run changes nothing, not even the time of a file; wherever it runs, the bytes are the same."""
    sources, out = write(tmp_path / "sources", good=GOOD, p__deeper=GOOD.replace("Good", "Deeper")), tmp_path / "out"
    migrate(sources, "--out", out)
    written = files(out)
    assert {"good.toml", "p/deeper.toml", "migration/table.json"} <= written.keys()
    migrate(sources, "--out", out)
    assert files(out) == written
    other = write(tmp_path / "elsewhere" / "sources", good=GOOD, p__deeper=GOOD.replace("Good", "Deeper"))
    migrate("sources", "--out", "out", cwd=other.parent)
    migrate("sources", "--out", "other", cwd=tmp_path)
    one, two = files(other.parent / "out"), files(tmp_path / "other")
    assert {k: v for k, (_, v) in one.items()} == {k: v for k, (_, v) in two.items()}


CALLER = "from good import Good\nprint(Good(x=1))\n"


@pytest.mark.parametrize("place", ["/dev/stdout", "fifo", "folder", "link"])
def test_patch_goes_into_a_plain_file(tmp_path, place):
    """What is no plain file is neither read nor written."""
    write(tmp_path, good=GOOD, use=CALLER)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "target").write_text("mine")
    (tmp_path / "link").symlink_to("target")
    run = subprocess.run(
        [tool(), "migrate", "good.py", "--callers", "use.py", "--apply-callers", place, "--force"],
        cwd=tmp_path, capture_output=True, timeout=PATIENCE,
    )
    assert run.returncode == 2, run
    assert f"{place} is no plain file" in run.stderr.decode()
    assert (tmp_path / "target").read_text() == "mine"


def test_overwriting(tmp_path):
    """What a person has changed is left alone, until it is said that it may go."""
    sources, out = write(tmp_path / "sources", good=GOOD, other=GOOD.replace("Good", "Other")), tmp_path / "out"
    migrate(sources, "--out", out)
    written = files(out)
    (out / "good.toml").write_text("# by hand\n" + (out / "good.toml").read_text())
    (out / "other.toml").unlink()
    (out / "notes.md").write_text("mine\n")
    before = files(out)
    made = migrate(sources, "--out", out, codes=(2,))
    assert "good.toml" in made.text and "--force" in made.text
    assert files(out) == before
    migrate(sources, "--out", out, "--force")
    after = files(out)
    assert after.pop("notes.md")[1] == b"mine\n"
    assert {k: v for k, (_, v) in after.items()} == {k: v for k, (_, v) in written.items()}
    assert after["migration/table.json"] == written["migration/table.json"]


def test_output_among_the_sources(tmp_path):
    """The output folder may lie in the folder of the sources."""
    write(tmp_path, good=GOOD)
    migrate(".", "--out", "schemas", cwd=tmp_path)
    written = files(tmp_path)
    assert "schemas/good.toml" in written
    migrate(".", "--out", "schemas", cwd=tmp_path)
    assert files(tmp_path) == written


@pytest.mark.parametrize("limit", [1, 100, 1000, 3000])
def test_full_disk(tmp_path, limit):
    """When a file cannot be written, none is: neither a new one, nor an old one changed."""
    many = "from pulsar.schema import *\n" + "".join(f"class C{i}(Record):\n    a = String()\n" for i in range(200))
    sources = write(tmp_path / "sources", a=GOOD, z=many)

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    out = tmp_path / "out"
    made = migrate(sources, "--out", out, codes=(2,), preexec_fn=limited)
    assert made.stderr
    assert not out.exists() or files(out) == {}
    migrate(sources, "--out", out)
    write(sources, a=GOOD.replace("Long", "Double"), z=many.replace("String", "Double"))
    before = files(out)
    migrate(sources, "--out", out, "--force", codes=(2,), preexec_fn=limited)
    assert {k: v for k, (_, v) in files(out).items()} == {k: v for k, (_, v) in before.items()}


def test_full_disk_for_real(tmp_path):
    """The same on a file system of 64 KiB."""
    sources = write(tmp_path / "sources", z="from pulsar.schema import *\n" + "".join(
        f"class C{i}(Record):\n    a = String()\n" for i in range(500)
    ))
    small = tmp_path / "small"
    small.mkdir()
    script = f'mount -t tmpfs -o size=64k small "{small}" || exit 77; "$0" migrate "{sources}" --out "{small}/out"; code=$?; find "{small}" -type f; exit $code'
    made = subprocess.run(["unshare", "-m", "sh", "-c", script, tool()], capture_output=True, timeout=PATIENCE, text=True)
    if made.returncode in (1, 77, 126, 127) and "mount" in made.stderr + made.stdout or "unshare" in made.stderr:
        pytest.skip(f"no file system of our own: {made.stderr.strip()}")
    assert made.returncode == 2, made.stderr
    assert made.stdout.strip() == ""


def test_output_that_is_a_file(tmp_path):
    write(tmp_path / "sources", good=GOOD)
    (tmp_path / "out").write_text("mine")
    assert "out" in migrate(tmp_path / "sources", "--out", tmp_path / "out", codes=(2,)).text
    assert (tmp_path / "out").read_text() == "mine"
    (tmp_path / "folder" / "good.toml").mkdir(parents=True)
    migrate(tmp_path / "sources", "--out", tmp_path / "folder", codes=(2,))
    migrate(tmp_path / "sources", "--out", tmp_path / "folder", "--force", codes=(2,))
    assert files(tmp_path / "folder") == {}


def test_check(tmp_path):
    """A committed table says when the sources have moved on."""
    sources, out = write(tmp_path / "sources", good=GOOD), tmp_path / "out"
    migrate(sources, "--out", out)
    table = out / "migration" / "table.json"
    before = files(out)
    migrate(sources, "--check", table)
    write(sources, good=GOOD.replace("String()", "String(required=True)"))
    made = migrate(sources, "--check", table, codes=(1,))
    assert "Good" in made.text
    assert files(out) == before
    write(sources, good=GOOD, more=GOOD.replace("Good", "More"))
    assert "More" in migrate(sources, "--check", table, codes=(1,)).text
    (sources / "more.py").unlink()
    (sources / "good.py").write_text("")
    assert "Good" in migrate(sources, "--check", table, codes=(1,)).text
    migrate(sources, "--check", tmp_path / "not-there.json", codes=(2,))
    (tmp_path / "broken.json").write_text("[")
    migrate(sources, "--check", tmp_path / "broken.json", codes=(1, 2))
