"""A week in the Dagster UI, worked on by a user: run it, look at it, refresh its Fibery side, catch up on others. Real processes."""

import ipaddress
import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import watched_page
from tests.browser.dagster_ui import Driver, RunningUi, running_ui
from tests.browser.shots import keep
from tests.leaks import found_in, has
from tests.processes import all_processes, command_line, listening, processes_with
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

WEEK = "2025-10-27"
"""The last finished one in the sandbox: it has one of everything that people get wrong."""
MORE_WEEKS = ("2025-09-15", "2025-09-22", "2025-09-29")
NEW_TITLE = "A title that somebody gave it this morning"
TOGGL_SIDE = (
    "raw_toggl_data.json",
    "toggl_aggregated.json",
    "toggl_summary.json",
    "reports/toggl_summary.md",
    "reports/toggl_summary.json",
)


class Finished(NamedTuple):
    """The UI after a week was materialised in it: how that ended, and the week's files."""

    ui: RunningUi
    state: str
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def ui(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUi]:
    """`volt-agent ui` on a sandbox of its own."""
    with Sandbox(world) as sandbox, running_ui(sandbox, tmp_path_factory.mktemp("ui")) as ui:
        yield ui


@pytest.fixture(scope="module")
def finished(browser: Browser, ui: RunningUi) -> Finished:
    """The week, materialised from the graph."""
    with watched_page(browser, *ui.addresses) as page:
        state = Driver(page, ui.url).materialise(WEEK)
    return Finished(ui, state, ui.files(WEEK))


@pytest.fixture
def driver(browser: Browser, ui: RunningUi) -> Iterator[Driver]:
    """A user before the UI, who has a page of their own."""
    with watched_page(browser, *ui.addresses) as page:
        yield Driver(page, ui.url)


def test_a_week_that_does_not_exist_is_refused_and_nothing_is_stored(driver: Driver, ui: RunningUi) -> None:
    driver.choose_weeks("2025-10-07")
    driver.page.get_by_text("Could not find partition: 2025-10-07").wait_for()
    assert not (ui.data / "weeks" / "2025-10-07").exists()


def test_a_week_is_materialised_from_the_graph(driver: Driver, finished: Finished) -> None:
    assert finished.state == "Success"
    assert {*TOGGL_SIDE, "reports/team_summary.md", "reports/html/index.html", "manifest.json"} <= finished.files.keys()
    driver.open("/asset-groups~group%3A%22fibery%22/")
    expect(driver.page.get_by_role("button", name="team_summary")).to_be_visible()
    driver.page.wait_for_load_state("networkidle")
    keep(driver.page, "dagster-graph")


def test_a_week_of_a_report_shows_how_it_begins(driver: Driver, finished: Finished) -> None:
    driver.open(f"/assets/team_summary?view=partitions&partition={WEEK}")
    preview = driver.page.get_by_role("row", name="preview")
    expect(preview).to_contain_text("tracked")
    summary = json.loads(finished.files["reports/team_summary.json"])["sections"][0]
    assert summary["sentences"][0]["text"] in preview.inner_text()
    keep(driver.page, "dagster-report", above=driver.page.get_by_role("row", name="page_path"))


def test_a_report_leads_to_its_page_beside_the_ui(driver: Driver, finished: Finished) -> None:
    driver.open(f"/assets/team_summary?view=partitions&partition={WEEK}")
    link = driver.page.get_by_role("link", name=f"{finished.ui.pages_url}/weeks/{WEEK}/reports/html/team_summary.html")
    driver.page.goto(link.get_attribute("href") or "")
    expect(driver.page.get_by_role("heading", level=1)).to_contain_text(f"Team summary, {WEEK}")


def test_the_checks_of_a_report_say_what_they_found(driver: Driver, finished: Finished) -> None:
    driver.open("/assets/team_summary?view=checks")
    driver.page.get_by_text("seconds_conserved").first.click()
    expect(driver.page.get_by_text("none lost, none doubled")).to_be_visible()
    expect(driver.page.get_by_text("Passed").first).to_be_visible()


def test_a_check_that_warns_says_what_to_correct(driver: Driver, finished: Finished) -> None:
    driver.open("/assets/toggl_aggregated?view=checks")
    driver.page.get_by_text("data_quality").first.click()
    expect(driver.page.get_by_text("correct the times in Toggl").first).to_be_visible()
    keep(driver.page, "dagster-check")


def test_the_fibery_group_alone_asks_fibery_anew_and_leaves_the_toggl_side(driver: Driver, finished: Finished) -> None:
    sandbox = finished.ui.sandbox
    renamed = next(one for one in json.loads(finished.files["enriched_data.json"])["entities"] if one["found"])
    sandbox.fibery.rename_entity(f"{renamed['entity_database']}/{renamed['entity_type']}", renamed["entity_id"], NEW_TITLE)
    sandbox.forget()
    assert driver.materialise(WEEK, group="fibery") == "Success"
    assert {request.service for request in sandbox.requests} == {"fibery"}
    after = finished.ui.files(WEEK)
    assert [after[name] for name in TOGGL_SIDE] == [finished.files[name] for name in TOGGL_SIDE]
    assert NEW_TITLE.encode() in after["reports/team_summary.md"]


def test_three_weeks_are_backfilled_at_once(driver: Driver, finished: Finished) -> None:
    before = finished.ui.files(WEEK)
    assert driver.materialise(f"[{MORE_WEEKS[0]}...{MORE_WEEKS[-1]}]") == "Success"
    raw = [finished.ui.files(week)["raw_toggl_data.json"] for week in MORE_WEEKS]
    assert len(set(raw)) == len(MORE_WEEKS)
    assert all("reports/html/index.html" in finished.ui.files(week) for week in MORE_WEEKS)
    assert finished.ui.files(WEEK) == before


def test_no_token_is_in_the_process_list_or_in_what_the_ui_writes_and_it_listens_on_loopback(finished: Finished) -> None:
    home = finished.ui.data.parent
    processes = processes_with("DAGSTER_HOME", str(home / "dagster"))
    tokens = {name: value for name, value in finished.ui.sandbox.environment.items() if name.endswith(("TOKEN", "KEY"))}
    assert len(processes) > 2
    assert not [name for name, token in tokens.items() for process in all_processes() if has(command_line(process), token)]
    assert not found_in(home, tokens)
    assert {ipaddress.ip_address(address).is_loopback for address in listening(processes)} == {True}
