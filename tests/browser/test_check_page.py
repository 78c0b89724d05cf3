"""The page of a comparison in a real browser: filters, phones, no requests, no scripts, hostile texts.

The pages are those of the reports by hand that tests in Rust keep.
"""

from __future__ import annotations

import json
import pathlib

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from window import contrasts, open_page, outside, read_aloud, scripts, size, tabbed

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tg-schema-compat" / "tests" / "render" / "golden"
SAMPLE = GOLDEN / "sample.html"
HOSTILE = GOLDEN / "hostile.html"
REPORT = json.loads((GOLDEN / "sample.json").read_text())


@pytest.fixture
def opened(driver: webdriver.Chrome) -> webdriver.Chrome:
    """The page, freshly opened at the size of a desk."""
    return open_page(driver, SAMPLE)


def shown(driver: webdriver.Chrome) -> list[dict[str, str]]:
    """Rule, severity and formats of the findings that are seen."""
    script = """return [...document.querySelectorAll('#findings article')].filter(a => a.checkVisibility())
        .map(a => ({rule: a.dataset.rule, severity: a.dataset.severity, formats: a.dataset.formats}))"""
    return driver.execute_script(script)


def choose(driver: webdriver.Chrome, key: str, value: str) -> None:
    """Filters by one value."""
    Select(driver.find_element(By.ID, f"f-{key}")).select_by_visible_text(value)


def test_every_finding_is_there(opened: webdriver.Chrome) -> None:
    """The page has the findings of the JSON report; what occurs twice has both places."""
    findings = [f for record in REPORT["records"] for f in record["findings"]] + REPORT["findings"]
    assert {f["rule"] for f in shown(opened)} == {f["rule"] for f in findings}
    text = opened.find_element(By.ID, "findings").text
    for record in REPORT["records"]:
        for finding in record["findings"]:
            path = ".".join(part for part in (record["record"], finding["path"]) if part)
            span = finding["span"]
            assert path in text
            assert f"{span['file']}:{span['line']}:{span['column']}" in text
            if finding["fix"]:
                assert finding["fix"]["message"].replace("`", "") in text
    rows = opened.find_elements(By.CSS_SELECTOR, "#matrix tbody tr")
    assert [row.text.split("\n")[0].split(" ")[0] for row in rows[:-1]] == [r["record"] for r in REPORT["records"]]
    assert len(opened.find_elements(By.CSS_SELECTOR, "#objections li")) == len(REPORT["objections"])


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("severity", "severity", "breaking"),
        ("severity", "severity", "suppressed"),
        ("rule", "rule", "FIELD_REMOVED"),
        ("format", "formats", "rust"),
    ],
)
def test_findings_are_filtered_by_a_choice(opened: webdriver.Chrome, key: str, field: str, value: str) -> None:
    """Each choice leaves its findings, all of them, and says how many."""
    every = shown(opened)
    choose(opened, key, value)
    left = shown(opened)
    assert left == [finding for finding in every if value in finding[field].split(" ")] != every
    assert left
    assert opened.find_element(By.ID, "shown").text == f"{len(left)} of {len(every)} findings"
    opened.find_element(By.ID, "clear").click()
    assert shown(opened) == every


def test_text_and_choices_work_together(opened: webdriver.Chrome) -> None:
    """Words are found anywhere in a finding, in any order, whatever their case."""
    box = opened.find_element(By.ID, "f-text")
    box.send_keys("ORDER shop.toml")
    assert len(shown(opened)) == 4
    choose(opened, "severity", "loss")
    assert [finding["rule"] for finding in shown(opened)] == ["FIELD_REMOVED"]
    box.clear()
    box.send_keys("no such words")
    assert shown(opened) == []
    box.send_keys(Keys.ENTER)
    assert "?" not in opened.current_url


@pytest.mark.parametrize("page", [SAMPLE, HOSTILE])
@pytest.mark.parametrize("width", [320, 375, 768, 1280, 2560])
def test_the_page_never_scrolls_sideways(driver: webdriver.Chrome, page: pathlib.Path, width: int) -> None:
    """Only the table of verdicts does, and long lines of edits."""
    open_page(driver, page)
    size(driver, width, 900)
    script = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    scroll, client = driver.execute_script(script)
    assert scroll <= client == width


@pytest.mark.parametrize("page", [SAMPLE, HOSTILE])
def test_nothing_is_requested_and_nothing_fails(driver: webdriver.Chrome, page: pathlib.Path) -> None:
    """One file is read; the console stays empty; hostile texts are texts."""
    open_page(driver, page)
    choose(driver, "severity", "breaking")
    assert outside(driver, page) == []
    assert driver.get_log("browser") == []
    assert len(driver.find_elements(By.TAG_NAME, "script")) == 1
    known = "a article body button code dd del div dl dt form h1 h2 h3 head header html input ins label li link "
    known += "main meta option output p pre script section select span style table tbody td th thead title tr ul"
    tags = driver.execute_script("return [...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")
    assert set(tags) <= set(known.split())


def test_a_rule_leads_to_its_page(opened: webdriver.Chrome) -> None:
    """Every link leads to a rule that is told below."""
    links = opened.find_elements(By.CSS_SELECTOR, "#findings a")
    assert links
    for link in links:
        target = link.get_attribute("href").split("#")[1]
        assert "Why it matters." in opened.find_element(By.ID, target).text


def test_without_scripts_everything_is_there(driver: webdriver.Chrome) -> None:
    """Every finding is seen, and no control that does nothing."""
    try:
        size(driver, 1280, 900)
        scripts(driver, False)
        driver.get(SAMPLE.as_uri())
        scripts(driver, True)
        assert not driver.find_element(By.ID, "filters").is_displayed()
        assert len(shown(driver)) == 6
    finally:
        scripts(driver, True)


def test_it_can_be_read_aloud_and_used_by_keyboard(opened: webdriver.Chrome) -> None:
    """Controls and regions have names; headings go down one step at a time; Tab reaches what can be used."""
    controls = ("searchbox", "combobox", "button", "region", "columnheader", "link")

    def complete(names: dict[str, list[str]]) -> bool:
        return "article" in names and all(role in names and all(names[role]) for role in controls)

    assert complete(read_aloud(opened, complete))
    levels = opened.execute_script(
        "return [...document.querySelectorAll('h1, h2, h3')].map(h => Number(h.localName[1]))"
    )
    assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:]))
    wanted = {"f-text", "f-severity", "f-rule", "f-format", "clear", "a", "pre"}
    assert wanted <= tabbed(opened, wanted)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(opened: webdriver.Chrome, scheme: str) -> None:
    """Contrast is at least 4.5 to 1 for text, labels, edits and verdicts."""
    selectors = ["h1", "p", "dt", "dd", "dd code", "a code", "#filters label", "#filters select", "output"]
    selectors += [".good", ".note", ".warn", ".bad", "del", "ins", "pre span", "#matrix tbody th code"]
    for selector, contrast in contrasts(opened, scheme, selectors):
        assert contrast >= 4.5, (selector, contrast)
