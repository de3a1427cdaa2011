"""What a run would send to a model about a stored week. Not here: the command's options and output, making a request's text."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from io_managers.week_store import WeekStore
from resources.clock import ClockResource
from resources.llm import LlmResource, ModelError
from resources.llm_preview import SentRequest, as_sent
from volt_assets.assets.common import frame_for
from volt_assets.assets.model_requests import person_drafts, requests_of, toggl_draft
from volt_assets.cli.errors import UsageProblem
from volt_assets.cli.stored import stored_value
from volt_assets.definitions import build_llm
from volt_assets.domain.acquaintances import toggl_people, week_people
from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.alignment import WorkAlignment
from volt_assets.domain.drafts import Report
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.people import UnknownPersonError, select_people
from volt_assets.domain.person_report import PersonReports, select_reports
from volt_assets.domain.pseudonyms import Acquaintance
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.team_report import write_team_summary
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings

TOGGL, TEAM = "toggl_summary", "team_summary"
Model = TypeVar("Model", bound=BaseModel)


class Preview(Value):
    """One request: of which report, about whom, for which section."""

    report: str
    subject: str
    section: str
    request: SentRequest


def preview_week(week: Week, settings: Settings, *, person: str | None, report: str | None) -> list[Preview]:
    """The requests for a week's reports, or for one of them. Raises UsageProblem for what is not stored or unknown."""
    stored = _Stored(week, settings)
    drafts: list[tuple[Report, Sequence[Acquaintance]]] = []
    if person is None and report in (None, TOGGL):
        drafts.append(stored.toggl())
    if person is not None or report is None:
        drafts += stored.persons(person)
    if person is None and report in (None, TEAM):
        drafts.append(stored.team())
    return asyncio.run(_previews(drafts, settings))


async def _previews(drafts: Sequence[tuple[Report, Sequence[Acquaintance]]], settings: Settings) -> list[Preview]:
    llm = keyless(settings)
    try:
        return [
            Preview(
                report=report.kind,
                subject=report.subject,
                section=request.section,
                request=await as_sent(llm, system=request.system, user=request.user),
            )
            for report, people in drafts
            for request in requests_of(report, settings, people)
        ]
    except ModelError as error:
        raise UsageProblem(f"{error.reason}.") from None


def keyless(settings: Settings) -> LlmResource:
    """The configured model as a run would ask it, whatever the provider, and without a key."""
    return build_llm(settings.model_copy(update={"llm": settings.llm.model_copy(update={"provider": "openai"})}), key="")


class _Stored:
    """A stored week, and what is written about it."""

    def __init__(self, week: Week, settings: Settings) -> None:
        zone = ZoneInfo(settings.week.timezone)
        so_far = ClockResource().now() < week.moments(zone)[1]
        self._week, self._settings, self._store = week, settings, WeekStore(settings.data)
        self._frame: Frame = frame_for(week, settings, so_far=so_far)

    def toggl(self) -> tuple[Report, Sequence[Acquaintance]]:
        """The Toggl summary, and who is in it."""
        aggregated = self._value("toggl_aggregated", TogglAggregated)
        return toggl_draft(self._store, aggregated, self._frame), toggl_people(aggregated, self._settings.people.named)

    def persons(self, wish: str | None) -> list[tuple[Report, Sequence[Acquaintance]]]:
        """Everybody's reports, or one person's."""
        data = self._value("enriched_data", EnrichedData)
        wanted = self._keys(data, wish)
        chosen = select_reports(data, None, wanted=(), no_report=self._settings.people.no_report).to_write
        keys = [key for key in chosen if key in wanted]
        if not keys:
            raise UsageProblem(f"--person: {wish} gets no report of their own: people.no_report in volt.yaml names them.")
        people = week_people(data, self._settings.people.aliases, self._settings.people.named)
        return [(draft, people) for draft in person_drafts(data, keys, self._frame, self._settings)]

    def team(self) -> tuple[Report, Sequence[Acquaintance]]:
        """The team's report."""
        data = self._value("enriched_data", EnrichedData)
        reports, alignment = self._value("person_reports", PersonReports), self._value("work_alignment", WorkAlignment)
        people = week_people(data, self._settings.people.aliases, self._settings.people.named)
        return write_team_summary(data, reports, alignment, self._frame), people

    def _keys(self, data: EnrichedData, wish: str | None) -> set[str]:
        if wish is None:
            return set(data.people)
        known = {key: one.person for key, one in data.people.items()}
        try:
            ids = {person.user_id for person in select_people([wish], known.values())}
        except UnknownPersonError as error:
            raise UsageProblem(f"--person: {error}") from None
        return {key for key, person in known.items() if person.user_id in ids}

    def _value(self, asset: str, model: type[Model]) -> Model:
        return stored_value(self._week, self._settings, asset, model)
