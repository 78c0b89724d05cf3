"""Verdicts on pairs of schemas, beside those of Apache Avro for Java: both directions, both of its algorithms,
every incompatibility with its place and message, and which texts its parsers take. Verdicts on JSON, beside what a
Python `Record` reads."""

import json
import re
import subprocess
from enum import Enum
from functools import cache

import pytest

from peers import REPOSITORY, missing, need, program

JAR = REPOSITORY / "target" / "java-avro" / "java-avro.jar"
GOLDEN = REPOSITORY / "tg-schema-compat" / "tests" / "java"
SUITES = sorted((REPOSITORY / "tg-schema-compat" / "tests" / "suites").glob("*.json"))


def ours(*arguments, given=""):
    """What our side says, and whether it is content."""
    path = program("TG_SCHEMA_COMPAT", "compat-peers", "tg-schema-tests")
    run = subprocess.run([path, *arguments], input=given, capture_output=True, text=True)
    assert run.returncode == 0 or arguments[0] == "compare", run.stderr
    return run.stdout, run.returncode == 0


def java(jobs):
    if not JAR.exists():
        missing(f"{JAR} is not built; tests/run builds it where there are Java 17 and Maven")
    run = subprocess.run(["java", "-cp", JAR, "Compare"], input=jobs, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@cache
def report():
    jobs, _ = ours("jobs")
    assert jobs.count("\n") >= 10_000
    return ours("compare", given=java(jobs))


def test_random_pairs():
    text, content = report()
    assert content, text[-20_000:]


@pytest.mark.parametrize(
    "fact",
    [
        "confluent compatible",
        "confluent incompatible",
        "confluent throws",
        "pulsar compatible",
        "pulsar incompatible",
        "pulsar throws",
        "text checked false",
        "text unchecked false",
        "equal true",
    ],
)
def test_every_answer_occurs(fact):
    text, _ = report()
    tally = dict(line.rsplit(": ", 1) for line in text.splitlines() if ": " in line)
    assert int(tally[fact]) > 500


@pytest.mark.parametrize("name", ["named", "sampled"])
def test_recorded_answers_are_those_of_java(name):
    pairs = (GOLDEN / f"{name}.jsonl").read_text()
    recorded = (GOLDEN / f"{name}-answers.jsonl").read_text()
    answers, _ = ours("plain", given=java(pairs))
    assert answers == recorded


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_cases_of_other_projects(path):
    """Java expects what is expected of us, where the project itself does not."""
    suite = json.loads(path.read_text())
    engine = {"avro": "confluent", "pulsar": "pulsar"}[suite["engine"]]
    pairs = [(case, old) for case in suite["cases"] for old in case["old"]]
    texts = [{"old": json.dumps(suite["schemas"][old]), "new": json.dumps(suite["schemas"][case["new"]])} for case, old in pairs]
    answers = java("".join(json.dumps(text) + "\n" for text in texts)).splitlines()
    reads = {}
    for (case, old), answer in zip(pairs, answers, strict=True):
        verdicts = json.loads(answer)[engine]
        reads[case["new"], old] = {way: verdict in ([], "compatible") for way, verdict in verdicts.items()}
    assert pairs
    for case in suite["cases"]:
        mode, _, transitive = case["mode"].partition("_")
        ways = {"BACKWARD": ["backward"], "FORWARD": ["forward"], "FULL": ["backward", "forward"]}[mode]
        old = case["old"] if transitive else case["old"][-1:]
        accepted = all(reads[case["new"], one][way] for one in old for way in ways)
        assert accepted == case["accepted"], case


def record_of(schema, expression, required):
    """A Record with one field of a type, as a definition writes it."""

    class E(Enum):
        RED = 1
        BLUE = 2

    class S(schema.Record):
        x = schema.Integer()
        z = schema.Integer()

    scalars = {
        "string": schema.String,
        "boolean": schema.Boolean,
        "int": schema.Integer,
        "long": schema.Long,
        "float": schema.Float,
        "double": schema.Double,
        "bytes": schema.Bytes,
        "S": S,
    }

    def field(expression, **options):
        container = re.fullmatch(r"(array|map)<(.*)>", expression)
        if container:
            kind = {"array": schema.Array, "map": schema.Map}[container[1]]
            return kind(field(container[2]), **options)
        if expression == "E":
            return schema.CustomEnum(E, **options)
        return scalars[expression](**options)

    return type("R", (schema.Record,), {"f": field(expression, required=required)})


def test_what_a_record_reads():
    schema = need("pulsar.schema")
    lines, _ = ours("python")
    wrong, refused, taken = [], 0, 0
    for line in map(json.loads, lines.strip().split("\n")):
        codec = schema.JsonSchema(record_of(schema, line["reader"], line["required"]))
        errors = []
        for message in line["messages"]:
            try:
                codec.decode(message.encode())
            except Exception as error:
                errors.append(f"{message}: {error!r}")
        assert line["messages"]
        refused += line["refuses"]
        taken += not line["refuses"]
        # Keys of a map hardly ever are names of fields.
        rare = "S" in line["reader"] and "map" in line["writer"]
        if bool(errors) != line["refuses"] and not (rare and line["refuses"]):
            pair = f"{line['reader']} reads {line['writer']}, required: {line['required']}"
            wrong.append(f"{pair}: {line['refuses']}, {errors[:1]}")
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:40])
    assert refused > 500 and taken > 200
