"""Verdicts on pairs of schemas, beside those of Apache Avro for Java: both directions, both of its algorithms,
every incompatibility with its place and message, and which texts its parsers take."""

import subprocess
from functools import cache

import pytest

from peers import REPOSITORY, missing, program

JAR = REPOSITORY / "target" / "java-avro" / "java-avro.jar"
GOLDEN = REPOSITORY / "tg-schema-compat" / "tests" / "java"


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
