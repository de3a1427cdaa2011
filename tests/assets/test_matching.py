"""How a week of the sandbox is matched: titles, aliases, what it costs. Not here: single steps of the ladder."""

import math

import pytest

from tests.finished import ReadWeek, StoredWeeks
from tests.weeks import checks, failures, fast_settings, graph, metadata, run_week, stored
from volt_assets.domain.confirmed import ConfirmedAlias, read_entity
from volt_assets.domain.titles import ROUTINE, normal_title

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

HAZARDS = "2025-10-27"
"""The sandbox's last finished week, which has one of everything that people get wrong."""


def test_titles_of_open_entities_are_matched_and_cost_no_request_more(read_week: ReadWeek) -> None:
    result, _, requests = read_week()
    rows = [row for row in stored("fibery_entities")["resolutions"] if row["step"] == "title"]
    names = {(one["entity_database"], one["entity_type"], one["entity_id"]): one["name"] for one in stored("enriched_data")["entities"]}

    assert failures(result) == {}
    assert len(rows) > 3
    for row in rows:
        entity = row["entity"]
        assert normal_title(names[entity["space"], entity["database"], entity["public_id"]]) == normal_title(row["description"])
    asked = requests.count("fibery")
    assert asked <= 3 + math.ceil(metadata(result, "enriched_entities")["documents"] / 50)


def test_the_hours_by_step_add_up_to_the_week_in_the_data_and_the_team_report(read_week: ReadWeek) -> None:
    result = read_week().result
    total = stored("raw_toggl_data")["statistics"]["seconds"]
    resolved, joined = stored("fibery_entities")["statistics"], stored("enriched_data")["statistics"]

    assert sum(resolved["seconds_by_step"].values()) == sum(resolved["seconds_by_outcome"].values()) == total
    assert joined["seconds_by_step"] == resolved["seconds_by_step"]
    assert {row["step"] for row in stored("fibery_entities")["resolutions"]} >= {"url", "labels", "bare_id", "title", "none"}
    section = next(section for section in stored("team_summary")["sections"] if section["id"] == "matching")
    assert len(section["tables"][0]["rows"]) == sum(1 for seconds in joined["seconds_by_step"].values() if seconds)
    assert "time_by_step" in metadata(result, "fibery_entities")


def test_a_confirmed_alias_moves_its_time_to_the_entity_when_the_fibery_side_runs_again(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    before = stored("enriched_data")["statistics"]
    row = next(row for row in stored("fibery_entities")["resolutions"] if row["outcome"] == "activity" and row["description"])
    entity = next(one for one in stored("enriched_data")["entities"] if one["found"])
    named = read_entity(f"{entity['entity_database']}/{entity['entity_type']} #{entity['entity_id']}")
    alias = ConfirmedAlias(person=row["person"], description=row["description"], entity=named)

    result = run_week(job="fibery_refresh", definitions=graph(fast_settings(confirmed=(alias,))))

    after = stored("enriched_data")["statistics"]
    assert after["seconds_by_step"]["alias"] == row["duration_seconds"]
    assert after["matched_duration_seconds"] == before["matched_duration_seconds"] + row["duration_seconds"]
    assert after["total_duration_seconds"] == before["total_duration_seconds"]
    verdicts = checks(result)
    assert [name for name, passed in verdicts.items() if "conserved" in name and not passed] == []


def test_aliases_whose_database_is_not_there_are_in_the_coverage_report_with_their_time(stored_weeks: StoredWeeks) -> None:
    stored_weeks(HAZARDS)
    resolutions = stored("fibery_entities", HAZARDS)["resolutions"]
    labelled = next(one for one in resolutions if one["outcome"] == "unknown_type")["entity"]
    row = next(one for one in resolutions if one["outcome"] == "activity" and one["description"])
    name = (labelled["space"], labelled["database"])
    label = "/".join(name)
    alias = ConfirmedAlias(person=row["person"], description=row["description"], entity=read_entity("Scrum/Tusk #1"))
    settings = fast_settings(confirmed=(alias,))
    enrichment = settings.enrichment.model_copy(update={"label_aliases": {label: "Support/Tickets"}})

    result = run_week(HAZARDS, job="fibery_refresh", definitions=graph(settings.model_copy(update={"enrichment": enrichment})))

    told = stored("coverage_report", HAZARDS)["lost_aliases"]
    unknown = [one for one in resolutions if one["outcome"] == "unknown_type"]
    waiting = sum(one["duration_seconds"] for one in unknown if (one["entity"]["space"], one["entity"]["database"]) == name)
    assert [(one["label"], one["database"], one["nearest"]) for one in told] == [
        (label, "Support/Tickets", "Support/Ticket"),
        (None, "Scrum/Tusk", "Scrum/Task"),
    ]
    assert [one["duration_seconds"] for one in told] == [waiting, row["duration_seconds"]]
    assert metadata(result, "coverage_report")["aliases_without_database"] == 2


def test_routine_words_are_activities(read_week: ReadWeek) -> None:
    read_week()
    routine = {normal_title(word) for word in ROUTINE}
    rows = [row for row in stored("fibery_entities")["resolutions"] if normal_title(row["description"]) in routine]

    assert rows
    assert {row["outcome"] for row in rows} == {"activity"}
