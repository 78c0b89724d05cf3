"""What the wire contract says of single values, taken by each implementation alike."""

import json

import pytest

from peers import OURS

OBSERVATION = "example.telemetry.readings.Observation"
ADDRESS = "example.orders.Address"
HOME = {"type": "home", "street": "s", "City": "c", "countryCode": "DE"}

READ = [
    # record, message, what is written for it
    (OBSERVATION, '{"level": 3, "temperature": -0}', {"level": 3.0, "temperature": -0.0}),
    (OBSERVATION, '{"level": -0, "temperature": -0.0}', {"level": -0.0, "temperature": -0.0}),
    (OBSERVATION, '{"level": 7.038531e-26}', {"level": 7.038531e-26}),
    (OBSERVATION, '{"level": 3.4028235677973366e38}', {"level": 3.4028235e38}),
    (OBSERVATION, '{"level": 16777217, "temperature": 9007199254740993}', {"level": 16777216.0, "temperature": 2.0**53}),
    (OBSERVATION, f'{{"count": 1, "zz": {"1" * 5000}, "zy": [-{"1" * 5000}.5]}}', {"count": 1}),
    (OBSERVATION, '{"count": 1, "\\u00e9": [{"\\ud83d\\ude00": "\\ud83d\\ude00"}]}', {"count": 1}),
    (OBSERVATION, '{"level": 0.1, "temperature": 1e2}', {"level": 0.1, "temperature": 100.0}),
    (OBSERVATION, '{"count": -2147483648, "total": 9223372036854775807}', {"count": -(2**31), "total": 2**63 - 1}),
    (OBSERVATION, ' \n{ "count" :\t1 , "more" : [{"deep": null}, "\\ud83d\\ude00"] }\r\n', {"count": 1}),
    (OBSERVATION, '{"count": null, "samples": [null, 1], "labels": {"a": null}}', {"samples": [None, 1.0], "labels": {"a": None}}),
    (OBSERVATION, '{"samples": [], "labels": {}, "sensor": ""}', {"sensor": "", "samples": [], "labels": {}}),
    (OBSERVATION, '{"labels": {"b": "", "a": "", "B": ""}}', {"labels": {"B": "", "a": "", "b": ""}}),
    (OBSERVATION, '{"raw": "AAEC/w==", "text": "\\u00e9"}', {"raw": "AAEC/w==", "text": "é"}),
    (OBSERVATION, '{"at": "2026-01-31T13:05:09Z"}', {"at": "2026-01-31T13:05:09.000Z"}),
    (OBSERVATION, '{"at": "2026-01-31T14:05:09.25+01:00"}', {"at": "2026-01-31T13:05:09.250Z"}),
    (OBSERVATION, '{"at": "2026-01-31T13:05:09.250000Z"}', {"at": "2026-01-31T13:05:09.250Z"}),
    (OBSERVATION, '{"exactly_at": "2026-01-31T13:05:09.250001Z"}', {"exactly_at": "2026-01-31T13:05:09.250001Z"}),
    (OBSERVATION, '{"exactly_at": "0001-01-01T00:00:00Z"}', {"exactly_at": "0001-01-01T00:00:00.000000Z"}),
    (OBSERVATION, '{"time": "13:05:09"}', {"time": "13:05:09.000"}),
    (OBSERVATION, '{"time": "23:59:59.999000"}', {"time": "23:59:59.999"}),
    (OBSERVATION, '{"day": "9999-12-31"}', {"day": "9999-12-31"}),
    (OBSERVATION, '{"charges": ["1", "-1.5", "0.0010000"]}', {"charges": ["1.000", "-1.500", "0.001"]}),
    (OBSERVATION, '{"device": "00000000-0000-4000-8000-0000000000AB"}', {"device": "00000000-0000-4000-8000-0000000000ab"}),
    (ADDRESS, '{"street": "s", "zip": "1", "City": "c"}', {**HOME, "postal_code": "1"}),
    (ADDRESS, '{"street": "s", "postal_code": "1", "City": "c", "type": null}', {**HOME, "postal_code": "1"}),
]

REFUSED = [
    (OBSERVATION, text)
    for text in (
        '{"count": 1.0}',
        '{"count": 1e3}',
        '{"count": 2147483648}',
        '{"count": "1"}',
        '{"count": true}',
        '{"total": 9223372036854775808}',
        '{"level": 1e39}',
        '{"temperature": 1e400}',
        '{"temperature": NaN}',
        '{"temperature": Infinity}',
        '{"temperature": "1"}',
        '{"alarm": 0}',
        '{"sensor": 1}',
        '{"sensor": "\\ud800"}',
        '{"zz": "\\ud800"}',
        '{"\\ud800": 1}',
        '{"zz": [{"\\udc00": 1}]}',
        '{"zz": [["\\ud83d"]]}',
        '{"zz": {"a": 1, "\\u0061": 1}}',
        '{"zz": 1, "zz": 1}',
        '{"level": 3.4028235677973367e38}',
        '{"raw": "AA"}',
        '{"raw": "A-_="}',
        '{"day": "2026-02-30"}',
        '{"day": "0000-01-01"}',
        '{"day": "2026-1-31"}',
        '{"time": "24:00:00"}',
        '{"time": "13:05:09.2501"}',
        '{"at": "2026-01-31T13:05:09.2501Z"}',
        '{"at": "2026-01-31T13:05:09"}',
        '{"exactly_at": "2026-01-31T13:05:09.2500001Z"}',
        '{"charges": ["0.0001"]}',
        '{"charges": ["1000000"]}',
        '{"charges": [1.5]}',
        '{"charge": "1.5"}',
        '{"device": "0000"}',
        '{"status": "asleep?"}',
        '{"count": 1, "count": 1}',
        '{"labels": {"a": "", "a": ""}}',
        '{"labels": []}',
        '{"samples": {}}',
        '{"devices": {"a": null}}',
        '{"place": {}}',
        '{"count": 1',
        '{"count": 1}}',
        '{"count": 01}',
        "{'count': 1}",
        '{"count": 1,}',
        "null",
        "",
    )
] + [
    (ADDRESS, '{"street": "s", "zip": "1", "postal_code": "1", "City": "c"}'),
    (ADDRESS, '{"street": null, "zip": "1", "City": "c"}'),
    (ADDRESS, '{"zip": "1", "City": "c"}'),
]


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("record, message, written", READ)
def test_read(ours, record, message, written):
    got = ours.from_json(record, message.encode())
    assert got == written
    for name in ("level", "temperature"):
        assert repr(got.get(name)) == repr(written.get(name))
    for name in ("labels", "samples"):
        assert list(got.get(name, ())) == list(written.get(name, ()))


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("record, message", REFUSED)
def test_refused(ours, record, message):
    with pytest.raises((AssertionError, ValueError)) as error:
        ours.from_json(record, message.encode())
    assert "panicked" not in str(error.value)


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
def test_enums(ours):
    """An unknown symbol is the default, is kept by an open enum, and is an error otherwise (see `REFUSED`)."""
    movement = {
        "item": "00000000-0000-4000-8000-0000000000ab",
        "pieces": 1,
        "warehouse": "w",
        "at": "2026-01-31T13:05:09.250Z",
        "order_status": "lost",
        "history": ["paid", "lost"],
    }
    got = ours.from_json("example.inventory.Movement", json.dumps(movement).encode())
    assert (got["order_status"], got["history"]) == ("open", ["paid", "open"])
    with pytest.raises((AssertionError, ValueError)):
        ours.from_json("example.inventory.Movement", json.dumps({**movement, "order_status": "\ud800"}).encode())
    order = {
        "id": movement["item"],
        "number": 1,
        "channel": "fax",
        "customer": {"name": "n"},
        "lines": [],
        "total": "1",
        "placed_at": movement["at"],
    }
    assert ours.from_json("example.orders.Order", json.dumps(order).encode())["channel"] == "fax"
    with pytest.raises((AssertionError, ValueError)):
        ours.to_avro("example.orders.Order", order)


FLOATS = [
    # number of a message, the four bytes, what is written for them
    ("7.038531e-26", "fd43ae15", 7.038531e-26),
    ("3.4028235677973366e38", "ffff7f7f", 3.4028235e38),
    ("-0", "00000080", -0.0),
    ("-0.0", "00000080", -0.0),
    ("16777217", "0000804b", 16777216.0),
    ("16777217.00000000000000000001", "0100804b", 16777218.0),
    ("9007199791611905", "0100005a", 9.0072e15),
    ("7.006492321624085e-46", "00000000", 0.0),
    ("7.006492321624086e-46", "01000000", 1e-45),
]


@pytest.mark.parametrize("ours", OURS, ids=lambda o: o.name)
@pytest.mark.parametrize("number, octets, written", FLOATS)
def test_floats_are_rounded_once(ours, number, octets, written):
    """A number is read as the 32-bit number nearest to its text, not to a double that is near to it."""
    assert repr(ours.from_json(OBSERVATION, f'{{"level": {number}}}'.encode())["level"]) == repr(written)
    one = ours.to_avro(OBSERVATION, {"level": 1.0})
    data = one.replace(bytes.fromhex("0000803f"), bytes.fromhex(octets))
    assert repr(ours.from_avro(OBSERVATION, data)["level"]) == repr(written)
