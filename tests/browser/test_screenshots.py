"""Pictures of the pages for CI's output and the documents. Those of the Dagster UI are made where it is driven (test_dagster_ui.py)."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser.chromium import DESKTOP, watched_page
from tests.browser.judge import PHONE
from tests.browser.shots import DOCUMENTED, keep
from tests.browser.sites import Site

SHOWN = re.compile(r"\]\(screenshots/([\w-]+)\.png\)")


@pytest.mark.parametrize(
    ("name", "page_name", "viewport", "scheme"),
    [
        ("week", "index", DESKTOP, "light"),
        ("week-dark", "index", DESKTOP, "dark"),
        ("week-phone", "index", PHONE, "light"),
        ("team", "team_summary", DESKTOP, "light"),
    ],
)
def test_a_picture_of_a_page_is_small_enough_to_be_handed_on(
    browser: Browser, usual: Site, name: str, page_name: str, viewport: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    with watched_page(browser, f"{usual.url}/", viewport=viewport, color_scheme=scheme) as page:
        page.goto(usual.page(page_name).as_uri())
        keep(page, name)


def test_the_documents_show_every_picture_that_they_hold() -> None:
    shown = set(SHOWN.findall((DOCUMENTED.parent / "pages.md").read_text(encoding="utf-8")))
    assert shown == {path.stem for path in DOCUMENTED.glob("*.png")}
