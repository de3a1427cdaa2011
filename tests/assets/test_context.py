"""Context through the whole graph: what is above, hours so far, the schema between runs, and only what is configured. Over real HTTP."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from resources.clock import ClockResource
from tests.finished import ReadWeek, StoredWeeks
from tests.weeks import WEEK, checks, failures, fast_settings, graph, metadata, run_week, store, stored, week_files
from volt_assets.domain.weeks import Week
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World
from volt_assets.settings.sections import Activity, OwnActivity

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

BEFORE = "2025-09-29"


def entities(week: str = WEEK) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stored("enriched_data", week)["entities"]
    return found


def named(week: str = WEEK) -> dict[tuple[str, str], dict[str, Any]]:
    return {(entity["entity_type"], entity["entity_id"]): entity for entity in entities(week)}


def team_report(week: str = WEEK) -> str:
    return (store() / "weeks" / week / "reports" / "team_summary.md").read_text(encoding="utf-8").replace("\\", "")


def cached_schema() -> Path:
    [file] = (store() / "cache" / "fibery").rglob("schema.json")
    return file


def test_sub_tasks_lead_over_their_task_and_its_feature_to_the_epic(read_week: ReadWeek) -> None:
    read_week()
    ways = {tuple(link["entity"]["database"] for link in entity["parents"]) for entity in entities()}
    assert {("Feature", "Epic"), ("Task", "Feature", "Epic")} <= ways
    tasks = [entity for entity in entities() if entity["entity_type"] == "Task"]
    assert all(link["url"].startswith("http") and link["state"] for entity in tasks for link in entity["parents"])


def test_features_have_their_progress_and_the_time_of_all_that_is_below_them(read_week: ReadWeek) -> None:
    read_week()
    features = [parent for parent in stored("enriched_data")["parents"] if parent["is_feature"]]
    assert len(features) > 5
    for feature in features:
        below = [one for one in entities() if feature["entity"] in [link["entity"] for link in one["parents"]]]
        own = [one for one in entities() if one["entity_type"] == "Feature" and one["entity_id"] == feature["entity"]["public_id"]]
        assert feature["duration_seconds"] == sum(one["duration_seconds"] for one in (*below, *own))
        assert feature["progress"]["all"] >= feature["progress"]["done"] >= 0
    assert "## Features of the week" in team_report()


def test_comments_are_those_of_the_week_in_its_own_time_zone(read_week: ReadWeek) -> None:
    read_week()
    since, until = Week.from_key(WEEK).monday, Week.from_key(WEEK).sunday
    days = [comment["created_at"][:10] for entity in entities() for comment in entity["comments"]]
    assert days
    assert all(str(since) <= day <= str(until) or day == "2025-10-05" for day in days)
    assert all(comment["text"] for entity in entities() for comment in entity["comments"])


def test_mentions_in_descriptions_are_titles(read_week: ReadWeek) -> None:
    read_week()
    texts = [entity["text"] for entity in entities() if entity["text"]]
    assert any(text.startswith("Part of ") for text in texts)
    assert not any("[[" in text or "<br" in text for text in texts)


def test_hours_so_far_are_this_weeks_and_those_of_stored_weeks_before(stored_weeks: StoredWeeks) -> None:
    stored_weeks(BEFORE, WEEK)
    run_week(BEFORE, job="fibery_refresh")
    both = named(BEFORE).keys() & named(WEEK).keys()
    assert len(both) > 3
    for key in both:
        now, before = named(WEEK)[key], named(BEFORE)[key]
        assert now["seconds_so_far"] == now["duration_seconds"] + before["duration_seconds"]
        assert before["seconds_so_far"] == before["duration_seconds"], "a later week was read"
    assert [week["week"] for week in stored("enriched_data", WEEK)["earlier"]["weeks"]] == [BEFORE]
    assert stored("enriched_data", BEFORE)["earlier"]["weeks"] == []
    assert f"Hours so far are those of this week and the stored week {BEFORE}." in team_report(WEEK)


def test_in_a_running_week_only_what_was_due_on_a_day_that_is_over_is_overdue(stored_weeks: StoredWeeks) -> None:
    def overdue() -> list[str]:
        data = stored("enriched_data")
        known = [one["dates"] for one in (*data["entities"], *data["parents"]) if one["is_overdue"]]
        return sorted(dates["due"] or dates["planned_end"] or dates["launch"] for dates in known)

    stored_weeks()
    assert max(overdue()) > "2025-10-06"
    result = run_week(definitions=graph(resources={"clock": ClockResource(fixed="2025-10-06T22:30:00+00:00")}))
    assert failures(result) == {}
    assert overdue()
    assert max(overdue()) <= "2025-10-06", "on Tuesday in Berlin, Monday is the last day that is over"
    assert "overdue is what was due on a day that is over and is not done." in team_report()


def test_earlier_time_follows_entities_whose_database_was_renamed(stored_weeks: StoredWeeks) -> None:
    stored_weeks(BEFORE, WEEK)
    so_far = {key: entity["seconds_so_far"] for key, entity in named(WEEK).items()}
    features = {one["entity"]["public_id"]: one["seconds_so_far"] for one in stored("enriched_data")["parents"] if one["is_feature"]}
    file = store() / "weeks" / BEFORE / "enriched_data.json"
    text = file.read_text(encoding="utf-8").replace('"Task"', '"Job"').replace('"Feature"', '"Idea"')
    file.write_text(text, encoding="utf-8")
    assert '"entity_type": "Job"' in text
    run_week(WEEK, job="fibery_refresh")
    assert {key: entity["seconds_so_far"] for key, entity in named(WEEK).items()} == so_far
    again = {one["entity"]["public_id"]: one["seconds_so_far"] for one in stored("enriched_data")["parents"] if one["is_feature"]}
    assert again == features


def test_every_report_is_compared_with_the_stored_week_before_and_names_its_version(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    assert f"Not compared with the week before, {BEFORE}: it is not stored." in team_report()
    run_week(BEFORE)
    run_week()
    reports = store() / "weeks" / WEEK / "reports"
    for name in ("team_summary.md", "toggl_summary.md"):
        text = (reports / name).read_text(encoding="utf-8")
        assert f"Compared with the stored week {BEFORE}.*" in text
        assert "than in the week before, which had" in text
    assert all("he week before" in one.read_text(encoding="utf-8") for one in (reports / "individual").iterdir())


def test_a_week_that_was_fetched_before_its_end_is_compared_with_none_until_it_is_fetched_again(sandbox: Sandbox) -> None:
    run_week(BEFORE, definitions=graph(resources={"clock": ClockResource(fixed="2025-10-02T12:00:00+00:00")}))
    run_week()
    assert f"Not compared with the week before, {BEFORE}: that had not ended when its time was fetched; run it again." in team_report()
    assert f"Counted in part: {BEFORE}, as the time was fetched before the week had ended." in team_report()
    run_week(BEFORE)
    run_week(job="fibery_refresh")
    assert f"Compared with the stored week {BEFORE}.*" in team_report()


def test_a_stored_week_of_some_people_is_said_to_count_in_part(sandbox: Sandbox) -> None:
    run_week(BEFORE, users=["katharina.voss@larkspur.example"])
    result = run_week(WEEK)
    assert f"Counted in part: {BEFORE}, as only some people's time was fetched." in team_report()
    assert "by everybody" not in team_report()
    assert metadata(result, "enriched_data")["earlier_weeks_in_part"] == 1


def test_a_stored_week_that_cannot_be_read_is_named_and_stops_nothing(sandbox: Sandbox) -> None:
    folder = store() / "weeks" / BEFORE
    folder.mkdir(parents=True)
    (folder / "enriched_data.json").write_text('{"week": 5', encoding="utf-8")
    (store() / "weeks" / "no-week").mkdir()
    result = run_week()
    assert failures(result) == {}
    assert f"Stored, but not readable, and so not counted: {BEFORE}." in team_report()
    assert metadata(result, "enriched_data")["earlier_weeks_read"] == 0


def test_a_second_run_asks_for_the_schema_by_its_tag_and_costs_no_more(stored_weeks: StoredWeeks) -> None:
    sandbox = stored_weeks()
    result = run_week()
    asked = [request for request in sandbox.requests if request.service == "fibery"]
    assert [request.status for request in asked if request.path == "/api/schema"] == [304]
    assert len(asked) <= 3 + math.ceil(metadata(result, "enriched_entities")["documents"] / 50)


def test_a_schema_that_is_no_longer_true_costs_context_and_no_entity(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    kept = json.loads(cached_schema().read_text(encoding="utf-8"))
    [task] = [one for one in kept["schema"]["fibery/types"] if one["fibery/name"] == "Scrum/Task"]
    [priority] = [one for one in task["fibery/fields"] if one["fibery/name"] == "Scrum/Priority"]
    priority["fibery/name"] = "Scrum/Priority of old"
    settings = fast_settings()
    wishes = settings.enrichment.enrichment_activities | {"Scrum/Task": Activity(activity="enrich_scrum_task", fields=("Priority of old",))}
    cached_schema().write_text(json.dumps(kept), encoding="utf-8")
    enrichment = settings.enrichment.model_copy(update={"enrichment_activities": wishes})
    result = run_week(definitions=graph(settings.model_copy(update={"enrichment": enrichment})))
    assert failures(result) == {}
    assert all(checks(result).values())
    tasks = [entity for entity in entities() if entity["entity_type"] == "Task" and entity["outcome"] == "matched"]
    assert all(entity["found"] and entity["state"] for entity in tasks)
    assert {entity["remarks"][0]["reason"] for entity in tasks} == {'"Scrum/Priority of old" field was not found in "Scrum/Task" database.'}
    coverage = (store() / "weeks" / WEEK / "reports" / "coverage_report.md").read_text(encoding="utf-8")
    assert "field was not found" in coverage


def test_a_hidden_feature_is_no_parent_and_its_tasks_keep_their_hours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = frozenset({("Product Management/Feature", "574")})
    with Sandbox(world, options=Options(hidden_entities=hidden, empty_relation="object")) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        result = run_week()
    assert failures(result) == {}
    assert named()["Task", "1348"]["parents"] == []
    assert named()["Task", "1348"]["duration_seconds"] > 0
    assert "574" not in {parent["entity"]["public_id"] for parent in stored("enriched_data")["parents"]}


def test_only_configured_fields_and_those_of_roles_are_kept(read_week: ReadWeek) -> None:
    read_week()
    allowed = {
        "Task": {
            "Feature",
            "Sprint",
            "Effort (pt)",
            "Estimate (D)",
            "Priority",
            "Planned End",
            "Epic",
            "Acceptance criteria",
            "Test Cases",
            "Labels",
            "Story Points",
        },
        "Ticket": {"Priority", "Customer", "Labels"},
    }
    for database, names in allowed.items():
        kept = {name for entity in entities() if entity["entity_type"] == database for name in entity["fields"]}
        assert kept <= names, database
        assert kept


def test_an_activity_of_a_teams_own_needs_configuration_alone(sandbox: Sandbox) -> None:
    settings = fast_settings()
    own = {"enrich_ours": OwnActivity(based_on="enrich_scrum_task", fields=("Reviewer", "Moood"))}
    wishes = settings.enrichment.enrichment_activities | {"Scrum/Task": Activity(activity="enrich_ours", parents=())}
    enrichment = settings.enrichment.model_copy(update={"enrichment_activities": wishes, "activities": own})
    assert failures(run_week(definitions=graph(settings.model_copy(update={"enrichment": enrichment})))) == {}
    task = named()["Task", "1348"]
    assert task["fields"]["Reviewer"]
    assert task["parents"] == []
    assert [missing["field"] for missing in stored("enriched_entities")["missing_fields"]] == ["Moood"]


def test_two_weeks_in_turn_give_the_same_bytes_when_run_again(stored_weeks: StoredWeeks) -> None:
    stored_weeks(BEFORE, WEEK)
    first = {week: week_files(week) for week in (BEFORE, WEEK)}
    for week in (BEFORE, WEEK):
        run_week(week, job="fibery_refresh")
    assert {week: week_files(week) for week in (BEFORE, WEEK)} == first
