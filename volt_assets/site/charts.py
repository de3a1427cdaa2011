"""A chart as static SVG, drawn by Vega-Lite without a browser or a network. Not here: what it shows, the page around it.

It is told apart without colour: the first series is solid, the second hatched, the third dotted. Colours are the page's variables.
Vega gets lengths and placeholders only: measuring one label to cut it takes it 10 to 20 ms, and no text from outside reaches it.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert

from volt_assets.domain.charts import Bar, Chart, Layout
from volt_assets.domain.drafts import plain_text
from volt_assets.domain.facts import Fact, slot_id
from volt_assets.site.chart_labels import FONT_SIZE, fitted, text_width
from volt_assets.site.svg import SVG, rebuilt, svg_text, xml_text

WIDTH = 330
"""What a page has for a chart on a phone of 390 pixels, so that its letters stay 12 px high there."""
INK, LINE = "var(--ink)", "var(--line)"
FILLS = ("var(--series-1)", "url(#series-2)", "url(#series-3)")
STROKES = ("var(--series-1)", "var(--series-2)", "var(--series-3)")
PATTERNS = (
    '<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute"><defs>'
    '<pattern id="series-2" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="3" height="6" fill="var(--series-2)"/></pattern>'
    '<pattern id="series-3" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<circle cx="2.5" cy="2.5" r="1.5" fill="var(--series-3)"/></pattern>'
    "</defs></svg>"
)
"""What the fills of the second and third series refer to: to stand once on a page, before its charts."""
_SECONDS_IN_HOUR = 3600
_WIDEST_LABEL, _GAP, _BESIDE_LABEL = 132, 4, 6
_SWATCH, _LEGEND_LINE, _BETWEEN = 12, 18, 12
_AXIS, _ROW_GAP, _THICK, _THIN = 20, 8, 15, 15
_TICKS, _STEPS = 3, (1, 2, 5)


class _Text(NamedTuple):
    """A text and where it stands from the plot's upper left corner, in pixels; those `from_right` end there."""

    text: str
    x: float
    y: float
    from_right: bool = False


class _Part(NamedTuple):
    """A part of a bar: from and to in hours, its upper edge and thickness in pixels, its series by number."""

    start: float
    end: float
    y: float
    thickness: float
    series: int


class _Row(NamedTuple):
    """A bar with its figures: the hours of each series, None where it has none, and what is written at its end or at theirs."""

    label: str
    hours: tuple[float | None, ...]
    ends: tuple[str, ...]

    @property
    def lengths(self) -> tuple[float, ...]:
        return tuple(one or 0 for one in self.hours)


class _Plot(NamedTuple):
    """The room of the bars: where they begin, their width and height in pixels, and how many `hours` are that wide."""

    left: float
    above: float
    width: float
    height: float
    hours: float

    def x(self, hours: float) -> float:
        return self.width * hours / self.hours


def chart_svg(chart: Chart, facts: Mapping[str, Fact]) -> str:
    """The chart as an `<svg>` element of `WIDTH` pixels. Raises KeyError for a slot without a fact."""
    rows = [_row(bar, chart.layout, facts) for bar in chart.bars]
    legend = _legend(chart.series)
    plot = _plot(rows, chart.layout, lines=1 + max((at for _, _, at in legend), default=-1))
    parts = [part for at, row in enumerate(rows) for part in _parts(row, chart.layout, at * _pitch(row, chart.layout))]
    texts = [*_texts(rows, chart.layout, plot), *(_Text(name, x + _SWATCH + _GAP - plot.left, _line(at, plot)) for name, x, at in legend)]
    swatches = [(x - plot.left, _line(at, plot)) for _, x, at in legend]
    drawn = draw(json.dumps(_specification(plot, parts, swatches, texts)))
    root = _root(chart, facts, plot.above + plot.height + _AXIS)
    root.extend(rebuilt(drawn, {_placeholder(at): one.text for at, one in enumerate(texts)}, ink=INK))
    return svg_text(root)


def description(chart: Chart) -> str:
    """What a chart shows in a plain sentence, for who does not see it."""
    bars = "1 horizontal bar" if len(chart.bars) == 1 else f"{len(chart.bars)} horizontal bars"
    names = " and ".join(part for part in (", ".join(chart.series[:-1]), *chart.series[-1:]) if part)
    if len(chart.series) > 1:
        names = f"{'the parts' if chart.layout is Layout.STACKED else 'each a group of'} {names}"
    return f"{bars} in hours: {names}. The figures stand in the table beside."


def _row(bar: Bar, layout: Layout, facts: Mapping[str, Fact]) -> _Row:
    told = [facts[slot_id(value)] if value else None for value in bar.values]
    shown = tuple(fact.display if fact else "" for fact in told)
    if layout is Layout.STACKED:
        shown = (plain_text(bar.whole, facts) or (shown[0] if len(shown) == 1 else ""),)
    return _Row(plain_text(bar.label, facts), tuple(int(fact.value) / _SECONDS_IN_HOUR if fact else None for fact in told), shown)


def _plot(rows: Sequence[_Row], layout: Layout, *, lines: int) -> _Plot:
    left = max(text_width(fitted(row.label, _WIDEST_LABEL)) for row in rows) + _BESIDE_LABEL
    right = max(text_width(end) for row in rows for end in row.ends) + _GAP
    longest = max(sum(row.lengths) if layout is Layout.STACKED else max(row.lengths) for row in rows)
    height = sum(_pitch(row, layout) for row in rows)
    return _Plot(left, lines * _LEGEND_LINE + _GAP, WIDTH - left - right - 1, height, max(1.0, longest))


def _pitch(row: _Row, layout: Layout) -> float:
    """How high a bar is with the gap below it."""
    return _ROW_GAP + (_THICK if layout is Layout.STACKED else _THIN * len(row.hours))


def _parts(row: _Row, layout: Layout, y: float) -> Iterator[_Part]:
    start = 0.0
    for at, hours in enumerate(row.lengths):
        if layout is Layout.BESIDE:
            yield _Part(0, hours, y + _ROW_GAP / 2 + at * _THIN, _THIN - 1, at)
        else:
            yield _Part(start, start + hours, y + _ROW_GAP / 2, _THICK, at)
            start += hours


def _texts(rows: Sequence[_Row], layout: Layout, plot: _Plot) -> Iterator[_Text]:
    """The labels left of the bars and the figures at their ends."""
    for at, row in enumerate(rows):
        y = at * _pitch(row, layout)
        yield _Text(fitted(row.label, _WIDEST_LABEL), -_BESIDE_LABEL, y + _pitch(row, layout) / 2, from_right=True)
        if layout is Layout.STACKED:
            yield _Text(row.ends[0], plot.x(sum(row.lengths)) + _GAP, y + _pitch(row, layout) / 2)
        else:
            beside = enumerate(zip(row.lengths, row.ends, strict=True))
            yield from (_Text(end, plot.x(hours) + _GAP, y + (_ROW_GAP + _THIN) / 2 + at * _THIN) for at, (hours, end) in beside)


def _legend(series: Sequence[str]) -> list[tuple[str, float, int]]:
    """The name of each series, the place of its swatch from the left, and its line; nothing where there is one series alone."""
    places, x, line = [], 0.0, 0
    for name in series if len(series) > 1 else ():
        width = _SWATCH + _GAP + text_width(name)
        if x and x + width > WIDTH:
            x, line = 0.0, line + 1
        places.append((name, x, line))
        x += width + _BETWEEN
    return places


def _line(at: int, plot: _Plot) -> float:
    """The middle of a line of the legend, above the plot."""
    return (at + 0.5) * _LEGEND_LINE - plot.above


def _ticks(hours: float) -> list[int]:
    """Whole hours for the axis, a few of them."""
    sizes = (step * 10**power for power in range(40) for step in _STEPS)
    step = next(size for size in sizes if hours / size <= _TICKS)
    return [*range(0, math.floor(hours) + 1, step)]


def _specification(plot: _Plot, parts: Sequence[_Part], swatches: Sequence[tuple[float, float]], texts: Sequence[_Text]) -> dict[str, Any]:
    """The chart as Vega-Lite takes it: the template with its figures."""
    bars = [_box(part.start, part.end, part.y, part.thickness, part.series) for part in parts if part.end > part.start]
    keys = [_box(x, x + _SWATCH, y - _SWATCH / 2, _SWATCH, series) for series, (x, y) in enumerate(swatches)]
    written = [{"x": one.x, "y": one.y, "text": _placeholder(at), "from_right": one.from_right} for at, one in enumerate(texts)]
    return {
        **_template(),
        "width": plot.width,
        "height": plot.height,
        "padding": {"left": plot.left, "top": plot.above, "right": WIDTH - plot.left - plot.width, "bottom": _AXIS},
        "params": [{"name": "hours", "value": plot.hours}, {"name": "ticks", "value": _ticks(plot.hours)}],
        "datasets": {
            "bars": bars,
            "keys": keys,
            "labels": [text for text in written if text["from_right"]],
            "figures": [text for text in written if not text["from_right"]],
        },
    }


@lru_cache(maxsize=2_000)  # a week that is run again, or a backfill of a quiet team, draws what it has drawn before
def draw(specification: str) -> str:
    """What Vega-Lite draws of a specification as JSON."""
    return vl_convert.vegalite_to_svg(specification)


@cache  # altair checks what it is told against its schema for 40 ms
def _template() -> dict[str, Any]:
    axis = alt.Axis(
        values=alt.ExprRef("ticks"),
        labelExpr="datum.value + ' h'",
        title=None,
        ticks=False,
        gridColor=LINE,
        domainColor=LINE,
        labelColor=INK,
        labelFontSize=FONT_SIZE,
    )
    hours = alt.X("x:Q", scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("hours"), nice=False), axis=axis)
    layers = [_boxes("bars", hours), _boxes("keys", _pixels("x")), _written("labels", "right"), _written("figures", "left")]
    chart = alt.layer(*layers).resolve_scale(x="independent").properties(autosize=alt.AutoSizeParams(type="none"))
    whole: dict[str, Any] = chart.configure_view(stroke=None).to_dict()
    return whole


def _boxes(data: str, x: alt.X) -> alt.Chart:
    paint = {"fill": alt.Fill("fill:N", scale=None), "stroke": alt.Stroke("stroke:N", scale=None)}
    chart = alt.Chart(alt.NamedData(data)).mark_rect()
    encoded: alt.Chart = chart.encode(x=x, x2="x2:Q", y=_pixels("y"), y2="y2:Q", **paint)
    return encoded


def _written(data: str, align: Literal["left", "right"]) -> alt.Chart:
    chart = alt.Chart(alt.NamedData(data)).mark_text(align=align, baseline="middle", fontSize=FONT_SIZE, fill=INK)
    written: alt.Chart = chart.encode(x=_pixels("x"), y=_pixels("y"), text="text:N")
    return written


def _pixels(channel: Literal["x", "y"]) -> Any:
    place = alt.X if channel == "x" else alt.Y
    return place(f"{channel}:Q", scale=None, axis=None)


def _box(x: float, x2: float, y: float, height: float, series: int) -> dict[str, Any]:
    return {"x": x, "x2": x2, "y": y, "y2": y + height, "fill": FILLS[series], "stroke": STROKES[series]}


def _placeholder(at: int) -> str:
    return f"t{at}"


def _root(chart: Chart, facts: Mapping[str, Fact], height: float) -> ET.Element:
    names = (f"chart-{chart.id}-title", f"chart-{chart.id}-desc")
    size = {"width": f"{WIDTH}", "height": f"{height:g}", "viewBox": f"0 0 {WIDTH} {height:g}"}
    style = {"font-family": "system-ui, sans-serif", "font-size": f"{FONT_SIZE}", "fill": INK}
    root = ET.Element("svg", {"xmlns": SVG, **size, "role": "img", "aria-labelledby": " ".join(names), **style})
    for tag, name, told in zip(("title", "desc"), names, (plain_text(chart.title, facts), description(chart)), strict=True):
        ET.SubElement(root, tag, {"id": name}).text = xml_text(told)
    return root
