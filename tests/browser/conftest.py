"""A browser without a network."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Chromium, with a log of its requests and of its console."""
    options = Options()
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = Service(executable_path=shutil.which("chromedriver") or "")
    browser = webdriver.Chrome(options=options, service=service)
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The page of the golden definitions, as the command writes it."""
    repository = pathlib.Path(__file__).resolve().parents[2]
    out = tmp_path_factory.mktemp("out")
    command = os.environ.get("TG_SCHEMA_BIN") or str(repository / "target" / "debug" / "tg-schema")
    schemas = [str(repository / "tests" / "golden" / folder) for folder in ("schemas", "migration/schemas")]
    subprocess.run(
        [command, "gen", *schemas, "--out", str(out), "--target", "migration", "--quiet"],
        check=True,
        capture_output=True,
    )
    return out / "migration" / "table.html"
