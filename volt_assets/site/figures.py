"""A chart as it stands in a page: its drawing, and all its figures as a table. Not here: how it is drawn, which charts there are."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from volt_assets.domain.charts import Chart, Layout
from volt_assets.domain.drafts import Facts, plain_text
from volt_assets.domain.facts import slot_id
from volt_assets.domain.values import Value
from volt_assets.site.charts import chart_svg

TOGETHER = "Together"


class Cell(Value):
    """A figure in words, and where it leads; nowhere with `link` empty."""

    text: str
    link: str = ""


class ChartRow(Value):
    """A bar in figures: its label, one for each column."""

    label: str
    cells: tuple[Cell, ...]


class Figure(Value):
    """A chart, drawn and in figures. `columns` are its series, and of several stacked ones what they make together."""

    id: str
    title: str
    columns: tuple[str, ...]
    svg: str
    rows: tuple[ChartRow, ...]

    @property
    def drawing(self) -> Markup:
        """The SVG as it goes into the page: `chart_svg` lets only what draws pass."""
        return Markup(self.svg)  # noqa: S704 - see above


def figures_of(charts: Iterable[Chart], facts: Facts, leads: Mapping[str, str]) -> tuple[Figure, ...]:
    """Charts with their figures; `leads` says where each leads, by fact id, as far as it leads anywhere."""
    return tuple(_figure(chart, facts, leads) for chart in charts)


def _figure(chart: Chart, facts: Facts, leads: Mapping[str, str]) -> Figure:
    has_whole = chart.layout is Layout.STACKED and len(chart.series) > 1
    rows = tuple(
        ChartRow(
            label=plain_text(bar.label, facts),
            cells=tuple(_cell(value, facts, leads) for value in (*bar.values, *([bar.whole] if has_whole else []))),
        )
        for bar in chart.bars
    )
    columns = (*chart.series, *([TOGETHER] if has_whole else []))
    return Figure(id=chart.id, title=chart.title, columns=columns, svg=chart_svg(chart, facts), rows=rows)


def _cell(slot: str, facts: Facts, leads: Mapping[str, str]) -> Cell:
    return Cell(text=plain_text(slot, facts), link=leads.get(slot_id(slot), ""))
