"""Lets the tests of this folder import their neighbours in `tests/interop`, keeps what they find, and starts a broker."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "interop"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def pytest_sessionfinish():
    import results

    results.write()


@pytest.fixture(scope="session")
def broker():
    """A real Pulsar, for all tests of a run."""
    import pulsar_broker

    started = pulsar_broker.Broker()
    yield started
    started.close()
