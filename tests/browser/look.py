"""A look at each page of a week as people have it: on a desk, in the dark, on a phone, on paper. Not here: what is wrong (judge.py)."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from playwright.sync_api import Browser, Page

from tests.browser import judge
from tests.browser.chromium import DESKTOP, watched
from tests.browser.sites import Site

Looks = Mapping[str, Mapping[str, list[str]]]
"""By what was judged, the complaints about each page that has any."""
_MOST_SHOWN = 10


def look_at(browser: Browser, site: Site) -> Looks:
    """Opens each page of a week and judges it in every way."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    with watched(browser, f"{site.url}/", viewport=DESKTOP) as (page, watch):
        for path in site.pages:
            page.goto(path.as_uri())
            told = {name: complaints(page) for name, complaints in _looks(site).items()}
            for name, all_of_it in {**told, "quiet": watch.complaints[:]}.items():
                if all_of_it:
                    found[name][path.name] = all_of_it[:_MOST_SHOWN]
            watch.complaints.clear()
    return found


def _looks(site: Site) -> Mapping[str, Callable[[Page], list[str]]]:
    return {
        "policy": judge.policy_complaints,
        "markup": judge.foreign_markup,
        "links": partial(judge.broken_links, hosts=site.hosts),
        "reader": judge.reader_complaints,
        "colour": judge.colour_alone,
        "light": partial(_contrast, scheme="light"),
        "dark": partial(_contrast, scheme="dark"),
        "phone": _on_a_phone,
        "paper": _on_paper,
        "scripts": judge.awakened,
    }


def _contrast(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    _on_a_desk(page, scheme)
    judge.ask(page, "openDetails")
    return judge.contrast_complaints(page)


def _on_a_phone(page: Page) -> list[str]:
    _on_a_desk(page, "light")
    page.set_viewport_size(judge.PHONE)
    return judge.sideways_complaints(page, judge.PHONE["width"])


def _on_paper(page: Page) -> list[str]:
    page.reload()  # with its details closed, as whoever prints may have them
    page.set_viewport_size(judge.PAPER)
    page.emulate_media(media="print", color_scheme="light")
    return [*judge.paper_complaints(page), *judge.contrast_complaints(page), *judge.contrast_complaints(page, on_paper=True)]


def _on_a_desk(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size(DESKTOP)
    page.emulate_media(media="screen", color_scheme=scheme)
