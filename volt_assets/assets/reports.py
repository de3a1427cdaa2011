"""The reports about people and their pages. Not here: what they say (the domain), how pages look (the site)."""

from collections.abc import Sequence

import dagster as dg

from io_managers.json_io import WeekStoreResource, load_previous
from io_managers.week_index import rebuild_index
from resources.clock import ClockResource
from resources.llm import LlmResource
from volt_assets.assets.common import AskAgain, ReportsFilter, Stopwatch, frame_of
from volt_assets.assets.fibery_metadata import person_reports_metadata
from volt_assets.assets.labels import Asks, For, page_labels, report_labels
from volt_assets.assets.metadata import in_order, so_far, sums_metadata
from volt_assets.assets.model_requests import person_drafts, toggl_draft
from volt_assets.assets.phrasing import phraser_for
from volt_assets.assets.previews import preview
from volt_assets.assets.publishing import PAGE_FOLDER, REPORT_FOLDER, page_links, publication_metadata, publish_report
from volt_assets.assets.site_metadata import site_metadata
from volt_assets.assets.versions import versioned
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
from volt_assets.settings import Settings
from volt_assets.site.pages import Page, ReportSite, build_site
from volt_assets.site.weeks import SUMMARY, weeks_pages


@dg.asset(group_name="toggl", **report_labels("toggl_summary.md", "toggl_summary.html", Asks.MODEL, For.EVERYBODY))
async def toggl_summary(
    context: dg.AssetExecutionContext,
    config: AskAgain,
    toggl_aggregated: TogglAggregated,
    store: WeekStoreResource,
    llm: LlmResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[Report]:
    """The week as Toggl alone tells it: a summary, people, entities, other activities, distribution of time, data quality.

    From toggl_aggregated, and the stored one of the week before. One report a week, for everybody; read by report_site. It needs no
    Fibery. Where a model is switched on, it may reword the summary and no figure.
    """
    watch, folder = Stopwatch(), store.for_run(context.run.run_id)
    phraser = phraser_for(context, llm, store, settings, toggl_people(toggl_aggregated, settings.people.named), ask_again=config.ask_again)
    draft = toggl_draft(folder, toggl_aggregated, frame_of(context, settings, clock.now()))
    report = await phraser.phrase(draft)
    told = {
        **so_far(toggl_aggregated.so_far),
        "preview": preview(report),
        **sums_metadata(toggl_aggregated.statistics, toggl_aggregated.statistics.people),
    }
    published = publish_report(context, store, settings, report)
    return versioned("toggl_summary", report, settings, in_order(told, published, phraser.metadata(), watch.metadata))


@dg.asset(group_name="fibery", **report_labels("individual/<name>-<user id>.md", "<name>-<user id>.html", Asks.MODEL, For.EVERYBODY))
async def person_reports(
    context: dg.AssetExecutionContext,
    config: ReportsFilter,
    enriched_data: EnrichedData,
    store: WeekStoreResource,
    llm: LlmResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[PersonReports]:
    """A report for each person: summary, what to do, entities by type with their context, other activities, work patterns.

    From enriched_data. One report per person, for that person; read by team_summary and report_site. With `users`, only these people's
    are written again. Where a model is switched on, it may reword summaries and no figure.
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
    metadata = in_order(
        person_reports_metadata(reports, enriched_data, written=len(drafts)),
        page_links(folder, settings, context.partition_key, "index.html"),
        publication_metadata(folder, context.partition_key, published),
        phraser.metadata({key: person.user_id for key, person in enriched_data.people.items()}),
        previous.metadata,
        watch.metadata,
    )
    return versioned("person_reports", reports, settings, metadata)


@dg.asset(group_name="fibery", **report_labels("team_summary.md", "team_summary.html", Asks.MODEL, For.LEAD))
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
    """The team's week: what got the time, what was completed, what changed, how time is allocated, what to do.

    From enriched_data, person_reports and work_alignment. One report a week, for the team lead; read by report_site. Where a model is
    switched on, it may reword the summary and no figure.
    """
    watch, people = Stopwatch(), week_people(enriched_data, settings.people.aliases, settings.people.named)
    phraser = phraser_for(context, llm, store, settings, people, ask_again=config.ask_again)
    draft = write_team_summary(enriched_data, person_reports, work_alignment, frame_of(context, settings, clock.now()))
    report = await phraser.phrase(draft)
    told = {
        **so_far(enriched_data.so_far),
        "preview": preview(report),
        **sums_metadata(enriched_data.statistics, enriched_data.statistics.people),
    }
    published = publish_report(context, store, settings, report)
    return versioned("team_summary", report, settings, in_order(told, published, phraser.metadata(), watch.metadata))


@dg.asset(group_name="fibery", **page_labels())
def report_site(
    context: dg.AssetExecutionContext,
    raw_toggl_data: RawTogglData,
    toggl_summary: Report,
    team_summary: Report,
    person_reports: PersonReports,
    work_alignment: WorkAlignment,
    coverage_report: CoverageReport,
    store: WeekStoreResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[ReportSite]:
    """The week as pages with charts, to look at and to hand on: at a glance, one per report, what each figure comes from.

    From all reports, and raw_toggl_data for the entries behind their figures. One HTML file per page, for everybody; begin at `page`.
    They load nothing from anywhere. A report that a person edited is shown as edited. The list of all weeks is made anew.
    """
    watch, folder, week = Stopwatch(), store.for_run(context.run.run_id), context.partition_key
    pages = week_pages([team_summary, toggl_summary, work_alignment.report, coverage_report.report], person_reports)
    edited = {name: (folder.read(week, name) or b"").decode(errors="replace") for name in folder.edited_files(week)}
    site = build_site(pages, edited, entry_lines(raw_toggl_data.entries))
    summary = summary_of(team_summary, fetched_so_far=raw_toggl_data.so_far).model_dump_json(indent=2)
    published = folder.publish(week, PAGE_FOLDER, {**site.html, SUMMARY: f"{summary}\n"})
    rebuild_index(folder, f"{PAGE_FOLDER}/{SUMMARY}", lambda stored: weeks_pages(stored, PAGE_FOLDER))
    people, changed = len(person_reports.reports), sum(page.edited for page in site.pages)
    told = site_metadata(site.html, folder, settings, week, people=people, edited=changed)
    metadata = in_order(so_far(raw_toggl_data.so_far), told, publication_metadata(folder, week, published), watch.metadata)
    return versioned("report_site", ReportSite(week=team_summary.week, pages=site.pages), settings, metadata)


def week_pages(team: Sequence[Report], persons: PersonReports) -> list[Page]:
    """The pages of a week: of the team's reports in this order, then of each person's."""
    pages = [Page(name=report.kind, report=report, source=f"{REPORT_FOLDER}/{report.kind}.md") for report in team]
    named = sorted(((persons.files[key], report) for key, report in persons.reports.items()), key=lambda one: one[0])
    return pages + [Page(name=file.removesuffix(".md"), report=one, source=f"{REPORT_FOLDER}/individual/{file}") for file, one in named]


def _files(file: str, report: Report) -> dict[str, str]:
    """A report as Markdown, and beside it what its figures rest on."""
    return {file: render_markdown(report), figures_file(file): report_json(report)}
