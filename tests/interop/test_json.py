"""JSON messages of every record: each implementation of ours writes what the wire contract says, and reads it back."""

import json

import pytest

from definitions import SCHEMAS
from peers import OURS
from results import report
from values import messages


def spaced(value):
    """The same JSON with other white space, escapes for all that is not ASCII, and the keys turned round."""

    def turned(value):
        if isinstance(value, dict):
            return {k: turned(value[k]) for k in reversed(value)}
        return [turned(v) for v in value] if isinstance(value, list) else value

    return json.dumps(turned(value), indent=1, ensure_ascii=True).encode()


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("record", sorted(SCHEMAS.records))
def test_json(record, ours):
    with report(record, "JSON", f"{ours.name} / the contract"):
        for value in messages(record, 3):
            expected = SCHEMAS.record_to_json(record, value)
            written = ours.to_json(record, expected)
            got = json.loads(written)
            assert SCHEMAS.record_from_json(record, got) == value
            assert list(got) == list(expected), "fields are there, or not, and in order"
            assert b"\n" not in written.rstrip(b"\n") and b'": ' not in written.replace(b'\\"', b"")
            assert SCHEMAS.record_from_json(record, ours.from_json(record, spaced(expected))) == value


@pytest.mark.parametrize("record", sorted(SCHEMAS.records))
def test_alike(record):
    """All write the same bytes, in JSON and in Avro."""
    for value in messages(record, 3):
        message = SCHEMAS.record_to_json(record, value)
        assert len({ours.to_json(record, message).rstrip(b"\n") for ours in OURS}) == 1
        assert len({ours.to_avro(record, message) for ours in OURS}) == 1


UNSET = [
    ({}, None),
    ({"error": None}, None),
    ({"error": {"type": None, "message": None}}, None),
    ({"error": {"message": None, "type": None, "more": None, "flag": False}}, None),
    ({"error": {}}, {}),
    ({"error": {"type": None}}, {}),
    ({"error": {"type": None, "message": None, "more": 0}}, {}),
    ({"error": {"type": "x", "message": None}}, {"type": "x"}),
]


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("message, error", UNSET, ids=lambda x: json.dumps(x))
def test_unset(ours, message, error):
    """When a sub-record of the profile is none, and when it is there with nothing in it."""
    got = ours.from_json("trustgraph.services.lookup.LookupResponse", json.dumps(message).encode())
    assert got == ({} if error is None else {"error": error})


def test_unset_in_lists():
    """An element stays an element."""
    record = "trustgraph.core.metadata.Metadata"
    nothing = {"value": None, "is_uri": False, "type": None}
    message = {"metadata": [{"s": nothing, "p": None, "o": {"value": "x", "is_uri": None}}, {"s": None}]}
    for ours in OURS[:2]:
        got = ours.from_json(record, json.dumps(message).encode())
        assert got == {"metadata": [{"o": {"value": "x", "is_uri": False}}, {}]}
