"""Late edits, and weeks that are left failed: real runs on the sandbox, and what Dagster's records say of them."""

import json
import time
from collections.abc import Iterator
from datetime import datetime

import dagster as dg
import pytest

from resources.slack import SLACK_URL
from tests.conftest import Served
from tests.weeks import NOW, WEEK, checks, fast_settings, run_week, store
from volt_assets.assets.graph import PARENTS
from volt_assets.deliveries import count
from volt_assets.delivery_ways import Ways
from volt_assets.notices import deliver_due, tell_failure
from volt_assets.sandbox.constants import FIBERY_TOKEN
from volt_assets.sandbox.server import Sandbox
from volt_assets.sensors import late_edits_found
from volt_assets.settings import Settings
from volt_assets.settings.delivery_sections import DeliveriesSettings
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


def with_slack(sandbox: Sandbox) -> tuple[Settings, dict[str, str]]:
    """Deliveries of the week, which ended a month ago, to the sandbox's Slack."""
    return fast_settings(deliveries=DeliveriesSettings(weeks=5)), {SLACK_URL: sandbox.slack_url}


def tick(instance: dg.DagsterInstance, sandbox: Sandbox) -> list[str]:
    """What the deliveries' sensor did of this week."""
    settings, environment = with_slack(sandbox)
    done = deliver_due(instance, settings, environment, datetime.fromisoformat(NOW))
    assert not done.problems
    waiting = [line for line in done.not_ready if WEEK in line]
    return waiting or [f"{number} {state}" for state, number in count([one for one in done.outcomes if one.delivery.about == WEEK]).items()]


def failure_told(instance: dg.DagsterInstance, sandbox: Sandbox, failed: dg.ExecuteInProcessResult) -> str:
    """What Slack is told of a failed run, which is told once."""
    settings, environment = with_slack(sandbox)
    environment["FIBERY_API_TOKEN"] = FIBERY_TOKEN
    run, before = failed.dagster_run, len(sandbox.slack_messages)
    for _ in range(2):
        tell_failure(
            instance, run, settings, Ways(settings, environment), environment, datetime.fromisoformat(NOW), until=time.monotonic() + 60
        )
    assert len(sandbox.slack_messages) == before + 1
    told = json.dumps(sandbox.slack_messages[-1])
    assert FIBERY_TOKEN not in told
    assert f"show-run --run-id {run.run_id}" in told
    assert f"A run of week {WEEK} failed" in told
    return told


def test_reports_are_made_anew_where_entries_changed_or_a_try_failed_and_only_there(instance: dg.DagsterInstance, sandbox: Sandbox) -> None:
    assert not was_run(instance, WEEK)
    assert checks(run_week(instance=instance))["report_site.no_week_left_failed"]
    assert was_run(instance, WEEK)
    assert not out_of_date(instance, WEEK)

    assert tick(instance, sandbox) == ["1 sent"]
    assert tick(instance, sandbox) == ["1 sent before"]

    unchanged = run_week(job="late_edits", instance=instance)
    assert followed_by(instance, unchanged) == []

    never_run = run_week(EARLIER, job="late_edits", instance=instance)
    assert followed_by(instance, never_run) == []

    entry = next(one for one in sandbox.entries if str(one.day) == WEEK)
    sandbox.change_entry(entry.entry_id, seconds=entry.seconds + 600)
    look = run_week(job="late_edits", instance=instance)
    assert followed_by(instance, look) == [WEEK]
    assert out_of_date(instance, WEEK) == tuple(PARENTS)[1:]

    assert "raw_toggl_data" not in tick(instance, sandbox)[0]
    assert "toggl_aggregated is missing or was made of other data" in tick(instance, sandbox)[0]

    sandbox.fail_next("fibery", status=401, times=9)
    failed = run_week(job="after_late_edits", instance=instance)
    assert not failed.success
    assert "fibery_entities: Fibery" in failure_told(instance, sandbox, failed)
    sandbox.forget()
    assert left_failed(instance)[WEEK][0] == "fibery_entities"
    another = run_week(EARLIER, instance=instance)
    assert not checks(another)["report_site.no_week_left_failed"]

    next_day = run_week(job="late_edits", instance=instance)
    assert followed_by(instance, next_day) == [WEEK]
    assert run_week(job="after_late_edits", instance=instance).success
    assert not out_of_date(instance, WEEK)
    assert not left_failed(instance)
    assert tick(instance, sandbox) == ["1 sent"]
    assert f"Week {WEEK} to 2025-10-12: the reports are ready (updated)" in [one["text"] for one in sandbox.slack_messages]

    raw = store() / "weeks" / WEEK / "raw_toggl_data.json"
    raw.write_text(raw.read_text(encoding="utf-8").replace('"only_users": []', '"only_users": ["user:2100001"]'), encoding="utf-8")
    assert tick(instance, sandbox)[0].startswith(f"Week {WEEK} holds the time of chosen people only: run it for everybody")
