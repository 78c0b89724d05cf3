"""`tg-schema check`: Records of Python as a version, and what their client registers."""

from __future__ import annotations

import json
import pathlib

from command import PYTHON, check, commit, compared, record, records, refused, rules, write


def test_python_records(tmp_path: pathlib.Path) -> None:
    """Old Records, with places in the Python; a field that they register has no default."""
    (tmp_path / "legacy.py").write_text(PYTHON)
    write(tmp_path, m=record('a = "int?"', 'b = "string?"', 'c = "string?"'))
    report = compared(tmp_path, "m.toml", "--against", "legacy.py")
    assert records(report)["A"]["old"] == "A", report
    write(tmp_path, m=record('a = "int?"', 'b = "long?"'))
    report = compared(tmp_path, "legacy.py", "--against", "m.toml")
    places = [f["span"] for f in records(report)["A"]["findings"] if f["span"] and f["span"]["file"] == "legacy.py"]
    assert places and all(place["line"] >= 4 for place in places), report
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "x.py").write_text("x = 1\n")
    assert "there are no Records in empty" in refused(tmp_path, "m.toml", "--against", "empty")
    (tmp_path / "empty" / "x.py").write_text("class (\n")
    assert "empty/x.py:1" in refused(tmp_path, "m.toml", "--against", "empty")


def test_what_is_accepted_of_python_stands_beside_it(tmp_path: pathlib.Path) -> None:
    python = "from pulsar.schema import Record, String, Integer\n\n\nclass A(Record):\n    a = String()\n"
    for side, more in (("old", ""), ("new", "    b = Integer()\n")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "m.py").write_text(python + more)
    run = check(tmp_path, "new", "--against", "old")
    allow = [line.strip() for line in run.out.splitlines() if line.startswith("  ") and " = " in line and "= note" not in line]
    assert run.code == 1 and 'record = "A"' in allow, run
    lines = allow[allow.index('record = "A"') :]
    text = "[[check.allow]]\n" + "\n".join(lines).replace('""', '"so"').replace("YYYY-MM-DD", "2999-01-01")
    (tmp_path / "allow.toml").write_text(text)
    ways: list[list[str]] = [["new", "allow.toml"], ["new/m.py", "allow.toml"], ["allow.toml", "new/m.py"]]
    for way in ways:
        report = compared(tmp_path, *way, "--against", "old")
        assert list(records(report)) == ["A"] and report["status"] == "clean", way
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "a.toml").write_text(text)
    for way in (["new", "beside"], ["new/m.py", "beside"], ["beside", "new/m.py"], ["new/m.py", "beside/a.toml"]):
        report = compared(tmp_path, *way, "--against", "old")
        assert list(records(report)) == ["A"] and report["status"] == "clean", way
    (tmp_path / "allow.toml").rename(tmp_path / "new" / "allow.toml")
    for name in ("new", "."):
        report = compared(tmp_path / "new" if name == "." else tmp_path, name, "--against", "../old" if name == "." else "old")
        assert report["status"] == "clean", name
    (tmp_path / "tg-schema.toml").write_text('inputs = ["new/m.py", "new/allow.toml"]\n')
    # Beside what is defined, Python is another version.
    write(tmp_path, m=record('a = "int"', 'b = "string?"'))
    commit(tmp_path)
    for name in ("git:HEAD:new", "git:HEAD"):
        report = compared(tmp_path, name, "--against", "old")
        assert list(records(report)) == ["A"] and report["status"] == "clean", name
    (tmp_path / "tg-schema.toml").write_text('inputs = ["new/m.py", "m.toml"]\n')
    for names in (["new/m.py", "m.toml"], ["git:HEAD"]):
        assert "are of different kinds" in refused(tmp_path, *names, "--against", "old")


def test_numbers_that_python_sends_for_symbols(tmp_path: pathlib.Path) -> None:
    """Who has a number in place of the enum reads them; a text, where the enum has texts for values."""
    for value, ty, read in ((1, "int?", True), (1, "double?", True), (1, "string?", False), ('"v"', "string?", True), (2**40, "int?", False), (2**40, "long?", True)):
        enum = f"from enum import Enum\nfrom pulsar.schema import *\n\n\nclass E(Enum):\n    X = {value}\n\n\n"
        (tmp_path / "old.py").write_text(enum + "class A(Record):\n    a = CustomEnum(E)\n")
        (tmp_path / "new.toml").write_text(f'[record.A]\nprofile = "pulsar-record"\n[record.A.fields]\na = "{ty}"\n')
        run = check(tmp_path, "new.toml", "--against", "old.py", "--verify=30", "--format", "json")
        assert run.code == 1, run
        assert run.report()["matrix"]["json"]["peers"]["python-record"]["backward"] is read, (value, ty)


def test_what_python_leaves_open_is_told(tmp_path: pathlib.Path) -> None:
    """A Record that is not known in full is no baseline, and nobody is to think that it was one."""
    (tmp_path / "legacy.py").write_text(PYTHON + "\nclass B(Record):\n    c = unknown()\n")
    write(tmp_path, m=record('a = "int?"', 'b = "string?"') + record('c = "int"', name="B"))
    run = check(tmp_path, "m.toml", "--against", "legacy.py")
    assert run.code in (0, 1) and "warning: `B` of legacy.py is left out" in run.err, run


def test_defaults_that_the_client_registers_beside_null(tmp_path: pathlib.Path) -> None:
    """A union that has null first and the default of its other type: what a Record was is read from it."""
    old = (
        "from pulsar.schema import *\n\n\nclass A(Record):\n    k = String()\n    a = Integer(default=3, required_default=True)\n"
        "    b = Boolean(required_default=True)\n    c = Array(String(), default=['x'], required_default=True)\n"
    )
    (tmp_path / "old.py").write_text(old)
    (tmp_path / "new.py").write_text(old.replace("k = String", "k = Bytes"))
    field = '{"name":"%s","default":%s,"type":["null",%s]}'
    fields = [("a", "3", '"int"'), ("b", "false", '"boolean"'), ("c", '["x"]', '{"type":"array","items":"string"}')]
    text = '{"type":"record","name":"A","fields":[{"name":"k","type":["null","string"]},%s]}' % ",".join(field % one for one in fields)
    topic = {"version": 0, "type": "JSON", "timestamp": 0, "data": text, "properties": {}}
    (tmp_path / "topic.json").write_text(json.dumps(topic))
    for baseline in ("old.py", "topic.json"):
        for new, grade, found in (("old.py", "ok", []), ("new.py", "breaking", ["FIELD_STRING_BYTES"])):
            report = compared(tmp_path, new, "--against", baseline, "--peer", "python-record")
            matrix = report["matrix"]
            assert (matrix["rust"], matrix["json"]["backward"]) == (grade, True), (new, baseline, matrix)
            assert rules(report) == found, (new, baseline, rules(report))


def test_a_record_inside_the_namespace_of_another(tmp_path: pathlib.Path) -> None:
    """A Record without a namespace is registered in that of the Record around it: what was registered is still the definition."""
    (tmp_path / "new.py").write_text(
        "from enum import Enum\nfrom pulsar.schema import *\n\n\nclass Color(Enum):\n    RED = 1\n\n\nclass Inner(Record):\n    data = Bytes()\n"
        '    col = CustomEnum(Color)\n\n\nclass Big(Record):\n    _avro_namespace = "tg"\n    i = Inner()\n'
    )
    color = '{"type":"enum","name":"Color","symbols":["RED"]}'
    fields = '{"name":"data","type":["null","bytes"]},{"name":"col","type":["null",%s]}' % color
    inner = '{"type":"record","name":"Inner","fields":[%s]}' % fields
    text = '{"type":"record","name":"Big","namespace":"tg","fields":[{"name":"i","type":["null",%s]}]}' % inner
    (tmp_path / "topic.json").write_text(json.dumps({"version": 0, "type": "JSON", "timestamp": 0, "data": text, "properties": {}}))
    for names in (["new.py", "--against", "topic.json"], ["topic.json", "--against", "new.py"]):
        report = compared(tmp_path, *names)
        assert [rule for rule in rules(report) if rule != "SCHEMA_ADDED"] == [], (names, rules(report))
        assert report["matrix"]["json"]["backward"] and report["matrix"]["json"]["forward"], (names, report["matrix"])
