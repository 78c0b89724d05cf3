"""Messages of other writers, as we and other implementations read them.

`resolution-peers` (`tests/rust/resolution`) makes the readers, writers and messages, and compares the answers: the
verdict on each pair of schemas, and what each message is read as. Where implementations differ on purpose, or one of
them is wrong, there is a case that shows it and says why, in `tests/rust/resolution/case.rs`.
"""

import subprocess
import sys
from functools import cache

import pytest

from peers import REPOSITORY, missing, need, program

JAR = REPOSITORY / "target" / "java-avro" / "java-avro.jar"
PEERS = {
    "java": ["java", "-jar", JAR],
    "java-resolving-decoder": ["java", "-jar", JAR, "--resolving-decoder"],
    "fastavro": [sys.executable, REPOSITORY / "tests" / "interop" / "resolve_fastavro.py"],
}


def ours(*arguments, given=""):
    """What our side says, and whether it is content."""
    path = program("TG_SCHEMA_RESOLUTION", "resolution-peers", "tg-schema-tests")
    run = subprocess.run([path, *arguments], input=given, capture_output=True, text=True)
    assert run.returncode == 0 or arguments[0] == "compare", run.stderr
    return run.stdout, run.returncode == 0


@cache
def report(peer):
    """For each named case, and for `random`, the line that our side has about it."""
    if peer == "fastavro":
        need("fastavro")
    elif not JAR.exists():
        missing(f"{JAR} is not built; tests/run builds it where there are Java 17 and Maven")
    jobs, _ = ours("jobs")
    run = subprocess.run(PEERS[peer], input=jobs, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    lines, content = ours("compare", peer, given=run.stdout)
    found = {line.split(" ")[1].rstrip(":"): line for line in lines.splitlines()}
    assert content == all(line.startswith("pass ") for line in found.values()), lines
    return found


def names():
    """The named cases; none where our side is not built, which the test of the random ones tells."""
    try:
        return ours("names")[0].split()
    except BaseException:  # a skip is none of the ordinary exceptions
        return []


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("case", names())
def test_case(case, peer):
    line = report(peer)[case]
    assert line.startswith("pass "), line


@pytest.mark.parametrize("peer", PEERS)
def test_random_writers(peer):
    line = report(peer)["random"]
    assert line.startswith("pass "), line
