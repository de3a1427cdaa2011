"""What has changed since an asset was made, by the tags of its latest materialisation. Not here: plans, whole weeks."""

import pytest

from volt_assets.assets.versions import CONFIGURATION_TAG, INPUT_VERSION_TAG, VERSION_TAG, as_input
from volt_assets.domain.backfill import Gap
from volt_assets.domain.entries import build_exported
from volt_assets.domain.weeks import Week
from volt_assets.week_status import NO_RECORD, _gap, _Raw, changes_since_made

SETTINGS = {"raw_toggl_data": "r1", "toggl_aggregated": "a1"}


def tags(version: str, settings: str, read: str | None = None) -> dict[str, str]:
    inputs = {f"{INPUT_VERSION_TAG}raw_toggl_data": as_input(read)} if read else {}
    return {VERSION_TAG: version, CONFIGURATION_TAG: settings, **inputs}


def test_what_was_made_of_what_is_there_is_up_to_date() -> None:
    told = {"raw_toggl_data": tags("v1", "r1"), "toggl_aggregated": tags("w1", "a1", "v1")}
    assert changes_since_made(told, SETTINGS) == {"raw_toggl_data": (), "toggl_aggregated": ()}


def test_a_changed_input_and_changed_settings_are_told() -> None:
    told = {"raw_toggl_data": tags("v2", "r0"), "toggl_aggregated": tags("w1", "a1", "v1")}
    assert changes_since_made(told, SETTINGS) == {
        "raw_toggl_data": ("its settings changed",),
        "toggl_aggregated": ("raw_toggl_data changed",),
    }


def test_what_dagster_never_saw_made_cannot_be_said_to_be_up_to_date() -> None:
    told = {"raw_toggl_data": None, "toggl_aggregated": None}
    assert changes_since_made(told, SETTINGS) == dict.fromkeys(SETTINGS, (NO_RECORD,))


WEEK = Week.from_key("2025-10-06")
EXPORTED = build_exported(WEEK, [])


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({}, None),
        ({"covered_days": WEEK.days[:3]}, Gap.SOME_DAYS),
        ({"only_users": ("user:1",)}, Gap.SOME_USERS),
        ({"so_far": True, "only_users": ("user:1",)}, Gap.SO_FAR),
    ],
)
def test_a_stored_week_that_holds_less_than_everybodys_whole_week_is_told(changes: dict[str, object], gap: Gap | None) -> None:
    assert _gap(_Raw.model_validate_json(EXPORTED.model_copy(update=changes).model_dump_json())) is gap
