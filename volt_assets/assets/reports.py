"""The reports about people and their pages. Not here: what they say (the domain), how pages look (the site)."""

from collections.abc import Sequence

import dagster as dg

from io_managers.json_io import WeekStoreResource, load_previous
from io_managers.week_index import rebuild_index
from resources.clock import ClockResource
from resources.llm import LlmResource
from volt_assets.assets.common import (
    OWNERS,
    REPORT_FOLDER,
    AskAgain,
    Metadata,
    ReportsFilter,
    Stopwatch,
    frame_of,
    hours,
    publication_metadata,
    publish_report,
    work_metadata,
)
from volt_assets.assets.model_requests import person_drafts, toggl_draft
from volt_assets.assets.phrasing import phraser_for
from volt_assets.domain.acquaintances import toggl_people, week_people
from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.alignment import WorkAlignment
from volt_assets.domain.coverage import CoverageReport
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.entry_lines import entry_lines
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.person_report import PersonReports, select_reports
from volt_assets.domain.report_file import figures_file, report_json
from volt_assets.domain.team_report import write_team_summary
from volt_assets.domain.week_summary import summary_of
from volt_assets.partitions import WEEKS
from volt_assets.settings import Settings
from volt_assets.site.pages import Page, ReportSite, build_site
from volt_assets.site.weeks import SUMMARY, weeks_pages

PAGES_FOLDER = f"{REPORT_FOLDER}/html"


@dg.asset(group_name="toggl", kinds={"markdown"}, owners=OWNERS, partitions_def=WEEKS)
async def toggl_summary(
    context: dg.AssetExecutionContext,
    config: AskAgain,
    toggl_aggregated: TogglAggregated,
    store: WeekStoreResource,
    llm: LlmResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[Report]:
    """The Toggl report: executive summary, people, entities, other activities, time distribution.

    From toggl_aggregated, and the stored one of the week before. Published as toggl_summary.md.
    """
    watch, folder = Stopwatch(), store.for_run(context.run.run_id)
    phraser = phraser_for(context, llm, store, settings, toggl_people(toggl_aggregated, settings.people.named), ask_again=config.ask_again)
    draft = toggl_draft(folder, toggl_aggregated, frame_of(context, settings, clock.now()))
    report = await phraser.phrase(draft)
    metadata = publish_report(context, store, report)
    return dg.MaterializeResult(value=report, metadata={**metadata, **phraser.metadata(), **work_metadata(watch)})


@dg.asset(group_name="fibery", kinds={"markdown"}, owners=OWNERS, partitions_def=WEEKS)
async def person_reports(
    context: dg.AssetExecutionContext,
    config: ReportsFilter,
    enriched_data: EnrichedData,
    store: WeekStoreResource,
    llm: LlmResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[PersonReports]:
    """One report per person: summary, entities by type with their context, other activities, work patterns.

    From enriched_data. With `users`, only these people's reports are written again. Published as `individual/<name>-<id>.md`.
    """
    watch, folder, frame = Stopwatch(), store.for_run(context.run.run_id), frame_of(context, settings, clock.now())
    people = week_people(enriched_data, settings.people.aliases, settings.people.named)
    phraser = phraser_for(context, llm, store, settings, people, ask_again=config.ask_again)
    previous = load_previous(folder, context.partition_key, "person_reports", PersonReports, only=config.users)
    chosen = select_reports(enriched_data, previous.value, wanted=config.users, no_report=settings.people.no_report)
    drafts = person_drafts(enriched_data, chosen.to_write, frame, settings)
    reports = chosen.merged(await phraser.phrase_all(drafts))
    files = {name: text for key, report in reports.reports.items() for name, text in _files(reports.files[key], report).items()}
    published = folder.publish(context.partition_key, f"{REPORT_FOLDER}/individual", files)
    metadata = publication_metadata(folder, context.partition_key, published)
    counts = work_metadata(watch, people=len(reports.reports), reports_written=len(drafts))
    asked = phraser.metadata({key: person.user_id for key, person in enriched_data.people.items()})
    told = {**metadata, **_accounted(reports), **asked, **previous.metadata, **counts}
    return dg.MaterializeResult(value=reports, metadata=told)


@dg.asset(group_name="fibery", kinds={"markdown"}, owners=OWNERS, partitions_def=WEEKS)
async def team_summary(
    context: dg.AssetExecutionContext,
    config: AskAgain,
    enriched_data: EnrichedData,
    person_reports: PersonReports,
    work_alignment: WorkAlignment,
    store: WeekStoreResource,
    llm: LlmResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[Report]:
    """The team report: what got the time, what was completed, patterns, allocation, recommendations.

    From enriched_data, person_reports and work_alignment. Published as team_summary.md.
    """
    watch, people = Stopwatch(), week_people(enriched_data, settings.people.aliases, settings.people.named)
    phraser = phraser_for(context, llm, store, settings, people, ask_again=config.ask_again)
    draft = write_team_summary(enriched_data, person_reports, work_alignment, frame_of(context, settings, clock.now()))
    report = await phraser.phrase(draft)
    metadata = publish_report(context, store, report)
    return dg.MaterializeResult(value=report, metadata={**metadata, **phraser.metadata(), **work_metadata(watch)})


@dg.asset(group_name="fibery", kinds={"html"}, owners=OWNERS, partitions_def=WEEKS)
def report_site(
    context: dg.AssetExecutionContext,
    raw_toggl_data: RawTogglData,
    toggl_summary: Report,
    team_summary: Report,
    person_reports: PersonReports,
    work_alignment: WorkAlignment,
    coverage_report: CoverageReport,
    store: WeekStoreResource,
) -> dg.MaterializeResult[ReportSite]:
    """The week as HTML pages with charts: at a glance, a page per report, what each figure comes from. Nothing is loaded from anywhere.

    From all reports, and raw_toggl_data for the entries behind their figures; a Markdown file that a person edited is shown as edited.
    Published in the folder html; the list of all weeks, weeks/index.html, is made anew.
    """
    watch, folder, week = Stopwatch(), store.for_run(context.run.run_id), context.partition_key
    pages = week_pages([team_summary, toggl_summary, work_alignment.report, coverage_report.report], person_reports)
    edited = {name: (folder.read(week, name) or b"").decode(errors="replace") for name in folder.edited_files(week)}
    site = build_site(pages, edited, entry_lines(raw_toggl_data.entries))
    summary = summary_of(team_summary, pages=len(site.pages))
    published = folder.publish(week, PAGES_FOLDER, {**site.html, SUMMARY: summary.model_dump_json(indent=2) + "\n"})
    rebuild_index(folder, f"{PAGES_FOLDER}/{SUMMARY}", lambda stored: weeks_pages(stored, PAGES_FOLDER))
    metadata = {"pages": dg.MetadataValue.int(len(site.pages)), **publication_metadata(folder, week, published)}
    return dg.MaterializeResult(value=ReportSite(week=team_summary.week, pages=site.pages), metadata={**metadata, **work_metadata(watch)})


def week_pages(team: Sequence[Report], persons: PersonReports) -> list[Page]:
    """The pages of a week: of the team's reports in this order, then of each person's."""
    pages = [Page(name=report.kind, report=report, source=f"{REPORT_FOLDER}/{report.kind}.md") for report in team]
    named = sorted(((persons.files[key], report) for key, report in persons.reports.items()), key=lambda one: one[0])
    return pages + [Page(name=file.removesuffix(".md"), report=one, source=f"{REPORT_FOLDER}/individual/{file}") for file, one in named]


def _files(file: str, report: Report) -> dict[str, str]:
    """A report as Markdown, and beside it what its figures rest on."""
    return {file: render_markdown(report), figures_file(file): report_json(report)}


def _accounted(reports: PersonReports) -> Metadata:
    seconds = {key: sum(account.seconds for account in report.accounts) for key, report in reports.reports.items()}
    return {"hours": hours(sum(seconds.values())), "preview": dg.MetadataValue.md(f"{len(seconds)} reports, in the folder beside.")}
