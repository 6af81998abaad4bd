"""The web page of the bundled document in a real browser, from disk, with no network.

Needs Chromium and its driver (Debian: chromium, chromium-driver); ``KENZAN_REQUIRE=browser``
makes their absence an error.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import articles
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from derivations import check
from derivations.report.article.build import article
from derivations.report.article.content import Article
from derivations.report.article.html import render
from derivations.report.article.languages import LANGUAGES
from derivations.results import Report

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1200,900 --force-color-profile=srgb"
).split()
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WRONG = ["2.3ii", "2.11a", "2.11", "2.14", "2.22", "2.30", "10.7a"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    if not (CHROMIUM and DRIVER):
        give_up = pytest.fail if "browser" in os.environ.get("KENZAN_REQUIRE", "") else pytest.skip
        give_up("there is no chromium with its chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for option in OPTIONS:
        options.add_argument(option)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('browser')}")
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["http://*", "https://*"]})
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def report() -> Report:
    return check()


@pytest.fixture(scope="module")
def made(report: Report) -> Article:
    return article(report)


@pytest.fixture(scope="module")
def file(made: Article, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "proofs.html"
    path.write_text(render(made), "utf-8")
    return path


@pytest.fixture
def page(browser: webdriver.Chrome, file: Path) -> webdriver.Chrome:
    """The page, opened anew, with nothing remembered."""
    browser.get("about:blank")
    browser.get(file.as_uri())
    browser.execute_script(
        "localStorage.clear(); document.documentElement.style.scrollBehavior='auto'"
    )
    return browser


def find(browser: webdriver.Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def click(browser: webdriver.Chrome, element: WebElement) -> None:
    """Click in the middle of the window, where nothing that stays in sight is above."""
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def labels(browser: webdriver.Chrome) -> list[str]:
    """Labels of the cards that are shown."""
    found = browser.execute_script(
        "return [...document.querySelectorAll('.card')].filter(c => c.checkVisibility())"
        ".map(c => c.querySelector('h3').textContent)"
    )
    return [label.strip("()") for label in found]


def press(browser: webdriver.Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def focused(browser: webdriver.Chrome) -> str:
    return str(browser.execute_script("return document.activeElement.id"))


def complaints(browser: webdriver.Chrome) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser")]


# ---------------------------------------------------------------- what is there


def test_nothing_is_complained_of_and_nothing_fetched(page: webdriver.Chrome) -> None:
    assert complaints(page) == []
    entries = page.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name)"
    )
    assert [name for name in entries if not name.startswith("data:")] == []


def test_the_page_is_made_at_once(page: webdriver.Chrome, made: Article) -> None:
    start = time.process_time()
    render(made)
    assert time.process_time() - start < 2  # a quarter of a second where nothing else runs


def test_every_formula_is_set_in_its_font(page: webdriver.Chrome) -> None:
    page.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    total, empty, sources = page.execute_script(
        "const all = [...document.querySelectorAll('math')];"
        "const seen = all.filter(m => m.checkVisibility());"
        "const none = seen.filter(m => { const box = m.getBoundingClientRect();"
        " return !(box.width > 0 && box.height > 0) });"
        "return [seen.length, none.length, document.querySelectorAll('code.tex').length]"
    )
    assert total > 500
    assert empty == 0
    assert sources == 0
    fonts = page.execute_script("return [...document.fonts].map(f => f.family + ' ' + f.status)")
    assert fonts in (['"Kenzan Math" loaded'], ["Kenzan Math loaded"])


def test_nothing_moves_while_the_page_loads(page: webdriver.Chrome) -> None:
    moved = page.execute_async_script(
        "const done = arguments[0]; let sum = 0;"
        "new PerformanceObserver(l => l.getEntries().forEach(e => { sum += e.value }))"
        ".observe({type: 'layout-shift', buffered: true});"
        "setTimeout(() => done(sum), 500)"
    )
    assert moved < 0.02


def test_wide_formulas_scroll_in_their_own_boxes(page: webdriver.Chrome) -> None:
    width = 390
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True},
    )
    page.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert page.execute_script("return document.documentElement.scrollWidth") == width
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


# ---------------------------------------------------------------- what can be done


def test_a_filter_shows_the_equations_of_a_verdict(page: webdriver.Chrome, report: Report) -> None:
    button = find(page, "[data-filter=refuted]")
    button.click()
    assert labels(page) == WRONG
    assert button.get_attribute("aria-pressed") == "true"
    assert "7" in find(page, "#shown").text
    button.click()
    assert labels(page) == report.labels


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("10.7a", ["10.7a"]), (r"wrong \sqrt{", []), ("gaussian", None), ("(2.1)", ["2.1"])],
)
def test_a_search_finds_labels_words_and_formulas(
    page: webdriver.Chrome, words: str, wanted: list[str] | None
) -> None:
    find(page, "#search").send_keys(words)
    shown = labels(page)
    if wanted is None:
        assert 0 < len(shown) < 51
        assert "2.10" in shown
    else:
        assert set(wanted) <= set(shown)
        assert len(shown) < 12
        assert find(page, "#none").is_displayed() == (not shown)


def test_a_box_of_the_graph_leads_to_its_card(page: webdriver.Chrome) -> None:
    node = find(page, ".node[href='#eq-2.11']")
    ActionChains(page).move_to_element(node).perform()
    assert page.execute_script("return document.querySelectorAll('path.near').length") >= 2
    click(page, node.find_element(By.CSS_SELECTOR, "text"))
    card = find(page, "[id='eq-2.11']")
    assert card.is_displayed()
    assert focused(page) == "eq-2.11"
    top = page.execute_script("return arguments[0].getBoundingClientRect().top", card)
    assert 0 <= top < 300


def test_a_link_leads_to_a_card_that_was_filtered_away(page: webdriver.Chrome) -> None:
    find(page, "[data-filter=proved]").click()
    assert not find(page, "#errata").is_displayed()
    assert "2.11" not in labels(page)
    find(page, ".summary .t[lang=en] a[href='#eq-2.11']").click()
    assert focused(page) == "eq-2.11"
    assert find(page, "#errata").is_displayed()
    click(page, find(page, "[data-filter=proved]"))
    find(page, ".summary .t[lang=en] a[href='#eq-2.11']").click()
    assert focused(page) == "eq-2.11"


def test_a_box_is_reached_and_opened_by_keys(page: webdriver.Chrome) -> None:
    page.execute_script("document.querySelector('.node').focus()")
    press(page, Keys.TAB, Keys.ENTER)
    assert page.execute_script("return location.hash") == "#eq-1.2"
    assert focused(page) == "eq-1.2"


def test_the_language_is_switched(page: webdriver.Chrome) -> None:
    title = page.title
    find(page, "#language").click()
    heading = find(page, "#errata-title")
    assert heading.text == LANGUAGES["ja"].heading("errata")
    assert find(page, "html").get_attribute("lang") == "ja"
    assert page.title != title
    assert find(page, "#theme").get_attribute("aria-label") == "明暗"
    find(page, "#search").send_keys("証明済み")
    assert "2.10" in labels(page)
    press(page, Keys.ESCAPE)
    find(page, "#language").click()
    assert heading.text == LANGUAGES["en"].heading("errata")


def test_the_light_is_switched_and_remembered(page: webdriver.Chrome, file: Path) -> None:
    paper = "return getComputedStyle(document.body).backgroundColor"
    before = page.execute_script(paper)
    find(page, "#theme").click()
    after = page.execute_script(paper)
    assert before != after
    page.refresh()
    assert page.execute_script(paper) == after
    page.execute_script("localStorage.clear()")


def test_it_is_dark_where_the_system_is(page: webdriver.Chrome) -> None:
    color = "return getComputedStyle(document.body).color"
    colors = []
    for value in ("dark", "light"):
        features = [{"name": "prefers-color-scheme", "value": value}]
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        colors.append(page.execute_script(color))
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert colors[0] != colors[1]


def test_proofs_unfold(page: webdriver.Chrome) -> None:
    step = find(page, "[id='eq-2.33'] .steps li")
    assert not step.is_displayed()
    click(page, find(page, "[id='eq-2.33'] .proof summary"))
    assert step.is_displayed()
    click(page, find(page, "#unfold"))
    opened = "return [...document.querySelectorAll('.proof')].filter(d => !d.open).length"
    assert page.execute_script(opened) == 0


def test_keys(page: webdriver.Chrome) -> None:
    press(page, "j", "j", "k", "j")
    assert focused(page) == "eq-1.2"
    press(page, "/")
    assert focused(page) == "search"
    press(page, "2.33jk")
    assert labels(page) == []
    press(page, Keys.ESCAPE)
    assert len(labels(page)) == 51
    find(page, "#search").send_keys("2.33", Keys.ENTER)
    assert focused(page) == "eq-2.33"
    press(page, "o")
    assert find(page, "[id='eq-2.33'] .steps").is_displayed()
    press(page, "?")
    assert find(page, "#help").is_displayed()
    press(page, Keys.ESCAPE)
    assert not find(page, "#help").is_displayed()


def test_everything_is_unfolded_on_paper(page: webdriver.Chrome) -> None:
    find(page, "#search").send_keys("2.33")
    page.execute_script(
        "addEventListener('beforeprint', () => {"
        " window.unfolded = document.querySelectorAll('details:not([open])').length })"
    )
    page.execute_cdp_cmd("Page.printToPDF", {"pageRanges": "1"})
    assert page.execute_script("return window.unfolded") == 0
    assert page.execute_script("return document.querySelectorAll('details[open]').length") == 0


# ---------------------------------------------------------------- harm


def test_a_document_that_means_harm_does_none(browser: webdriver.Chrome, tmp_path: Path) -> None:
    report = check(text=articles.HARM, witnesses=["numeric"], cache=False)
    path = tmp_path / "harm.html"
    path.write_text(render(Article(report)), "utf-8")
    browser.get(path.as_uri())
    assert browser.execute_script("return typeof hacked") == "undefined"
    assert complaints(browser) == []


def test_a_script_that_came_in_would_not_run(browser: webdriver.Chrome, tmp_path: Path) -> None:
    text = render(articles.everything())
    path = tmp_path / "harm.html"
    path.write_text(
        text.replace("</main>", "<script>hacked = 1</script><img src=x onerror='hacked=1'></main>")
    )
    browser.get(path.as_uri())
    assert browser.execute_script("return typeof hacked") == "undefined"
    assert any("Content Security Policy" in message for message in complaints(browser))
