"""One week through the whole graph, over real HTTP to the sandbox."""

import json
import math
from collections import defaultdict
from datetime import date, timedelta

import dagster as dg
import pytest

from tests.finished import ReadWeek, StoredWeeks
from tests.weeks import (
    CLOCK_CHANGE_WEEK,
    QUALITY,
    WEEK,
    checks,
    failures,
    fast_settings,
    graph,
    metadata,
    run_week,
    store,
    stored,
    week_files,
)
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

PAGE = 50


def seconds_by_user(world: World, week: str) -> dict[int, int]:
    monday = date.fromisoformat(week)
    return {
        person.user_id: world.seconds_of_week(monday, user_id=person.user_id)
        for person in world.people
        if world.entries_of_week(monday, user_id=person.user_id)
    }


def test_a_week_runs_through_all_eleven_assets_and_all_checks_pass(read_week: ReadWeek) -> None:
    result = read_week().result
    assert failures(result) == {}
    assert len(result.get_asset_materialization_events()) == 11
    verdicts = checks(result)
    assert len(verdicts) == 20
    assert all(verdicts.values()), verdicts


ALL_BUT_PAGES = (
    *("raw_toggl_data", "toggl_aggregated", "toggl_summary", "fibery_entities", "enriched_entities", "enriched_data"),
    *("work_alignment", "coverage_report", "person_reports", "team_summary"),
)


@pytest.mark.parametrize("position", [*range(0, 26, 2), 23, 25])  # 23 has a change of the clocks, 25 still runs
def test_weeks_of_the_sandbox_keep_every_second_of_every_person(sandbox: Sandbox, world: World, position: int) -> None:
    week = world.weeks[position].isoformat()
    result = run_week(week, selection=ALL_BUT_PAGES)
    assert failures(result) == {}
    told = seconds_by_user(world, week)
    raw: dict[int, int] = defaultdict(int)
    for entry in stored("raw_toggl_data", week)["entries"]:
        raw[entry["user_id"]] += entry["seconds"]
    aggregated = {
        user["user_id"]: user["statistics"]["total_duration_seconds"] for user in stored("toggl_aggregated", week)["users"].values()
    }
    data = stored("enriched_data", week)
    people = {
        person["user_id"]: sum(row["duration_seconds"] for row in (*person["entities"], *person["activities"]))
        for person in data["people"].values()
    }
    by_key = {key: person["user_id"] for key, person in data["people"].items()}
    reports = {by_key[key]: accounted(report) for key, report in stored("person_reports", week)["reports"].items()}
    with_time = {user: seconds for user, seconds in raw.items() if user in told}
    assert told == with_time
    assert dict(raw) == {user: seconds for user, seconds in aggregated.items() if user in raw} == {user: people[user] for user in raw}
    assert {user: seconds for user, seconds in reports.items() if user in raw} == dict(raw)
    assert accounted(stored("team_summary", week)) == accounted(stored("toggl_summary", week)) == sum(told.values())
    verdicts = checks(result)
    to_correct = {world.hazard(name).day for name in ("overlap", "over 24 hours")}
    assert verdicts.pop(QUALITY) is not any(day - timedelta(days=day.weekday()) == world.weeks[position] for day in to_correct)
    assert all(verdicts.values())


def accounted(report: dict[str, list[dict[str, int]]]) -> int:
    return sum(account["seconds"] for account in report["accounts"])


def test_two_runs_of_a_week_give_the_same_bytes_and_no_history(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    first = week_files()
    run_week()
    assert week_files() == first
    assert len(first) > 30
    assert [path.name for path in (store() / "history" / WEEK).iterdir()] == ["first"]


def test_weeks_do_not_share_files(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    run_week(CLOCK_CHANGE_WEEK)
    one, other = week_files(WEEK), week_files(CLOCK_CHANGE_WEEK)
    assert stored("raw_toggl_data", WEEK)["week"] == WEEK
    assert stored("raw_toggl_data", CLOCK_CHANGE_WEEK)["week"] == CLOCK_CHANGE_WEEK
    assert one["raw_toggl_data.json"] != other["raw_toggl_data.json"]


def test_a_week_costs_its_pages_and_three_more_requests_of_toggl_and_three_and_a_request_for_fifty_texts_of_fibery(
    read_week: ReadWeek,
) -> None:
    result, _, asked = read_week()
    entries = stored("raw_toggl_data")["statistics"]["entries"]
    assert asked.count("toggl") <= math.ceil(entries / PAGE) + 3
    documents = metadata(result, "enriched_entities")["documents"]
    assert documents > PAGE
    assert asked.count("fibery") <= 3 + math.ceil(documents / PAGE)
    assert metadata(result, "raw_toggl_data")["requests"] == asked.count("toggl")


def test_refreshing_the_fibery_side_asks_toggl_nothing_and_changes_nothing_by_itself(stored_weeks: StoredWeeks) -> None:
    sandbox = stored_weeks()
    before = week_files()
    result = run_week(job="fibery_refresh")
    assert failures(result) == {}
    assert {request.service for request in sandbox.requests} == {"fibery"}
    assert week_files() == before


def test_every_materialization_says_hours_or_counts_and_the_seconds_it_took(read_week: ReadWeek) -> None:
    result = read_week().result
    for asset in graph().resolve_asset_graph().get_all_asset_keys():
        told = metadata(result, asset.to_user_string())
        assert told["seconds_taken"] >= 0, asset
        assert any(isinstance(value, int | float) for name, value in told.items() if name != "seconds_taken"), asset


def test_no_token_is_in_the_event_log_the_snapshot_or_any_file(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("home"))) as instance:
        result = run_week(instance=instance)
        log = " ".join(str(record.event_log_entry) for record in instance.get_records_for_run(result.run_id).records)
        run = str(instance.get_run_by_id(result.run_id))
    snapshot = str(graph().resolve_job_def("weekly_reports").get_job_snapshot())
    files = b" ".join(week_files().values())
    for name in ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY"):
        token = sandbox.environment[name]
        assert token not in log
        assert token not in run
        assert token not in snapshot
        assert token.encode() not in files


def test_a_users_filter_replaces_these_people_and_keeps_everybody_else(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    whole = stored("raw_toggl_data")
    kept = [entry for entry in whole["entries"] if entry["user_id"] == 2100002]
    other = {**whole, "entries": [{**entry, "description": "Stored before"} for entry in whole["entries"]]}
    (store() / "weeks" / WEEK / "raw_toggl_data.json").write_text(json.dumps(other), encoding="utf-8")
    figures = {name: content for name, content in week_files().items() if name.startswith("reports/individual/") and ".json" in name}
    result = run_week(users=["marta.lindqvist@larkspur.example"])
    assert failures(result) == {}
    assert len(figures) > 1
    assert {name for name, content in figures.items() if week_files().get(name) != content} <= {
        "reports/individual/marta-lindqvist-2100001.json"
    }
    after = stored("raw_toggl_data")["entries"]
    assert [entry for entry in after if entry["user_id"] == 2100001] == [entry for entry in whole["entries"] if entry["user_id"] == 2100001]
    assert {entry["description"] for entry in after if entry["user_id"] == 2100002} == {"Stored before"}
    assert len(kept) == sum(1 for entry in after if entry["user_id"] == 2100002)
    assert metadata(result, "person_reports")["reports_written"] == 1


def test_a_users_filter_for_somebody_without_time_in_the_week_stops_nobody(sandbox: Sandbox, world: World) -> None:
    away = next(
        (monday, person)
        for monday in world.weeks[:-1]
        for person in world.people
        if person.name != "Ivy Tran" and not world.entries_of_week(monday, user_id=person.user_id)
    )
    week, person = away[0].isoformat(), away[1]
    result = run_week(week, users=[f"user:{person.user_id}"])
    assert failures(result) == {}
    assert stored("raw_toggl_data", week)["entries"] == []


def test_a_users_filter_on_a_week_that_is_not_stored_says_that_the_week_is_partial(sandbox: Sandbox) -> None:
    run_week(users=["user:2100001"])
    raw = stored("raw_toggl_data")
    assert {entry["user_id"] for entry in raw["entries"]} == {2100001}
    assert len(raw["only_users"]) == 1
    report = (store() / "weeks" / WEEK / "reports" / "team_summary.md").read_text(encoding="utf-8")
    assert "Only these people's time was fetched: Marta Lindqvist." in report


def test_an_excluded_person_is_not_in_the_data_and_their_hours_are_told(sandbox: Sandbox, world: World) -> None:
    settings = fast_settings()
    people = settings.people.model_copy(update={"exclude": frozenset({"user:2100001"})})
    run_week(definitions=graph(settings.model_copy(update={"people": people})))
    raw = stored("raw_toggl_data")
    assert 2100001 not in {entry["user_id"] for entry in raw["entries"]}
    assert sum(one["seconds"] for one in raw["statistics"]["excluded"]) == world.seconds_of_week(date.fromisoformat(WEEK), user_id=2100001)


def test_a_person_without_a_report_keeps_their_hours(sandbox: Sandbox) -> None:
    settings = fast_settings()
    people = settings.people.model_copy(update={"no_report": frozenset({"user:2100001"})})
    result = run_week(definitions=graph(settings.model_copy(update={"people": people})))
    assert not [name for name in week_files() if "2100001" in name]
    assert all(checks(result).values())
    assert accounted(stored("team_summary")) == stored("raw_toggl_data")["statistics"]["seconds"]


def test_the_running_week_says_so_far_and_lists_the_running_entry_apart(sandbox: Sandbox, world: World) -> None:
    week = world.weeks[-1].isoformat()
    result = run_week(week)
    assert all(
        "so far" in metadata(result, asset.to_user_string())["so_far"] for asset in graph().resolve_asset_graph().get_all_asset_keys()
    )
    report = (store() / "weeks" / week / "reports" / "team_summary.md").read_text(encoding="utf-8")
    assert "so far" in report
    assert "still running and counted nowhere" in report
    assert len(stored("raw_toggl_data", week)["running"]) == 1


def test_a_report_that_a_person_edited_is_left_alone_and_the_run_says_so(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    edited = store() / "weeks" / WEEK / "reports" / "team_summary.md"
    edited.write_text("# My own words\n", encoding="utf-8")
    figures = edited.with_suffix(".json").read_bytes()
    result = run_week(job="fibery_refresh")
    assert edited.read_text(encoding="utf-8") == "# My own words\n"
    assert (edited.parent / "team_summary.new.md").exists()
    assert metadata(result, "team_summary")["edited_by_hand"] == "reports/team_summary.md"
    page = (edited.parent / "html" / "team_summary.html").read_text(encoding="utf-8")
    assert "My own words" in page
    assert "edited by hand" in page
    assert edited.with_suffix(".json").read_bytes() == figures


def test_a_missing_upstream_week_names_asset_week_and_remedy(sandbox: Sandbox) -> None:
    result = run_week(job="fibery_refresh")
    told = failures(result)["fibery_entities"]
    assert "toggl_aggregated has no value for week 2025-10-06" in told
    assert "Materialise toggl_aggregated" in told


def test_a_store_of_another_workspace_is_refused_with_the_remedy_and_stays(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    before = week_files()
    (store() / "store.json").write_text('{"toggl_workspace_id": 1}', encoding="utf-8")
    told = failures(run_week())["raw_toggl_data"]
    assert "workspace 1" in told
    assert "VOLT_DATA" in told
    assert week_files() == before


def test_the_graph_also_works_on_an_fsspec_store(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    from upath import UPath

    root = f"memory://{tmp_path_factory.mktemp('memory').name}"
    result = run_week(definitions=graph(fast_settings(data=root)))
    assert failures(result) == {}
    assert all(checks(result).values())
    assert UPath(f"{root}/weeks/{WEEK}/reports/team_summary.md").read_text(encoding="utf-8").startswith("# Team summary")
