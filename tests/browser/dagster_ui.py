"""The Dagster UI as it is driven: `volt-agent ui` in processes of its own, and what a user types and clicks. Not here: assertions.

Everything is found by its role or its words, as a user finds it.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from playwright.sync_api import Locator, Page

from tests.configs import unhurried_config
from volt_assets.sandbox.server import Sandbox

LONGEST_WAIT_SECONDS = 180
_BETWEEN_LOOKS_MILLISECONDS = 1000
_ENDED = ("Success", "Failure", "Canceled")
_ROWS = """links => links.map(link => {
    let row = link
    while (!row.innerText.includes("launched")) row = row.parentElement
    return [link.getAttribute("href"), row.innerText.split("\\n")]
})"""
"""For each link to a run, where it leads and the words of its row: the smallest element that says who launched it."""


class RunningUi(NamedTuple):
    """A running UI, the pages beside it, its store and the sandbox behind it."""

    url: str
    pages_url: str
    data: Path
    sandbox: Sandbox

    @property
    def addresses(self) -> tuple[str, ...]:
        """What a page of it may ask for."""
        return f"{self.url}/", f"ws{self.url.removeprefix('http')}/", f"{self.pages_url}/"

    def files(self, week: str) -> dict[str, bytes]:
        """Every file of a week."""
        folder = self.data / "weeks" / week
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def running_ui(sandbox: Sandbox, home: Path) -> Iterator[RunningUi]:
    """`volt-agent ui` on the sandbox, with a store in `home`, until it is left; it must end by an interrupt, and well."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        port, pages_port = (str(probe.getsockname()[1]) for probe in (one, other))
    places = {"VOLT_DATA": home / "data", "DAGSTER_HOME": home / "dagster", "VOLT_CONFIG": unhurried_config(home / "config")}
    environment = {**os.environ, **sandbox.environment, **{name: str(place) for name, place in places.items()}}
    command = [str(Path(sys.executable).parent / "volt-agent"), "ui", "--port", port, "--pages-port", pages_port]
    ui = RunningUi(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{pages_port}", home / "data", sandbox)
    with (home / "ui.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)
    try:
        _wait_until_it_answers(ui.url, process, home / "ui.log")
        yield ui
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


def _wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"{url}/server_info").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.3)
        else:
            return
    raise AssertionError(f"The UI does not answer: {log.read_text(encoding='utf-8')}")


class Driver:
    """A user before the UI."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def open(self, path: str) -> None:
        """Goes to a page of the UI."""
        self.page.goto(f"{self._url}{path}")

    def choose_weeks(self, weeks: str, *, group: str = "") -> Locator:
        """The dialog of "Materialize all" in the graph, or in that of a group, with these weeks typed into it."""
        self.open(f"/asset-groups~group%3A%22{group}%22/" if group else "/asset-groups/")
        self.page.get_by_role("button", name="Materialize all").click()
        dialog = self.page.get_by_role("dialog").filter(has_text="Partition selection")
        dialog.get_by_role("button", name="Show all partitions").click()  # it opens with those of the last 90 days alone
        dialog.get_by_role("button", name="All time").wait_for()
        field = dialog.get_by_role("textbox").first
        field.fill(weeks)
        field.press("Enter")
        return dialog

    def materialise(self, weeks: str, *, group: str = "") -> str:
        """Launches these weeks and returns how the run, or the backfill of several, ended, as the UI says it."""
        before = set(self._launched())
        dialog = self.choose_weeks(weeks, group=group)
        dialog.get_by_text("1 partition", exact=True).or_(dialog.get_by_text("3 partitions", exact=True)).wait_for()
        dialog.get_by_role("button", name="Launch").click()
        dialog.wait_for(state="hidden")
        return self._wait_for(lambda: next((state for run, state in self._launched().items() if run not in before), ""))

    def _launched(self) -> dict[str, str]:
        """What was launched by hand, runs and backfills, each with its state where it has ended."""
        self.open("/runs")
        links = self.page.get_by_role("link", name="View", exact=True)
        links.or_(self.page.get_by_text("No runs found")).first.wait_for()
        rows: list[tuple[str, list[str]]] = links.evaluate_all(_ROWS)
        return {run: next((one for one in words if one in _ENDED), "") for run, words in rows}

    def _wait_for(self, state: Callable[[], str]) -> str:
        until = time.monotonic() + LONGEST_WAIT_SECONDS
        while time.monotonic() < until:
            if now := state():
                return now
            self.page.wait_for_timeout(_BETWEEN_LOOKS_MILLISECONDS)
        raise AssertionError(f"Nothing had ended after {LONGEST_WAIT_SECONDS} s.")
