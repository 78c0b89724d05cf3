"""Fixtures: the generated package and its parts."""

from __future__ import annotations

import importlib
import pathlib
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import runtime_shapes
from generated_package import PACKAGE, PACKAGE_FOLDER, RECORDS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a `record` runs once for each generated record."""
    if "record" in metafunc.fixturenames:
        metafunc.parametrize("record", RECORDS, ids=lambda cls: f"{cls.__module__}.{cls.__name__}")


@pytest.fixture(scope="session")
def package() -> ModuleType:
    """The package."""
    return PACKAGE


@pytest.fixture(scope="session")
def package_folder() -> pathlib.Path:
    """Its folder."""
    return PACKAGE_FOLDER


@pytest.fixture(scope="session")
def wire() -> ModuleType:
    """Its codec runtime."""
    return importlib.import_module(PACKAGE.__name__ + ".wire")


@pytest.fixture(scope="session")
def errors() -> ModuleType:
    """Its errors."""
    return importlib.import_module(PACKAGE.__name__ + ".errors")


@pytest.fixture(scope="session")
def every_record() -> list[type[Any]]:
    """All generated records."""
    return RECORDS


@pytest.fixture(scope="session")
def shapes(wire: ModuleType) -> SimpleNamespace:
    """Records of the tests' own."""
    return runtime_shapes.make(wire)
