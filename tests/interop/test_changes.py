"""Verdicts on JSON beside generated Python: both versions of changed definitions in one process, each writes and
the other reads."""

import importlib
import json
import subprocess
import sys
from collections import Counter

from peers import program


def exchanged(writer, reader, message):
    """What the reader writes when it has read the writer's message, or its error."""
    text, sent = message["text"], message["text"].encode()
    assert (writer.decode(sent).encode() != sent) == message["altered"], text
    try:
        read = reader.decode(sent)
    except Exception as error:
        # Whatever else comes out is no verdict.
        assert type(error).__name__ == "DecodeError", (text, error)
        return None, str(error)
    return read.encode().decode(), None


def contradictions(way, writer, reader):
    """Every message that is not read as it was said, and a verdict that no message shows."""
    shown = False
    for message in way["messages"]:
        again, error = exchanged(writer, reader, message)
        shown |= message["shown"] or error is not None
        allowed = not way["compatible"] or message["extreme"]
        if again != message["read"] or (again is None and not allowed):
            yield f"{message['text']}: expected {message['read']}, got {again} ({error})"
    if not way["compatible"] and not shown:
        yield "no message fails"


def test_generated_readers_agree_with_verdicts(tmp_path):
    path = program("TG_SCHEMA_COMPAT", "compat-peers", "tg-schema-tests")
    run = subprocess.run([path, "generated", tmp_path], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    sys.path.insert(0, str(tmp_path))
    wrong, count, changes = [], Counter(), set()
    try:
        for line in map(json.loads, run.stdout.strip().split("\n")):
            changes.add(line["seed"])
            old, new = (getattr(importlib.import_module(module), name) for module, name in (line["old"], line["new"]))
            for direction, writer, reader in (("backward", old, new), ("forward", new, old)):
                way = line["ways"][direction]
                count[way["compatible"]] += 1
                count["messages"] += len(way["messages"])
                count["refused"] += sum(message["read"] is None for message in way["messages"])
                place = f"seed {line['seed']}, {line['new']}, {direction}"
                wrong += (f"{place}: {told}" for told in contradictions(way, writer, reader))
    finally:
        sys.path.remove(str(tmp_path))
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:20])
    assert len(changes) > 300 and count[True] > 500 and count[False] > 120, (len(changes), count)
    assert count["messages"] > 15_000 and count["refused"] > 1_000, count
