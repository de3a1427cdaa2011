"""Every page of usual, hostile, lonely and empty weeks, as a browser shows it. Not here: charts (test_charts.py)."""

from playwright.sync_api import Browser

from tests.browser.chromium import watched_page
from tests.browser.look import Looks
from tests.browser.sites import NAMES, Site

TURNING = dict.fromkeys(map(ord, "\u202e\u202c"))
"""What would show the rest of a line from right to left."""


def test_a_page_opens_without_an_error_or_a_dialog_and_asks_for_nothing_but_itself(look: Looks) -> None:
    assert not look["quiet"]


def test_a_page_forbids_itself_scripts_and_requests(look: Looks) -> None:
    assert not look["policy"]


def test_nothing_that_was_typed_becomes_an_element_or_an_attribute(look: Looks) -> None:
    assert not look["markup"]


def test_no_script_that_was_typed_runs_whatever_happens_on_the_page(look: Looks) -> None:
    assert not look["scripts"]


def test_every_link_leads_somewhere_and_outside_only_to_the_configured_hosts(look: Looks) -> None:
    assert not look["links"]


def test_every_text_and_bar_can_be_told_from_what_is_behind_it(look: Looks) -> None:
    assert not look["light"]


def test_every_text_and_bar_can_be_told_from_what_is_behind_it_in_the_dark(look: Looks) -> None:
    assert not look["dark"]


def test_paper_shows_all_of_a_report_and_no_navigation(look: Looks) -> None:
    assert not look["paper"]


def test_a_page_fits_a_phone_without_scrolling_sideways(look: Looks) -> None:
    assert not look["phone"]


def test_the_series_of_a_chart_are_told_apart_without_colour_and_named(look: Looks) -> None:
    assert not look["colour"]


def test_a_screen_reader_finds_landmarks_headings_tables_and_names(look: Looks) -> None:
    assert not look["reader"]


def test_a_page_is_printed_to_pdf(browser: Browser, usual: Site) -> None:
    with watched_page(browser, f"{usual.url}/") as page:
        page.goto(usual.page("team_summary").as_uri())
        assert page.pdf(format="A4").startswith(b"%PDF-")


def test_hostile_names_are_shown_as_they_were_typed_but_for_what_turns_the_writing_round(browser: Browser, hostile: Site) -> None:
    with watched_page(browser, f"{hostile.url}/") as page:
        page.goto(hostile.page("index").as_uri())
        shown = page.locator("main").inner_text()
    assert not [name for name in NAMES if name.translate(TURNING) not in shown]


def test_the_latest_week_is_one_stable_link_away(browser: Browser, usual: Site) -> None:
    with watched_page(browser, f"{usual.url}/") as page:
        page.goto((usual.data / "weeks" / "latest.html").as_uri())
        page.wait_for_url(usual.page("index").as_uri())
        assert usual.week in page.get_by_role("heading", level=1).inner_text()
