"""The graph as a whole: it never changes by accident, and it loads without any secret."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from volt_assets.definitions import build_definitions, defs
from volt_assets.partitions import WEEKS
from volt_assets.schedules import monday_reports

SNAPSHOT = Path(__file__).parent / "snapshots" / "graph.json"
UPDATE = "VOLT_UPDATE_GOLDEN"


def graph_as_data() -> dict[str, Any]:
    """All that a user of the UI sees of the graph, as plain data."""
    graph = defs.resolve_asset_graph()
    nodes = sorted(graph.asset_nodes, key=lambda node: node.key.to_user_string())
    return {
        "assets": {
            node.key.to_user_string(): {
                "from": sorted(parent.to_user_string() for parent in node.parent_keys),
                "group": node.group_name,
                "kinds": sorted(node.kinds),
                "owners": list(node.owners),
                "description": node.description,
                "checks": sorted(check.name for check in node.check_keys),
            }
            for node in nodes
        },
        "jobs": {
            job.name: {"assets": sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys), "tags": dict(job.tags)}
            for job in sorted(defs.resolve_all_job_defs(), key=lambda job: job.name)
            if not job.name.startswith("__")
        },
        "schedules": {
            schedule.name: {
                "cron": schedule.cron_schedule,
                "job": schedule.job_name,
                "timezone": schedule.execution_timezone,
                "status": schedule.default_status.value,
            }
            for schedule in defs.schedules or ()
            if isinstance(schedule, dg.ScheduleDefinition)
        },
        "partitions": {"day_offset": WEEKS.day_offset, "end_offset": WEEKS.end_offset, "cron": WEEKS.cron_schedule},
    }


def test_the_graph_is_the_one_that_was_agreed() -> None:
    told = json.dumps(graph_as_data(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get(UPDATE):
        SNAPSHOT.write_text(told, encoding="utf-8")
    assert told == SNAPSHOT.read_text(encoding="utf-8"), f"If the change is meant: {UPDATE}=1 and run this test again"


def test_every_asset_says_what_it_is_from_what_and_who_reads_it() -> None:
    for name, asset in graph_as_data()["assets"].items():
        assert asset["description"], name
        assert "From " in asset["description"], name


def test_the_graph_loads_without_a_secret_and_holds_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "0123456789abcdef0123456789abcdef")
    snapshot = build_definitions().resolve_job_def("weekly_reports").get_job_snapshot()
    assert "0123456789abcdef0123456789abcdef" not in str(snapshot)


def test_runs_go_through_the_steps_in_one_process() -> None:
    assert defs.executor is dg.in_process_executor


def test_the_schedule_asks_for_the_week_that_has_just_ended() -> None:

    monday = datetime(2025, 10, 13, 6, tzinfo=ZoneInfo("Europe/Berlin"))
    with dg.DagsterInstance.ephemeral() as instance:
        request = monday_reports(dg.build_schedule_context(instance=instance, scheduled_execution_time=monday))
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == "2025-10-06"


def test_the_schedule_skips_a_week_before_the_first_one() -> None:

    with dg.DagsterInstance.ephemeral() as instance:
        moment = datetime(2024, 1, 8, 6, tzinfo=ZoneInfo("Europe/Berlin"))
        skipped = monday_reports(dg.build_schedule_context(instance=instance, scheduled_execution_time=moment))
    assert isinstance(skipped, dg.SkipReason)
    assert "before the first configured week" in (skipped.skip_message or "")


def test_a_week_is_a_monday_and_the_running_week_is_one_too() -> None:
    assert WEEKS.has_partition_key("2025-10-06")
    assert not WEEKS.has_partition_key("2025-10-07")
    assert WEEKS.day_offset == 1
    assert WEEKS.end_offset == 1
