"""What the pages show is what the command does."""

import json
import re
import subprocess

import pytest

from peers import REPOSITORY, need, run_tool, tool
from walk import walk

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


DEFINITIONS = [
    (page.name, number, kind, block)
    for page in PAGES
    for kind, sign in (("toml", "[record."), ("json", '"record": ['))
    for number, block in enumerate(blocks(page.read_text(encoding="utf-8"), kind))
    # A lock is written in tables of those names too.
    if sign in block and "\nfingerprint = " not in block
]


@pytest.mark.parametrize("page, number, kind, block", DEFINITIONS, ids=lambda x: str(x) if len(str(x)) < 20 else "")
def test_definitions(page, number, kind, block, tmp_path):
    """Every definition that is shown can be generated."""
    file = tmp_path / f"shown.{kind}"
    file.write_text(block, encoding="utf-8")
    run_tool("gen", str(file), "--out", str(tmp_path / "out"))
    # A record that is open in part has no schema yet.
    kind = "python/messages/shown.py" if "unresolved]]" in block else "avro/shown/*.avsc"
    assert list((tmp_path / "out").glob(kind))


def test_side_by_side(tmp_path):
    """The outputs at the top of the README are the real ones."""
    table = README[README.index("<table>") : README.index("</table>")]
    (definition,) = blocks(table, "toml")
    file = tmp_path / "llm.toml"
    file.write_text(definition, encoding="utf-8")
    out = tmp_path / "out"
    run_tool("gen", str(file), "--out", str(out))
    (rust,), (python,) = blocks(table, "rust"), blocks(table, "python")
    message, pulsar = blocks(table, "json")
    (avro,) = blocks(table, "text")
    assert rust in (out / "rust" / "llm.rs").read_text(encoding="utf-8")
    assert python in (out / "python" / "messages" / "llm.py").read_text(encoding="utf-8")
    assert pulsar.rstrip("\n") == (out / "pulsar" / "llm" / "TextCompletionRequest.json").read_text(encoding="utf-8")
    record = ["TextCompletionRequest", "--inputs", str(file)]
    assert run_tool("encode", *record, "--wire", "json", given=b'{"prompt":"Why?"}').strip() == message.strip().encode()
    assert bytes.fromhex(run_tool("encode", *record, given=message.encode()).decode()) == bytes.fromhex(avro)
    assert json.loads(run_tool("decode", *record, given=avro.encode())) == json.loads(message)


def test_evolution(tmp_path):
    """The page on schema evolution shows what `decode --writer` says."""
    page = (REPOSITORY / "docs" / "evolution.md").read_text(encoding="utf-8")
    (definition,), (writer,) = blocks(page, "toml"), blocks(page, "json")
    (tmp_path / "shop.toml").write_text(definition, encoding="utf-8")
    (tmp_path / "order-1.avsc").write_text(writer, encoding="utf-8")
    runs = [block.splitlines() for block in blocks(page, "text")]
    assert len(runs) == 2
    for command, shown in runs:
        octets, record = re.fullmatch(r"\$ echo (.*) \| tg-schema decode (\w+) --writer order-1.avsc", command).groups()
        inputs = ["--inputs", str(tmp_path / "shop.toml"), "--writer", str(tmp_path / "order-1.avsc")]
        run = subprocess.run([tool(), "decode", record, *inputs], input=octets.encode(), capture_output=True)
        assert (run.stdout or run.stderr).decode().splitlines()[0] == shown


def test_peek(tmp_path):
    """The page on reading some fields shows what `decode --field` says."""
    page = (REPOSITORY / "docs" / "peek.md").read_text(encoding="utf-8")
    (definition,), (run,) = blocks(page, "toml"), blocks(page, "text")
    (tmp_path / "embeddings.toml").write_text(definition, encoding="utf-8")
    command, shown = run.splitlines()
    octets, arguments = re.fullmatch(r"\$ echo (.*) \| tg-schema (decode .*)", command).groups()
    inputs = ["--inputs", str(tmp_path / "embeddings.toml")]
    assert run_tool(*arguments.split(), *inputs, given=octets.encode()).decode().splitlines() == [shown]


def test_migrating(tmp_path):
    """The walk through a migration shows what its commands print, with the real Python client.

    After a change that is meant: `target/venv/bin/python tests/interop/walk.py docs/migrating-from-pulsar.md`.
    """
    need("pulsar")
    page = (REPOSITORY / "docs" / "migrating-from-pulsar.md").read_text(encoding="utf-8")
    assert len(blocks(page, "console")) > 8
    walked = walk(page, tmp_path, tool())
    assert walked.splitlines() == page.splitlines()
    assert "Traceback" not in page and "command not found" not in page


def test_quick_start():
    """Two commands do all the set-up."""
    section = README.split("## Quick start", 1)[1].split("\n## ", 1)[0]
    (block,) = blocks(section, "sh")
    generate, test = block.splitlines()
    assert generate.startswith("cargo run -p tg-schema-cli -- gen schemas ")
    assert test == "./tests/run"


def test_commands():
    """Each command that the README shows exists."""
    names = re.findall(r"^tg-schema (\w+)", README, re.MULTILINE)
    assert set(names) <= {"init", "gen", "check", "show", "encode", "decode", "fmt", "migrate", "explain", "completions", "man"} and len(names) >= 5
    for name in set(names):
        assert run_tool(name, "--help")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links(page):
    """Links within the repository lead somewhere, headings included."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        path, _, heading = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if heading:
            found = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in found}
            assert heading in slugs, target
