"""Which assets of which weeks a backfill runs, and what it says why. Not here: how weeks stand, running them."""

import pytest

from volt_assets.domain.backfill import (
    AssetStatus,
    Gap,
    Only,
    PlanRow,
    WeekPlan,
    WeekStatus,
    expected_pages,
    plan_rows,
    plan_week,
    rows_of_weeks,
)
from volt_assets.domain.weeks import Week

WEEK = Week.from_key("2025-10-06")
GRAPH = {
    "raw_toggl_data": frozenset[str](),
    "toggl_aggregated": frozenset({"raw_toggl_data"}),
    "toggl_summary": frozenset({"toggl_aggregated"}),
    "enriched_data": frozenset({"toggl_aggregated"}),
    "person_reports": frozenset({"enriched_data"}),
    "team_summary": frozenset({"enriched_data", "person_reports"}),
}
ALL = frozenset(GRAPH)
FIBERY = frozenset({"enriched_data", "person_reports", "team_summary"})
STORED = AssetStatus(is_stored=True)
MISSING = AssetStatus()
FAILED = AssetStatus(is_stored=True, has_failed=True)


def standing(gap: Gap | None = None, **others: AssetStatus) -> WeekStatus:
    """A week that is stored and in order, but for these assets."""
    return WeekStatus(week=WEEK, assets={asset: others.get(asset, STORED) for asset in GRAPH}, gap=gap)


NOTHING_STORED = WeekStatus(week=WEEK, assets=dict.fromkeys(GRAPH, MISSING))


@pytest.mark.parametrize("only", [Only.MISSING, Only.FAILED, Only.STALE])
def test_a_week_in_order_is_left_alone(only: Only) -> None:
    assert plan_week(standing(), only, GRAPH, ALL) == WeekPlan(week=WEEK)


def test_a_week_that_is_not_there_is_run_as_a_whole() -> None:
    plan = plan_week(NOTHING_STORED, Only.MISSING, GRAPH, ALL)
    assert plan.assets == tuple(GRAPH)
    assert plan.reasons == ("not stored",)
    assert plan.asks_toggl


def test_what_is_missing_is_made_with_all_that_is_made_of_it_and_nothing_else() -> None:
    plan = plan_week(standing(enriched_data=MISSING, toggl_summary=MISSING), Only.MISSING, GRAPH, ALL)
    assert plan.assets == ("toggl_summary", "enriched_data", "person_reports", "team_summary")
    assert plan.reasons == ("toggl_summary and enriched_data: not stored",)
    assert not plan.asks_toggl


def test_what_could_not_be_made_for_want_of_something_before_it_is_no_reason_of_its_own() -> None:
    plan = plan_week(standing(enriched_data=FAILED, person_reports=FAILED, team_summary=FAILED), Only.FAILED, GRAPH, ALL)
    assert plan.reasons == ("enriched_data: failed",)
    assert plan.assets == ("enriched_data", "person_reports", "team_summary")


def test_what_failed_for_want_of_its_input_brings_that_along() -> None:
    status = standing(enriched_data=MISSING, person_reports=AssetStatus(has_failed=True), team_summary=MISSING)
    assert plan_week(status, Only.FAILED, GRAPH, ALL).assets == ("enriched_data", "person_reports", "team_summary")


def test_a_failure_is_nothing_that_is_missing_while_what_was_stored_before_is_there() -> None:
    assert plan_week(standing(team_summary=FAILED), Only.MISSING, GRAPH, ALL) == WeekPlan(week=WEEK)
    assert plan_week(standing(team_summary=AssetStatus(has_failed=True)), Only.MISSING, GRAPH, ALL).assets == ("team_summary",)


def test_what_is_out_of_date_says_because_of_what() -> None:
    status = standing(
        toggl_summary=AssetStatus(is_stored=True, stale=("its settings changed",)),
        enriched_data=AssetStatus(is_stored=True, stale=("its settings changed", "toggl_aggregated changed")),
    )
    plan = plan_week(status, Only.STALE, GRAPH, ALL)
    assert plan.reasons == ("toggl_summary and enriched_data: its settings changed", "enriched_data: toggl_aggregated changed")
    assert plan.assets == ("toggl_summary", "enriched_data", "person_reports", "team_summary")


def test_what_is_out_of_date_outside_the_group_is_not_mended_by_it() -> None:
    status = standing(raw_toggl_data=AssetStatus(is_stored=True, stale=("its settings changed",)))
    assert plan_week(status, Only.STALE, GRAPH, FIBERY) == WeekPlan(week=WEEK)
    assert plan_week(status, Only.STALE, GRAPH, ALL).assets == tuple(GRAPH)


@pytest.mark.parametrize("gap", list(Gap))
@pytest.mark.parametrize("only", [Only.MISSING, Only.STALE])
def test_a_week_whose_hours_are_not_all_there_is_fetched_again(gap: Gap, only: Only) -> None:
    plan = plan_week(standing(gap), only, GRAPH, ALL)
    assert plan.assets == tuple(GRAPH)
    assert plan.reasons == (f"raw_toggl_data: {gap.value}",)
    assert plan_week(standing(gap), only, GRAPH, FIBERY) == WeekPlan(week=WEEK)


def test_all_is_all_of_the_scope() -> None:
    assert plan_week(standing(), Only.ALL, GRAPH, ALL).assets == tuple(GRAPH)
    assert plan_week(standing(), Only.ALL, GRAPH, FIBERY).assets == ("enriched_data", "person_reports", "team_summary")


@pytest.mark.parametrize("only", [Only.MISSING, Only.ALL])
def test_the_fibery_side_of_a_week_without_toggl_data_is_blocked(only: Only) -> None:
    plan = plan_week(NOTHING_STORED, only, GRAPH, FIBERY)
    assert plan == WeekPlan(week=WEEK, blocked="toggl_aggregated not stored")


def test_a_week_that_a_run_is_at_work_on_is_blocked() -> None:
    plan = plan_week(standing(team_summary=AssetStatus(in_progress=True)), Only.MISSING, GRAPH, ALL)
    assert plan == WeekPlan(week=WEEK, blocked="a run of it is going on")


def test_neighbours_of_which_the_same_is_said_are_one_row() -> None:
    weeks = [WEEK.shifted(number) for number in range(5)]
    first = WeekPlan(week=weeks[0], assets=("team_summary",), reasons=("all",))
    plans = [first, first.model_copy(update={"week": weeks[1]}), WeekPlan(week=weeks[2]), first.model_copy(update={"week": weeks[3]}),
             WeekPlan(week=weeks[4], blocked="a run of it is going on")]  # fmt: skip
    assert [[week.key for week in row.weeks] for row in plan_rows(plans)] == [
        [weeks[0].key, weeks[1].key],
        [weeks[3].key],
        [weeks[4].key],
    ]
    assert plan_rows(plans)[-1] == PlanRow(weeks=(weeks[4],), assets=(), reasons=(), blocked="a run of it is going on")


def test_weeks_are_rows_without_a_gap() -> None:
    weeks = [WEEK.shifted(number) for number in (0, 1, 3, 4, 5, 9)]
    assert rows_of_weeks(weeks) == (tuple(weeks[:2]), tuple(weeks[2:5]), tuple(weeks[5:]))
    assert rows_of_weeks([]) == ()


@pytest.mark.parametrize(("weeks", "entries", "pages"), [(1, 0, 4), (1, 200, 7), (1, 201, 8), (52, 200, 211)])
def test_a_walk_is_expected_to_cost_its_pages_and_three_more(weeks: int, entries: int, pages: int) -> None:
    assert expected_pages(weeks, entries, 50) == pages
