"""What the Dagster UI shows of a week: figures that are numbers in every week, short previews, people by user id. Not here: reports."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
import pytest
from markdown_it import MarkdownIt

from io_managers.week_store import WeekStore
from tests.domain.builders import busy_run
from tests.finished import ReadWeek
from tests.weeks import fast_settings, graph
from volt_assets.assets.fibery_metadata import alignment_metadata, coverage_metadata, joined_metadata, person_reports_metadata
from volt_assets.assets.metadata import Metadata, PersonRow, in_order, matched_percent, people_table, so_far, split
from volt_assets.assets.previews import LONGEST, lines, preview
from volt_assets.assets.publishing import page_links
from volt_assets.assets.site_metadata import site_metadata
from volt_assets.assets.toggl_metadata import aggregated_metadata, raw_metadata
from volt_assets.domain.drafts import Report, Section, build_report, plain_text
from volt_assets.domain.facts import FactBook, about
from volt_assets.sandbox.world import World

SHARED = ("hours", "matched_percent", "matched_hours", "unmatched_hours", "people", "entries", "requests", "model_calls", "model_cost")
ASSETS = tuple(sorted(key.to_user_string() for key in graph().resolve_asset_graph().get_all_asset_keys()))
NOT_HERE = {
    "raw_toggl_data": {"matched_percent", "matched_hours", "unmatched_hours"},
    "fibery_entities": {"people", "entries"},
    "enriched_entities": {"people", "entries"},
    "report_site": {"hours", "matched_percent", "matched_hours", "unmatched_hours", "entries"},
}
"""The figures of a week's time that an asset does not know."""
BUSY = busy_run()


def told_of(result: dg.ExecuteInProcessResult, asset: str) -> Metadata:
    """An asset's metadata as Dagster keeps it."""
    return dict(result.asset_materializations_for_node(asset)[-1].metadata)


def total(rows: Sequence[Mapping[str, object]], column: str) -> float:
    """What a column of a table adds up to."""
    return sum(float(str(row[column])) for row in rows)


# A whole week


@pytest.mark.parametrize("asset", ASSETS)
def test_a_figure_is_a_number_wherever_it_occurs(read_week: ReadWeek, asset: str) -> None:
    told = told_of(read_week().result, asset)
    figures = {name: value for name, value in told.items() if name in SHARED or name.endswith(("_hours", "_percent", "_cost"))}
    figures.pop("over_24_hours", None)  # a count of entries
    assert figures
    assert {name: type(value) for name, value in figures.items()} == {
        name: dg.IntMetadataValue if name in {"people", "entries", "requests", "model_calls"} else dg.FloatMetadataValue for name in figures
    }


@pytest.mark.parametrize("asset", ASSETS)
def test_the_time_of_the_week_is_told_by_every_asset_that_knows_it(read_week: ReadWeek, asset: str) -> None:
    told = told_of(read_week().result, asset)
    assert not set(SHARED[:6]) - NOT_HERE.get(asset, set()) - told.keys()
    asks = graph().resolve_asset_graph().get(dg.AssetKey(asset)).tags["asks"]
    assert ("requests" in told) is (asks in {"toggl", "fibery"})
    assert ({"model_calls", "model_cost"} <= told.keys()) is (asks == "model-if-any")


@pytest.mark.parametrize("asset", ASSETS)
def test_a_preview_comes_first_is_short_and_has_neither_a_heading_nor_a_link_nor_html(read_week: ReadWeek, asset: str) -> None:
    told = told_of(read_week().result, asset)
    shown = told["preview"]
    assert next(iter(told)) == "preview"
    assert isinstance(shown, dg.MarkdownMetadataValue)
    text = shown.value or ""
    assert 20 < len(text) < 1000
    kinds = {part.type for token in MarkdownIt("commonmark").parse(text) for part in (token, *(token.children or ()))}
    assert not {kind for kind in kinds if kind.startswith(("heading", "html", "link", "image", "code", "fence"))}


def test_no_address_and_no_name_is_in_a_table_or_in_a_preview_of_figures(read_week: ReadWeek, world: World) -> None:
    result = read_week().result
    names = [part for person in world.people for part in (*person.name.split(), person.email or person.name)]
    for asset in ASSETS:
        told = told_of(result, asset)
        tables = " ".join(str(value.records) for value in told.values() if isinstance(value, dg.TableMetadataValue))
        figures = "" if asset in {"toggl_summary", "team_summary"} else str(told["preview"].value)
        assert not [name for name in names if name in tables + figures], asset
        assert "@" not in tables + figures


@pytest.mark.parametrize("asset", ["toggl_aggregated", "enriched_data", "person_reports"])
def test_the_table_of_people_adds_up_to_the_week(read_week: ReadWeek, asset: str) -> None:
    told = told_of(read_week().result, asset)
    table = told["hours_by_person"]
    assert isinstance(table, dg.TableMetadataValue)
    rows = [record.data for record in table.records]
    assert [column.name for column in table.schema.columns] == list(rows[0])
    assert len(rows) == told["people"].value
    assert total(rows, "entries") == told["entries"].value
    assert total(rows, "hours") == pytest.approx(told["hours"].value, abs=0.1)
    assert total(rows, "on_entities") == pytest.approx(told["matched_hours"].value, abs=0.1)
    assert total(rows, "unmatched") == pytest.approx(told["unmatched_hours"].value, abs=0.1)
    assert all(0 <= total([row], "other") <= total([row], "unmatched") + 0.01 for row in rows)


def test_a_path_leads_to_the_page_and_no_address_where_none_is_served(read_week: ReadWeek) -> None:
    finished = read_week()
    for asset in ("toggl_summary", "team_summary", "work_alignment", "coverage_report", "person_reports", "report_site"):
        told = told_of(finished.result, asset)
        assert list(told)[:2] == ["preview", "page_path"]
        assert isinstance(told["page_path"], dg.PathMetadataValue)
        assert Path(str(told["page_path"].value)).is_file()
        assert "page" not in told


def test_a_whole_week_is_not_told_as_so_far(read_week: ReadWeek) -> None:
    result = read_week().result
    assert not [asset for asset in ASSETS if "so_far" in told_of(result, asset)]


# By itself


def test_a_week_that_was_fetched_before_its_end_says_so_first() -> None:
    aggregated = BUSY.aggregated.model_copy(update={"so_far": True})
    joined = BUSY.data.model_copy(update={"so_far": True})
    told = [
        raw_metadata(BUSY.raw.model_copy(update={"so_far": True}), None),
        aggregated_metadata(aggregated),
        joined_metadata(joined),
        alignment_metadata(BUSY.alignment, joined),
        coverage_metadata(BUSY.coverage, joined),
        person_reports_metadata(BUSY.persons, joined, written=3),
    ]
    assert {next(iter(one)) for one in told} == {"so_far"}
    assert "so far" in str(told[0]["so_far"].value)
    assert so_far(False) == {}


def test_a_week_without_time_is_told_in_zeros() -> None:
    assert {name: value.value for name, value in split(0, 0).items()} == dict.fromkeys(SHARED[:4], 0.0)
    assert matched_percent(1, 3) == 33.33


def test_what_is_looked_for_first_comes_first() -> None:
    told = in_order({"hours": dg.MetadataValue.float(1.0)}, {"page": dg.MetadataValue.url("http://a")}, {"preview": lines("A week.")})
    assert list(told) == ["preview", "page", "hours"]


def test_people_are_in_the_order_of_their_ids() -> None:
    rows = [PersonRow(user_id=number, seconds=3600, matched=1800, other=600, entries=2) for number in (30, 7)]
    table = people_table(rows)
    assert isinstance(table, dg.TableMetadataValue)
    assert [record.data["person"] for record in table.records] == ["user:7", "user:30"]
    assert table.records[0].data == {
        "person": "user:7",
        "hours": 1.0,
        "on_entities": 0.5,
        "percent": 50.0,
        "unmatched": 0.5,
        "other": 0.17,
        "entries": 2,
    }


def report_of(*sentences: Sequence[str]) -> Report:
    """A report with a sentence for each of these groups of entities; the last one is a bullet."""
    book = FactBook()
    told = [f"It went to {', '.join(book.text(name, about('entity', entity=name)) for name in names)}." for names in sentences]
    section = Section(id="s", title="S", sentences=tuple(told[:-1]), bullets=tuple(told[-1:]))
    return build_report(book, week=BUSY.raw.week, kind="team_summary", title="T", subject="team", sections=[section], notes=[])


@pytest.mark.parametrize("name", ["*" * 60, "_a_ " * 20, "[x](http://evil.example) " * 3, "# one\n# two " * 5, "a" * 100, "<b>" * 30])
@pytest.mark.parametrize("before", [0, 1, 9])
def test_a_cut_breaks_no_markdown(name: str, before: int) -> None:
    report = report_of(*[["Login form"]] * before, [f"{name} {number}" for number in range(30)], ["Checkout"])
    text = str(preview(report).value)
    assert 0 < len(text) < 1000
    parts = [part for token in MarkdownIt("commonmark").parse(text) for part in (token, *(token.children or ()))]
    kinds, shown = {part.type for part in parts}, "".join(part.content for part in parts if part.type in {"text", "text_special"})
    told = " ".join(plain_text(sentence, {fact.id: fact for fact in report.facts}) for sentence in report.sections[0].sentences)
    assert " ".join(told.split()).startswith(" ".join(shown.removesuffix(" …").split()))
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"}
    assert text.endswith(" …")
    assert "Checkout" not in text


def test_a_preview_is_whole_sentences_and_a_list() -> None:
    assert preview(report_of(["Login form"], ["Checkout"])).value == "It went to Login form.\n\n- It went to Checkout."


def test_points_that_do_not_fit_are_left_out_and_it_says_so() -> None:
    text = str(lines("First.", [f"point {number}" for number in range(200)]).value)
    assert LONGEST - 50 < len(text) <= LONGEST + 5
    assert text.startswith("First.\n\n- point 0\n- point 1\n")
    assert text.endswith("\n- …")


def test_a_reports_page_is_linked_where_pages_are_served(tmp_path: Path) -> None:
    settings = fast_settings(site_url="http://127.0.0.1:3001")
    told = page_links(WeekStore(str(tmp_path)), settings, "2025-10-06", "team_summary.html")
    assert isinstance(told["page"], dg.UrlMetadataValue)
    assert told["page"].value == "http://127.0.0.1:3001/weeks/2025-10-06/reports/html/team_summary.html"
    assert told["page_path"].value == str(tmp_path / "weeks/2025-10-06/reports/html/team_summary.html")


def test_the_pages_are_counted_weighed_and_linked(tmp_path: Path) -> None:
    html = {"index.html": "x" * 2500, "ana-101.html": "é" * 1000}
    store, settings = WeekStore(str(tmp_path)), fast_settings(site_url="https://pages.example/volt")
    told = {name: value.value for name, value in site_metadata(html, store, settings, "2025-10-06", people=1, edited=0).items()}
    assert (told["pages"], told["kilobytes"], told["kilobytes_of_largest_page"], told["people"]) == (2, 4.5, 2.5, 1)
    assert told["page"] == "https://pages.example/volt/weeks/2025-10-06/reports/html/index.html"
    assert told["all_weeks"] == "https://pages.example/volt/weeks/index.html"
    assert told["page_path"] == str(tmp_path / "weeks/2025-10-06/reports/html/index.html")
