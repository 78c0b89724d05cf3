"""Generated Pulsar schema text against what the Python client registers, byte for byte."""

import subprocess

import pytest

from peers import REPOSITORY, need, tool
from results import report

need("pulsar")

from pulsar.schema import JsonSchema  # noqa: E402

import shapes  # noqa: E402
import old_records  # noqa: E402

GENERATED = REPOSITORY / "generated" / "pulsar" / "trustgraph"
FIXTURES = REPOSITORY / "tests" / "pulsar" / "fixtures"
TRUSTGRAPH = old_records.records()


def registered(record):
    """What the client sends to the broker for a record."""
    return JsonSchema(record).schema_info().schema()


def test_facts_are_complete():
    """76 records with 296 fields, as many as the old schema has."""
    assert len(TRUSTGRAPH) == 76
    assert sum(len(fields) for fields in old_records.DECLARATIONS.values()) == 296
    files = {p.relative_to(GENERATED).with_suffix("").as_posix() for p in GENERATED.rglob("*.json")}
    assert files == {f"{old_records.MODULE[name]}/{name}" for name in TRUSTGRAPH}


@pytest.mark.parametrize("name", sorted(TRUSTGRAPH))
def test_trustgraph(name):
    module = old_records.MODULE[name]
    ours = (GENERATED / module / f"{name}.json").read_bytes()
    with report(f"trustgraph.{module.replace('/', '.')}.{name}", "Pulsar text", "pulsar-client"):
        assert ours == registered(TRUSTGRAPH[name]).encode()


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory):
    """The fixtures' definitions, generated into a temporary folder."""
    out = tmp_path_factory.mktemp("pulsar")
    command = [tool(), "gen", str(FIXTURES), "--out", str(out), "--target", "pulsar"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return out / "pulsar"


@pytest.mark.parametrize("name", sorted(shapes.SHAPES))
def test_shape(fixtures, name):
    ours = (fixtures / "shapes" / f"{name}.json").read_bytes()
    with report(f"fixtures.shapes.{name}", "Pulsar text", "pulsar-client"):
        assert ours == registered(shapes.SHAPES[name]).encode()


@pytest.mark.parametrize("name", sorted(shapes.COMBINATIONS))
def test_combination(fixtures, name):
    ours = (fixtures / "combinations" / f"{name}.json").read_bytes()
    with report(f"fixtures.combinations.{name}", "Pulsar text", "pulsar-client"):
        assert ours == registered(shapes.COMBINATIONS[name]).encode()
