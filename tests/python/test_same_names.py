"""Old classes of one name in different modules, in the generated package of the golden outputs."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

OUT = pathlib.Path(__file__).resolve().parents[1] / "golden" / "out"

# In a process of its own, because the package under test has the same name.
SCRIPT = """
from messages.same import left, right

pair = right.Pair(
    left=left.Part(shape=left.Shape.FLAT, label="l"),
    right=[right.Part(shape=right.Shape.SQUARE, kind=right.Kind.NUT, count=2)],
    word=left.Kind(word="w"),
)
assert left.Part is not right.Part and left.Shape is not right.Shape
back = right.Pair.from_json(pair.to_json())
assert back == pair and type(back.left) is left.Part and type(back.right[0]) is right.Part
assert right.Pair.decode_avro(pair.encode_avro()) == pair
assert right.Pair.decode(pair.encode()) == pair
print(pair.encode())
"""


def test_both_types_of_a_name_travel_in_one_message() -> None:
    """Classes are told apart by their modules."""
    ran = subprocess.run(
        [sys.executable, "-B", "-c", SCRIPT],
        cwd=OUT / "python",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "SQUARE" in ran.stdout


def test_other_readers_take_the_avro_schema() -> None:
    """The second type of a name has a namespace of its own, so that the schema is legal."""
    fastavro = pytest.importorskip("fastavro")
    avro = pytest.importorskip("avro.schema")
    text = (OUT / "avro" / "same" / "right" / "Pair.avsc").read_text()
    parsed = fastavro.schema.parse_schema(json.loads(text))
    assert parsed["name"] == "Pair"
    assert avro.parse(text).name == "Pair"
