"""The text that the real client registers for a class, byte for byte against what `migrate` makes of its source."""

import json
import shutil

import pytest

import generate
from migration import HERE, VERDICTS, Migration, client, differences, registered, run
from peers import REPOSITORY, need

need("pulsar")

TRUSTGRAPH = HERE / "trustgraph"
CORPUS = HERE / "corpus"
ELSEWHERE = HERE / "elsewhere"
SEEDS = [1, 2]


@pytest.fixture(scope="session")
def migrations(tmp_path_factory):
    """The migration of a folder of sources, made once."""
    made = {}

    def migration(root):
        if root not in made:
            made[root] = Migration(root, tmp_path_factory.mktemp(root.name))
        return made[root]

    return migration


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """The folder of sources that a seed gives."""
    made = {}

    def folder(seed):
        if seed not in made:
            made[seed] = tmp_path_factory.mktemp(f"seed{seed}")
            generate.write(made[seed], seed)
        return made[seed]

    return folder


def files(root):
    return [path.relative_to(root).as_posix() for path in sorted(root.rglob("*.py"))]


def expect(migration, entries, allowed=()):
    """Each entry is registered as it is, or it is allowed to be open."""
    wrong = []
    for entry in entries:
        verdict = differences(migration, entry)
        if verdict is not None and verdict not in allowed:
            found = migration.find(entry) or {}
            wrong.append(f"{entry['file']}:{entry['line']} {entry['name']}: {verdict} {found.get('reason') or ''}")
    assert not wrong, "\n".join(wrong)


def test_trustgraph(migrations):
    """The case study: 76 Records, each as it is committed under `generated/`."""
    migration, entries = migrations(TRUSTGRAPH), registered(TRUSTGRAPH)
    assert len(entries) == 76 and sum(len(e["fields"]) for e in entries) == 296
    for entry in entries:
        path = REPOSITORY / "generated" / "pulsar" / "trustgraph" / entry["file"].removesuffix(".py")
        assert (path / f"{entry['name']}.json").read_text() == entry["text"]
    expect(migration, entries)
    assert len(migration.classes) == 76


@pytest.mark.parametrize("file", files(CORPUS / "static"))
def test_static(migrations, file):
    """What a careful reader resolves without running it must not be left open."""
    root = CORPUS / "static"
    expect(migrations(root), [e for e in registered(root, ELSEWHERE) if e["file"] == file])


@pytest.mark.parametrize("file", files(CORPUS / "open"))
def test_open(migrations, file):
    """What only comes out when Python runs is left open, with the reason, or right."""
    root = CORPUS / "open"
    entries = [e for e in registered(root, ELSEWHERE) if e["file"] == file]
    expect(migrations(root), entries, allowed=("open",))


@pytest.mark.parametrize("file", files(CORPUS / "refused"))
def test_refused(migrations, file):
    """What the client refuses is told with the reason, and does not harm its neighbours."""
    root = CORPUS / "refused"
    migration = migrations(root)
    entries = [e for e in registered(root, ELSEWHERE) if e["file"] == file]
    expect(migration, [e for e in entries if "text" in e])
    for entry in entries:
        if "error" in entry:
            found = migration.find(entry)
            assert found, entry
            assert found["sha256"] is None and found["reason"], (entry, found)


@pytest.mark.parametrize("root", ["static", "refused"])
def test_nothing_else(migrations, root):
    """No class is in the report that the client does not know."""
    root = CORPUS / root
    migration = migrations(root)
    known = [migration.find(entry) for entry in registered(root, ELSEWHERE)]
    assert [c for c in migration.classes.values() if c not in known] == []


def test_nothing_else_with_a_text(migrations):
    """Where something is open: no class with a text but those that the client knows, and the branch that was not taken."""
    root = CORPUS / "open"
    migration = migrations(root)
    known = [migration.find(entry) for entry in registered(root, ELSEWHERE)]
    others = [c for c in migration.classes.values() if c not in known and c["sha256"]]
    assert {c["name"] for c in others} <= {"Branch"}


@pytest.mark.parametrize("option", ["--sorted-fields", "--repeat-definitions"])
def test_older_clients(tmp_path, option):
    """What older clients registered for the same classes."""
    entries = client("registering.py", option, TRUSTGRAPH)
    now = {(e["file"], e["line"]): e["text"] for e in registered(TRUSTGRAPH)}
    assert any(e["text"] != now[e["file"], e["line"]] for e in entries)
    expect(Migration(TRUSTGRAPH, tmp_path, option), entries)


# How an operator has a schema: the text, what the REST interface answers, what the command of the broker prints.
FETCHED = {
    "text": lambda text: text,
    "compact": lambda text: json.dumps(json.loads(text), separators=(",", ":")),
    "rest": lambda text: json.dumps({"version": 1, "type": "JSON", "timestamp": 0, "data": text, "properties": {}}),
    "command": lambda text: json.dumps({"name": "x", "schema": json.loads(text), "type": "JSON", "properties": {}}),
}


@pytest.mark.parametrize("form", FETCHED)
def test_verification(tmp_path, form):
    """Schemas as they were fetched are compared with the texts, class by class."""
    fetched = tmp_path / "fetched"
    fetched.mkdir()
    for entry in registered(TRUSTGRAPH):
        (fetched / f"{entry['name']}.json").write_text(FETCHED[form](entry["text"]))
    made = run("migrate", TRUSTGRAPH, "--registered", fetched, "--allow-unresolved")
    assert made.returncode == 0, made.stderr.decode()
    # One that differs, and two that older clients wrote.
    error = json.loads(next(e["text"] for e in registered(TRUSTGRAPH) if e["name"] == "Error"))
    error["fields"][1]["type"] = ["null", "bytes"]
    (fetched / "Error.json").write_text(FETCHED[form](json.dumps(error, indent=True)))
    for name, option in (("Metadata", "--sorted-fields"), ("KnowledgeRequest", "--repeat-definitions")):
        text = next(e["text"] for e in client("registering.py", option, TRUSTGRAPH) if e["name"] == name)
        (fetched / f"{name}.json").write_text(FETCHED[form](text))
    made = run("migrate", TRUSTGRAPH, "--registered", fetched, "--allow-unresolved")
    assert made.returncode == 1
    told = made.stdout.decode() + made.stderr.decode()
    assert "/fields/1/type" in told
    lines = [line for line in told.splitlines() if "Metadata" in line and "sort" in line]
    assert lines, told
    lines = [line for line in told.splitlines() if "KnowledgeRequest" in line and "repeat" in line]
    assert lines, told


def test_services_side_by_side(migrations):
    """Two programs with the same packages, in one folder: each of their imports means its own."""
    root = CORPUS / "monorepo"
    entries = []
    for service in ("billing", "shipping", "shared"):
        for entry in registered(root / service):
            entries.append({**entry, "file": f"{service}/{entry['file']}"})
    assert len(entries) == 7
    expect(migrations(root), entries)


def test_fixtures(migrations, tmp_path):
    """The declarations of the tests of the text for Pulsar. The last ones are made by a function."""
    root = tmp_path / "fixtures"
    root.mkdir()
    shutil.copy(REPOSITORY / "tests" / "pulsar" / "shapes.py", root)
    shapes = registered(root)
    assert len(shapes) == 34
    migration = migrations(root)
    expect(migration, [e for e in shapes if e["statement"]])
    expect(migration, [e for e in shapes if not e["statement"]], allowed=("open",))


@pytest.mark.parametrize("seed", SEEDS)
def test_generated(migrations, generated, seed):
    """Hundreds of random Records; nothing in them needs to be run."""
    root = generated(seed)
    entries = registered(root)
    assert len(entries) > 350 and all("text" in e for e in entries)
    expect(migrations(root), entries)


@pytest.mark.parametrize("name", ["trustgraph", "corpus/static", "corpus/open", "corpus/refused"])
def test_report(migrations, name):
    """Rows have every column, and the summary adds up."""
    migration = migrations(HERE / name)
    rows, summary = migration.report["rows"], migration.report["summary"]
    assert migration.report["version"] == 1
    assert {row["verdict"] for row in rows} <= VERDICTS
    assert all(row["reason"] for row in rows if row["verdict"] != "exact")
    places = [row["place"].rpartition(":")[0] for row in rows]
    assert places == sorted(places)
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}
    assert summary["verdicts"] == counts
    assert summary["rows"] == len(rows) == sum(summary["kinds"].values())
    for kind, by_verdict in summary["counts"].items():
        assert summary["kinds"][kind] == sum(by_verdict.values()) == sum(row["kind"] == kind for row in rows)
    texts = sum(c["sha256"] is not None for c in migration.classes.values())
    assert (summary["classes"], summary["with_text"]) == (len(migration.classes), texts)
    assert summary["with_text"] + summary["without_text"] == summary["classes"]
    manual = counts["manual"] > 0 or any(c["sha256"] is None for c in migration.classes.values())
    assert migration.exit == (1 if manual else 0)
    # One row for each field that the client registers, of every class whose text is known.
    fields = sum(c["fields"] for c in migration.classes.values() if c["sha256"])
    assert sum(row["kind"] == "field" for row in rows) >= fields


@pytest.mark.parametrize("name", ["trustgraph", "corpus/static", "corpus/open", "corpus/refused"])
def test_table_from_definitions(migrations, name, tmp_path):
    """The definitions alone give the same table, in every form."""
    migration = migrations(HERE / name)
    made = run("gen", migration.out, "--out", tmp_path, "--target", "migration")
    assert made.returncode == 0, made.stderr.decode()
    forms = {f"table.{form}" for form in ("txt", "md", "json", "csv", "html")}
    assert {path.name for path in (tmp_path / "migration").iterdir()} == forms
    for form in forms:
        assert (tmp_path / "migration" / form).read_bytes() == (migration.out / "migration" / form).read_bytes()
    assert json.loads((tmp_path / "migration" / "table.json").read_text()).items() <= migration.report.items()


def test_each_field_has_a_row(migrations):
    """The table of the case study: 296 fields and 17 topics, each at its place."""
    migration = migrations(TRUSTGRAPH)
    rows = migration.report["rows"]
    fields = [row for row in rows if row["kind"] == "field"]
    assert len(fields) == 296
    assert sum(row["kind"] == "topic" for row in rows) == 17
    declared = {(e["file"], e["name"], f) for e in registered(TRUSTGRAPH) for f in e["fields"]}
    for file in files(TRUSTGRAPH):
        lines = (TRUSTGRAPH / file).read_text().splitlines()
        for line, row in migration.rows(file):
            if row["kind"] == "field":
                assert (file, row["record"], row["name"]) in declared
                assert lines[line - 1].strip().startswith(f"{row['name']} = {row['expression']}"), row
                declared.discard((file, row["record"], row["name"]))
    assert not declared


def test_registered_types(migrations):
    """The table's registered type is that of the registered text."""
    migration = migrations(TRUSTGRAPH)
    texts = {(e["file"], e["name"]): json.loads(e["text"]) for e in registered(TRUSTGRAPH)}
    for file in files(TRUSTGRAPH):
        for _, row in migration.rows(file):
            if row["kind"] == "field":
                entry = next(f for f in texts[file, row["record"]]["fields"] if f["name"] == row["name"])
                assert bare(row["registered"]) == bare(entry["type"]), row


def bare(type_):
    """A type of Avro, with names for what is defined in it. Text is read as JSON."""
    if isinstance(type_, str) and type_[:1] in '["{':
        type_ = json.loads(type_)
    if isinstance(type_, list):
        return [bare(t) for t in type_]
    if isinstance(type_, dict):
        if type_["type"] in ("record", "enum"):
            return type_["name"]
        return {k: bare(v) if k in ("items", "values") else v for k, v in type_.items()}
    return type_
