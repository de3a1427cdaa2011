"""A CSV export stored as weeks, and what follows from them run. Not here: reading the file, ids, what a week holds then (the domain)."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4
from zoneinfo import ZoneInfo

import dagster as dg
from rich.console import Console

from io_managers.json_io import dump_json, load_previous
from io_managers.week_store import StoreError, WeekStore
from volt_assets.assets.toggl import unknown_people
from volt_assets.assets.toggl_metadata import raw_metadata
from volt_assets.cli.errors import RunProblem, UsageProblem
from volt_assets.cli.instance import prepare_home
from volt_assets.cli.weeks import run_weeks
from volt_assets.definitions import build_definitions
from volt_assets.domain.csv_entries import WeekImport, export_entries, plan_weeks
from volt_assets.domain.csv_export import ExportedRow
from volt_assets.domain.entries import DataSource, RawTogglData, TimeEntry, people_of
from volt_assets.domain.people import Person
from volt_assets.domain.weeks import Week, weeks_between
from volt_assets.partitions import first_and_last_week
from volt_assets.settings import Settings, missing_variables

RAW = "raw_toggl_data"
TOGGL_SIDE = ("toggl_aggregated", "toggl_summary")
SECONDS_IN_HOUR = 3600
MOST_NAMED = 10


@dataclass(frozen=True)
class CsvImport:
    """One import: the file's rows, and where they go."""

    file: str
    rows: tuple[ExportedRow, ...]
    zone: ZoneInfo
    environment: Mapping[str, str]
    settings: Settings
    output_dir: str | None

    def carry_out(self, *, replace: bool, dry_run: bool) -> None:
        """Stores the file's weeks and runs what follows from them, or only says what would be stored.

        Raises UsageProblem before anything is written, RunProblem where a run fails.
        """
        console = Console(highlight=False, soft_wrap=True)
        check_weeks(self.file, self.rows)
        store = WeekStore(self.settings.data, f"import-csv-{uuid4()}")
        entries = export_entries(self.rows, self.zone)
        stored, unreadable = stored_weeks(store, entries)
        plans = plan_weeks(entries, stored, workspace_id=self._workspace_id, exclude=self.settings.people.exclude)
        if not replace:
            check_replacement(plans, unreadable)
        if not dry_run:
            prepare_home(self.environment)
        check_workspace(store, self._workspace_id, write=not dry_run)
        for line in self._lines(plans, people_of(entries), dry_run=dry_run):
            console.print(line, markup=False)
        if not dry_run:
            self._store(store, plans, people_of(entries))
            self._run([plan.week for plan in plans], console)

    @property
    def _workspace_id(self) -> int | None:
        return int(self.settings.toggl_workspace_id) if self.settings.toggl_workspace_id else None

    def _lines(self, plans: Sequence[WeekImport], people: Sequence[Person], *, dry_run: bool) -> list[str]:
        told = unknown_people(self.settings.people, people)
        days = sorted(row.start.date() for row in self.rows)
        return [
            f"{self.file}: {counted(len(self.rows), 'entry', 'entries')} from {days[0]} to {days[-1]}, "
            f"with times as in {self.zone.key}. Store: {self.settings.data}",
            *(f"people.exclude or people.no_report names nobody in the file: {names.value}" for names in told.values()),
            *(week_line(plan) for plan in plans),
            *(["Nothing was written: this was a dry run."] if dry_run else []),
        ]

    def _store(self, store: WeekStore, plans: Sequence[WeekImport], people: Sequence[Person]) -> None:
        """Writes each week as the IO manager would, and tells Dagster, so that the UI shows it."""
        told = {"source": dg.MetadataValue.text(DataSource.CSV.value), "timezone": dg.MetadataValue.text(self.zone.key)}
        with dg.DagsterInstance.get() as instance:
            for plan in plans:
                try:
                    store.write(plan.week.key, f"{RAW}.json", dump_json(plan.data))
                except (StoreError, OSError) as error:
                    raise RunProblem(f"Week {plan.week.key} could not be stored: {error} The weeks before it are imported.") from None
                metadata = {**raw_metadata(plan.data, plan.stored), **unknown_people(self.settings.people, people), **told}
                instance.report_runless_asset_event(
                    dg.AssetMaterialization(asset_key=RAW, partition=plan.week.key, metadata={**metadata, "file": self.file})
                )

    def _run(self, weeks: Sequence[Week], console: Console) -> None:
        missing = missing_variables(self.environment, self.settings, toggl=False)
        run_weeks(weeks, self.settings, users=(), start_from="toggl", only=TOGGL_SIDE if missing else everything_after(self.settings))
        if missing:
            console.print(f"Fibery was not asked. Set {', '.join(missing)} in .env (see .env.example), then:", markup=False)
            for command in next_commands(weeks, self.output_dir):
                console.print(f"  {command}", markup=False)


def check_weeks(file: str, rows: Sequence[ExportedRow]) -> None:
    """Whether every entry lies in a week that there is. Raises UsageProblem for the first that does not."""
    first, last = first_and_last_week()
    outside = next((row for row in rows if not first <= Week.containing(row.start.date()).key <= last), None)
    if outside:
        raise UsageProblem(
            f"{file}: line {outside.line}, Start date: there is no week for {outside.start.date()}: weeks run from {first} (week.first in "
            f"volt.yaml) to {last}, the running one. Set week.first to an earlier Monday, or export other dates. Nothing was imported."
        )


def stored_weeks(store: WeekStore, entries: Sequence[TimeEntry]) -> tuple[dict[Week, RawTogglData], list[Week]]:
    """What the weeks from the first entry to the last hold already, and those of them that cannot be read."""
    days = [entry.day for entry in entries]
    found = {week: load_previous(store, week.key, RAW, RawTogglData) for week in weeks_between(min(days), max(days))}
    held = {week: previous.value for week, previous in found.items() if previous.value is not None}
    return held, [week for week, previous in found.items() if previous.unreadable]


def check_replacement(plans: Sequence[WeekImport], unreadable: Sequence[Week]) -> None:
    """Whether nothing better, and nobody else's time, would be replaced. Raises UsageProblem with the weeks and the people."""
    fetched = [plan.week.key for plan in plans if plan.replaces_toggls]
    own = [plan for plan in plans if not plan.replaces_toggls]
    absent = [f"{name} in week {plan.week.key}" for plan in own for name in sorted(person.name or person.key for person in plan.absent)]
    more = f" and {len(absent) - MOST_NAMED} more" if len(absent) > MOST_NAMED else ""
    problems = [
        *([f"{', '.join(fetched)}: fetched from Toggl, which knows more than a CSV and whole weeks"] if fetched else []),
        *([f"{', '.join(week.key for week in unreadable)}: stored, but unreadable"] if unreadable else []),
        *([f"time would go of people whom the file does not name: {', '.join(absent[:MOST_NAMED])}{more}"] if absent else []),
    ]
    if problems:
        raise UsageProblem(
            f"Stored data would be replaced: {'; '.join(problems)}. Nothing was imported. "
            "--replace imports it all the same, and keeps a copy in history."
        )


def check_workspace(store: WeekStore, workspace_id: int | None, *, write: bool) -> None:
    """Whether the store is this workspace's, where one is set; it becomes so if it is nobody's yet. Raises UsageProblem."""
    if workspace_id is None or not (write or (store.root / "store.json").exists()):
        return
    try:
        store.bind(workspace_id)
    except StoreError as error:
        raise UsageProblem(f"{error} Nothing was imported.") from None


def week_line(plan: WeekImport) -> str:
    """A week after the import, and what changes in it."""
    sums, changes = plan.data.statistics, plan.changes
    held = [counted(sums.entries, "entry", "entries"), f"{sums.seconds / SECONDS_IN_HOUR:.1f} h of {people_words(plan.data)}"]
    extras = [f"{len(plan.data.running)} still running"] if plan.data.running else []
    if sums.excluded_entries:
        extras.append(f"{sums.excluded_entries} of excluded people left out")
    drift = f"{changes.added} added, {changes.changed} changed, {changes.removed} removed, {changes.seconds / SECONDS_IN_HOUR:+.1f} h"
    return f"Week {plan.week.key}: {', '.join([*held, *extras])} ({drift})"


def people_words(data: RawTogglData) -> str:
    """How many people have an entry."""
    return counted(len(people_of(data.entries)), "person", "people")


def counted(number: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"{number} {one if number == 1 else many}"


def everything_after(settings: Settings) -> list[str]:
    """All assets but the one that asks Toggl."""
    job = build_definitions(settings=settings).resolve_job_def("weekly_reports")
    return sorted({key.to_user_string() for key in job.asset_layer.executable_asset_keys} - {RAW})


def next_commands(weeks: Sequence[Week], output_dir: str | None) -> list[str]:
    """What runs the Fibery side of these weeks: a command for each unbroken range."""
    elsewhere = f" --output-dir {shlex.quote(output_dir)}" if output_dir else ""
    starts = [week for week in weeks if week.shifted(-1) not in weeks]
    ends = [week for week in weeks if week.shifted(1) not in weeks]
    return [
        f"volt-agent run --start-from fibery --start-date {first.key} --end-date {last.sunday}{elsewhere}"
        for first, last in zip(starts, ends, strict=True)
    ]
