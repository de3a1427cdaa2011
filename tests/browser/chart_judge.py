"""Whether a chart tells the truth: what is drawn, in pixels as the browser renders it, against the figures of its report's JSON file.

Nothing here knows how charts are drawn: bars are filled shapes, read from top to bottom, and an axis is lines with hours below them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.browser.judge import ask
from volt_assets.site.figures import TOGETHER

PIXELS, SHARE = 1.0, 0.01
"""How far a length may be from what it should be: a pixel, or this share of it."""
_LINE_PIXELS = 1.5
_ROUNDED_SECONDS = 120
"""Times are shown such that they add up, so that one may be rounded the other way by up to a minute more."""
_SECONDS_IN_HOUR, _SECONDS_IN_MINUTE = 3600, 60
_TIME = re.compile(r"(\d+)h (\d\d)m")
_TICK = re.compile(r"(\d+) h")
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


class Told(NamedTuple):
    """A time that a chart should show: its seconds, and its words where these are known."""

    text: str | None
    seconds: int


class ToldBar(NamedTuple):
    """A bar that a chart should show, its times in the order of the series, and the words for all of them together."""

    label: str
    values: Sequence[Told]
    whole: Told


class ToldChart(NamedTuple):
    """A chart as the file beside the page tells it."""

    id: str
    title: str
    series: Sequence[str]
    stacked: bool
    bars: Sequence[ToldBar]


class Box(NamedTuple):
    """Something drawn, in pixels, with its fill or its words."""

    x: float
    y: float
    width: float
    height: float
    told: str = ""

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def told_charts(page: Path) -> list[ToldChart]:
    """The charts of the report that a page is of, from the JSON file beside it; all of them, where the report has several pages."""
    reports, name = page.parent.parent, page.name.split(".")[0]
    beside = (reports / f"{name}.json", reports / "individual" / f"{name}.json")
    report = json.loads(next(path for path in beside if path.is_file()).read_text(encoding="utf-8"))
    return [_told_chart(chart, report["facts"]) for chart in report["charts"]]


def told_weeks(folder: Path) -> ToldChart:
    """The chart over all weeks, from the line of each that its folder holds."""
    lines = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/reports/html/week.json"))]
    bars = [_told_week(line) for line in lines]
    return ToldChart("weeks", "Hours by week", ("on Fibery entities", "other"), True, bars)


def _told_week(line: Mapping[str, Any]) -> ToldBar:
    whole = Told(line["time"], line["seconds"])
    parts = (line["seconds_on_entities"], line["seconds"] - line["seconds_on_entities"])
    return ToldBar(line["week"], [Told(None, seconds) for seconds in parts], whole)


def _told_chart(chart: Mapping[str, Any], facts: Mapping[str, Any]) -> ToldChart:
    bars = [
        ToldBar(bar["label"]["text"], [_told(value, facts) for value in bar["values"]], _told(bar["whole"], facts)) for bar in chart["bars"]
    ]
    return ToldChart(chart["id"], chart["title"], chart["series"], chart["layout"] == "stacked", bars)


def _told(value: Mapping[str, Any], facts: Mapping[str, Any]) -> Told:
    return Told(value["text"], sum(int(facts[one]["value"]) for one in value["facts"]))


def chart_complaints(page: Page, told: Sequence[ToldChart], *, some: bool = False) -> list[str]:
    """Where the charts of a page differ from what they should show: which there are, their words, figures and lengths.

    With `some`, the page may leave charts out.
    """
    drawn = {chart["id"].removeprefix("chart-"): chart for chart in ask(page, "charts")}
    expected = {chart.id: chart for chart in told}
    strange = drawn.keys() - expected.keys() if some else drawn.keys() ^ expected.keys()
    differing = (f"{name}: {what}" for name in drawn.keys() & expected.keys() for what in _Comparison(drawn[name], expected[name]).run())
    return [*(f"{name}: on the page or in the file alone" for name in sorted(strange)), *differing]


def _words(text: str) -> str:
    return " ".join(text.translate(_ISOLATES).split())


def _boxes(found: Sequence[Mapping[str, Any]], told: str = "") -> list[Box]:
    return [Box(one["x"], one["y"], one["width"], one["height"], _words(one[told]) if told else "") for one in found]


def _is_off(length: float, expected: float) -> bool:
    return abs(length - expected) > max(PIXELS, SHARE * expected)


class _Comparison:
    """One chart as it is drawn beside what it should show."""

    def __init__(self, drawn: Mapping[str, Any], told: ToldChart) -> None:
        self._drawn, self._told = drawn, told
        self._lines = sorted((one for one in _boxes(drawn["lines"]) if one.height > one.width), key=lambda one: one.x)
        texts, shapes = sorted(_boxes(drawn["texts"], "text"), key=lambda one: one.y), _boxes(drawn["shapes"], "fill")
        self._legend = self._found_legend(texts, shapes)
        keys = [part for pair in self._legend for part in pair]
        self._bars = sorted((one for one in shapes if one not in keys), key=lambda one: (round(one.y), one.x))
        self._texts = [one for one in texts if one not in keys]

    def _found_legend(self, texts: Sequence[Box], shapes: Sequence[Box]) -> list[tuple[Box, Box]]:
        """For each series the words and the swatch left of them; none where there is one series alone."""
        pairs = []
        for name in self._told.series if len(self._told.series) > 1 else ():
            words = next((one for one in texts if one.told == _words(name)), None)
            beside = [one for one in shapes if words and 0 <= words.x - one.right < one.width and one.y < words.middle < one.bottom]
            if words and beside:
                pairs.append((words, beside[0]))
        return pairs

    def run(self) -> Iterator[str]:
        """What differs. Where not even the number of bars is right, no length is looked at."""
        yield from self._titles_differ()
        yield from self._table_differs()
        yield from self._times_differ()
        wanted = [(row, at) for row, bar in enumerate(self._told.bars) for at, value in enumerate(bar.values) if value.seconds]
        if len(self._told.series) > 1 and len(self._legend) != len(self._told.series):
            yield f"the legend has {len(self._legend)} of {len(self._told.series)} series"
        elif len(wanted) != len(self._bars):
            yield f"{len(self._bars)} bars instead of {len(wanted)}"
        elif wanted:
            placed = [_Placed(row, at, box) for (row, at), box in zip(wanted, self._bars, strict=True)]
            yield from self._fills_differ(placed)
            yield from self._lengths_differ(placed)
            yield from self._labels_differ(placed)
            yield from self._ends_differ(placed)

    def _titles_differ(self) -> Iterator[str]:
        for shown in (self._drawn["title"], self._drawn["caption"]):
            if _words(shown) != _words(self._told.title):
                yield f"the title {shown!r} instead of {self._told.title!r}"

    def _table_differs(self) -> Iterator[str]:
        shown: list[list[str]] = self._drawn["table"]
        has_whole = self._told.stacked and len(self._told.series) > 1
        heads: list[str | None] = [self._told.title, *self._told.series, *([TOGETHER] if has_whole else [])]
        bars = [[bar.label, *(one.text for one in (*bar.values, *([bar.whole] if has_whole else [])))] for bar in self._told.bars]
        wanted = [heads, *bars]
        if [len(row) for row in shown] != [len(row) for row in wanted]:
            yield f"a table of {len(shown)} rows instead of {len(wanted)}"
            return
        cells = ((got, one) for row, told in zip(shown, wanted, strict=True) for got, one in zip(row, told, strict=True))
        yield from (f"{got!r} in the table instead of {one!r}" for got, one in cells if one is not None and _words(got) != _words(one))

    def _times_differ(self) -> Iterator[str]:
        for told in (one for bar in self._told.bars for one in (*bar.values, bar.whole) if one.text):
            shown = _TIME.fullmatch(told.text or "")
            seconds = int(shown[1]) * _SECONDS_IN_HOUR + int(shown[2]) * _SECONDS_IN_MINUTE if shown else 0
            if abs(seconds - told.seconds) > _ROUNDED_SECONDS:
                yield f"{told.text} is shown for {told.seconds} s"
        for bar in self._told.bars:
            if self._told.stacked and bar.whole.text and sum(one.seconds for one in bar.values) != bar.whole.seconds:
                yield f"the parts of {bar.label} are not its whole"

    def _fills_differ(self, placed: Sequence["_Placed"]) -> Iterator[str]:
        """Each series has its own fill, which is that of its swatch."""
        swatches = {at: swatch.told for at, (_, swatch) in enumerate(self._legend)} or {0: placed[0].box.told}
        yield from (f"{one} has the fill of another series" for one in placed if one.box.told != swatches.get(one.series))
        if len(set(swatches.values())) != len(swatches):
            yield "two series have the same fill"

    def _lengths_differ(self, placed: Sequence["_Placed"]) -> Iterator[str]:
        """All bars on one scale, which begins at nothing and is that of the axis."""
        origin = min(one.box.x for one in placed)
        longest = max(placed, key=self._seconds)
        scale = longest.box.width / self._seconds(longest)
        for one in placed:
            before = sum(value.seconds for value in self._told.bars[one.row].values[: one.series]) if self._told.stacked else 0
            if _is_off(one.box.width, scale * self._seconds(one)) or _is_off(one.box.x - origin, scale * before):
                yield f"{one} is {one.box.width:.1f} px from {one.box.x - origin:.1f} px, at {scale * _SECONDS_IN_HOUR:.2f} px an hour"
        ticks = [int(found[1]) for one in sorted(self._texts, key=lambda one: one.x) if (found := _TICK.fullmatch(one.told))]
        off = [
            abs(line.x - origin - tick * _SECONDS_IN_HOUR * scale) > _LINE_PIXELS for line, tick in zip(self._lines, ticks, strict=False)
        ]
        if len(ticks) != len(self._lines) or any(off):
            yield f"the axis has {ticks} hours at {[round(line.x - origin, 1) for line in self._lines]} px"

    def _seconds(self, one: "_Placed") -> int:
        return self._told.bars[one.row].values[one.series].seconds

    def _labels_differ(self, placed: Sequence["_Placed"]) -> Iterator[str]:
        """Left of the bars, each in the middle of its bar."""
        origin = min(one.box.x for one in placed)
        labels = [one for one in self._texts if one.right < origin]
        wanted = [_words(bar.label) for bar in self._told.bars]
        if len(labels) != len(wanted) or not all(_is_cut(got.told, full) for got, full in zip(labels, wanted, strict=True)):
            yield f"the labels {[one.told for one in labels]} instead of {wanted}"
            return
        room = 0.5 if self._told.stacked else len(self._told.series) / 2
        yield from (
            f"{one} stands apart from its label" for one in placed if abs(labels[one.row].middle - one.box.middle) > room * one.box.height
        )

    def _ends_differ(self, placed: Sequence["_Placed"]) -> Iterator[str]:
        """Right of each bar its time: of a whole bar, or of each bar of a group."""
        ends = {(one.row, None if self._told.stacked else one.series): one.box for one in placed}  # of a whole bar the last part
        for (row, series), box in ends.items():
            bar = self._told.bars[row]
            told = bar.values[series] if series is not None else _at_the_end(bar)
            beside = [one.told for one in self._texts if one.x >= box.right - PIXELS and box.y < one.middle < box.bottom]
            if told.text is not None and beside != [_words(told.text)]:
                yield f"{beside} is written at the end of {bar.label} instead of {told.text}"


class _Placed(NamedTuple):
    """A bar as it is drawn: of which row and series, and where."""

    row: int
    series: int
    box: Box

    def __str__(self) -> str:
        return f"bar {self.row + 1}, series {self.series + 1}"


def _at_the_end(bar: ToldBar) -> Told:
    """What stands at the end of a bar of parts: their whole, or the only part there is."""
    return bar.values[0] if bar.whole.text == "" else bar.whole


def _is_cut(shown: str, full: str) -> bool:
    """Whether a label is a text, or its beginning with an ellipsis."""
    return shown == full or (shown.endswith("…") and full.startswith(shown.removesuffix("…").rstrip()))
