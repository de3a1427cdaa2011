"""Charts that show what the facts say, whatever the labels say. Not here: which charts a report has, the page around them."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.domain.charts import Bar, Chart, Layout
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.team_charts import TEAM_SERIES
from volt_assets.site.chart_labels import fitted, text_width
from volt_assets.site.charts import FILLS, PATTERNS, STROKES, WIDTH, chart_svg, description
from volt_assets.site.svg import rebuilt

NAMES = ("Ana Example", "Bo Muster", "陈小明", "محمد بن عبد الله", "👩‍💻 Dana", "Emre", "Fay", "Gus", "Hal", "Ivo")
ATTRIBUTES = {
    "svg": {"xmlns", "width", "height", "viewBox", "role", "aria-labelledby", "font-family", "font-size", "fill"},
    "title": {"id"},
    "desc": {"id"},
    "g": {"transform"},
    "path": {"d", "fill", "stroke"},
    "line": {"transform", "x2", "y2", "stroke"},
    "text": {"x", "y", "text-anchor"},
}
HOSTILE = (
    "<script>alert(1)</script>",
    "&lt;b&gt; & </text></svg><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "]]><!--",
    "t0",
    "{f:d1}",
    "x" * 5000,
    "-->\u0000\ud800\ufffe<style>*{background:url(https://evil.example)}</style>",
)


def drawn(
    bars: Sequence[tuple[str, Sequence[int | None]]],
    series: Sequence[str] = ("Time",),
    *,
    layout: Layout = Layout.STACKED,
    title: str = "Hours",
) -> str:
    """A chart of labels and seconds."""
    book = FactBook()
    made = []
    for label, seconds in bars:
        slots = tuple("" if one is None else book.duration(one, about("time")) for one in seconds)
        whole = book.duration(sum(one or 0 for one in seconds), about("total")) if layout is Layout.STACKED else ""
        made.append(Bar(label=book.text(label, about("label")), values=slots, whole=whole))
    chart = Chart(id="people", section="people", title=title, series=tuple(series), bars=tuple(made), layout=layout)
    return chart_svg(chart, {fact.id: fact for fact in book.facts})


def parsed(svg: str) -> ET.Element:
    """A chart as XML."""
    return ET.fromstring(svg)  # noqa: S314 - what this project wrote


def elements(svg: str) -> list[tuple[str, dict[str, str], str]]:
    """Every element of a chart with its attributes and text."""
    return [(node.tag.rpartition("}")[2], dict(node.attrib), node.text or "") for node in parsed(svg).iter()]


def texts(svg: str) -> list[str]:
    return [text for tag, _, text in elements(svg) if tag == "text"]


def lengths(svg: str, fill: str = FILLS[0]) -> list[float]:
    """How many pixels the bars of a series are long; a legend's swatch is no bar."""
    paths = [told["d"] for tag, told, _ in elements(svg) if tag == "path" and told["fill"] == fill]
    sizes = [re.fullmatch(r"M[-\d.]+,[-\d.]+h([\d.]+)v([\d.]+)h-[\d.]+Z", path) for path in paths]
    return [float(size[1]) for size in sizes if size and (size[1], size[2]) != ("12", "12")]


def test_bars_are_as_long_as_their_times() -> None:
    one, two, three = lengths(drawn([("Mon", [3600]), ("Tue", [7200]), ("Wed", [14400])]))
    assert two == pytest.approx(2 * one, abs=0.2)
    assert three == pytest.approx(4 * one, abs=0.4)


def test_the_parts_of_a_stacked_bar_follow_each_other() -> None:
    svg = drawn([("Ana", [3600, 7200, 3600])], ("On entities", "Other", "Unmatched"))
    starts = [float(told["d"][1:].partition(",")[0]) for tag, told, _ in elements(svg) if tag == "path" and "v15" in told["d"]]
    sizes = [length for fill in FILLS for length in lengths(svg, fill)]
    assert starts == pytest.approx([0, sizes[0], sizes[0] + sizes[1]], abs=0.2)


def test_bars_to_compare_stand_below_each_other_with_a_figure_each() -> None:
    svg = drawn([("Ana", [3600, 7200]), ("Ben", [1800, None])], ("This week", "The week before"), layout=Layout.BESIDE)
    assert lengths(svg)[0] == pytest.approx(lengths(svg, FILLS[1])[0] / 2, abs=0.2)
    assert (len(lengths(svg)), len(lengths(svg, FILLS[1]))) == (2, 1)
    assert [text for text in texts(svg) if text.endswith("m")] == ["1h 00m", "2h 00m", "0h 30m"]


def test_a_stacked_bar_ends_with_the_time_of_its_parts() -> None:
    assert "3h 00m" in texts(drawn([("Ana", [3600, 7200])], ("A", "B")))


def test_series_are_told_apart_by_pattern_and_named_in_the_legend() -> None:
    svg = drawn([("Ana", [1, 1, 1])], ("On entities", "Other activities", "Unmatched"))
    swatches = {told["fill"]: told["stroke"] for tag, told, _ in elements(svg) if tag == "path"}
    assert tuple(swatches.items()) == tuple(zip(FILLS, STROKES, strict=True))
    assert {"On entities", "Other activities", "Unmatched"} <= {*texts(svg)}
    patterns = parsed(PATTERNS).iter("pattern")
    assert {f"url(#{pattern.get('id')})" for pattern in patterns} == {*FILLS[1:]}


def test_one_series_needs_no_legend() -> None:
    assert "Time" not in texts(drawn([("Ana", [3600])]))


def test_a_long_legend_goes_on_in_a_second_line() -> None:
    svg = drawn([("Ana", [3600, 60])], ("A name of a series that is long", "Another one that is long as well"))
    places = {text: (told["x"], told["y"]) for tag, told, text in elements(svg) if tag == "text" and text[0] == "A"}
    assert len({y for _, y in places.values()}) == len(places)


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_stays_text(label: str) -> None:
    svg = drawn([(label, [3600]), ("Ana", [60])], title=label)
    for tag, told, _ in elements(svg):
        assert set(told) <= ATTRIBUTES[tag]
    assert len(texts(svg)) == len(texts(drawn([("Bo", [3600]), ("Ana", [60])])))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.text(), st.integers(0, 10**6)), min_size=1, max_size=6))
def test_any_label_makes_a_chart_that_is_xml_and_inert(bars: list[tuple[str, int]]) -> None:
    svg = drawn([(label, [seconds]) for label, seconds in bars])
    assert {tag for tag, _, _ in elements(svg)} <= set(ATTRIBUTES)
    assert len(lengths(svg)) == sum(seconds > 0 for _, seconds in bars)


def test_names_stand_in_their_own_script() -> None:
    svg = drawn([(name, [3600]) for name in NAMES])
    assert {"陈小明", "👩‍💻 Dana", "\u2068محمد بن عبد الله\u2069"} <= {*texts(svg)}


def test_a_chart_is_the_same_bytes_each_time() -> None:
    assert len({drawn([(name, [60 * at, 30]) for at, name in enumerate(NAMES)], ("A", "B")) for _ in range(3)}) == 1


def test_a_reader_hears_the_title_and_what_the_chart_shows() -> None:
    svg = drawn([("Ana", [3600]), ("Ben", [60])], title="Hours per person & day")
    root = parsed(svg)
    assert root.get("role") == "img"
    told = {node.get("id"): node.text for node in root if node.get("id")}
    assert list(told) == (root.get("aria-labelledby") or "").split() == ["chart-people-title", "chart-people-desc"]
    assert list(told.values()) == ["Hours per person & day", "2 horizontal bars in hours: Time. The figures stand in the table beside."]


@pytest.mark.parametrize(
    ("series", "layout", "told"),
    [
        (("A", "B", "C"), Layout.STACKED, "1 horizontal bar in hours: the parts A, B and C."),
        (("Now", "Before"), Layout.BESIDE, "1 horizontal bar in hours: each a group of Now and Before."),
    ],
)
def test_the_description_names_the_series(series: tuple[str, ...], layout: Layout, told: str) -> None:
    chart = Chart(id="a", section="a", title="A", series=series, bars=(Bar(label="x", values=()),), layout=layout)
    assert description(chart).startswith(told)


def test_the_axis_has_whole_hours() -> None:
    svg = drawn([("Ana", [int(38.4 * 3600)]), ("Ben", [60])])
    assert [text for text in texts(svg) if text.endswith(" h")] == ["0 h", "20 h"]


@pytest.mark.parametrize(("seconds", "ticks"), [(60, ["0 h", "1 h"]), (3600 * 2900, ["0 h", "1000 h", "2000 h"])])
def test_the_axis_fits_short_and_long_times(seconds: int, ticks: list[str]) -> None:
    assert [text for text in texts(drawn([("Ana", [seconds])])) if text.endswith(" h")] == ticks


def test_bars_without_time_have_their_figure_and_no_length() -> None:
    svg = drawn([("Ana", [0, 0]), ("Ben", [0, 0])], ("A", "B"))
    assert not lengths(svg)
    assert texts(svg).count("0h 00m") == 2


def test_a_bar_a_thousand_times_as_long_leaves_the_others_their_figures() -> None:
    svg = drawn([("Ana", [3600 * 1000]), *((name, [3600]) for name in NAMES[1:5])])
    assert max(lengths(svg)) > 1000 * min(lengths(svg)) / 2
    assert texts(svg).count("1h 00m") == 4


def test_nothing_leaves_the_picture() -> None:
    root = parsed(drawn([("W" * 40, [3600 * 10_000, 60]), ("Ana", [0, 60])], ("A", "B")))
    left, top = (float(number) for number in re.findall(r"[\d.]+", root[2].get("transform", "")))
    for tag, told, text in ((node.tag.rpartition("}")[2], node.attrib, node.text or "") for node in root[2].iter()):
        if tag == "text" and not text.endswith(" h"):
            x, y, width = left + float(told["x"]), top + float(told["y"]), text_width(text)
            assert (x - width if told.get("text-anchor") == "end" else x) >= 0
            assert (x if told.get("text-anchor") == "end" else x + width) <= WIDTH
            assert 0 < y < float(root.get("height", ""))


@pytest.mark.parametrize(("bars", "most"), [(1, 1500), (10, 5500), (40, 16_000)])
def test_a_chart_is_small(bars: int, most: int) -> None:
    parts = ("On entities", "Other activities", "Unmatched")
    assert len(drawn([(NAMES[at % 10], [3600 * at, 60, 1800]) for at in range(bars)], parts).encode()) < most


def test_no_text_is_smaller_than_12_pixels_on_a_phone() -> None:
    [root, *others] = [told for _, told, _ in elements(drawn([("Ana", [60])]))]
    assert (root["font-size"], root["viewBox"].split()[2]) == ("12", root["width"])
    assert float(root["width"]) <= 333  # what a page of 390 pixels has for a chart
    assert not [told for told in others if "font-size" in told]


def test_the_legend_of_the_people_takes_one_line() -> None:
    svg = drawn([("Ana", [60, 60, 60])], TEAM_SERIES)
    assert len({told["y"] for tag, told, text in elements(svg) if tag == "text" and text in TEAM_SERIES}) == 1


def test_what_is_not_on_the_list_is_left_out_of_a_drawing() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><script>x()</script>'
        '<g onclick="x()" transform="translate(1,2)"><a xlink:href="https://evil.example"><path d="M0,0h1" fill="red"/></a>'
        '<path d="M0,0h2" fill="red" style="fill:url(https://evil.example)"/><image href="x"/><foreignObject/></g></svg>'
    )
    group, *rest = rebuilt(drawing, {}, ink="black")
    assert not rest
    assert [(node.tag, node.attrib) for node in group] == [("path", {"d": "M0,0h2", "fill": "red"})]


# Labels


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ana Example", "Ana Example"),
        ("  two\nlines ", "two lines"),
        ("Maximiliane von Musterhausen", "Maximiliane…"),
        ("陈小明王大锤欧阳修长长长", "陈小明王大锤欧…"),
        ("שלום עולם", "\u2068שלום עולם\u2069"),  # noqa: RUF001
        ("", ""),
    ],
)
def test_a_label_is_cut_where_its_room_ends(text: str, shown: str) -> None:
    assert fitted(text, 100) == shown


def test_signs_that_belong_together_are_not_cut_apart() -> None:
    family, accented = "👩‍👩‍👧‍👦", "e\u0301" * 40
    assert fitted(f"Ab {family}", 50) == "Ab…"
    assert fitted(f"{family} {family}", 70) == f"{family}…"
    assert fitted(accented, 50).removesuffix("…").endswith("\u0301")


@given(st.text(max_size=80))
def test_a_cut_label_fits(text: str) -> None:
    assert text_width(fitted(text, 100)) <= 100
