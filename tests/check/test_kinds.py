"""Every kind of version as NEW against every kind as BASELINE: the same content is no change, the same change is the same.

Topics are compared where both tell of them, and so is the profile of old Records.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from command import COMMAND, check, commit, compared, git, records, write
from test_servers import MISSING, Answer, good, serving

ADDRESS = "q1/shop/flow/orders"
KINDS = ["definitions", "rust", "avsc", "git", "lock", "registry", "admin", "snapshot", "broker", "python"]
TELLS_OF_TOPICS = {"definitions", "rust", "git", "lock", "python"}
WHERE = {"type": "record", "name": "Where", "fields": [{"name": "x", "type": "float"}]}


def schema(number: str) -> str:
    """The text that registries hold."""
    fields = [
        {"name": "id", "type": "string"},
        {"name": "n", "type": number},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "at", "type": WHERE},
    ]
    return json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": fields})


def definitions(number: str) -> str:
    """The same as a definition."""
    return f"""namespace = "shop"
[record.Order.fields]
id = "string"
n = "{number}"
tags = "array<string>"
at = "Where"
[record.Where.fields]
x = "float"
[topic.order]
record = "Order"
address = "{ADDRESS}"
"""


def rust(number: str) -> str:
    """The same as annotated Rust."""
    number = {"int": "i32", "long": "i64"}[number]
    return f"""use tg_schema::tg_schema;
#[tg_schema(namespace = "shop")]
pub struct Where {{ pub x: f32 }}
#[tg_schema(namespace = "shop", topic = "{ADDRESS}")]
pub struct Order {{ pub id: String, pub n: {number}, pub tags: Vec<String>, pub at: Where }}
"""


def python(number: str) -> str:
    """The same as Records."""
    number = {"int": "Integer", "long": "Long"}[number]
    return f"""from pulsar.schema import *
class Where(Record):
    _avro_namespace = "shop"
    x = Float(required=True)
class Order(Record):
    _avro_namespace = "shop"
    id = String(required=True)
    n = {number}(required=True)
    tags = Array(String(), required=True)
    at = Where(required=True)
"""


def answer(path: str) -> Answer:
    """A registry and an admin interface for each version: `/int/…`, `/long/…`."""
    number, _, rest = path.removeprefix("/").partition("/")
    version = {"subject": "orders-value", "version": 1, "id": 1, "schema": schema(number)}
    stored = {"version": 0, "type": "JSON", "timestamp": 0, "data": schema(number), "properties": {}}
    answers = {
        "subjects/orders-value/versions": [1],
        "subjects/orders-value/versions/1": version,
        "admin/v2/schemas/shop/flow/orders/schemas": {"getSchemaResponses": [stored]},
        "admin/v2/schemas/shop/flow/orders/schema": stored,
    }
    return good(answers[rest]) if rest in answers else MISSING


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[pathlib.Path, str]]:
    """A folder with every kind of both versions, and the address of a server."""
    root = tmp_path_factory.mktemp("kinds")
    for number in ("int", "long"):
        folder = root / number
        write(folder / "schemas", orders=definitions(number))
        shutil.copytree(folder / "schemas", root / "repository" / "schemas", dirs_exist_ok=True)
        commit(root / "repository", number)
        for name, text in {
            "src/orders.rs": rust(number),
            "py/orders.py": python(number),
            "Order.avsc": schema(number),
            "registry.json": json.dumps({"subject": "orders-value", "version": 1, "id": 1, "schema": schema(number)}),
            "broker.json": json.dumps({"version": 0, "type": "JSON", "timestamp": 0, "data": schema(number), "properties": {}}),
        }.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        run = check(folder, "schemas", "--accept", "--lock", "tg-schema.lock")
        assert run.code == 0, run
    git(root / "repository", "checkout", "-q", "--detach", "int")
    with serving(answer) as server:
        yield root, server.address


def written(kind: str, number: str, address: str) -> str:
    """A version as an argument, from within the repository."""
    folder = f"../{number}"
    return {
        "definitions": f"{folder}/schemas",
        "rust": f"{folder}/src",
        "avsc": f"{folder}/Order.avsc",
        "git": f"git:{number}:schemas",
        "lock": f"{folder}/tg-schema.lock",
        "registry": f"registry:{address}/{number}/orders-value",
        "admin": f"pulsar-admin:{address}/{number}/admin/v2/schemas/shop/flow/orders/schema",
        "snapshot": f"{folder}/registry.json",
        "broker": f"{folder}/broker.json",
        "python": f"{folder}/py",
    }[kind]


@pytest.mark.parametrize("old", KINDS)
@pytest.mark.parametrize("new", KINDS)
def test_kinds(project: tuple[pathlib.Path, str], new: str, old: str) -> None:
    """Nothing is told of the same content; of one field, the same with each pair."""
    root, address = project
    both = {new, old}
    expected = set()
    if len(both) == 2 and "python" in both and both <= TELLS_OF_TOPICS:
        expected |= {"PROFILE_CHANGED", "TOPIC_REMOVED" if new == "python" else "TOPIC_ADDED"}
    for number in ("int", "long"):
        report = compared(root / "repository", written(new, number, address), "--against", written(old, "int", address))
        found = {finding["rule"] for record in report["records"] for finding in record["findings"]}
        matrix = records(report)["shop.Order"]["matrix"]
        same = number == "int"
        ways = {"backward": True, "forward": same}
        assert found == (expected if same else expected | {"FIELD_TYPE_WIDENED"}), report
        assert matrix["avro"] == matrix["pulsar"] == ways
        assert {way: matrix["json"][way] for way in ways} == ways
        assert matrix["rust"] == ("ok" if same else "breaking")
        gate = [o["message"] for o in report["objections"] if "TOPIC" not in o["message"]]
        assert (gate == []) == same, report["objections"]


RECORDS = """from enum import Enum
from pulsar.schema import *
class Colour(Enum):
    RED = 1
    BLUE = 2
class Where(Record):
    x = Float()
    flag = Boolean()
class Order(Record):
    id = String()
    n = Integer(default=3)
    must = Long(required=True)
    tags = Array(String())
    at = Where()
    raw = Bytes()
    colour = CustomEnum(Colour)
"""
HABITS = """[record.Order.fields]
id = "string"
n = { type = "int", default = 3, nullable = true }
raw = { type = "bytes", encoding = "utf8" }
note = "string?"
state = "State"
[enum.State]
symbols = ["on", "off"]
open = true
"""
CHANGES = {
    "pulsar-record": (("must = Long(required=True)", "must = Long()"), "FIELD_NOW_OPTIONAL"),
    "plain": (('note = "string?"', 'note = "string"'), "FIELD_NOW_REQUIRED"),
}


def rendered(folder: pathlib.Path, profile: str, change: bool) -> None:
    """A version in which a text does not tell everything, as definitions and as what is made of them."""
    (before, after), _ = CHANGES[profile]
    text = {"pulsar-record": RECORDS, "plain": HABITS}[profile]
    text = text.replace(before, after) if change else text
    (folder / "definitions").mkdir(parents=True)
    if profile == "plain":
        (folder / "definitions" / "orders.toml").write_text(text)
    else:
        (folder / "python").mkdir()
        (folder / "python" / "orders.py").write_text(text)
        run(folder, "migrate", "python", "--out", "migrated")
        shutil.copy(folder / "migrated" / "orders.toml", folder / "definitions" / "orders.toml")
    run(folder, "gen", "definitions", "--out", "out", "--target", "pulsar,avro")
    registered = (folder / "out" / "pulsar" / "orders" / "Order.json").read_text()
    (folder / "registered.avsc").write_text(registered)
    shutil.copy(folder / "out" / "avro" / "orders" / "Order.avsc", folder / "other.avsc")
    (folder / "registry.json").write_text(json.dumps({"subject": "s", "version": 1, "id": 1, "schema": registered}))
    (folder / "broker.json").write_text(json.dumps({"version": 0, "type": "JSON", "data": registered}))
    run(folder, "check", "definitions", "--accept", "--lock", "tg-schema.lock")


def run(folder: pathlib.Path, *arguments: str) -> None:
    """The command, which does what it is asked for."""
    done = subprocess.run([COMMAND, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done


@pytest.mark.parametrize("profile", CHANGES)
def test_what_a_text_does_not_tell(tmp_path: pathlib.Path, profile: str) -> None:
    """A definition and the text that is registered for it are no change, and a change is told alike."""
    for name, change in (("old", False), ("new", True)):
        rendered(tmp_path / name, profile, change)
    told = ["definitions", "tg-schema.lock"] + ["python"] * (profile == "pulsar-record")
    texts = ["registered.avsc", "registry.json", "broker.json", "other.avsc"]
    for new in told + texts:
        for old in told + texts:
            # Two texts, of which each is what the other writer makes of the definition.
            if profile == "pulsar-record" and (new == "other.avsc") != (old == "other.avsc") and {new, old} <= {*texts}:
                continue
            for name in ("old", "new"):
                report = compared(tmp_path, f"{name}/{new}", "--against", f"old/{old}", "--only", "Order")
                (order,) = (record for record in report["records"] if record["record"] == "Order")
                found = {finding["rule"] for finding in order["findings"]}
                if profile == "pulsar-record" and "other.avsc" in (new, old) and new != old:
                    # One of two has defaults of null.
                    found -= {"FIELD_DEFAULT_ADDED", "FIELD_DEFAULT_REMOVED", "FIELD_DEFAULT_CHANGED"}
                assert found == (set() if name == "old" else {CHANGES[profile][1]}), (name, new, old, order)
                assert (report["objections"] == []) == (name == "old"), (name, new, old, report["objections"])
