"""A chart as it stands in a page: its drawing, and all its figures as a table. Not here: how it is drawn, which charts there are."""

from collections.abc import Iterable

from markupsafe import Markup

from volt_assets.domain.charts import Chart
from volt_assets.domain.drafts import Facts, plain_text
from volt_assets.domain.facts import SLOT
from volt_assets.domain.values import Value
from volt_assets.site.charts import chart_svg


class Cell(Value):
    """A figure in words, and where it leads; nowhere with `link` empty."""

    text: str
    link: str = ""


class ChartRow(Value):
    """A bar in figures: its label, and one for each series."""

    label: str
    cells: tuple[Cell, ...]


class Figure(Value):
    """A chart, drawn and in figures."""

    id: str
    title: str
    series: tuple[str, ...]
    svg: str
    rows: tuple[ChartRow, ...]

    @property
    def drawing(self) -> Markup:
        """The SVG as it goes into the page: `chart_svg` lets only what draws pass."""
        return Markup(self.svg)  # noqa: S704 - see above


def figures_of(charts: Iterable[Chart], facts: Facts, *, sources: str = "", linked: frozenset[str] | None = None) -> tuple[Figure, ...]:
    """Charts with their figures, each a link into the page `sources` (this one with none) if it is `linked` there; None links all."""
    return tuple(_figure(chart, facts, sources, linked) for chart in charts)


def _figure(chart: Chart, facts: Facts, sources: str, linked: frozenset[str] | None) -> Figure:
    rows = tuple(
        ChartRow(label=plain_text(bar.label, facts), cells=tuple(_cell(value, facts, sources, linked) for value in bar.values))
        for bar in chart.bars
    )
    return Figure(id=chart.id, title=chart.title, series=chart.series, svg=chart_svg(chart, facts), rows=rows)


def _cell(slot: str, facts: Facts, sources: str, linked: frozenset[str] | None) -> Cell:
    found = SLOT.fullmatch(slot)
    if not found:
        return Cell(text=plain_text(slot, facts))
    leads = linked is None or found[1] in linked
    return Cell(text=facts[found[1]].display, link=f"{sources}#f-{found[1]}" if leads else "")
