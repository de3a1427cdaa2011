"""What looks wrong in the sandbox's weeks, through the whole graph: kept, counted on its local day, flagged, shown."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from resources.clock import ClockResource
from tests.finished import ReadWeek
from tests.weeks import QUALITY, checks, failures, fast_settings, graph, metadata, run_week, store, stored
from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World
from volt_assets.settings.sections import DataQualitySettings

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

AFTERWARDS = ClockResource(fixed="2025-11-20T12:00:00+00:00")
KINDS_WITH_ENTRIES = ("over_24_hours", "zero_seconds", "running", "mistimed", "outside_the_week")


def week_of(entry: Entry) -> str:
    return (entry.day - timedelta(days=entry.day.weekday())).isoformat()


def person_of(entry: Entry) -> Any:
    return next(user for user in stored("toggl_aggregated", week_of(entry))["users"].values() if user["user_id"] == entry.user_id)


def flagged(quality: Mapping[str, Any], entry_id: int) -> set[str]:
    """The kinds of oddity under which an entry is listed."""
    kinds = {kind for kind in KINDS_WITH_ENTRIES if entry_id in [one["entry_id"] for one in quality[kind]]}
    overlapping = [one["entry_id"] for overlap in quality["overlaps"] for one in overlap["entries"]]
    long_days = [one for day in quality["long_days"] for one in day["entry_ids"]]
    return kinds | ({"overlaps"} if entry_id in overlapping else set()) | ({"long_days"} if entry_id in long_days else set())


def verdict(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    """What the check of the data's quality said."""
    [told] = [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
        and event.asset_check_evaluation_data.check_name == QUALITY.partition(".")[2]
    ]
    return told


@pytest.mark.parametrize(
    ("hazard", "kinds"),
    [
        ("across midnight", set()),
        ("across the week's end", set()),
        ("clock change", set()),
        ("zero seconds", {"zero_seconds"}),
        ("over 24 hours", {"over_24_hours", "long_days"}),
        ("overlap", {"overlaps"}),
    ],
)
def test_an_odd_time_is_kept_counted_on_the_local_day_of_its_start_and_flagged(
    sandbox: Sandbox, world: World, hazard: str, kinds: set[str]
) -> None:
    for entry in map(world.entry, world.hazards[hazard]):
        assert failures(run_week(week_of(entry), selection=["raw_toggl_data", "toggl_aggregated"])) == {}
        person = person_of(entry)
        rows = [*person["matched_entities"], *person["unmatched_activities"]]
        assert [row["entries_count"] for row in rows if entry.entry_id in row["entry_ids"]], hazard
        assert [day["day"] for day in person["days"] if entry.entry_id in day["entry_ids"]] == [entry.day.isoformat()]
        assert flagged(person["quality"], entry.entry_id) == kinds


def test_a_running_entry_is_kept_apart_and_flagged_when_the_week_is_over(sandbox: Sandbox, world: World) -> None:
    running = world.running
    during = run_week(week_of(running))
    assert checks(during)[QUALITY] is True
    afterwards = run_week(week_of(running), definitions=graph(resources={"clock": AFTERWARDS}))
    assert checks(afterwards)[QUALITY] is False
    assert "1 entry still running" in (verdict(afterwards).description or "")
    assert flagged(person_of(running)["quality"], running.entry_id) == {"running"}
    assert [entry["id"] for entry in stored("raw_toggl_data", week_of(running))["running"]] == [running.entry_id]


def test_days_of_the_running_week_that_are_not_over_are_missed_by_nobody(sandbox: Sandbox, world: World) -> None:
    week = world.weeks[-1].isoformat()
    run_week(week)
    days = {day for user in stored("toggl_aggregated", week)["users"].values() for day in user["quality"]["weekdays_without_entries"]}
    assert days <= {"2025-11-03", "2025-11-04"}


def test_the_check_warns_says_what_to_do_and_stops_nothing(read_week: ReadWeek, world: World) -> None:
    result = read_week(world.last_complete_week.isoformat()).result
    told = verdict(result)
    assert result.success
    assert (told.passed, told.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "1 overlap (0h 15m counted more than once), of user:2100001: correct the times in Toggl" in (told.description or "")
    assert told.metadata["overlaps"].value == 1


def test_a_stricter_limit_in_the_configuration_warns_of_more(sandbox: Sandbox) -> None:
    settings = fast_settings(data_quality=DataQualitySettings(max_hours_a_day=6, max_unmatched_percent=1))
    told = verdict(run_week(definitions=graph(settings), selection=["raw_toggl_data", "toggl_aggregated"]))
    assert not told.passed
    assert "of one person with more than 6h 00m" in (told.description or "")
    assert "above data_quality.max_unmatched_percent (1)" in (told.description or "")


def test_the_check_works_from_the_stored_file_alone(sandbox: Sandbox, world: World) -> None:
    week = world.last_complete_week.isoformat()
    run_week(week, selection=["raw_toggl_data", "toggl_aggregated"])
    sandbox.forget()
    (store() / "weeks" / week / "raw_toggl_data.json").unlink()
    refreshed = (
        graph()
        .resolve_job_def("weekly_reports")
        .get_subset(asset_check_selection={dg.AssetCheckKey(dg.AssetKey("toggl_aggregated"), "data_quality")}, asset_selection=set())
    )
    with dg.DagsterInstance.ephemeral() as instance:
        told = verdict(refreshed.execute_in_process(partition_key=week, instance=instance))
    assert "1 overlap" in (told.description or "")
    assert sandbox.requests == []


def test_the_metadata_hold_a_row_for_each_person_with_something_to_look_at_by_user_id(read_week: ReadWeek, world: World) -> None:
    told = metadata(read_week(world.last_complete_week.isoformat()).result, "toggl_aggregated")
    rows = {record.data["person"]: record.data for record in told["data_quality"].records}
    lead = world.hazard("overlap").user_id
    assert rows[f"user:{lead}"]["doubled_hours"] == 0.25
    assert all(any(value for name, value in row.items() if name != "person") for row in rows.values())
    assert told["overlaps"] == 1
    assert told["missing_description"] == 2
    assert 50 < told["matched_percent"] < 100


def test_a_week_in_order_has_no_section_about_its_data(read_week: ReadWeek) -> None:
    read_week("2025-10-13")
    reports = list((store() / "weeks" / "2025-10-13" / "reports").rglob("*.md"))
    assert len(reports) > 10
    assert not [path.name for path in reports if "## Data quality" in path.read_text(encoding="utf-8")]


def test_the_toggl_summary_names_the_overlap_and_the_person_reads_their_own(read_week: ReadWeek, world: World) -> None:
    entry = world.hazard("overlap")
    read_week(week_of(entry))
    reports = store() / "weeks" / week_of(entry) / "reports"
    summary = (reports / "toggl_summary.md").read_text(encoding="utf-8").partition("## Data quality")[2]
    own = next((reports / "individual").glob(f"*-{entry.user_id}.md")).read_text(encoding="utf-8").partition("## Data quality")[2]
    line = "“Call with the bank about test data” overlap on Fri 2025-10-31: 0h 15m counted twice."
    assert f"- {world.person(entry.user_id).name}: " in summary
    assert line in summary
    assert line in own
    assert "Hana Mori" in summary
    assert "Hana Mori" not in own
