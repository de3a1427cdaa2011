"""That a page's figures lead to what they come from. Not here: the frame of a page, charts, which entries a figure rests on."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from volt_assets.domain.alignment_rules import Category
from volt_assets.domain.charts import Bar, Chart
from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.entry_lines import EntryLine, entry_lines
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.matching import MatchStep
from volt_assets.domain.sources import Sources
from volt_assets.site import report_page, sources
from volt_assets.site.figures import figures_of
from volt_assets.site.markup import to_html
from volt_assets.site.pages import Page, build_site
from volt_assets.site.report_page import ReportBody, report_bodies
from volt_assets.site.sources import PageSources, page_sources

MONDAY = date(2025, 10, 6)
TASK = "Scrum/Task #12"
TASK_URL = "https://acme.fibery.io/Scrum/Task/login-12"
DAY_URL = "https://track.toggl.com/reports/detailed/1/from/2025-10-06/to/2025-10-06"


def entry(
    entry_id: int, *, day: int = 0, hour: int = 9, seconds: int = 3600, description: str = "Fix login", name: str = "Ana"
) -> TimeEntry:
    start = datetime(2025, 10, 6, hour, tzinfo=UTC) + timedelta(days=day)
    return TimeEntry(
        id=entry_id,
        user_id=7,
        user_email="ana@example.com",
        user_name=name,
        description=description,
        start=start,
        stop=start + timedelta(seconds=seconds),
        seconds=seconds,
        billable=False,
        project="Portal",
        client=None,
        tags=(),
        updated_at=None,
    )


def lines(*entries: TimeEntry) -> dict[int, EntryLine]:
    return {line.entry_id: line for line in entry_lines(entries)}


def report(*, charts: bool = False, entries: tuple[int, ...] = (101, 102)) -> Report:
    """Ana's three hours: two on a task, one on calls."""
    book = FactBook(day_page=lambda _: DAY_URL)
    total = book.duration(3600 * 3, about("total", person="ana@example.com"))
    task = book.account(7200, about("time", person="ana@example.com", entity=TASK), entries)
    calls = book.account(3600, about("activity calls", person="ana@example.com"), [103])
    book.add_up(total, [task, calls])
    texts = (
        f"{book.person('Ana', 'ana@example.com')} tracked {total}.",
        f"{book.entity('Login', TASK, TASK_URL)} had {task} on {book.day(MONDAY, about('day'))}.",
        f"At most {book.count(12, about('limit of hours'))} hours a day.",
    )
    chart = Chart(id="by_kind", section="all", title="By kind", series=("time",), bars=(Bar(label="calls", values=(calls,)),))
    section = Section(id="all", title="All", sentences=texts)
    return build_report(
        book,
        week=MONDAY,
        kind="team_summary",
        title="Team",
        subject="team",
        sections=[section],
        notes=[],
        charts=[chart] if charts else [],
    )


WEEK = lines(entry(103, hour=15, description="calls"), entry(102, day=1), entry(101))


def found_in(one: Report, week: dict[int, EntryLine]) -> PageSources:
    return page_sources(one, one.sections, one.charts, week)


def body_of(one: Report, edited: str | None = None) -> ReportBody:
    (body,) = report_bodies(one, WEEK, edited)
    return body


def built(one: Report) -> str:
    return build_site([Page(name="team_summary", report=one, source="reports/team_summary.md")], {}, WEEK.values()).html[
        "team_summary.html"
    ]


def targets(html: str) -> set[str]:
    return {part.partition('"')[0] for part in html.split(' id="')[1:]}


def links(html: str) -> set[str]:
    return {part.partition('"')[0] for part in html.split('href="#')[1:]}


def told(found: PageSources) -> dict[str, tuple[list[str], list[tuple[int, int]]]]:
    return {line.about: ([part.display for part in line.parts], list(line.ranges)) for line in found.lines}


def test_a_sum_leads_to_its_parts_and_these_to_their_entries() -> None:
    assert told(found_in(report(), WEEK)) == {
        "all time, Ana": (["2h 00m", "1h 00m"], []),
        f"time on Login ({TASK}), Ana": ([], [(1, 1), (3, 3)]),
        "activity calls, Ana": ([], [(2, 2)]),
    }


def test_entries_are_listed_by_day_and_hour_with_their_numbers() -> None:
    found = found_in(report(), WEEK)
    assert [(row.number, row.line.entry_id, row.line.at, row.line.time) for row in found.entries] == [
        (1, 101, "09:00 to 10:00", "1:00:00"),
        (2, 103, "15:00 to 16:00", "1:00:00"),
        (3, 102, "09:00 to 10:00", "1:00:00"),
    ]


def test_entries_in_a_row_are_one_range() -> None:
    week = lines(*(entry(number, hour=number - 100) for number in range(101, 111)))
    found = told(found_in(report(entries=(101, 102, 104, 107, 108, 109)), week))
    assert found[f"time on Login ({TASK}), Ana"][1] == [(1, 2), (4, 7)]


def test_an_entity_and_a_day_lead_out_of_the_page() -> None:
    found = found_in(report(), WEEK)
    assert {line.url for line in found.lines} == {None, TASK_URL}
    assert [row.url for row in found.entries] == [DAY_URL, DAY_URL, None]


def test_what_rests_on_no_entry_is_no_link() -> None:
    body = body_of(report())
    assert "At most 12 hours a day." in body.parts[1].html
    assert body.parts[1].html.count('href="#f-') == 2


def test_no_time_at_all_leads_nowhere_unless_it_has_entries() -> None:
    book = FactBook()
    none, first, second = (book.duration(0, about(what)) for what in ("total", "one", "other"))
    book.add_up(none, [first, second])
    empty, all_empty = book.duration(0, about("empty"), [101]), book.duration(0, about("all empty"))
    book.add_up(all_empty, [empty, first])
    section = Section(id="all", title="All", sentences=(f"{none} of {first} and {second}, {empty} of {all_empty}.",))
    made = build_report(book, week=MONDAY, kind="team_summary", title="Team", subject="team", sections=[section], notes=[])
    assert told(found_in(made, WEEK)) == {"empty": ([], [(1, 1)]), "all empty": (["0h 00m", "0h 00m"], [])}


def test_no_word_of_the_code_is_on_the_page() -> None:
    names = [*Category, *MatchStep]
    book = FactBook()
    slots = [book.duration(60 + at, about(name.value), [101]) for at, name in enumerate(names)]
    section = Section(id="all", title="All", sentences=(", ".join(slots),))
    made = build_report(book, week=MONDAY, kind="team_summary", title="Team", subject="team", sections=[section], notes=[])
    found = found_in(made, WEEK).lines
    assert len(found) == len(names)
    assert not [line.about for line in found if line.about in {name.value for name in names} or "_" in line.about]


def test_every_link_in_a_page_has_its_target() -> None:
    html = built(report(charts=True))
    assert links(html)
    assert links(html) <= targets(html)


def test_a_figure_of_a_chart_alone_leads_to_its_entries_too() -> None:
    figure = body_of(report(charts=True)).parts[1].figures[0]
    (cell,) = figure.rows[0].cells
    assert (figure.rows[0].label, cell.text) == ("calls", "1h 00m")
    assert cell.link.removeprefix("#f-") in {line.fact for line in found_in(report(charts=True), WEEK).lines}


def test_an_entry_that_is_stored_no_more_is_told() -> None:
    found = found_in(report(), lines(entry(101), entry(103)))
    assert [(line.entries, line.unlisted) for line in found.lines if line.entries] == [(2, 1), (1, 0)]


def test_entries_that_are_too_many_are_left_to_the_file_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_ENTRIES", 2)
    found = found_in(report(), WEEK)
    assert [row.line.entry_id for row in found.entries] == [101, 102]
    assert [(line.entries, line.unlisted) for line in found.lines] == [(0, 0), (2, 0), (1, 1)]
    assert not found.is_whole


def test_figures_that_are_too_many_lead_nowhere_and_those_shown_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_LINES", 2)
    html = built(report())
    assert [part.display for part in found_in(report(), WEEK).lines[0].parts if not part.line] == ["1h 00m"]
    assert "with what is too much for this page" in html
    assert links(html) <= targets(html)


def test_parts_that_are_too_many_for_a_line_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_PARTS", 1)
    found = found_in(report(), WEEK)
    assert [(line.display, len(line.parts), line.more) for line in found.lines if line.parts] == [("3h 00m", 1, 1)]
    assert not found.is_whole
    assert "</a> and 1 more</li>" in built(report())


def test_a_share_leads_where_its_time_leads() -> None:
    book = FactBook(evidence={about("billable"): (101, 102)})
    time, share = book.account(3600, about("billable"), [101, 102]), book.share(3600, 7200, about("billable"))
    section = Section(id="all", title="All", sentences=(f"{time} ({share}) of calls.",))
    one = build_report(book, week=MONDAY, kind="team_summary", title="T", subject="team", sections=[section], notes=[])
    found = found_in(one, WEEK)
    assert len(found.lines) == 1
    assert set(found.leads.values()) == {found.lines[0].fact}
    assert len(found.leads) == 2


def test_a_long_report_has_several_pages_that_are_whole_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_page, "MOST_BYTES", 1_000)
    monkeypatch.setattr(report_page, "MOST_ROWS", 10)
    book = FactBook()
    rows = tuple((f"row {number}", book.account(60, about(f"activity {number}"), [number])) for number in range(95))
    table = Table(columns=("Row", "Time"), rows=rows, numeric=(1,))
    section = Section(id="all", title="All", sentences=("Said once.",), bullets=("a", "b"), tables=(table,), code="paste: me")
    one = build_report(book, week=MONDAY, kind="team_summary", title="Long", subject="team", sections=[section], notes=["A note."])
    html = build_site([Page(name="team_summary", report=one, source="reports/team_summary.md")], {}).html
    pages = ["team_summary.html", *(name for name in html if ".2" in name or ".3" in name)]
    assert len(pages) == 3
    whole = "".join(html[name] for name in pages)
    assert [whole.count(text) for text in ("Said once.", "paste: me", "A note.")] == [1, 1, 1]
    assert [whole.count(f"<td>row {number}</td>") for number in range(95)] == [1] * 95
    assert "Long, page 2 of 3" in html["team_summary.2.html"]
    assert all(f'href="{other}"' in html[name] for name in pages for other in pages if other != name)
    assert all(links(html[name]) <= targets(html[name]) for name in pages)


def test_the_charts_of_a_section_stand_on_its_first_page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_page, "MOST_BYTES", 500)
    monkeypatch.setattr(report_page, "MOST_ROWS", 10)
    book = FactBook()
    rows = tuple((f"row {number}", book.account(60, about(f"activity {number}"), [number])) for number in range(20))
    section = Section(id="all", title="All", tables=(Table(columns=("Row", "Time"), rows=rows, numeric=(1,)),))
    bars = tuple(Bar(label=row, values=(time,)) for row, time in rows[:2])
    chart = Chart(id="rows", section="all", title="Rows", series=("Time",), bars=bars)
    one = build_report(book, week=MONDAY, kind="team_summary", title="T", subject="team", sections=[section], notes=[], charts=[chart])
    html = build_site([Page(name="team_summary", report=one, source="reports/team_summary.md")], {}).html
    assert [html[name].count('id="chart-rows"') for name in ("team_summary.html", "team_summary.2.html")] == [1, 0]


def test_a_figure_of_a_footnote_leads_to_its_entries_too() -> None:
    book = FactBook()
    note = f"Left out: {book.account(3600, about('calls'), [103])}."
    one = build_report(book, week=MONDAY, kind="team_summary", title="T", subject="team", sections=[], notes=[note])
    assert links(built(one)) <= targets(built(one))
    assert [row.line.entry_id for row in found_in(one, WEEK).entries] == [103]


def test_a_chart_whose_section_is_not_in_the_report_stands_at_its_end_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_page, "MOST_BYTES", 10)
    one = report(charts=True)
    lost = tuple(chart.model_copy(update={"section": "gone"}) for chart in one.charts)
    other = one.sections[0].model_copy(update={"id": "more"})
    bodies = report_bodies(one.model_copy(update={"charts": lost, "sections": (*one.sections, other)}), WEEK, None)
    assert [[figure.id for figure in body.charts] for body in bodies] == [[], ["by_kind"]]


def test_a_persons_page_opens_with_their_charts() -> None:
    one = report(charts=True)
    opening = one.sections[0].model_copy(update={"id": "headline"})
    two = one.model_copy(update={"sections": (opening, *one.sections)})
    for kind, expected in (("person_report", [0, 1, 0, 0]), ("team_summary", [0, 0, 1, 0])):
        (body,) = report_bodies(two.model_copy(update={"kind": kind}), WEEK, None)
        assert [len(part.figures) for part in body.parts] == expected


def test_a_weeks_glance_leads_to_where_the_team_pages_tell_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_page, "MOST_BYTES", 10)
    book = FactBook()
    total, share = book.account(3600, about("total"), [101]), book.share(1800, 3600, about("found entities"))
    chart = Chart(id="by_kind", section="people", title="By kind", series=("time",), bars=(Bar(label="all", values=(total,)),))
    late = chart.model_copy(update={"id": "days", "section": "patterns"})
    sections = [Section(id=name, title=name, sentences=(f"{total} in {name}, {share}.",)) for name in ("people", "patterns")]
    team = build_report(
        book, week=MONDAY, kind="team_summary", title="T", subject="team", sections=sections, notes=[], charts=[chart, late],
        sources=Sources(so_far=True),
    )  # fmt: skip
    own = report().model_copy(update={"kind": "person_report", "subject": "ana@example.com"})
    pages = [
        Page(name="ana-7", report=own, source="reports/individual/ana-7.md"),
        Page(name="team_summary", report=team, source="x.md"),
    ]
    html = build_site(pages, {}, WEEK.values()).html["index.html"]
    assert html.count('href="team_summary.html#f-') == 3
    assert ".2.html#f-" not in html
    assert "ana-7.html#f-" not in html
    assert [name in html for name in ('id="chart-by_kind"', 'id="chart-days"')] == [True, True]
    assert "This week has not ended" in html


def test_a_stacked_bar_tells_what_its_parts_make_together() -> None:
    book = FactBook()
    parts = (book.account(3600, about("on entities"), [101]), book.account(1800, about("other"), [102]))
    whole = book.duration(5400, about("total"))
    bar = Bar(label="Ana", values=parts, whole=whole)
    chart = Chart(id="people", section="", title="People", series=("on entities", "other"), bars=(bar,))
    (figure,) = figures_of([chart], {fact.id: fact for fact in book.facts}, {})
    assert figure.columns == ("on entities", "other", "Together")
    assert [cell.text for cell in figure.rows[0].cells] == ["1h 00m", "0h 30m", "1h 30m"]


def test_a_persons_name_leads_to_their_page_where_they_have_one() -> None:
    own = report().model_copy(update={"kind": "person_report", "subject": "ana@example.com"})
    pages = [
        Page(name="team_summary", report=report(), source="reports/team_summary.md"),
        Page(name="ana-7", report=own, source="reports/individual/ana-7.md"),
    ]
    html = build_site(pages, {}, WEEK.values()).html
    assert '<a href="ana-7.html">Ana</a> tracked' in html["team_summary.html"]
    assert "Ana tracked" in html["ana-7.html"]
    assert "Ana tracked" in built(report())


def test_a_page_with_a_persons_text_keeps_charts_and_sources() -> None:
    body = body_of(report(charts=True), "# Ours\n\nA good week.")
    assert [part.html for part in body.parts] == [to_html("# Ours\n\nA good week.")]
    assert [figure.id for figure in body.charts] == ["by_kind"]
    assert body.sources.entries


def test_an_entry_is_told_in_a_reports_words() -> None:
    (line,) = lines(entry(1, description="key sk-abcdefghijklmnopqrstuvwxyz123456\n=1+1", name="ana@example.com")).values()
    assert "sk-abc" not in line.description
    assert line.name == "ana"


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00:00"), (59, "0:00:59"), (3909, "1:05:09"), (360_000, "100:00:00")])
def test_the_time_of_an_entry_is_exact(seconds: int, shown: str) -> None:
    (line,) = lines(entry(1, seconds=seconds)).values()
    assert line.time == shown


def test_an_entry_ends_on_its_owners_clock() -> None:
    stop = datetime(2025, 10, 6, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    (line,) = lines(entry(1).model_copy(update={"stop": stop})).values()
    assert line.at == "09:00 to 10:30"


@pytest.mark.parametrize(("before", "after", "at"), [(2, 1, "00:30 to 03:00"), (1, 2, "00:30 to 05:00")])
def test_an_entry_in_which_the_clocks_were_changed_ends_on_the_changed_clock(before: int, after: int, at: str) -> None:
    start = datetime(2025, 10, 26, 0, 30, tzinfo=timezone(timedelta(hours=before)))
    stop = (start + timedelta(hours=3, minutes=30)).astimezone(timezone(timedelta(hours=after)))
    (line,) = lines(entry(1).model_copy(update={"start": start, "stop": stop})).values()
    assert line.at == at


def test_an_entry_that_toggl_gives_no_end_has_none() -> None:
    (line,) = lines(entry(1).model_copy(update={"stop": None})).values()
    assert line.at == "09:00"
