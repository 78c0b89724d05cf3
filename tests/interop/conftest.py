"""Lets the tests of this folder import their neighbours in `tests/pulsar`, and keeps what they find."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "pulsar"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def pytest_sessionfinish():
    import results

    results.write()
