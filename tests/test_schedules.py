"""When runs start by themselves: which weeks are asked for, at clock changes too, and how often."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from tests.weeks import fast_settings
from volt_assets import schedules
from volt_assets.partitions import build_weeks
from volt_assets.schedules import daily_late_edits, monday_reports
from volt_assets.settings import WeekSettings
from volt_assets.settings.sections import LateEditsSettings

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as own:
        yield own


def monday_at(instance: dg.DagsterInstance, moment: datetime) -> dg.RunRequest | dg.SkipReason:
    asked = monday_reports(dg.build_schedule_context(instance=instance, scheduled_execution_time=moment))
    assert isinstance(asked, dg.RunRequest | dg.SkipReason)
    return asked


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """An instance on which some weeks were run. A schedule opens it by its folder."""
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("home"))) as own:
        for week in ("2025-10-06", "2025-10-20", "2025-10-27", "2025-08-04"):
            for asset in ("raw_toggl_data", "toggl_aggregated"):
                own.report_runless_asset_event(dg.AssetMaterialization(asset_key=asset, partition=week))
        yield own


def look_at(instance: dg.DagsterInstance, day: date, weeks: int = 4) -> list[dg.RunRequest] | str:
    settings = fast_settings(late_edits=LateEditsSettings(weeks=weeks))
    moment = datetime.combine(day, time(7), tzinfo=ZoneInfo(BERLIN))
    with dg.build_schedule_context(instance=instance, scheduled_execution_time=moment, resources={"settings": settings}) as context:
        asked = daily_late_edits(context)
    if isinstance(asked, dg.SkipReason):
        return asked.skip_message or ""
    assert isinstance(asked, list)
    return asked


def test_the_schedule_asks_for_the_week_that_has_just_ended(instance: dg.DagsterInstance) -> None:
    asked = monday_at(instance, datetime(2025, 10, 13, 6, tzinfo=ZoneInfo(BERLIN)))
    assert isinstance(asked, dg.RunRequest)
    assert asked.partition_key == "2025-10-06"


def test_the_schedule_skips_a_week_before_the_first_one(instance: dg.DagsterInstance) -> None:
    asked = monday_at(instance, datetime(2024, 1, 8, 6, tzinfo=ZoneInfo(BERLIN)))
    assert isinstance(asked, dg.SkipReason)
    assert "before the first configured week" in (asked.skip_message or "")


@pytest.mark.parametrize(
    ("zone", "monday", "ended"),
    [
        (BERLIN, date(2025, 3, 31), "2025-03-24"),
        (BERLIN, date(2025, 10, 27), "2025-10-20"),
        (NEW_YORK, date(2025, 3, 10), "2025-03-03"),
        (NEW_YORK, date(2025, 11, 3), "2025-10-27"),
        (AUCKLAND, date(2025, 9, 29), "2025-09-22"),
    ],
)
def test_the_week_whose_last_night_moved_the_clock_is_asked_for_whatever_the_zone(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, zone: str, monday: date, ended: str
) -> None:
    weeks = build_weeks(WeekSettings(first=date(2025, 1, 6), timezone=zone))
    monkeypatch.setattr(schedules, "WEEKS", weeks)
    moment = datetime.combine(monday, time(6), tzinfo=ZoneInfo(zone))
    for told in (moment, moment.astimezone(ZoneInfo("UTC"))):
        asked = monday_at(instance, told)
        assert isinstance(asked, dg.RunRequest)
        assert asked.partition_key == ended
    window = weeks.time_window_for_partition_key(ended)
    assert window.end.timestamp() < moment.timestamp()
    assert (moment.timestamp() - window.end.timestamp()) == 6 * 3600


def test_only_ended_weeks_that_were_run_are_looked_at_the_latest_first(used: dg.DagsterInstance) -> None:
    asked = look_at(used, date(2025, 10, 29))
    assert [one.partition_key for one in asked if isinstance(one, dg.RunRequest)] == ["2025-10-20", "2025-10-06"]


def test_each_day_looks_again_and_once(used: dg.DagsterInstance) -> None:
    days = [date(2025, 10, day) for day in (29, 29, 30)]
    keys = [[one.run_key for one in look_at(used, day) if isinstance(one, dg.RunRequest)] for day in days]
    assert keys[0] == keys[1]
    assert not set(keys[1]) & set(keys[2])


def test_nothing_is_looked_at_where_the_weeks_are_0_or_none_was_run(used: dg.DagsterInstance) -> None:
    assert "Of the last 1 week(s) none was ever run" in look_at(used, date(2025, 12, 24), weeks=1)
    assert "late_edits.weeks in volt.yaml is 0" in look_at(used, date(2025, 10, 29), weeks=0)
