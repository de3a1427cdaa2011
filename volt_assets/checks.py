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
from volt_assets.domain.matching import FiberyEntities
from volt_assets.domain.model_answers import judge_model_answers
from volt_assets.domain.person_report import PersonReports
from volt_assets.partitions import WEEKS
from volt_assets.settings import Settings

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


def _grounded(asset: str, reports: Callable[[Stored], Iterable[Report]]) -> dg.AssetChecksDefinition:
    return _check(
        asset,
        "grounded",
        "Every figure, name, state and link in the text is a fact of the report, told of whom it is about, and what adds up does as shown.",
        lambda stored: judge_grounded(reports(stored), stored.hosts),
    )


def _model_answers(asset: str, reports: Callable[[Stored], Iterable[Report]]) -> dg.AssetChecksDefinition:
    return _check(
        asset,
        "model_answers",
        "No section was left to the template because a model failed, or the run's budget for it was used up.",
        lambda stored: judge_model_answers(reports(stored)),
        WARN,
    )


CHECKS = (
    _model_answers("toggl_summary", lambda stored: [stored.get("toggl_summary", Report)]),
    _model_answers("person_reports", lambda stored: stored.get("person_reports", PersonReports).reports.values()),
    _model_answers("team_summary", lambda stored: [stored.get("team_summary", Report)]),
    _grounded("toggl_summary", lambda stored: [stored.get("toggl_summary", Report)]),
    _grounded("person_reports", lambda stored: stored.get("person_reports", PersonReports).reports.values()),
    _grounded("team_summary", lambda stored: [stored.get("team_summary", Report)]),
    _grounded("work_alignment", lambda stored: [stored.get("work_alignment", WorkAlignment).report]),
    _grounded("coverage_report", lambda stored: [stored.get("coverage_report", CoverageReport).report]),
    _check(
        "raw_toggl_data",
        "not_empty_by_surprise",
        "A week without entries whose neighbours have some.",
        lambda stored: check_not_empty(stored.raw, [week.statistics.entries for week in stored.weeks_beside()]),
    ),
    _check(
        "raw_toggl_data",
        "entries_in_one_week",
        "No entry is in the stored week before or after as well: its time would count twice.",
        lambda stored: check_in_one_week(stored.raw, stored.weeks_beside()),
    ),
    _check(
        "toggl_aggregated",
        "seconds_conserved",
        "Every entry of raw_toggl_data is here once, with its seconds.",
        lambda stored: check_aggregated(stored.raw, stored.get("toggl_aggregated", TogglAggregated)),
    ),
    _check(
        "toggl_aggregated",
        "data_quality",
        "Overlaps, entries and days that are too long, timers still on, and how much names no entity. No hour is changed by it.",
        lambda stored: check_quality(stored.get("toggl_aggregated", TogglAggregated), so_far=stored.so_far),
        WARN,
    ),
    _check(
        "toggl_summary",
        "seconds_conserved",
        "The rows of the Toggl report account for every entry once.",
        lambda stored: check_report(stored.raw, stored.get("toggl_summary", Report)),
    ),
    _check("fibery_entities", "entities_found", "No entity at all although descriptions refer to some.", _found),
    _check(
        "fibery_entities",
        "databases_answered",
        "Configured databases that Fibery does not have, and those that could not be asked, with the time that this concerns.",
        lambda stored: check_databases(stored.get("fibery_entities", FiberyEntities)),
        WARN,
    ),
    _check(
        "enriched_data",
        "seconds_conserved",
        "Every entry of raw_toggl_data is here once, with its seconds.",
        lambda stored: check_joined(stored.raw, stored.get("enriched_data", EnrichedData)),
    ),
    _check("person_reports", "seconds_conserved", "Each report accounts for every entry of its person once.", _reports),
    _check(
        "team_summary",
        "seconds_conserved",
        "The rows of the team report account for every entry once.",
        lambda stored: check_report(stored.raw, stored.get("team_summary", Report)),
    ),
    _check("team_summary", "persons_add_up", "The persons' reports add up to the team's.", _team),
)
