"""What tests of pages do with the browser."""

from __future__ import annotations

import json
import pathlib
import time
from collections.abc import Callable

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

# Longer than anything takes on a loaded machine.
PATIENCE = 120.0


def until(holds: Callable[[], bool]) -> bool:
    """Whether something holds at last."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def read_aloud(driver: webdriver.Chrome, complete: Callable[[dict[str, list[str]]], bool]) -> dict[str, list[str]]:
    """The names of what is read aloud, by role. That is made some time after the page: it is waited for until complete."""
    names: dict[str, list[str]] = {}

    def look() -> bool:
        names.clear()
        for node in driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]:
            if not node.get("ignored"):
                role = node.get("role", {}).get("value")
                names.setdefault(role, []).append(node.get("name", {}).get("value", "").strip())
        return complete(names)

    assert until(look), names
    return names


def tabbed(driver: webdriver.Chrome, wanted: set[str]) -> set[str]:
    """What Tab reaches, by identity or else by tag, until all that is wanted was reached."""
    focused = "const e = document.activeElement; return e.id || e.localName"
    # Counts what gets the focus: keys are worked off some time after they were sent.
    driver.execute_script("window.focusings = 0; addEventListener('focusin', () => window.focusings++)")
    reached: set[str] = set()
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    for count in range(1, 200):
        moved = until(lambda: driver.execute_script("return window.focusings") >= count)
        assert moved, (count, reached)
        reached.add(driver.execute_script(focused))
        if wanted <= reached:
            break
        driver.switch_to.active_element.send_keys(Keys.TAB)
    return reached


def size(driver: webdriver.Chrome, width: int, height: int, **more: object) -> None:
    """Makes the window that large."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600, **more}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def scripts(driver: webdriver.Chrome, on: bool) -> None:
    """Turns scripts of pages on or off."""
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})


def open_page(driver: webdriver.Chrome, page: pathlib.Path) -> webdriver.Chrome:
    """Opens a page freshly at the size of a desk, and forgets what was logged before."""
    scripts(driver, True)
    size(driver, 1280, 900)
    driver.get_log("browser")
    driver.get_log("performance")
    driver.get(page.as_uri())
    return driver


def outside(driver: webdriver.Chrome, page: pathlib.Path) -> list[str]:
    """What was requested beside the page itself."""
    entries = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    requests = [e["params"]["request"]["url"] for e in entries if e["method"] == "Network.requestWillBeSent"]
    assert page.as_uri() in requests
    return [url for url in requests if url != page.as_uri() and not url.startswith("data:")]


CONTRAST = """
    const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const back = e => { while (e) { const c = getComputedStyle(e).backgroundColor;
        if (c !== 'rgba(0, 0, 0, 0)') return c; e = e.parentElement; } return 'rgb(255, 255, 255)'; };
    const of = e => { const [a, b] = [light(getComputedStyle(e).color), light(back(e))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05); };
    return arguments[0].map(s => [s, of(document.querySelector(s))]);
"""


def contrasts(driver: webdriver.Chrome, scheme: str, selectors: list[str]) -> list[tuple[str, float]]:
    """How much the text of the first element of each selector stands out, in light or in dark."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        return driver.execute_script(CONTRAST, selectors)
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
