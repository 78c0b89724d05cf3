"""The page of the migration table in a real browser: filters, sorting, phones, no requests, no scripts."""

from __future__ import annotations

import json
import pathlib

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from window import contrasts, open_page, outside, read_aloud, scripts, size, tabbed

HEADINGS = 21


@pytest.fixture
def opened(driver: webdriver.Chrome, page: pathlib.Path) -> webdriver.Chrome:
    """The page, freshly opened at the size of a desk."""
    return open_page(driver, page)


def shown(driver: webdriver.Chrome) -> list[list[str]]:
    """The cells of the rows that are seen."""
    script = """return [...document.querySelectorAll('#rows tbody tr')].filter(tr => tr.checkVisibility())
        .map(tr => [...tr.cells].map(td => td.textContent))"""
    return driver.execute_script(script)


def column(driver: webdriver.Chrome, title: str) -> int:
    """The place of a column."""
    return titles(driver).index(title)


def titles(driver: webdriver.Chrome) -> list[str]:
    """The headings."""
    return driver.execute_script("return [...document.querySelectorAll('#rows thead th')].map(th => th.textContent)")


def choose(driver: webdriver.Chrome, key: str, value: str) -> None:
    """Filters by one value."""
    Select(driver.find_element(By.ID, f"f-{key}")).select_by_visible_text(value)


def test_every_row_is_there(opened: webdriver.Chrome, page: pathlib.Path) -> None:
    """The page has the rows of the JSON form, cell by cell."""
    document = json.loads((page.parent / "table.json").read_text())
    keys = opened.execute_script("return [...document.querySelectorAll('#rows thead th')].map(th => th.dataset.key)")
    assert len(keys) == HEADINGS
    rows = shown(opened)
    assert len(rows) == document["summary"]["rows"] == len(document["rows"])
    for cells, row in zip(rows, document["rows"]):
        for key, cell in zip(keys, cells):
            expected = (row[key] or "").replace("\n", "\\n").replace("\u202e", "\\u{202e}")
            assert cell == expected
    total = opened.find_element(By.CSS_SELECTOR, "#summary tbody tr:last-child td:last-child")
    assert int(total.text) == len(rows)


@pytest.mark.parametrize(
    ("key", "title", "value"),
    [
        ("verdict", "Verdict", "lossy"),
        ("kind", "Kind", "topic"),
        ("module", "Module", "same.right"),
        ("record", "Record", "Tight"),
    ],
)
def test_rows_are_filtered_by_a_choice(opened: webdriver.Chrome, key: str, title: str, value: str) -> None:
    """Each choice leaves its rows, all of them, and says how many."""
    at = column(opened, title)
    every = shown(opened)
    choose(opened, key, value)
    left = shown(opened)
    assert left == [row for row in every if row[at] == value] != []
    assert opened.find_element(By.ID, "shown").text == f"{len(left)} of {len(every)} rows"
    opened.find_element(By.CSS_SELECTOR, "#clear").click()
    assert len(shown(opened)) == len(every)


def test_text_and_choices_work_together(opened: webdriver.Chrome) -> None:
    """Words are found in any cell, in any order, whatever their case."""
    box = opened.find_element(By.ID, "f-text")
    box.send_keys("NOTHING tight")
    rows = shown(opened)
    assert rows and all("nothing is set" in " ".join(row) for row in rows)
    choose(opened, "verdict", "widened")
    at = column(opened, "Name")
    assert [row[at] for row in shown(opened)] == ["free"]
    box.clear()
    box.send_keys("no such words")
    assert shown(opened) == []
    assert opened.find_element(By.ID, "shown").text.startswith("0 of ")
    box.send_keys(Keys.ENTER)
    assert "table.html" in opened.current_url and "?" not in opened.current_url


def test_columns_are_sorted_and_come_back(opened: webdriver.Chrome) -> None:
    """Numbers by their value, verdicts by their weight; the third click restores the order."""
    before = shown(opened)
    heads = opened.find_elements(By.CSS_SELECTOR, "#rows thead th")
    place = heads[column(opened, "Place")]
    place.find_element(By.TAG_NAME, "button").click()
    assert place.get_attribute("aria-sort") == "ascending"
    places = [row[0] for row in shown(opened) if row[0].startswith("shop/all.py")]
    lines = [int(line.split(":")[1]) for line in places]
    assert lines == sorted(lines) and lines[0] == 5
    verdict = heads[column(opened, "Verdict")]
    button = verdict.find_element(By.TAG_NAME, "button")
    button.send_keys(Keys.ENTER)
    button.send_keys(Keys.SPACE)
    assert verdict.get_attribute("aria-sort") == "descending"
    assert place.get_attribute("aria-sort") is None
    at = column(opened, "Verdict")
    weights = ["manual", "lossy", "widened", "exact"]
    words = [row[at] for row in shown(opened)]
    assert words == sorted(words, key=weights.index)
    button.click()
    assert shown(opened) == before


def test_groups_of_columns_are_shown_and_hidden(opened: webdriver.Chrome) -> None:
    """The types are hidden at first, what tightening costs is not."""
    seen = "return [...document.querySelectorAll('#rows thead th')].filter(h => h.checkVisibility()).length"
    assert opened.execute_script(seen) == HEADINGS - 5
    opened.find_element(By.ID, "show-types").click()
    assert opened.execute_script(seen) == HEADINGS
    opened.find_element(By.ID, "show-tightening").click()
    assert opened.execute_script(seen) == HEADINGS - 6


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 2560])
def test_the_page_never_scrolls_sideways(opened: webdriver.Chrome, width: int) -> None:
    """Only the table does, on wide screens; on narrow ones rows are cards with labels."""
    size(opened, width, 900)
    opened.find_element(By.ID, "show-types").click()
    opened.find_element(By.TAG_NAME, "summary").click()
    script = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    scroll, client = opened.execute_script(script)
    assert scroll <= client == width
    script = "return getComputedStyle(document.querySelector('#rows td'), '::before').content"
    assert (opened.execute_script(script) == '"Place"') == (width < 960)
    if width < 960:
        script = """return [...document.querySelectorAll('#rows td')].slice(0, 200)
            .every(td => td.getBoundingClientRect().right <= innerWidth)"""
        assert opened.execute_script(script)


def test_nothing_is_requested_and_nothing_fails(opened: webdriver.Chrome, page: pathlib.Path) -> None:
    """One file is read; the console stays empty; hostile texts are texts."""
    choose(opened, "kind", "field")
    assert outside(opened, page) == []
    assert opened.get_log("browser") == []
    assert opened.find_elements(By.CSS_SELECTOR, "#rows img, #rows b, #rows script, #rows a") == []


def test_without_scripts_it_is_a_plain_table(driver: webdriver.Chrome, page: pathlib.Path) -> None:
    """Every row and column is seen, and no control that does nothing."""
    try:
        size(driver, 1280, 900)
        scripts(driver, False)
        driver.get(page.as_uri())
        scripts(driver, True)
        assert not driver.find_element(By.ID, "filters").is_displayed()
        document = json.loads((page.parent / "table.json").read_text())
        assert len(shown(driver)) == len(document["rows"])
        heads = driver.find_elements(By.CSS_SELECTOR, "#rows thead th")
        assert len(heads) == HEADINGS and all(head.is_displayed() for head in heads)
    finally:
        scripts(driver, True)


def test_it_can_be_read_aloud_and_used_by_keyboard(opened: webdriver.Chrome) -> None:
    """Controls have labels, tables headings, scrolled regions names; the tab key reaches them."""
    controls = ("searchbox", "combobox", "checkbox", "button", "region", "columnheader")

    def complete(names: dict[str, list[str]]) -> bool:
        rows = names.get("row", []) + names.get("rowheader", [])
        return len(rows) > 60 and all(role in names and all(names[role]) for role in controls)

    assert complete(read_aloud(opened, complete))
    wanted = {"f-text", "f-verdict", "f-kind", "f-module", "f-record", "show-types"}
    assert wanted <= tabbed(opened, wanted)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(opened: webdriver.Chrome, scheme: str) -> None:
    """Contrast is at least 4.5 to 1 for text, labels and verdicts."""
    selectors = ["h1", "p", "#rows td", "#rows code", "#rows thead button", "#filters label", "#filters select"]
    selectors += ["output", ".exact", ".widened", ".lossy", ".manual"]
    for selector, contrast in contrasts(opened, scheme, selectors):
        assert contrast >= 4.5, (selector, contrast)
