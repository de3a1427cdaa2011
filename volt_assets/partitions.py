"""Which weeks there are. Not here: anything else; this is the one module that reads the settings when it is imported."""

import dagster as dg

from volt_assets.domain.weeks import Week
from volt_assets.settings import WeekSettings, load_settings


def build_weeks(week: WeekSettings) -> dg.WeeklyPartitionsDefinition:
    """Monday weeks in the configured zone, the running one included so that it can be looked at."""
    return dg.WeeklyPartitionsDefinition(start_date=week.first.isoformat(), timezone=week.timezone, day_offset=1, end_offset=1)


WEEKS = build_weeks(load_settings().week)


def is_week(week: Week) -> bool:
    """Whether a week is a partition. Keys that do not come from Dagster must be asked for here."""
    return WEEKS.has_partition_key(week.key)


def first_and_last_week() -> tuple[str, str]:
    """The keys of the first week and of the running one."""
    return WEEKS.get_first_partition_key() or "", WEEKS.get_last_partition_key() or ""
