"""Judgement over a stored week, recomputed from the files. Not here: what must never be stored (assets raise), the arithmetic."""

import contextlib
import warnings
from collections.abc import Callable, Iterable
from typing import TypeVar

import dagster as dg
from pydantic import BaseModel

from io_managers.json_io import WeekStoreResource, load_value
from io_managers.week_store import StoreError
from resources.clock import ClockResource
from volt_assets.assets.common import has_ended, week_of
from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.alignment import WorkAlignment
from volt_assets.domain.answered import check_databases
from volt_assets.domain.conservation import (
    Finding,
    check_aggregated,
    check_found,
    check_in_one_week,
    check_joined,
    check_not_empty,
    check_person_reports,
    check_quality,
    check_report,
    check_team,
)
from volt_assets.domain.coverage import CoverageReport
from volt_assets.domain.drafts import Report
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.grounding import judge_grounded
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.left_failed import judge_left_failed
from volt_assets.domain.matching import FiberyEntities
from volt_assets.domain.model_answers import judge_model_answers
from volt_assets.domain.person_report import PersonReports
from volt_assets.partitions import WEEKS
from volt_assets.settings import Settings
from volt_assets.week_data import left_failed

Model = TypeVar("Model", bound=BaseModel)
ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


class Stored:
    """A week's stored values, read when a check asks for them."""

    def __init__(
        self, context: dg.AssetCheckExecutionContext, store: WeekStoreResource, clock: ClockResource, hosts: tuple[str, ...]
    ) -> None:
        self.hosts = hosts
        self._week = week_of(context)
        self._store = store.for_run("check")
        self.so_far = not has_ended(context, clock.now())
        self.instance = context.instance

    def get(self, asset: str, model: type[Model], *, weeks_later: int = 0) -> Model:
        """An asset's value. Raises StoreError where there is none."""
        week = self._week.shifted(weeks_later).key
        value = load_value(self._store, week, asset, model)
        if value is None:
            raise StoreError(f"{asset} has no value for week {week}. Materialise it first.")
        return value

    def weeks_beside(self) -> list[RawTogglData]:
        """The entries of the stored weeks before and after."""
        found = []
        for step in (-1, 1):
            with contextlib.suppress(StoreError):
                found.append(self.get("raw_toggl_data", RawTogglData, weeks_later=step))
        return found

    @property
    def raw(self) -> RawTogglData:
        """The week's entries."""
        return self.get("raw_toggl_data", RawTogglData)


def _check(
    asset: str, name: str, description: str, judge: Callable[[Stored], Finding], severity: dg.AssetCheckSeverity = ERROR
) -> dg.AssetChecksDefinition:
    """A check of one week of one asset. ERROR: Volt or a service went wrong; WARN: the data want a look."""
    with warnings.catch_warnings():
        # Without partitions_def the UI shows a check's latest week only; the parameter is in preview in Dagster 1.13.
        warnings.filterwarnings("ignore", message=".*partitions_def.*", category=dg.PreviewWarning)

        @dg.asset_check(asset=asset, name=name, description=description, partitions_def=WEEKS)
        def check(
            context: dg.AssetCheckExecutionContext,
            store: WeekStoreResource,
            clock: ClockResource,
            settings: dg.ResourceParam[Settings],
        ) -> dg.AssetCheckResult:
            try:
                finding = judge(Stored(context, store, clock, settings.link_hosts))
            except StoreError as error:
                finding = Finding(passed=False, message=str(error), numbers={})
            told = dict(finding.numbers)
            grade = WARN if finding.warns else severity
            return dg.AssetCheckResult(passed=finding.passed, severity=grade, description=finding.message, metadata=told)

    return check


def _reports(stored: Stored) -> Finding:
    data = stored.get("enriched_data", EnrichedData)
    ids = {key: person.user_id for key, person in data.people.items()}
    return check_person_reports(stored.raw, stored.get("person_reports", PersonReports), ids)


def _team(stored: Stored) -> Finding:
    team = stored.get("team_summary", Report)
    return check_team(stored.get("enriched_data", EnrichedData), stored.get("person_reports", PersonReports), team)


def _found(stored: Stored) -> Finding:
    sums = stored.get("fibery_entities", FiberyEntities).statistics
    return check_found(sums.references, sums.entities)


def _persons_grounded(stored: Stored) -> Finding:
    persons = stored.get("person_reports", PersonReports)
    return judge_grounded(persons.reports.values(), stored.hosts, persons.user_ids)


def _grounded(asset: str, judge: Callable[[Stored], Finding]) -> dg.AssetChecksDefinition:
    return _check(
        asset,
        "grounded",
        "Reads the text itself, whoever wrote it: every figure, name, state and link is a fact of the report, told of whom it is about, "
        "and what adds up does as shown. An error means that the text must not be handed on; a warning, that the places named want a look.",
        judge,
    )


def _model_answers(asset: str, reports: Callable[[Stored], Iterable[Report]]) -> dg.AssetChecksDefinition:
    return _check(
        asset,
        "model_answers",
        "No section was left to the template although a model was asked for it. Warns only: a template's text is as true. "
        "The reasons are told, and `ask_again` in the run configuration asks once more.",
        lambda stored: judge_model_answers(reports(stored)),
        WARN,
    )


def _conserved(asset: str, what: str, judge: Callable[[Stored], Finding]) -> dg.AssetChecksDefinition:
    told = f"{what} Recomputed from the entries' ids in the stored files. An error means lost or doubled time: materialise {asset} again."
    return _check(asset, "seconds_conserved", told, judge)


CHECKS = (
    _model_answers("toggl_summary", lambda stored: [stored.get("toggl_summary", Report)]),
    _model_answers("person_reports", lambda stored: stored.get("person_reports", PersonReports).reports.values()),
    _model_answers("team_summary", lambda stored: [stored.get("team_summary", Report)]),
    _grounded("toggl_summary", lambda stored: judge_grounded([stored.get("toggl_summary", Report)], stored.hosts)),
    _grounded("person_reports", _persons_grounded),
    _grounded("team_summary", lambda stored: judge_grounded([stored.get("team_summary", Report)], stored.hosts)),
    _grounded("work_alignment", lambda stored: judge_grounded([stored.get("work_alignment", WorkAlignment).report], stored.hosts)),
    _grounded("coverage_report", lambda stored: judge_grounded([stored.get("coverage_report", CoverageReport).report], stored.hosts)),
    _check(
        "raw_toggl_data",
        "not_empty_by_surprise",
        "The week has entries, or the stored weeks beside it have none either. An error means that the token may see too little.",
        lambda stored: check_not_empty(stored.raw, [week.statistics.entries for week in stored.weeks_beside()]),
    ),
    _check(
        "raw_toggl_data",
        "entries_in_one_week",
        "No entry is in the stored week before or after as well: its time would count twice. An error names the weeks to run again.",
        lambda stored: check_in_one_week(stored.raw, stored.weeks_beside()),
    ),
    _conserved(
        "toggl_aggregated",
        "Every entry of raw_toggl_data is here once, with its seconds.",
        lambda stored: check_aggregated(stored.raw, stored.get("toggl_aggregated", TogglAggregated)),
    ),
    _check(
        "toggl_aggregated",
        "data_quality",
        "Nothing in the entries is for their owners to correct in Toggl: overlaps, entries and days that are too long, timers still on, "
        "too much time that names no entity. Warns only, and no hour is changed by it; people are told by user id.",
        lambda stored: check_quality(stored.get("toggl_aggregated", TogglAggregated), so_far=stored.so_far),
        WARN,
    ),
    _conserved(
        "toggl_summary",
        "The rows of the Toggl report account for every entry once.",
        lambda stored: check_report(stored.raw, stored.get("toggl_summary", Report)),
    ),
    _check(
        "fibery_entities",
        "entities_found",
        "At least one entity was found, if descriptions refer to any. An error means that workspace, rights or configuration are wrong.",
        _found,
    ),
    _check(
        "fibery_entities",
        "databases_answered",
        "Every configured database is in Fibery, and every one that was asked has answered. Warns only: names them, the time that this "
        "concerns, and what to do.",
        lambda stored: check_databases(stored.get("fibery_entities", FiberyEntities)),
        WARN,
    ),
    _conserved(
        "enriched_data",
        "Every entry of raw_toggl_data is here once, with its seconds, on an entity or on none.",
        lambda stored: check_joined(stored.raw, stored.get("enriched_data", EnrichedData)),
    ),
    _conserved("person_reports", "Each report accounts for every entry of its person once.", _reports),
    _conserved(
        "team_summary",
        "The rows of the team report account for every entry once.",
        lambda stored: check_report(stored.raw, stored.get("team_summary", Report)),
    ),
    _check(
        "team_summary",
        "persons_add_up",
        "The persons' reports, with the people who get none, add up to the team's. An error means that they were made of different data: "
        "materialise person_reports and team_summary again.",
        _team,
    ),
    _check(
        "report_site",
        "no_week_left_failed",
        "No week, this or another one, is left with a run that failed and was not made good. Warns only: names the weeks, the latest "
        "first, and how to run them again.",
        lambda stored: judge_left_failed(left_failed(stored.instance)),
        WARN,
    ),
)
