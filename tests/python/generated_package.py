"""The generated package under test, imported.

`TG_SCHEMA_PYTHON` names the folder that contains it; without it `generated/python` of this
repository is taken. The package is the one sub-folder that has the codec runtime.
"""

from __future__ import annotations

import dataclasses
import importlib
import os
import pathlib
import pkgutil
import sys
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(os.environ.get("TG_SCHEMA_PYTHON") or REPOSITORY / "generated" / "python").resolve()


def find_package() -> pathlib.Path:
    """The package's folder."""
    found = sorted(path.parent.parent for path in FOLDER.glob("*/wire/__init__.py"))
    if len(found) != 1:
        raise pytest.UsageError(
            f"expected one generated package in {FOLDER}, found {len(found)}: "
            "set TG_SCHEMA_PYTHON to the folder that contains it"
        )
    return found[0]


PACKAGE_FOLDER = find_package()
sys.path.insert(0, str(FOLDER))
PACKAGE = importlib.import_module(PACKAGE_FOLDER.name)


def modules() -> list[ModuleType]:
    """Every module of the package."""
    prefix = PACKAGE.__name__ + "."
    names = [found.name for found in pkgutil.walk_packages(PACKAGE.__path__, prefix)]
    return [PACKAGE, *(importlib.import_module(name) for name in sorted(names))]


def records() -> list[type[Any]]:
    """Every generated record, in the order of module and name."""
    base = importlib.import_module(PACKAGE.__name__ + ".wire").Record
    found = {
        (module.__name__, name): item
        for module in modules()
        for name, item in vars(module).items()
        if isinstance(item, type)
        and issubclass(item, base)
        and dataclasses.is_dataclass(item)
        and item.__module__ == module.__name__
        and item.__name__ == name
    }
    return [found[key] for key in sorted(found)]


RECORDS = records()
