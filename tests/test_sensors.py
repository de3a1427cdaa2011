"""The deliveries' sensor: silent until something is configured, red where something was not sent."""

import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from io_managers.run_process import WEEK_TAG
from resources.clock import ClockResource
from tests.weeks import NOW, WEEK, fast_settings
from volt_assets import notices
from volt_assets.delivery_ways import Ways
from volt_assets.notices import deliver_due, tell_failure
from volt_assets.sandbox.server import Sandbox
from volt_assets.sensors import DeliveryFailedError, deliveries
from volt_assets.settings.delivery_sections import DeliveriesSettings


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as own:
        yield own


def told(instance: dg.DagsterInstance, **wishes: object) -> str:
    resources = {"settings": fast_settings(deliveries=DeliveriesSettings.model_validate(wishes)), "clock": ClockResource(fixed=NOW)}
    skipped = deliveries(dg.build_sensor_context(instance=instance, resources=resources))
    assert isinstance(skipped, dg.SkipReason)
    return skipped.skip_message or ""


def test_it_says_that_nothing_is_configured(instance: dg.DagsterInstance) -> None:
    assert "no delivery is configured" in told(instance)


def test_it_says_which_weeks_it_waits_for(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "http://127.0.0.1:9/services/T/B/x")
    assert "nothing sent. Week 2025-10-27 was not run. Week 2025-10-20 was not run." in told(instance)


def test_what_is_half_configured_makes_the_tick_fail(instance: dg.DagsterInstance) -> None:
    with pytest.raises(DeliveryFailedError, match="SMTP_HOST is not set"):
        told(instance, mail={"team": ["lead@example.com"]})


def test_a_failed_run_is_told_once_with_its_cause_and_without_a_secret(
    instance: dg.DagsterInstance, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", sandbox.slack_url)
    tags = {WEEK_TAG: WEEK}
    run = create_run_for_test(instance, job_name="weekly_reports", tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.report_run_failed(run, f"Toggl said {sandbox.environment['TOGGL_API_TOKEN']} <!channel> {'x' * 2_000}")
    environment, settings = dict(os.environ), fast_settings()
    ways, moment = Ways(settings, environment), datetime.fromisoformat(NOW)
    outcomes = [tell_failure(instance, run, settings, ways, environment, moment, until=time.monotonic() + 60) for _ in range(2)]
    assert [one.state.value for told in outcomes for one in told] == ["sent", "sent before"]
    assert [one.state.value for one in tell_failure(instance, run, settings, ways, environment, moment, until=-1)] == ["sent before"]
    (message,) = sandbox.slack_messages
    assert message["text"] == "A run of week 2025-10-06 failed"
    plain = [block["text"]["text"] for block in blocks(message) if block["text"]["type"] == "plain_text"]
    assert "Toggl said [redacted] <!channel> xxx" in plain[0]
    assert f"volt-agent show-run --run-id {run.run_id}" in plain[0]


def test_notices_end_with_the_tick_that_weeks_have_used_up(
    instance: dg.DagsterInstance, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else many failed runs and a mail server that answers nobody take longer than a tick may."""
    monkeypatch.setenv("SLACK_WEBHOOK_URL", sandbox.slack_url)
    run = create_run_for_test(instance, job_name="weekly_reports", tags={WEEK_TAG: WEEK}, status=dg.DagsterRunStatus.FAILURE)
    monkeypatch.setattr(notices, "_failed_lately", lambda *_: [run])
    monkeypatch.setattr(notices, "_LONGEST_TICK_SECONDS", -1)
    tick = deliver_due(instance, fast_settings(), dict(os.environ), datetime.fromisoformat(NOW))
    assert [one.state.value for one in tick.outcomes] == ["waits for its next try"]
    assert not sandbox.slack_messages


def blocks(message: Mapping[str, object]) -> list[Any]:
    found = message["blocks"]
    assert isinstance(found, list)
    return found


def test_a_run_of_the_command_is_told_by_the_command_alone(
    instance: dg.DagsterInstance, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", sandbox.slack_url)
    run = create_run_for_test(instance, job_name="weekly_reports", status=dg.DagsterRunStatus.STARTED)
    instance.report_run_failed(run, "It failed")
    deliver_due(instance, fast_settings(), dict(os.environ), datetime.now(UTC))
    assert sandbox.slack_messages == []


def test_a_week_of_which_a_run_goes_on_waits(instance: dg.DagsterInstance, sandbox: Sandbox) -> None:
    create_run_for_test(instance, job_name="weekly_reports", tags={WEEK_TAG: "2025-10-27"}, status=dg.DagsterRunStatus.STARTED)
    environment = {"SLACK_WEBHOOK_URL": sandbox.slack_url}
    assert (
        "Week 2025-10-27: a run of it goes on."
        in deliver_due(instance, fast_settings(), environment, datetime.fromisoformat(NOW)).not_ready
    )
