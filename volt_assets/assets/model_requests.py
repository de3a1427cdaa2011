"""What a model would be sent about a week: the drafts of its reports, a request for each section. Not here: asking, what comes of it.

Assets and `volt-agent preview` make the same requests of the same code.
"""

from collections.abc import Iterable, Sequence

from io_managers.week_store import WeekStore
from volt_assets.assets.earlier import toggl_week_before
from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.alignment_rules import judge
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.person_report import write_person_report
from volt_assets.domain.phrasing import PhrasingRequest, phrasing_request, prompt_for
from volt_assets.domain.pseudonyms import Acquaintance, Privacy
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.toggl_report import write_toggl_summary
from volt_assets.settings import Settings


def request_for(report: Report, section: Section, settings: Settings, people: Sequence[Acquaintance]) -> PhrasingRequest:
    """What a model is sent for a section; `people` are all whose names must not be in it."""
    privacy = Privacy(people=tuple(people), pseudonyms=settings.llm.pseudonyms, comments=settings.llm.comments)
    return phrasing_request(report, section, prompt_for(settings.prompts, report, section), privacy)


def requests_of(report: Report, settings: Settings, people: Sequence[Acquaintance]) -> list[PhrasingRequest]:
    """What a model is sent for a report: a request for each section that it may phrase."""
    return [request_for(report, section, settings, people) for section in report.sections if section.phrasable]


def toggl_draft(store: WeekStore, aggregated: TogglAggregated, frame: Frame) -> Report:
    """The Toggl summary in the templates' words, compared with the stored week before."""
    return write_toggl_summary(aggregated, frame, toggl_week_before(store, aggregated.week))


def person_drafts(data: EnrichedData, keys: Iterable[str], frame: Frame, settings: Settings) -> list[Report]:
    """These people's reports in the templates' words."""
    alignments = judge(data, frame, settings.alignment.limits)
    return [write_person_report(data, key, frame, alignments) for key in keys]
