"""What of a week's time is not in its data, and how reports say so. Not here: what of Fibery's answers is missing from one entity."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum


class Gap(StrEnum):
    """Why figures of a week may be less than its people's time."""

    SOME_PEOPLE = "some_people"
    OWN_ENTRIES = "own_entries"
    SOME_DAYS = "some_days"
    EXCLUDED = "excluded_people"
    FIBERY = "fibery"
    SO_FAR = "so_far"


GAP_WORDS = {
    Gap.SOME_PEOPLE: "only some people's time was fetched",
    Gap.OWN_ENTRIES: "only the time of the Toggl token's owner was seen",
    Gap.SOME_DAYS: "the CSV export covers only some days",
    Gap.EXCLUDED: "the time of people excluded by the configuration is left out",
    Gap.SO_FAR: "the time was fetched before the week had ended",
    Gap.FIBERY: "Fibery did not answer everything or lacked a configured database, so time may stand on no entity",
}


def time_gaps(
    *, only_users: Sequence[str], own_entries_only: bool, covered_days: Sequence[date] | None, excluded_seconds: int
) -> tuple[Gap, ...]:
    """What keeps a week's time from being everybody's of every day."""
    found = {
        Gap.SOME_PEOPLE: bool(only_users),
        Gap.OWN_ENTRIES: own_entries_only,
        Gap.SOME_DAYS: covered_days is not None,
        Gap.EXCLUDED: excluded_seconds > 0,
    }
    return tuple(gap for gap, is_there in found.items() if is_there)
