"""Old messages of real Records, read by the types that come from the migration, and what those write, read by Records."""

import json

import pytest

import generate
from definitions import tomllib
from migration import HERE, REPOSITORY, Migration, client, registered, run
from peers import need
from rust_types import RustTypes

need("pulsar")
need("fastavro")

TRUSTGRAPH = HERE / "trustgraph"
STATIC = HERE / "corpus" / "static"
# A Record takes these for arguments of its own and never as fields, neither in code nor in a message.
SWALLOWED = {"required", "default", "required_default"}


@pytest.fixture(scope="session")
def trustgraph(tmp_path_factory):
    return Migration(TRUSTGRAPH, tmp_path_factory.mktemp("messages-trustgraph"))


@pytest.fixture(scope="session")
def static(tmp_path_factory):
    return Migration(STATIC, tmp_path_factory.mktemp("messages-static"))


def old_messages(root):
    return client("speaking.py", "write", root)


def readable(migration, messages):
    """The messages of classes that have a text."""
    return [m for m in messages if migration.find(m)["sha256"]]


def without_swallowed(value):
    """The message with `False` or nothing where a Record cannot hold anything else."""
    if isinstance(value, dict):
        kept = {k: False if k in SWALLOWED else v for k, v in value.items() if k not in SWALLOWED or isinstance(v, bool)}
        return {k: without_swallowed(v) for k, v in kept.items()}
    return [without_swallowed(v) for v in value] if isinstance(value, list) else value


def read_all(migration, messages):
    """Reads every message by the generated Python types. Gives what they write, and what went wrong."""
    wrong, written = [], []
    for message in messages:
        cls = migration.type(migration.find(message))
        name = f"{message['file']}:{message['line']} {message['name']} ({message['case']})"
        for wire, read in (("json", cls.decode), ("avro", cls.decode_avro)):
            if message[wire] is None:
                continue
            try:
                got = read(bytes.fromhex(message[wire])).to_json()
            except ValueError as error:
                wrong.append(f"{name}: {wire}: {error}")
                continue
            if got != message["expected"]:
                wrong.append(f"{name}: {wire}: {got}\ninstead of {message['expected']}")
        made = cls.from_json(message["expected"])
        new = {"file": message["file"], "line": message["line"], "json": made.encode().hex(), "avro": None}
        if message["avro"] is not None:
            new["avro"] = made.encode_avro().hex()
        written.append(new)
    return written, wrong


def read_back(root, messages, written):
    """Has Records read what the new types wrote. Gives what went wrong."""
    wrong = []
    for message, held in zip(messages, client("speaking.py", "read", root, given=json.dumps(written)), strict=True):
        for wire in ("json", "avro"):
            expected, got = without_swallowed(message["expected"]), without_swallowed(held[wire])
            if got is not None and got != expected:
                wrong.append(f"{message['file']} {message['name']} ({message['case']}): {wire}: {got}\ninstead of {expected}")
    return wrong


def test_trustgraph_in_python(trustgraph):
    """Every Record, unset, set, and in between; in JSON and in Avro; in both directions."""
    messages = old_messages(TRUSTGRAPH)
    assert len(messages) == 76 * 7 and all(m["json"] and m["avro"] for m in messages)
    written, wrong = read_all(trustgraph, messages)
    assert not wrong, "\n".join(wrong)
    wrong = read_back(TRUSTGRAPH, messages, written)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["trustgraph", "static"])
def test_in_rust(name, request):
    """The same for the generated Rust types, compiled."""
    migration = request.getfixturevalue(name)
    rust = RustTypes(migration.out, migration.rust, name)
    messages = readable(migration, old_messages(migration.root))
    calls = []
    for message in messages:
        found = migration.find(message)
        record = f"{found['module']}.{found['name']}"
        new = json.dumps(message["expected"]).encode().hex()
        calls.append([("json", record, message["json"]), ("json", record, new)])
        if message["avro"] is not None:
            calls[-1] += [("avro-to-json", record, message["avro"]), ("json-to-avro", record, new)]
    answers = iter(rust.answers([call for group in calls for call in group]))
    written, wrong = [], []
    for message, group in zip(messages, calls, strict=True):
        new = {"file": message["file"], "line": message["line"], "json": None, "avro": None}
        for number, (call, (verdict, answer)) in enumerate(zip(group, answers)):
            if number in (0, 2) and (verdict != "ok" or json.loads(bytes.fromhex(answer)) != message["expected"]):
                got = bytes.fromhex(answer).decode() if verdict == "ok" else answer
                wrong.append(f"{call[1]} ({message['case']}): {call[0]}: {got}\ninstead of {message['expected']}")
            elif number in (1, 3):
                new["json" if number == 1 else "avro"] = answer if verdict == "ok" else None
        written.append(new)
    assert not wrong, "\n".join(wrong)
    assert beyond(read_back(migration.root, messages, written)) == []


def beyond(wrong):
    """What a Record should read, of what it does not."""
    # It reads an enum neither in a collection, nor by a value that is text.
    wrong = [w for w in wrong if not any(text in w for text in ("should all be of type", "Invalid enum value"))]
    # Without fields there is no telling unset from set.
    return [w for w in wrong if not w.startswith("inherit.py HoldsEmpty")]


def test_static_in_python(static):
    """Records of every other kind: defaults, required fields, enums with values of their own, namespaces."""
    messages = readable(static, old_messages(STATIC))
    assert len(messages) > 1000
    written, wrong = read_all(static, messages)
    assert not wrong, "\n".join(wrong)
    assert beyond(read_back(STATIC, messages, written)) == []


def test_generated_in_python(tmp_path):
    """Random Records."""
    generate.write(tmp_path / "sources", 1)
    migration = Migration(tmp_path / "sources", tmp_path / "messages_generated")
    messages = readable(migration, old_messages(migration.root))
    assert len(messages) > 2000
    _, wrong = read_all(migration, messages)
    assert not wrong, "\n".join(wrong[:20])


def test_values_of_enums(static):
    """The old JSON carries the Python value, which is neither the symbol nor always a text."""
    entry = next(e for e in registered(STATIC, HERE / "elsewhere") if e["name"] == "Defaults" and e["file"] == "enums.py")
    cls = static.type(static.find(entry))
    old = b'{"member": "dark", "name": "put", "number": -1, "alias": 2, "automatic": 11}'
    assert cls.decode(old).to_json() == {
        "member": "DARK", "name": "PUT", "number": "LOW", "alias": "B", "automatic": "ELEVEN",
    }


# What is not in the way of a message: words about the definitions, and where they came from.
WORDS = {"doc", "origin", "legacy"}


def without_words(value):
    if isinstance(value, dict):
        return {k: without_words(v) for k, v in value.items() if k not in WORDS}
    return value


def definition(path):
    """A file of definitions as JSON, without documentation and topics; the order of fields is kept."""
    file = without_words(tomllib.loads(path.read_text(encoding="utf-8")))
    profile = file.pop("profile", None)
    file.pop("topic", None)
    records = file.pop("record", {})
    return {
        **file,
        "record": [
            {
                "name": name,
                "profile": record.get("profile", profile),
                **{k: v for k, v in record.items() if k not in ("fields", "profile")},
                "fields": [{"name": f, **(t if isinstance(t, dict) else {"type": t})} for f, t in record["fields"].items()],
            }
            for name, record in records.items()
        ],
    }


@pytest.fixture(scope="session")
def both(trustgraph, tmp_path_factory):
    """What is generated for our definitions and for the migrated ones, both without documentation."""
    made = {}
    for name, folder in (("ours", REPOSITORY / "schemas" / "trustgraph"), ("migrated", trustgraph.out)):
        base = tmp_path_factory.mktemp(name)
        for path in sorted(folder.rglob("*.toml")):
            target = (base / "schemas" / "trustgraph" / path.relative_to(folder)).with_suffix(".json")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(definition(path)))
        made_by = run("gen", base / "schemas", "--out", base / "out", "--target", "rust,python,pulsar,avro")
        assert made_by.returncode == 0, made_by.stderr.decode()
        made[name] = {p.relative_to(base / "out"): p.read_bytes() for p in sorted((base / "out").rglob("*")) if p.is_file()}
    return made


def test_same_definitions(both):
    """The migrated sources give the definitions that were written by hand: every output is the same."""
    ours, migrated = both["ours"], both["migrated"]
    assert ours.keys() == migrated.keys()
    assert len([path for path in ours if path.suffix == ".rs"]) >= 25
    assert [path for path in ours if ours[path] != migrated[path]] == []


def test_same_topics(trustgraph):
    """The 17 topics: these sources never say what travels on them, so people decide; where a name is that of one
    record the row suggests the definition that was written by hand."""
    ours = {}
    for path in sorted((REPOSITORY / "schemas" / "trustgraph").rglob("*.toml")):
        ours.update(tomllib.loads(path.read_text(encoding="utf-8")).get("topic", {}))
    assert len(ours) == 17
    for path in sorted(trustgraph.out.rglob("*.toml")):
        assert "topic" not in tomllib.loads(path.read_text(encoding="utf-8")), path
    rows = {row["name"]: row for row in trustgraph.report["rows"] if row["kind"] == "topic"}
    assert rows.keys() == ours.keys()
    # An address inside of an address, and topics whose names are not those of records.
    silent = {f"document_embeddings_{way}_queue" for way in ("request", "response")}
    silent |= {f"collection_{way}_queue" for way in ("request", "response")}
    silent |= {f"{kind}_storage_management_topic" for kind in ("vector", "object", "triples")}
    suggested = {}
    for name, row in rows.items():
        assert row["verdict"] == "manual"
        assert row["registered"] == ours[name].get("legacy", row["registered"]) or name in silent, row
        _, _, line = row["reason"].partition("by its name it may carry ")
        if line:
            suggested.update(tomllib.loads(line.partition(": ")[2].rstrip("."))["topic"])
    assert suggested.keys() == ours.keys() - silent
    for name, topic in suggested.items():
        assert topic == {key: ours[name][key] for key in ("record", "address", "legacy")}


def test_same_words(trustgraph):
    """Comments and docstrings become documentation."""
    def words(folder):
        out = {}
        for path in sorted(folder.rglob("*.toml")):
            file = tomllib.loads(path.read_text(encoding="utf-8"))
            module = path.relative_to(folder).with_suffix("").as_posix()
            out[module] = file.get("doc")
            for name, record in file.get("record", {}).items():
                out[f"{module}.{name}"] = record.get("doc")
                for field, entry in record["fields"].items():
                    out[f"{module}.{name}.{field}"] = entry.get("doc") if isinstance(entry, dict) else None
        return {k: " ".join(v.split()) if v else None for k, v in out.items()}

    assert words(trustgraph.out) == words(REPOSITORY / "schemas" / "trustgraph")
