"""The week at a glance, the page that opens a week's folder. Not here: a figure that the reports do not have, the reports' own pages."""

from collections.abc import Mapping, Sequence

from volt_assets.domain.charts import Chart
from volt_assets.domain.drafts import Facts, Report, plain_text
from volt_assets.domain.facts import Fact, FactKind, about
from volt_assets.domain.values import Value
from volt_assets.domain.week_summary import find_fact
from volt_assets.site.figures import Figure, figures_of

CHARTED = ("people", "patterns", "week_over_week")
"""The sections of the team report whose charts open the week."""
_TILES = (
    ("tracked", FactKind.DURATION, "total"),
    ("of it on Fibery entities", FactKind.SHARE, "found entities"),
    ("on other activities", FactKind.DURATION, "other activities"),
    ("people", FactKind.COUNT, "people"),
    ("time entries", FactKind.COUNT, "entries"),
)


class Tile(Value):
    """A figure of the week with what it is, and where it leads; nowhere with `link` empty."""

    value: str
    what: str
    link: str


class Glance(Value):
    """A week in one look: its name, a sentence or two, the figures that matter, charts."""

    title: str
    so_far: bool
    sentences: tuple[str, ...]
    tiles: tuple[Tile, ...]
    figures: tuple[Figure, ...]


def glance_of(team: Report, leads: Mapping[str, str]) -> Glance:
    """What the team report says first; `leads` says where its pages tell what each figure comes from, by fact id."""
    facts = {fact.id: fact for fact in team.facts}
    found = [(what, find_fact(team, kind, about(subject))) for what, kind, subject in _TILES]
    headline = next((section.sentences for section in team.sections if section.sentences), ())
    return Glance(
        title=_week(team, facts),
        so_far=team.sources.so_far,
        sentences=tuple(plain_text(sentence, facts) for sentence in headline),
        tiles=tuple(_tile(what, fact, leads) for what, fact in found if fact),
        figures=figures_of(_charts(team), facts, leads),
    )


def person_time(report: Report) -> str:
    """How much a person's report tells of; empty where they have no time."""
    time = find_fact(report, FactKind.DURATION, about("total", person=report.subject))
    return time.display if time else ""


def person_name(report: Report) -> str:
    """Whose report it is, by the name that it tells; its title where it tells none."""
    facts = {fact.id: fact for fact in report.facts}
    name = find_fact(report, FactKind.PERSON, about("name", person=report.subject))
    return name.display if name else plain_text(report.title, facts)


def _week(team: Report, facts: Facts) -> str:
    names = [fact.display for fact in facts.values() if fact.kind is FactKind.WEEK]
    return names[0] if names else str(team.week)


def _tile(what: str, fact: Fact, leads: Mapping[str, str]) -> Tile:
    return Tile(value=fact.display, what=what, link=leads.get(fact.id, ""))


def _charts(team: Report) -> Sequence[Chart]:
    return [chart for name in CHARTED for chart in team.charts if chart.section == name]
