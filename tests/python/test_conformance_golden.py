"""The golden messages of the conformance suite of the service layer are what the generated classes write."""

from __future__ import annotations

import importlib
import os
import pathlib

from generated_package import PACKAGE_FOLDER

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tg-pubsub" / "src" / "conformance" / "golden.jsonl"


def written() -> str:
    """One message a line, as the cases expect them."""
    llm = importlib.import_module(f"{PACKAGE_FOLDER.name}.trustgraph.services.llm")
    request, response = llm.TextCompletionRequest, llm.EmbeddingsResponse
    vectors = [
        [0.1, -0.0, 1e16, 1e-7, 123_456_789.5],
        [],
        [1.7976931348623157e308, 2.2250738585072014e-308, 1 / 3],
    ]
    messages = [
        request(),
        request(system="", prompt="Gr\u00fc\u00dfe \U0001f600\u2028", streaming=True),
        request(system='a "quoted"\\ line\n\0\x7f/'),
        response(),
        response(vectors=[]),
        response(vectors=vectors),
    ]
    return "".join(message.encode().decode() + "\n" for message in messages)


def test_golden_messages_of_the_suite() -> None:
    """Renewed with TG_SCHEMA_RENEW=1."""
    text = written()
    if os.environ.get("TG_SCHEMA_RENEW"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert GOLDEN.read_text(encoding="utf-8") == text
