"""What `tg-schema check` says of changes in its column `pulsar`, asked of a real broker."""

import json
import subprocess

import pytest

from peers import REPOSITORY, need, tool

need("pulsar")

from pulsar_broker import STRATEGIES, Text, client, consumes, produces  # noqa: E402

TABLES = REPOSITORY / "tg-schema-compat" / "tests"
LETTERS = {"FULL": (True, True), "B": (True, False), "F": (False, True), "–": (False, False)}


def rows(file):
    """Changes of a table by name, each by the heads of its columns."""
    lines = [line for line in (TABLES / file).read_text().splitlines() if line.startswith("| ")]
    head, *cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return {row[0]: dict(zip(head, row, strict=True)) for row in cells}


CHANGES, BY_WIRE = rows("table.md"), rows("wires.md")


class Version:
    """A definition in a folder of its own, and the text that its type carries."""

    def __init__(self, folder, cell):
        text = cell.strip("`").replace("; ", "\n")
        if not text.startswith(("[", "namespace", "profile")):
            text = f"[record.R.fields]\n{text}"
        self.folder = folder / "schemas"
        self.folder.mkdir(parents=True)
        (self.folder / "m.toml").write_text(text)
        command = [tool(), "gen", str(self.folder), "--out", str(folder), "--target", "pulsar"]
        run = subprocess.run(command, capture_output=True, text=True)
        assert run.returncode == 0, (text, run.stderr)
        [path] = (folder / "pulsar" / "m").glob("[RQ].json")
        self.text = path.read_text()


def predicted(new, *old):
    """What `check` says of Pulsar: (new readers read old messages, old readers read new ones)."""
    against = [part for version in old for part in ("--against", str(version.folder))]
    command = [tool(), "check", str(new.folder), *against, "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stderr
    verdict = json.loads(run.stdout)["matrix"]["pulsar"]
    return verdict["backward"], verdict["forward"]


def takes_schema(strategy, latest, every):
    """Whether a broker takes a new schema, from verdicts against the latest one and against every one."""
    backward, forward = every if strategy.endswith("TRANSITIVE") else latest
    match strategy.removesuffix("_TRANSITIVE"):
        case "FULL":
            return backward and forward
        case "BACKWARD":
            return backward
        case "FORWARD":
            return forward
        case "ALWAYS_COMPATIBLE":
            return True
    return False


def takes_consumer(strategy, latest, every):
    """Whether it lets a consumer attach: it only reads, so what it can read is what counts most of the time."""
    match strategy:
        case "FULL_TRANSITIVE":
            return all(every)
        case "BACKWARD_TRANSITIVE":
            return every[0]
        case "ALWAYS_COMPATIBLE" | "ALWAYS_INCOMPATIBLE":
            return strategy == "ALWAYS_COMPATIBLE"
    return latest[0]


@pytest.fixture(scope="module")
def connected(broker):
    for strategy in STRATEGIES:
        broker.namespace(f"changes-{strategy.lower()}", strategy)
    with client(broker.url) as made:
        yield made


def topics(kind, number):
    return [(strategy, f"tg/changes-{strategy.lower()}/{kind}-{number}") for strategy in STRATEGIES]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change(broker, connected, tmp_path, name):
    """The administration, a consumer and a producer, for every strategy."""
    row = CHANGES[name]
    old, new = Version(tmp_path / "old", row["old"]), Version(tmp_path / "new", row["new"])
    verdict = predicted(new, old)
    assert verdict == LETTERS[row["pulsar"]]
    known = row["stored"] == "no"
    wrong = []
    for strategy, topic in topics("change", list(CHANGES).index(name)):
        assert broker.register(topic, old.text)
        taken = takes_schema(strategy, verdict, verdict)
        # Where none is taken, the administration makes an exception for the text of the latest; a producer may have
        # any that is known.
        admitted = taken or (known and (strategy != "ALWAYS_INCOMPATIBLE" or new.text == old.text))
        expected = {
            "administration": admitted,
            "consumer": takes_consumer(strategy, verdict, verdict),
            "producer": taken or known,
            "versions": [old.text] if known or not taken else [old.text, new.text],
        }
        found = {
            "administration": broker.accepts(topic, new.text),
            "consumer": consumes(connected, topic, Text(new.text)),
            "producer": produces(connected, topic, Text(new.text)),
            "versions": broker.versions(topic),
        }
        wrong += [(strategy, what, found[what]) for what in expected if found[what] != expected[what]]
    assert not wrong


@pytest.mark.parametrize("name", BY_WIRE)
def test_a_change_by_wire(broker, connected, tmp_path, name):
    """More changes, there and back, as the administration sees them."""
    row = BY_WIRE[name]
    one, two = Version(tmp_path / "old", row["old"]), Version(tmp_path / "new", row["new"])
    for old, new, way in ((one, two, "there"), (two, one, "back")):
        verdict = predicted(new, old)
        assert way == "back" or verdict == LETTERS[row["pulsar"]]
        for strategy in ("FULL", "BACKWARD", "FORWARD"):
            topic = f"tg/changes-{strategy.lower()}/{way}-{list(BY_WIRE).index(name)}"
            assert broker.register(topic, old.text)
            assert broker.accepts(topic, new.text) == takes_schema(strategy, verdict, verdict), (way, strategy)


CHAINS = {
    # What two steps allow and both together do not, or the other way around.
    "a name comes back": ['a="int"; b="int?"', 'a="int"', 'a="int"; b="string?"'],
    "a default goes": ['a="int"', 'a="int"; b={type="int", default=0}', 'a="int"; b="int"'],
    "a default comes, and the field goes": ['a="int"; b="int"', 'a="int"; b={type="int", default=0}', 'a="int"'],
    "all is well": ['a="int"', 'a="int"; b="int?"', 'a="int"; c="int?"'],
    "back to the first": ['a="int"', 'a="int"; b="int?"', 'a="int"'],
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain(broker, connected, tmp_path, name):
    """A third version beside two: some strategies look at the second alone."""
    first, second, third = (Version(tmp_path / str(at), cell) for at, cell in enumerate(CHAINS[name]))
    latest, every = predicted(third, second), predicted(third, first, second)
    assert every == tuple(map(all, zip(latest, predicted(third, first), strict=True)))
    known = third.text == first.text
    wrong = []
    for strategy, topic in topics("chain", list(CHAINS).index(name)):
        broker.strategy(f"changes-{strategy.lower()}", "ALWAYS_COMPATIBLE")
        assert broker.register(topic, first.text) and broker.register(topic, second.text)
        broker.strategy(f"changes-{strategy.lower()}", strategy)
        taken = known or takes_schema(strategy, latest, every)
        found = (
            broker.accepts(topic, third.text),
            consumes(connected, topic, Text(third.text)),
            produces(connected, topic, Text(third.text)),
            len(broker.versions(topic)),
        )
        admitted = taken and strategy != "ALWAYS_INCOMPATIBLE"
        expected = admitted, takes_consumer(strategy, latest, every), taken, 3 if taken and not known else 2
        wrong += [(strategy, found, expected)] if found != expected else []
    assert not wrong
