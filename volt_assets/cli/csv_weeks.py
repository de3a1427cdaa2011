"""A CSV export stored as weeks, and what follows from them run. Not here: reading the file, checks, what a week holds then."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from uuid import uuid4
from zoneinfo import ZoneInfo

import dagster as dg
from rich.console import Console

from io_managers.json_io import dump_json, load_previous
from io_managers.week_lock import holding_week
from io_managers.week_store import StoreError, WeekStore
from volt_assets.assets.publishing import PAGE_FOLDER, REPORT_FOLDER
from volt_assets.assets.toggl import unknown_people
from volt_assets.assets.toggl_metadata import raw_metadata
from volt_assets.assets.versions import version_tags
from volt_assets.cli.csv_checks import (
    SECONDS_IN_HOUR,
    check_days,
    check_exclusions,
    check_replacement,
    check_weeks,
    check_workspace,
    covered_days,
)
from volt_assets.cli.errors import RunProblem
from volt_assets.cli.instance import open_instance, prepare_home
from volt_assets.cli.run_texts import counted
from volt_assets.cli.weeks import JOBS, run_weeks
from volt_assets.definitions import build_definitions
from volt_assets.domain.csv_days import FileDays
from volt_assets.domain.csv_entries import export_entries
from volt_assets.domain.csv_export import ExportedRow
from volt_assets.domain.csv_plan import WeekImport, plan_weeks
from volt_assets.domain.entries import DataSource, RawTogglData, people_of
from volt_assets.domain.people import Person
from volt_assets.domain.weeks import Week, weeks_between
from volt_assets.partitions import first_and_last_week
from volt_assets.settings import Settings, missing_variables

RAW = "raw_toggl_data"
TOGGL_SIDE = ("toggl_aggregated", "toggl_summary")


@dataclass(frozen=True)
class StoredWeek:
    """What a week holds before the import: the bytes, and the data in them. There may be none that can be read."""

    content: bytes | None
    data: RawTogglData | None

    @property
    def is_unreadable(self) -> bool:
        """Whether there is a file with no such data in it."""
        return self.content is not None and self.data is None


@dataclass(frozen=True)
class Consent:
    """What the user has agreed to: replacing better data or removing time, and exclusions that cannot be judged."""

    replace: bool = False
    ignore_exclude: bool = False


@dataclass(frozen=True)
class CsvImport:
    """One import: the file's rows, and where they go."""

    file: str
    rows: tuple[ExportedRow, ...]
    zone: ZoneInfo
    environment: Mapping[str, str]
    settings: Settings
    output_dir: str | None
    told_days: tuple[date, date] | None = None

    def carry_out(self, consent: Consent, *, dry_run: bool) -> None:
        """Stores the file's weeks and runs what follows from them, or only says what would be stored.

        Raises UsageProblem before anything is written, RunProblem where a run fails.
        """
        console = Console(highlight=False, soft_wrap=True)
        check_weeks(self.file, self.rows)
        days = covered_days(self.file, self.rows, self.told_days)
        store = WeekStore(self.settings.data, f"import-csv-{uuid4()}")
        stored = stored_weeks(store, days)
        people, plans = self._plan(days, stored, consent)
        if not dry_run:
            prepare_home(self.environment)
        check_workspace(store, self._workspace_id, write=not dry_run)
        for line in self._lines(plans, days, people, dry_run=dry_run):
            console.print(line, markup=False)
        if not dry_run:
            self._store(store, plans, stored, people, console)
            self._run([plan.week for plan in plans], console)

    def _plan(
        self, days: FileDays, stored: Mapping[Week, StoredWeek], consent: Consent
    ) -> tuple[tuple[Person, ...], tuple[WeekImport, ...]]:
        """Everybody in the file, and what its weeks would hold. Raises UsageProblem for what the user should agree to first."""
        held = {week: one.data for week, one in stored.items() if one.data is not None}
        check_days(self.file, days, list(held.values()))
        entries = export_entries(self.rows, self.zone)
        people = people_of(entries)
        if not consent.ignore_exclude:
            check_exclusions(self.file, people, self.settings.people)
        plans = plan_weeks(entries, held, days, workspace_id=self._workspace_id, exclude=self.settings.people.exclude)
        if not consent.replace:
            check_replacement(plans, [week for week, one in stored.items() if one.is_unreadable])
        return people, plans

    @property
    def _workspace_id(self) -> int | None:
        return int(self.settings.toggl_workspace_id) if self.settings.toggl_workspace_id else None

    def _lines(self, plans: Sequence[WeekImport], days: FileDays, people: Sequence[Person], *, dry_run: bool) -> list[str]:
        told = unknown_people(self.settings.people, people)
        return [
            f"{self.file}: {counted(len(self.rows), 'entry', 'entries')}, covering {days.first} to {days.last} ({days.told_by}), "
            f"with times as in {self.zone.key}. Store: {self.settings.data}",
            *(f"people.exclude or people.no_report names nobody in the file: {names.value}" for names in told.values()),
            *(week_line(plan) for plan in plans),
            *(["Nothing was written: this was a dry run."] if dry_run else []),
        ]

    def _store(
        self,
        store: WeekStore,
        plans: Sequence[WeekImport],
        stored: Mapping[Week, StoredWeek],
        people: Sequence[Person],
        console: Console,
    ) -> None:
        """Writes each week as the IO manager would, and tells Dagster, so that the UI shows it."""
        told = {"source": dg.MetadataValue.text(DataSource.CSV.value), "timezone": dg.MetadataValue.text(self.zone.key)}
        later = frozenset() if self._runs_fibery else fibery_side(self.settings)
        with open_instance() as instance:
            for plan in plans:
                before = stored[plan.week].content if plan.week in stored else None
                for line in replace_week(store, plan, before, later, tell=lambda line: console.print(line, markup=False)):
                    console.print(line, markup=False)
                metadata = {**raw_metadata(plan.data, plan.stored), **unknown_people(self.settings.people, people), **told}
                metadata["file"] = dg.MetadataValue.text(self.file)
                tags = version_tags(RAW, dump_json(plan.data), self.settings)
                instance.report_runless_asset_event(
                    dg.AssetMaterialization(asset_key=RAW, partition=plan.week.key, metadata=metadata, tags=tags)
                )

    @property
    def _runs_fibery(self) -> bool:
        return not missing_variables(self.environment, self.settings, toggl=False)

    def _run(self, weeks: Sequence[Week], console: Console) -> None:
        only = everything_after(self.settings) if self._runs_fibery else TOGGL_SIDE
        run_weeks(weeks, self.settings, users=(), start_from="toggl", only=only)
        if not self._runs_fibery:
            missing = missing_variables(self.environment, self.settings, toggl=False)
            console.print(f"Fibery was not asked. Set {', '.join(missing)} in .env (see .env.example), then:", markup=False)
            for command in next_commands(weeks, self.output_dir):
                console.print(f"  {command}", markup=False)


def stored_weeks(store: WeekStore, days: FileDays) -> dict[Week, StoredWeek]:
    """What the weeks that these days touch hold already, as far as they hold anything. Days of no week are passed over."""
    first, last = map(Week.from_key, first_and_last_week())
    found = {}
    for week in weeks_between(max(days.first, first.monday), min(days.last, last.sunday)):
        content = store.read(week.key, f"{RAW}.json")
        if content is not None:
            found[week] = StoredWeek(content, load_previous(store, week.key, RAW, RawTogglData).value)
    return found


def replace_week(
    store: WeekStore, plan: WeekImport, before: bytes | None, later: frozenset[str], *, tell: Callable[[str], None]
) -> list[str]:
    """Stores a week, and retires the files of these later assets if that changes it. Says which. Waits for a run of the week.

    Raises RunProblem where the week cannot be stored, or is not what the plan was made on any more.
    """
    try:
        with holding_week(store, week := plan.week.key, tell=tell):
            done = store.replace(week, f"{RAW}.json", dump_json(plan.data), expected=before, outdates=lambda name: is_of(name, later))
    except (StoreError, OSError) as error:
        raise RunProblem(f"Week {plan.week.key} could not be stored: {error} The weeks before it are imported.") from None
    name, files = f"Week {plan.week.key}", counted(len(done.retired), "file", "files")
    return [
        *([f"{name}: {files} of the Fibery side no longer fit and went to history"] if done.retired else []),
        *([f"{name}: edited by hand and left alone, though they may no longer fit: {', '.join(done.edited)}"] if done.edited else []),
    ]


def is_of(name: str, assets: frozenset[str]) -> bool:
    """Whether a week's file belongs to these assets of the Fibery side: a value, its report, a page."""
    in_folder = name.startswith((f"{REPORT_FOLDER}/individual/", f"{PAGE_FOLDER}/"))
    return bool(assets) and (in_folder or PurePosixPath(name).name.partition(".")[0] in assets)


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


def everything_after(settings: Settings) -> list[str]:
    """All assets but the one that asks Toggl."""
    job = build_definitions(settings=settings).resolve_job_def("weekly_reports")
    return sorted({key.to_user_string() for key in job.asset_layer.executable_asset_keys} - {RAW})


def fibery_side(settings: Settings) -> frozenset[str]:
    """The names of the assets that ask Fibery or build on its answers."""
    job = build_definitions(settings=settings).resolve_job_def(JOBS["fibery"])
    return frozenset(key.to_user_string() for key in job.asset_layer.executable_asset_keys)


def next_commands(weeks: Sequence[Week], output_dir: str | None) -> list[str]:
    """What runs the Fibery side of these weeks: a command for each unbroken range."""
    elsewhere = f" --output-dir {shlex.quote(output_dir)}" if output_dir else ""
    starts = [week for week in weeks if week.shifted(-1) not in weeks]
    ends = [week for week in weeks if week.shifted(1) not in weeks]
    return [
        f"volt-agent run --start-from fibery --start-date {first.key} --end-date {last.sunday}{elsewhere}"
        for first, last in zip(starts, ends, strict=True)
    ]
