"""Lets the tests of this folder import their neighbours in `tests/interop`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "interop"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

# Sources for the command, which the tests import in processes of their own.
collect_ignore = ["corpus", "trustgraph", "elsewhere"]
