"""Running weeks of the sandbox in tests, as Dagster would. Not here: assertions."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from resources.clock import ClockResource
from volt_assets.definitions import build_definitions
from volt_assets.settings import Settings, load_settings

WEEK = "2025-10-06"
CLOCK_CHANGE_WEEK = "2025-10-20"
NOW = "2025-11-05T12:00:00+00:00"
QUALITY = "toggl_aggregated.data_quality"
"""The one check that judges the data and not Volt: it warns where people should correct something in Toggl."""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def fast_settings(**changes: Any) -> Settings:
    """The settings of this moment's environment, without the pacing that real services need."""
    settings = load_settings()
    toggl = settings.toggl.model_copy(update={"max_requests_per_second": 10_000, **changes.pop("toggl", {})})
    fibery = settings.fibery.model_copy(update={"max_requests_per_second": 10_000})
    return settings.model_copy(update={"toggl": toggl, "fibery": fibery, **changes})


def graph(settings: Settings | None = None, resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """The whole graph on the sandbox, at a fixed moment."""
    return build_definitions(settings=settings or fast_settings(), resources={"clock": ClockResource(fixed=NOW), **(resources or {})})


def run_week(
    week: str = WEEK,
    job: str = "weekly_reports",
    *,
    definitions: dg.Definitions | None = None,
    instance: dg.DagsterInstance | None = None,
    users: Sequence[str] = (),
    selection: Sequence[str] = (),
) -> dg.ExecuteInProcessResult:
    """One run of one week. Never raises for a failed step."""
    chosen = (definitions or graph()).resolve_job_def(job)
    assets = ("raw_toggl_data", "person_reports") if job == "weekly_reports" else ("person_reports",)
    ops = {asset: {"config": {"users": list(users)}} for asset in assets if asset in (selection or assets)} if users else {}
    with dg.DagsterInstance.ephemeral() as own:
        return chosen.execute_in_process(
            partition_key=week,
            instance=instance or own,
            run_config={**QUIET, "ops": ops},
            raise_on_error=False,
            asset_selection=[dg.AssetKey(asset) for asset in selection] or None,
        )


def store() -> Path:
    """This test's store."""
    return Path(os.environ["VOLT_DATA"])


def stored(asset: str, week: str = WEEK) -> Any:
    """An asset's stored JSON."""
    return json.loads((store() / "weeks" / week / f"{asset}.json").read_text(encoding="utf-8"))


def week_files(week: str = WEEK) -> dict[str, bytes]:
    """Every file of a week, by relative path."""
    folder = store() / "weeks" / week
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def failures(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """The innermost message of each failed step."""
    found = {}
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error and error.cause:
                error = error.cause
            found[str(event.step_key)] = error.message.strip() if error else ""
    return found


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """Each check's verdict, by asset and name."""
    evaluations = [event.asset_check_evaluation_data for event in result.all_events if event.event_type_value == "ASSET_CHECK_EVALUATION"]
    return {f"{one.asset_key.to_user_string()}.{one.check_name}": one.passed for one in evaluations}


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    """An asset's metadata as plain values."""
    stored_now = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in stored_now[-1].metadata.items()}
