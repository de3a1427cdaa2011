"""Late edits, and weeks that are left failed: real runs on the sandbox, and what Dagster's records say of them."""

from collections.abc import Iterator

import dagster as dg
import pytest

from tests.conftest import Served
from tests.weeks import WEEK, checks, run_week
from volt_assets.assets.graph import PARENTS
from volt_assets.sandbox.server import Sandbox
from volt_assets.sensors import late_edits_found
from volt_assets.week_data import left_failed, out_of_date, was_run

pytestmark = pytest.mark.no_cover
EARLIER = "2025-09-29"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as own:
        yield own


@pytest.fixture
def sandbox(served: Served) -> Iterator[Sandbox]:
    with served() as server:
        yield server


def followed_by(instance: dg.DagsterInstance, look: dg.ExecuteInProcessResult) -> list[str]:
    """The weeks that the sensor asks for after a look."""
    event = next(one for one in look.all_events if one.event_type is dg.DagsterEventType.RUN_SUCCESS)
    context = dg.build_run_status_sensor_context("late_edits_found", event, instance, look.dagster_run)
    told = late_edits_found(context)
    assert isinstance(told, dg.RunRequest | dg.SkipReason)
    return [str(told.partition_key)] if isinstance(told, dg.RunRequest) else []


def test_reports_are_made_anew_where_entries_changed_or_a_try_failed_and_only_there(instance: dg.DagsterInstance, sandbox: Sandbox) -> None:
    assert not was_run(instance, WEEK)
    assert checks(run_week(instance=instance))["report_site.no_week_left_failed"]
    assert was_run(instance, WEEK)
    assert not out_of_date(instance, WEEK)

    unchanged = run_week(job="late_edits", instance=instance)
    assert followed_by(instance, unchanged) == []

    entry = next(one for one in sandbox.entries if str(one.day) == WEEK)
    sandbox.change_entry(entry.entry_id, seconds=entry.seconds + 600)
    look = run_week(job="late_edits", instance=instance)
    assert followed_by(instance, look) == [WEEK]
    assert out_of_date(instance, WEEK) == tuple(PARENTS)[1:]

    sandbox.fail_next("fibery", status=401, times=9)
    assert not run_week(job="after_late_edits", instance=instance).success
    sandbox.forget()
    assert left_failed(instance)[WEEK][0] == "fibery_entities"
    another = run_week(EARLIER, instance=instance)
    assert not checks(another)["report_site.no_week_left_failed"]

    next_day = run_week(job="late_edits", instance=instance)
    assert followed_by(instance, next_day) == [WEEK]
    assert run_week(job="after_late_edits", instance=instance).success
    assert not out_of_date(instance, WEEK)
    assert not left_failed(instance)
