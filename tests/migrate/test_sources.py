"""The sources themselves: that the real client takes them, and what it says of them is what their folders are named for."""

import pytest

import generate
from migration import HERE, client, registered
from peers import REPOSITORY, need

need("pulsar")

CORPUS, ELSEWHERE = HERE / "corpus", HERE / "elsewhere"


def test_trustgraph():
    """76 Records with 296 fields, registered as what is committed under `generated/`."""
    entries = registered(HERE / "trustgraph")
    assert len(entries) == 76 and sum(len(e["fields"]) for e in entries) == 296
    for entry in entries:
        folder = REPOSITORY / "generated" / "pulsar" / "trustgraph" / entry["file"].removesuffix(".py")
        assert (folder / f"{entry['name']}.json").read_text() == entry["text"]


@pytest.mark.parametrize("folder, texts, refused", [("static", 171, 0), ("open", 106, 0), ("refused", 6, 48)])
def test_corpus(folder, texts, refused):
    entries = registered(CORPUS / folder, ELSEWHERE)
    assert sum("text" in e for e in entries) >= texts
    assert sum("error" in e for e in entries) == refused


@pytest.mark.parametrize("seed", range(1, 5))
def test_generated(tmp_path, seed):
    """Every module is legal, and the same seed writes the same."""
    for name in ("one", "two"):
        generate.write(tmp_path / name, seed)
    one, two = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*.py")} for f in (tmp_path / "one", tmp_path / "two"))
    assert one == two
    entries = registered(tmp_path / "one")
    assert len(entries) > 350 and all("text" in e for e in entries)


def test_messages():
    """Each Record of the case study makes seven messages."""
    messages = client("speaking.py", "write", HERE / "trustgraph")
    assert len(messages) == 76 * 7 and all(m["json"] and m["avro"] for m in messages)
