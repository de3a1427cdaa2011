"""The judges themselves: each complains about a page that was broken in its way, so that their silence means something."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import judge
from tests.browser.chart_judge import chart_complaints, told_charts
from tests.browser.chromium import watched
from tests.browser.sites import Site

BAR = "document.querySelector('#chart-people svg path')"
TEXTS = "[...document.querySelectorAll('#chart-people svg text')]"


@pytest.fixture
def page(browser: Browser, usual: Site) -> Iterator[Page]:
    """The team's page, to be broken."""
    with watched(browser, f"{usual.url}/") as (page, _):
        page.goto(usual.page("team_summary").as_uri())
        yield page


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        ("document.querySelector('h1').style.color = '#8a8f98'", "Team summary"),
        ("document.querySelector('h1').style.color = 'color-mix(in srgb, black 30%, white)'", "Team summary"),
        ("document.querySelector('main').style.opacity = 0.5", "Team summary"),
        ("document.querySelector('h1').style.cssText = 'background: #444; color: #000'", "Team summary"),
        ("document.querySelector('figure svg text').style.fill = '#bbbbbb'", "0 h"),
        ("document.documentElement.style.setProperty('--series-1', '#dde4ee')", "rgb(221, 228, 238)"),
        ("document.documentElement.style.setProperty('--series-2', '#dde4ee')", "series-2"),
        ("document.querySelector('h1').style.backgroundImage = 'linear-gradient(black, white)'", "Team summary"),
        (f"{BAR}.setAttribute('d', 'M-130,0h300v80h-300Z')", "Denise"),
    ],
)
def test_what_is_faint_or_lies_over_something_is_found(page: Page, break_it: str, told: str) -> None:
    page.evaluate(break_it)
    assert told in " ".join(judge.contrast_complaints(page))


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        ("document.documentElement.removeAttribute('lang')", "no lang"),
        ("document.querySelector('nav').removeAttribute('aria-label')", "nav has no label"),
        ("document.body.append(document.createElement('p'))", "in no landmark"),
        ("document.querySelector('main').append(document.createElement('main'))", "2 main"),
        ("document.querySelector('h2').outerHTML = '<h1>Again</h1>'", "2 h1"),
        ("document.querySelector('h2').outerHTML = '<h4>Deep</h4>'", "h4 skips a level: Deep"),
        ("document.querySelector('tbody th').removeAttribute('scope')", "th without scope"),
        ("document.querySelectorAll('table')[0].querySelectorAll('th').forEach(one => one.remove())", "has no th"),
        ("document.querySelector('figure svg').removeAttribute('role')", "has no role img"),
        ("document.querySelector('figure svg title').remove()", "has no title"),
        ("document.querySelector('figcaption').remove()", "has no name"),
        ("document.querySelector('main a').replaceChildren()", "has no text"),
        ("document.querySelector('h1').id = document.querySelector('[id^=chart-]').id", "is there twice"),
        ("document.querySelector('figure svg').setAttribute('aria-labelledby', 'gone')", "nothing has the id gone"),
        ("document.querySelector('h1').style.cssText = 'overflow: auto; width: 10px; white-space: nowrap'", "no key reaches it"),
    ],
)
def test_what_a_screen_reader_would_stumble_over_is_found(page: Page, break_it: str, told: str) -> None:
    page.evaluate(break_it)
    assert told in " ".join(judge.reader_complaints(page))


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        ("document.querySelector('h1').innerHTML = '<script>1</script>'", "<script>"),
        ("document.querySelector('h1').innerHTML = '<b>bold</b>'", "<b>"),
        ("document.querySelector('h1').setAttribute('onclick', '1')", "<h1 onclick>"),
        ("document.querySelector('svg').setAttribute('href', '#')", "<svg href>"),
    ],
)
def test_what_does_not_belong_on_a_page_is_found(page: Page, break_it: str, told: str) -> None:
    page.evaluate(break_it)
    assert told in judge.foreign_markup(page)


@pytest.mark.parametrize("link", ["#nowhere", "gone.html", "index.html#nowhere", "https://evil.example/", "javascript:1", "//evil.example"])
def test_a_link_that_leads_nowhere_or_elsewhere_is_found(page: Page, usual: Site, link: str) -> None:
    page.locator("main a").first.evaluate("(one, link) => one.setAttribute('href', link)", link)
    assert judge.broken_links(page, usual.hosts) == [link]


def test_a_page_without_its_policy_is_found(page: Page) -> None:
    page.locator("meta[http-equiv]").evaluate("one => one.content = \"default-src 'self'\"")
    assert judge.policy_complaints(page) == ["policy: [\"default-src 'self'\"]"]


def test_what_is_wider_than_a_phone_is_found(page: Page) -> None:
    page.set_viewport_size(judge.PHONE)
    page.locator("h1").evaluate("one => one.style.width = '500px'")
    assert "main > h1" in " ".join(judge.sideways_complaints(page, judge.PHONE["width"]))


def test_what_paper_leaves_out_or_cuts_off_is_found(page: Page) -> None:
    page.emulate_media(media="print")
    page.locator("h1").evaluate("one => one.style.display = 'none'")
    page.locator("main p").first.evaluate("one => one.style.cssText = 'overflow: hidden; white-space: nowrap; width: 100px'")
    page.locator("nav").evaluate("one => one.style.display = 'block'")
    found = " ".join(judge.paper_complaints(page))
    assert "not printed: Team summary" in found
    assert "in 100 px" in found
    assert "nav is printed" in found


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        ("document.querySelectorAll('[fill^=url]').forEach(one => one.setAttribute('fill', 'var(--series-2)'))", "without a pattern"),
        ("document.querySelectorAll('figure svg text').forEach(one => one.remove())", "no legend for"),
    ],
)
def test_series_that_only_colour_tells_apart_are_found(page: Page, break_it: str, told: str) -> None:
    page.evaluate(break_it)
    assert told in " ".join(judge.colour_alone(page))


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (
            f"{BAR}.setAttribute('d', {BAR}.getAttribute('d').replace(/h([\\d.]+)v/, (_, one) => `h${{Number(one) + 3}}v`))",
            "bar 1, series 1",
        ),
        (f"{BAR}.setAttribute('transform', 'translate(4,0)')", "px from"),
        (f"{BAR}.setAttribute('transform', 'translate(0,14)')", "apart from its label"),
        (f"{BAR}.setAttribute('fill', 'url(#series-2)')", "the fill of another series"),
        (f"{BAR}.remove()", "bars instead of"),
        ("document.querySelector('#chart-people').remove()", "people: on the page or in the file alone"),
        ("document.querySelector('#chart-people tbody td').textContent = '1h 23m'", "'1h 23m' in the table instead of"),
        ("document.querySelector('#chart-people svg title').textContent = 'Other'", "the title 'Other'"),
        (f"{TEXTS}.find(one => one.textContent === 'Emil Novak').textContent = 'Emil'", "the labels"),
        (f"{TEXTS}.find(one => /h [0-9]+m/.test(one.textContent)).textContent = '99h 59m'", "['99h 59m'] is written at the end"),
        (f"{TEXTS}.find(one => one.textContent === '20 h').textContent = '25 h'", "the axis has"),
        (f"{TEXTS}.find(one => one.textContent === 'Unmatched').remove()", "the legend has 2 of 3 series"),
    ],
)
def test_a_chart_that_differs_from_its_file_is_found(page: Page, usual: Site, break_it: str, told: str) -> None:
    page.evaluate(break_it)
    assert told in " ".join(chart_complaints(page, told_charts(usual.page("team_summary"))))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<img src='https://evil.example/pixel.png'>", "request to https://evil.example/pixel.png"),
        ("<script>alert('here')</script>", "dialog: here"),
        ("<script>throw new Error('broken')</script>", "page error: broken"),
        ("<script>console.error('said')</script>", "console: said"),
    ],
)
def test_a_page_that_asks_for_something_or_fails_is_found(browser: Browser, content: str, told: str) -> None:
    with watched(browser) as (page, watch):
        page.set_content(content)
    assert told in " ".join(watch.complaints)


def test_a_script_that_waits_for_an_event_is_found(browser: Browser) -> None:
    with watched(browser) as (page, _):
        page.set_content("<p onmouseover='window.__pwned=1'>Move here")
        assert judge.awakened(page) == ["a script ran"]
