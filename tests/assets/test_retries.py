"""What is tried again by itself: failures that pass, in runs that nobody sits before, and never for ever."""

import dagster as dg
import pytest

from resources.errors import (
    AnswerError,
    ConfigurationMissingError,
    GarbledError,
    PlanError,
    QuotaError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnknownHostError,
)
from tests.weeks import QUIET, WEEK, failures, fast_settings, graph
from volt_assets.assets.retries import pause_seconds
from volt_assets.sandbox.server import Sandbox
from volt_assets.settings.sections import RetrySettings

RETRIES = RetrySettings(times=2, wait_seconds=120, longest_wait_seconds=900)
BY_SCHEDULE = {"dagster/schedule_name": "monday_reports"}


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (UnavailableError("down"), [120, 240, None]),
        (QuotaError("used up", resets_in_seconds=60), [65, 65, None]),
        (QuotaError("used up", resets_in_seconds=3_000), [None, None, None]),
        (GarbledError("HTML"), [120, None, None]),
        (UnknownHostError("no such host"), [None, None, None]),
        (RefusedError("401"), [None, None, None]),
        (PlanError("not in the plan"), [None, None, None]),
        (ConfigurationMissingError("no token"), [None, None, None]),
        (AnswerError("figures disagree"), [None, None, None]),
    ],
)
def test_only_what_passes_is_tried_again_and_not_for_ever(error: ServiceError, pauses: list[float | None]) -> None:
    assert [pause_seconds(error, RETRIES, tried) for tried in range(3)] == pauses


def test_no_pause_is_longer_than_is_wished_and_none_is_made_where_none_is() -> None:
    assert pause_seconds(UnavailableError("down"), RETRIES.model_copy(update={"longest_wait_seconds": 100}), 0) is None
    assert pause_seconds(UnavailableError("down"), RETRIES.model_copy(update={"times": 0}), 0) is None


def fetch(sandbox: Sandbox, tags: dict[str, str], times: int = 2) -> tuple[dg.ExecuteInProcessResult, int]:
    """One run of the Toggl side's first asset, and how many tries it took; no pause is waited for."""
    definitions = graph(fast_settings(retries=RetrySettings(times=times, wait_seconds=0)))
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("late_edits").execute_in_process(
            partition_key=WEEK, instance=instance, run_config=QUIET, raise_on_error=False, tags=tags
        )
    begun = [event.event_type_value for event in result.all_events if event.step_key == "raw_toggl_data"]
    starts = [kind for kind in begun if kind in ("STEP_START", "STEP_RESTARTED")]
    return result, len(starts)


@pytest.fixture
def garbled(sandbox: Sandbox) -> Sandbox:
    """A Toggl before which a proxy answers once with a page of its own."""
    sandbox.fail_next("toggl", status=200, body="<html>please log in</html>", content_type="text/html", path_contains="search/time_entries")
    return sandbox


def test_a_run_by_schedule_goes_on_after_a_failure_that_passes(garbled: Sandbox) -> None:
    result, tries = fetch(garbled, BY_SCHEDULE)
    assert result.success
    assert tries == 2


def test_a_run_that_somebody_started_fails_at_once_with_the_cause(garbled: Sandbox) -> None:
    result, tries = fetch(garbled, {})
    assert not result.success
    assert tries == 1
    assert "no readable JSON" in failures(result)["raw_toggl_data"]


def test_a_refusal_ends_a_run_by_schedule_at_once(sandbox: Sandbox) -> None:
    sandbox.fail_next("toggl", status=403, times=9)
    result, tries = fetch(sandbox, BY_SCHEDULE)
    assert not result.success
    assert tries == 1
    assert len([one for one in sandbox.requests if one.service == "toggl"]) <= 2


def test_what_does_not_pass_fails_in_the_end_with_its_own_cause(sandbox: Sandbox) -> None:
    sandbox.fail_next("toggl", status=200, body="<html>please log in</html>", content_type="text/html", times=99)
    result, tries = fetch(sandbox, BY_SCHEDULE)
    assert not result.success
    assert tries == 2
    assert "no readable JSON" in failures(result)["raw_toggl_data"]
