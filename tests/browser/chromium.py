"""The browser of these tests, and pages in it that are watched: what they ask for, say and fail at. Not here: what a page should show."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, Route, ViewportSize, sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "No browser for these tests: install one (`apt-get install chromium`), or name its program in VOLT_BROWSER."
DESKTOP = ViewportSize(width=1280, height=900)
LONGEST_WAIT_MILLISECONDS = 20_000
_NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""No name is looked up, so that not even the browser itself reaches anything but this machine."""


class NoBrowserError(Exception):
    """There is no browser on this machine; the message says what to do."""


def browser_program() -> str:
    """The browser's program: VOLT_BROWSER, or what Debian and others call it. Raises NoBrowserError."""
    named = os.environ.get("VOLT_BROWSER", "")
    found = shutil.which(named) if named else next((path for name in COMMANDS if (path := shutil.which(name))), None)
    if not found:
        raise NoBrowserError(f"VOLT_BROWSER names {named!r}, which is no program. {NO_BROWSER}" if named else NO_BROWSER)
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, without a window. While it runs, no event loop can be started on this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=[_NO_NAMES])
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """What happened on the pages of a context: requests that left `allowed`, errors, and dialogs, which only a script opens."""

    def __init__(self, context: BrowserContext, allowed: Sequence[str]) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._allowed = tuple(allowed)
        context.route(self._is_outside, self._refuse)
        context.on("request", self._note_request)
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        context.on("dialog", self._note_dialog)

    def _is_outside(self, url: str) -> bool:
        return not url.startswith(self._allowed)

    def _refuse(self, route: Route) -> None:
        route.abort()

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)
        if self._is_outside(request.url):
            self.complaints.append(f"request to {request.url}")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def watched_page(browser: Browser, *allowed: str, viewport: ViewportSize = DESKTOP, **options: Any) -> Iterator[Page]:
    """A page of a context of its own. Fails in the end if anything but `allowed` was asked for, or if an error or a dialog came."""
    with watched(browser, *allowed, viewport=viewport, **options) as (page, watch):
        yield page
    assert not watch.complaints, watch.complaints


@contextmanager
def watched(browser: Browser, *allowed: str, **options: Any) -> Iterator[tuple[Page, Watch]]:
    """The same with the watch, and whoever asks judges what it saw."""
    context = browser.new_context(**options)
    context.set_default_timeout(LONGEST_WAIT_MILLISECONDS)
    try:
        watch = Watch(context, allowed)
        yield context.new_page(), watch
    finally:
        context.close()
