"""The browser, a watched page for each test, and the weeks whose pages are opened. Not here: assertions about pages."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import NoBrowserError, browser_program, launched
from tests.browser.look import Looks, look_at
from tests.browser.sites import Site, Sites
from volt_assets.sandbox.world import World

T = TypeVar("T")


def pytest_configure() -> None:
    """Says at once what is missing."""
    try:
        browser_program()
    except NoBrowserError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this process."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def sites(world: World, tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """The weeks whose pages are opened."""
    return Sites(world, lambda: tmp_path_factory.mktemp("site"))


@pytest.fixture(params=["usual", "hostile", "alone", "empty"])
def site(request: pytest.FixtureRequest, sites: Sites) -> Site:
    """Each of them."""
    return run_aside(lambda: sites.named(request.param))


@pytest.fixture
def usual(sites: Sites) -> Site:
    """The usual week alone."""
    return run_aside(lambda: sites.usual)


@pytest.fixture
def hostile(sites: Sites) -> Site:
    """The hostile week alone."""
    return run_aside(lambda: sites.hostile)


@pytest.fixture(scope="session")
def looks(browser: Browser) -> Callable[[Site], Looks]:
    """Opens the pages of a week, once, and judges each."""
    return cache(lambda site: look_at(browser, site))


@pytest.fixture
def look(site: Site, looks: Callable[[Site], Looks]) -> Looks:
    """What the judges say of the pages of each week."""
    return looks(site)


def run_aside(work: Callable[[], T]) -> T:
    """What work on a thread of its own returns: the browser holds this one's event loop, and a week of the graph needs one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
