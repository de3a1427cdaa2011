"""Dagster's door to the store: typed JSON, one file a week, through real runs. Not here: history and edits."""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from pydantic import BaseModel, ConfigDict

from io_managers.json_io import (
    JsonFileIOManager,
    JsonFileIOManagerResource,
    Previous,
    WeekStoreResource,
    dump_json,
    load_previous,
    load_value,
)
from io_managers.manifest import content_hash
from io_managers.run_process import PROCESS_TAG, noted, process_tags
from io_managers.week_store import StoreError, WeekStore
from tests.io_managers.conftest import WEEK, Content

Contents = Callable[[str], Content]
WEEKS = dg.WeeklyPartitionsDefinition(start_date="2025-09-29", end_date="2025-11-03", timezone="Europe/Berlin", day_offset=1)
NEXT_WEEK = "2025-10-13"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Hours(BaseModel):
    """A week's hours, as a toy asset knows them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    week: date
    seconds: int
    people: dict[str, int] = {}
    note: str | None = None


class Total(BaseModel):
    """What a second toy asset makes of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    week: date
    text: str


HOURS = Hours(week=date(2025, 10, 6), seconds=5400, people={"zoë@example.com": 3600, "ana@example.com": 1800})


@dg.asset(partitions_def=WEEKS)
def hours(context: dg.AssetExecutionContext) -> Hours:
    monday = date.fromisoformat(context.partition_key)
    return Hours(week=monday, seconds=monday.day * 60, people={"zoë@example.com": 60, "ana@example.com": 120})


@dg.asset(partitions_def=WEEKS)
def total(hours: Hours) -> Total:
    return Total(week=hours.week, text=f"{hours.seconds} s · Grüße")


@dg.asset(partitions_def=WEEKS)
def untyped(hours):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - the point of it
    return Total(week=date(2025, 10, 6), text=str(hours))


def materialise(root: str, week: str, *assets: dg.AssetsDefinition, only: str | None = None) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            assets or (hours, total),
            partition_key=week,
            instance=instance,
            resources={"io_manager": JsonFileIOManagerResource(root=root)},
            selection=[only] if only else None,
            run_config=QUIET,
            raise_on_error=False,
        )


def innermost_failure(result: dg.ExecuteInProcessResult) -> str:
    error = next(event.step_failure_data.error for event in result.all_events if event.is_step_failure)
    while error and error.cause:
        error = error.cause
    return error.message if error else ""


# Values and bytes


def test_a_value_is_utf_8_json_in_the_order_of_its_fields() -> None:
    written = dump_json(HOURS).decode("utf-8")
    assert list(json.loads(written)) == ["week", "seconds", "people", "note"]
    assert "zoë@example.com" in written
    assert written.startswith('{\n  "week": "2025-10-06",\n')
    assert written.endswith("}\n")


def test_equal_values_give_equal_bytes() -> None:
    again = Hours.model_validate_json(dump_json(HOURS))
    assert again == HOURS
    assert dump_json(again) == dump_json(HOURS)


def test_a_stored_value_comes_back_typed(store: WeekStore) -> None:
    store.write(WEEK, "hours.json", dump_json(HOURS))
    assert load_value(store, WEEK, "hours", Hours) == HOURS


def test_a_value_that_was_never_stored_loads_as_none(store: WeekStore) -> None:
    assert load_value(store, WEEK, "hours", Hours) is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'{"week": "2025-10-06", "seconds": "many"}', "seconds"),
        (b'{"week": "2025-10-06"}', "seconds"),
        (b'{"week": "2025-10-06", "seconds": 1, "minutes": 2}', "minutes"),
        (b'{"week": "2025-10-06", "sec', "Invalid JSON"),
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"null", "should be an object"),
    ],
)
def test_a_file_that_is_no_such_value_is_refused_with_the_file_and_the_remedy(store: WeekStore, content: bytes, what: str) -> None:
    store.write(WEEK, "hours.json", content)
    with pytest.raises(StoreError) as refused:
        load_value(store, WEEK, "hours", Hours)
    message = str(refused.value)
    assert all(part in message for part in (str(store.path(WEEK, "hours.json")), what, f"Materialise hours for week {WEEK} again"))
    assert "\n" not in message
    assert "(: " not in message


def test_a_refused_file_is_not_quoted(store: WeekStore) -> None:
    store.write(WEEK, "hours.json", b'{"week": "2025-10-06", "seconds": "my password is hunter2"}')
    with pytest.raises(StoreError) as refused:
        load_value(store, WEEK, "hours", Hours)
    assert "hunter2" not in str(refused.value)


def test_a_run_keeps_what_it_replaces_under_its_id(root: str, contents: Contents) -> None:
    store = WeekStoreResource(root=root).for_run("run-7")
    for content in (b"old", b"new"):
        store.write(WEEK, "hours.json", content)
    assert contents("history") == {f"{WEEK}/run-7/hours.json": b"old"}


# What a run is about to replace


def test_a_previous_value_is_the_stored_one_and_tells_nothing(store: WeekStore) -> None:
    assert load_previous(store, WEEK, "hours", Hours) == Previous(None)
    store.write(WEEK, "hours.json", dump_json(HOURS))
    assert load_previous(store, WEEK, "hours", Hours, only=["ana@example.com"]) == Previous(HOURS, digest=content_hash(dump_json(HOURS)))
    assert Previous(HOURS).metadata == {}


@pytest.mark.parametrize("content", [b"", b"{", b'{"week": "2025-10-06"}'])
def test_an_unreadable_previous_value_counts_as_none_and_is_told(store: WeekStore, content: bytes) -> None:
    store.write(WEEK, "hours.json", content)
    previous = load_previous(store, WEEK, "hours", Hours)
    assert previous.value is None
    assert {name: told.value for name, told in previous.metadata.items()} == {"previous_value": "unreadable, kept in history"}


def test_an_unreadable_previous_value_of_which_a_part_should_stay_is_refused_with_the_remedy(store: WeekStore) -> None:
    store.write(WEEK, "hours.json", b"{")
    with pytest.raises(StoreError) as refused:
        load_previous(store, WEEK, "hours", Hours, only=["ana@example.com"])
    assert f"Materialise hours for week {WEEK} again without a users filter; the replaced file is kept in history." in str(refused.value)


# Real runs


def test_a_run_notes_its_own_process_although_it_repeats_one_that_had_another(root: str) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [hours],
            partition_key=WEEK,
            instance=instance,
            resources={"io_manager": JsonFileIOManagerResource(root=root)},
            run_config=QUIET,
            tags={**process_tags("4f0c2c1e-0000-4000-8000-000000000000"), PROCESS_TAG: "999999999"},
        )
        run = instance.get_run_by_id(result.run_id)
    assert run
    assert noted(run.tags, run.run_id)[PROCESS_TAG] == str(os.getpid())


def test_two_weeks_lie_in_two_folders_each_with_the_file_of_each_asset(root: str, contents: Contents) -> None:
    for week in (WEEK, NEXT_WEEK):
        assert materialise(root, week).success
    files = {name for name in contents("weeks") if not name.endswith("manifest.json")}
    assert files == {f"{week}/{asset}.json" for week in (WEEK, NEXT_WEEK) for asset in ("hours", "total")}
    assert contents("history") == {}


def test_a_run_writes_these_bytes(root: str, contents: Contents) -> None:
    materialise(root, NEXT_WEEK)
    files = contents(f"weeks/{NEXT_WEEK}")
    assert files["total.json"] == '{\n  "week": "2025-10-13",\n  "text": "780 s · Grüße"\n}\n'.encode()
    assert (
        files["hours.json"]
        == (
            '{\n  "week": "2025-10-13",\n  "seconds": 780,\n  "people": {\n'
            '    "zoë@example.com": 60,\n    "ana@example.com": 120\n  },\n  "note": null\n}\n'
        ).encode()
    )


def test_a_later_week_leaves_the_earlier_ones_bytes(root: str, contents: Contents) -> None:
    materialise(root, WEEK)
    before = contents(f"weeks/{WEEK}")
    materialise(root, NEXT_WEEK)
    assert contents(f"weeks/{WEEK}") == before


def test_the_same_week_again_changes_no_byte_and_makes_no_history(root: str, contents: Contents) -> None:
    materialise(root, WEEK)
    before = contents("")
    materialise(root, WEEK)
    assert contents("") == before


def test_a_run_replaces_a_value_and_keeps_the_old_one_under_its_own_id(root: str, contents: Contents) -> None:
    WeekStore(root).write(WEEK, "hours.json", dump_json(HOURS))
    result = materialise(root, WEEK, hours)
    assert contents("history") == {f"{WEEK}/{result.run_id}/hours.json": dump_json(HOURS)}


def test_an_asset_reads_what_an_earlier_run_stored(root: str, contents: Contents) -> None:
    WeekStore(root).write(WEEK, "hours.json", dump_json(HOURS))
    assert materialise(root, WEEK, only="total").success
    assert json.loads(contents(f"weeks/{WEEK}")["total.json"])["text"] == "5400 s · Grüße"


def test_the_run_tells_where_the_file_is(root: str) -> None:
    metadata = materialise(root, WEEK).asset_materializations_for_node("hours")[0].metadata
    assert metadata["path"].value == str(WeekStore(root).path(WEEK, "hours.json"))


def test_a_missing_week_is_told_with_asset_week_and_remedy(root: str) -> None:
    materialise(root, WEEK)
    failure = innermost_failure(materialise(root, NEXT_WEEK, only="total"))
    assert f"hours has no value for week {NEXT_WEEK}" in failure
    assert str(WeekStore(root).path(NEXT_WEEK, "hours.json")) in failure
    assert "Materialise hours for this week first." in failure


def test_a_missing_week_stores_nothing_downstream(root: str, contents: Contents) -> None:
    assert not materialise(root, WEEK, only="total").success
    assert contents("") == {}


def test_a_spoilt_week_fails_the_asset_that_reads_it(root: str) -> None:
    WeekStore(root).write(WEEK, "hours.json", b"[]")
    assert "hours.json is not what hours stores" in innermost_failure(materialise(root, WEEK, only="total"))


def test_an_input_without_a_model_is_refused_by_its_name(root: str) -> None:
    assert "hours: an input from the store needs a model" in innermost_failure(materialise(root, WEEK, hours, untyped))


def test_the_folder_of_a_week_is_made_with_its_first_file_only(tmp_path: Path) -> None:
    JsonFileIOManager(str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()
