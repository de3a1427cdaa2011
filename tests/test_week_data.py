"""Which weeks are doubtful after a failed run, from the runs alone. Real runs, and Dagster's own answer: test_late_edits."""

from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from io_managers.run_process import WEEK_TAG
from tests.weeks import WEEK
from volt_assets.assets.graph import PARENTS, parents_of
from volt_assets.week_data import _failed_since, left_failed

FAILED, DONE = dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS
ONE_ASSET = frozenset({dg.AssetKey("team_summary")})


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as own:
        yield own


def add(instance: dg.DagsterInstance, job: str, status: dg.DagsterRunStatus, week: str = WEEK, *, one_asset: bool = False) -> None:
    chosen = ONE_ASSET if one_asset else None
    create_run_for_test(instance, job_name=job, status=status, tags={WEEK_TAG: week}, asset_selection=chosen)


@pytest.mark.parametrize(
    ("failed", "done"),
    [("weekly_reports", "weekly_reports"), ("fibery_refresh", "fibery_refresh"), ("late_edits", "weekly_reports")],
)
def test_a_failed_run_is_made_good_by_a_later_one_of_its_job_or_of_the_whole_week(
    instance: dg.DagsterInstance, failed: str, done: str
) -> None:
    add(instance, done, DONE)
    add(instance, failed, FAILED)
    assert _failed_since(instance) == [WEEK]
    add(instance, done, DONE, "2025-10-13")
    assert _failed_since(instance) == [WEEK]
    add(instance, done, DONE)
    assert _failed_since(instance) == []


def test_a_run_of_less_leaves_the_week_doubtful(instance: dg.DagsterInstance) -> None:
    add(instance, "weekly_reports", FAILED)
    add(instance, "fibery_refresh", DONE)
    add(instance, "weekly_reports", DONE, one_asset=True)
    assert _failed_since(instance) == [WEEK]


def test_a_failed_run_of_some_assets_is_made_good_by_the_whole_week_alone(instance: dg.DagsterInstance) -> None:
    add(instance, "__ASSET_JOB", FAILED, one_asset=True)
    add(instance, "__ASSET_JOB", DONE, one_asset=True)
    assert _failed_since(instance) == [WEEK]
    assert left_failed(instance) == {}
    add(instance, "weekly_reports", DONE)
    assert _failed_since(instance) == []


def test_runs_of_no_week_are_nobodys_failure(instance: dg.DagsterInstance) -> None:
    add(instance, "weekly_reports", FAILED, "2025-10-07")
    create_run_for_test(instance, job_name="weekly_reports", status=FAILED)
    assert _failed_since(instance) == []


def test_each_asset_comes_after_all_that_it_is_made_from() -> None:
    names = list(PARENTS)
    assert len(names) == 11
    assert all(names.index(parent) < names.index(name) for name, parents in PARENTS.items() for parent in parents)
    assert parents_of([]) == {}
