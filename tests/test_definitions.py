"""The graph as a whole: it never changes by accident, and it loads without any secret."""

import json
import os
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from volt_assets.checks import CHECKS
from volt_assets.definitions import build_definitions, defs
from volt_assets.partitions import WEEKS

SNAPSHOT = Path(__file__).parent / "snapshots" / "graph.json"
UPDATE = "VOLT_UPDATE_GOLDEN"


def deadline_of(node: Any) -> dict[str, str] | None:
    """By when an asset must be there, every week."""
    policy = node.freshness_policy
    return policy and {"cron": policy.deadline_cron, "made_within": str(policy.lower_bound_delta), "timezone": policy.timezone}


def launchpad(job: dg.JobDefinition) -> dict[str, dict[str, str | None]]:
    """What the launchpad says of each field that a user may set, by asset and resource."""
    root: Any = job.run_config_schema.config_type
    schema = root.fields
    configured = {
        name: fields["config"].config_type.fields
        for part in ("ops", "resources")
        for name, one in schema[part].config_type.fields.items()
        if "config" in (fields := one.config_type.fields) and hasattr(fields["config"].config_type, "fields")
    }
    return {name: {field: told.description for field, told in fields.items()} for name, fields in sorted(configured.items())}


def graph_as_data() -> dict[str, Any]:
    """All that a user of the UI sees of the graph, as plain data."""
    graph = defs.resolve_asset_graph()
    told = {spec.key: spec.description for check in CHECKS for spec in check.check_specs}
    nodes = sorted(graph.asset_nodes, key=lambda node: node.key.to_user_string())
    return {
        "assets": {
            node.key.to_user_string(): {
                "from": sorted(parent.to_user_string() for parent in node.parent_keys),
                "group": node.group_name,
                "kinds": sorted(node.kinds),
                "owners": list(node.owners),
                "tags": {name: tag for name, tag in sorted(node.tags.items()) if not name.startswith("dagster/")},
                "description": node.description,
                "places": {name: value for name, value in node.metadata.items() if not name.startswith("dagster")},
                "deadline": deadline_of(node),
                "checks": {check.name: told[check] for check in sorted(node.check_keys, key=lambda check: check.name)},
            }
            for node in nodes
        },
        "launchpad": launchpad(defs.resolve_job_def("weekly_reports")),
        "jobs": {
            job.name: {
                "assets": sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys),
                "tags": dict(job.tags),
                "description": job.description,
            }
            for job in sorted(defs.resolve_all_job_defs(), key=lambda job: job.name)
            if not job.name.startswith("__")
        },
        "schedules": {
            schedule.name: {
                "cron": schedule.cron_schedule,
                "job": schedule.job_name,
                "timezone": schedule.execution_timezone,
                "status": schedule.default_status.value,
                "description": schedule.description,
            }
            for schedule in defs.schedules or ()
            if isinstance(schedule, dg.ScheduleDefinition)
        },
        "sensors": {
            sensor.name: {"status": sensor.default_status.value, "description": sensor.description}
            for sensor in defs.sensors or ()
            if isinstance(sensor, dg.SensorDefinition)
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
        assert re.search(r"read by|for everybody", asset["description"]), name
        assert re.search(r"\b[Oo]ne (?:row|report|HTML file)\b", asset["description"]), name


def test_every_asset_has_an_owner_kinds_tags_and_a_place() -> None:
    for name, asset in graph_as_data()["assets"].items():
        assert asset["owners"], name
        assert 0 < len(asset["kinds"]) <= 3, name
        assert {"stage", "asks", "for", "writes"} <= asset["tags"].keys(), name
        assert asset["places"], name


def test_what_asks_a_service_says_so() -> None:
    asks = {name: asset["tags"]["asks"] for name, asset in graph_as_data()["assets"].items()}
    assert {name for name, whom in asks.items() if whom == "toggl"} == {"raw_toggl_data"}
    assert {name for name, whom in asks.items() if whom == "fibery"} == {"fibery_entities", "enriched_entities"}
    assert {name for name, whom in asks.items() if whom == "model-if-any"} == {"toggl_summary", "person_reports", "team_summary"}


def test_every_report_must_be_there_by_monday_noon_of_the_configured_zone() -> None:
    late = {name: asset["deadline"] for name, asset in graph_as_data()["assets"].items() if asset["tags"]["writes"] == "reports"}
    noon = {"cron": "0 12 * * 1", "made_within": "12:00:00", "timezone": str(WEEKS.timezone)}
    assert late == dict.fromkeys(
        ("coverage_report", "person_reports", "report_site", "team_summary", "toggl_summary", "work_alignment"), noon
    )


def test_every_field_of_the_launchpad_and_every_check_is_described() -> None:
    graph = graph_as_data()
    assert not [f"{name}.{field}" for name, fields in graph["launchpad"].items() for field, told in fields.items() if not told]
    assert not [(name, check) for name, asset in graph["assets"].items() for check, told in asset["checks"].items() if not told]


def test_the_graph_loads_without_a_secret_and_holds_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "0123456789abcdef0123456789abcdef")
    snapshot = build_definitions().resolve_job_def("weekly_reports").get_job_snapshot()
    assert "0123456789abcdef0123456789abcdef" not in str(snapshot)


def test_runs_go_through_the_steps_in_one_process() -> None:
    assert defs.executor is dg.in_process_executor


def test_a_week_is_a_monday_and_the_running_week_is_one_too() -> None:
    assert WEEKS.has_partition_key("2025-10-06")
    assert not WEEKS.has_partition_key("2025-10-07")
    assert WEEKS.day_offset == 1
    assert WEEKS.end_offset == 1
