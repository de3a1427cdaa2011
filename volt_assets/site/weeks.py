"""The pages over all weeks: the list of them, and the stable way to the latest. Not here: a week's own pages, where the files are."""

from collections.abc import Mapping

from pydantic import ValidationError

from volt_assets.domain.values import Value
from volt_assets.domain.week_summary import WeekSummary, latest_finished, weeks_chart
from volt_assets.site.figures import figures_of
from volt_assets.site.markup import fill

SUMMARY = "week.json"
"""The file of each week's pages that the list is made of."""
LIST, LATEST = "index.html", "latest.html"


class WeekRow(Value):
    """A stored week in the list; without a summary it has no pages, or none that can be read."""

    key: str
    link: str
    summary: WeekSummary | None
    problem: str = ""


def weeks_pages(stored: Mapping[str, bytes | None], folder: str) -> dict[str, str]:
    """The list of all weeks and the page that leads to the latest one that had ended, by name.

    `stored` has the summary of each week's pages, which lie in `folder` below the week's key. A week whose summary is missing or
    damaged stays in the list and says what to do.
    """
    rows = tuple(_row(key, content, folder) for key, content in sorted(stored.items(), reverse=True))
    summaries = [row.summary for row in rows if row.summary]
    latest, chart = latest_finished(summaries), weeks_chart(summaries)
    figures = figures_of([chart.chart], chart.facts, {}) if chart else ()
    link = next((row.link for row in rows if latest and row.key == str(latest.week)), "")
    return {
        LIST: fill("weeks.html", rows=rows, latest=latest, latest_link=link, figures=figures),
        LATEST: fill("latest.html", latest=latest, link=link, weeks=LIST),
    }


def _row(key: str, content: bytes | None, folder: str) -> WeekRow:
    if content is None:
        return WeekRow(key=key, link="", summary=None, problem="no pages yet: materialise report_site for this week")
    try:
        summary = WeekSummary.model_validate_json(content)
    except ValidationError:
        return WeekRow(key=key, link="", summary=None, problem=f"{SUMMARY} cannot be read: materialise report_site for this week again")
    if str(summary.week) != key:
        wrong = f"{SUMMARY} is that of {summary.week}: materialise report_site for this week again"
        return WeekRow(key=key, link="", summary=None, problem=wrong)
    return WeekRow(key=key, link=f"{key}/{folder}/index.html", summary=summary)
