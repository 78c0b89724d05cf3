"""What each test found out, kept for `table.py`.

A row is (record, codec, peer, whether it passed). The rows of one test file go to a file of its name in
`target/interoperability/` when the run ends; test programs in other languages put a file of the same form there.
"""

import contextlib
import json
import os
from pathlib import Path

import pytest

from peers import REPOSITORY

FOLDER = REPOSITORY / "target" / "interoperability"
ROWS = {}


@contextlib.contextmanager
def report(record, codec, peer):
    """Notes that the block passed or failed. A failure stands, whatever comes after; a skip says nothing."""
    test_file = Path(os.environ["PYTEST_CURRENT_TEST"].split("::")[0]).stem
    rows = ROWS.setdefault(test_file, {})
    try:
        yield
    except pytest.skip.Exception:
        raise
    except BaseException:
        rows[record, codec, peer] = False
        raise
    rows.setdefault((record, codec, peer), True)


def write():
    """Writes the rows of this run over those of an older one."""
    for test_file, rows in ROWS.items():
        FOLDER.mkdir(parents=True, exist_ok=True)
        text = ",\n".join(json.dumps([*key, passed]) for key, passed in sorted(rows.items()))
        (FOLDER / f"{test_file}.json").write_text(f"[\n{text}\n]\n")
