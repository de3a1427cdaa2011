"""What must hold before a CSV export is imported: each check raises UsageProblem, and nothing is written. Not here: storing, running."""

from collections.abc import Sequence
from datetime import date

from io_managers.week_store import StoreError, WeekStore
from volt_assets.cli.errors import UsageProblem
from volt_assets.cli.run_texts import counted
from volt_assets.domain.csv_days import FileDays, ToldBy, days_beside, days_in_name, days_of_entries
from volt_assets.domain.csv_export import ExportedRow
from volt_assets.domain.csv_people import unjudged
from volt_assets.domain.csv_plan import Removal, WeekImport
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.people import Person
from volt_assets.domain.weeks import Week
from volt_assets.partitions import first_and_last_week
from volt_assets.settings import PeopleSettings

NOTHING = "Nothing was imported."
MOST_NAMED = 10
SECONDS_IN_HOUR = 3600


def check_weeks(file: str, rows: Sequence[ExportedRow]) -> None:
    """Whether every entry lies in a week that there is. Raises UsageProblem for the first that does not."""
    first, last = first_and_last_week()
    outside = next((row for row in rows if not first <= Week.containing(row.start.date()).key <= last), None)
    if outside:
        raise UsageProblem(
            f"{file}: line {outside.line}, Start date: there is no week for {outside.start.date()}: weeks run from {first} (week.first in "
            f"volt.yaml) to {last}, the running one. Set week.first to an earlier Monday, or export other dates. {NOTHING}"
        )


def covered_days(file: str, rows: Sequence[ExportedRow], told: tuple[date, date] | None) -> FileDays:
    """The days that the file covers: as the user or its name says, else its entries' own.

    Raises UsageProblem for an entry on another day than those told.
    """
    days = FileDays(first=told[0], last=told[1], told_by=ToldBy.OPTIONS) if told else days_in_name(file)
    if days is None:
        return days_of_entries(row.start.date() for row in rows)
    outside = next((row for row in rows if row.start.date() not in days), None)
    if outside:
        raise UsageProblem(
            f"{file}: line {outside.line}, Start date: {outside.start.date()} is not in {days.first} to {days.last}, the days that the "
            f"file covers ({days.told_by}). Say with --from DAY --to DAY for which days it was exported. {NOTHING}"
        )
    return days


def check_days(file: str, days: FileDays, stored: Sequence[RawTogglData]) -> None:
    """Whether the file's days are known well enough: imported time beside them may have been moved or deleted. Raises UsageProblem."""
    beside = () if days.is_told else days_beside(stored, days)
    if beside:
        raise UsageProblem(
            f"{file}: its entries lie from {days.first} to {days.last}, and time is stored for {named([str(day) for day in beside])} of "
            "the same weeks, which it may cover too: then that time was moved or deleted meanwhile. Say with --from DAY --to DAY for which "
            f"days it was exported, or leave the name that Toggl gave it. {NOTHING}"
        )


def check_exclusions(file: str, people: Sequence[Person], configured: PeopleSettings) -> None:
    """Whether it can be told of everybody in the file if people.exclude or people.no_report means them. Raises UsageProblem."""
    excluded, silent = configured.exclude, configured.no_report
    doubts = (*unjudged(excluded, people), *unjudged(silent, people, settled=excluded))
    if doubts:
        reasons = "; ".join(f"{doubt.name} {doubt.reason}: {named([_called(person) for person in doubt.people])}" for doubt in doubts)
        raise UsageProblem(
            f"{file}: people.exclude or people.no_report cannot be judged: {reasons}. In volt.yaml, name whom you mean as it is told here. "
            f"If nobody of these is meant, --ignore-exclude goes on. {NOTHING}"
        )


def check_replacement(plans: Sequence[WeekImport], unreadable: Sequence[Week]) -> None:
    """Whether nothing better, and no stored time, would be replaced or removed. Raises UsageProblem with the weeks and the people."""
    fetched = [plan.week.key for plan in plans if plan.replaces_toggls]
    own = [plan for plan in plans if not plan.replaces_toggls]
    removed = [_removal_words(plan.week, removal) for plan in own for removal in sorted(plan.removals, key=lambda one: _name(one.person))]
    problems = [
        *([f"{', '.join(fetched)}: fetched from Toggl, which knows more than a CSV and whole weeks"] if fetched else []),
        *([f"{', '.join(week.key for week in unreadable)}: stored, but unreadable"] if unreadable else []),
        *([f"time would go that the file does not have: {named(removed)}"] if removed else []),
    ]
    if problems:
        hint = " If it was exported with a filter, export it without." if removed else ""
        raise UsageProblem(
            f"Stored data would be replaced: {'; '.join(problems)}. {NOTHING}{hint} "
            "--replace imports it all the same, and keeps a copy in history."
        )


def check_workspace(store: WeekStore, workspace_id: int | None, *, write: bool) -> None:
    """Whether the store is this workspace's, where one is set; it becomes so if it is nobody's yet. Raises UsageProblem."""
    if workspace_id is None or not (write or (store.root / "store.json").exists()):
        return
    try:
        store.bind(workspace_id)
    except StoreError as error:
        raise UsageProblem(f"{error} {NOTHING}") from None


def named(things: Sequence[str]) -> str:
    """The first of many, and how many more there are."""
    more = f" and {len(things) - MOST_NAMED} more" if len(things) > MOST_NAMED else ""
    return f"{', '.join(things[:MOST_NAMED])}{more}"


def _removal_words(week: Week, removal: Removal) -> str:
    time = f"{counted(removal.entries, 'entry', 'entries')}, {removal.seconds / SECONDS_IN_HOUR:.1f} h"
    return f"{_name(removal.person)} in week {week.key} ({time})"


def _name(person: Person) -> str:
    return person.name or person.key


def _called(person: Person) -> str:
    return f"{person.name} ({person.key})" if person.name else person.key
