"""The pages over all weeks, and where they are kept. Not here: a week's own pages."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from io_managers.week_index import rebuild_index
from io_managers.week_store import WeekStore
from volt_assets.domain.drafts import Report, build_report
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.sources import Sources
from volt_assets.domain.week_summary import WeekSummary, summary_of, weeks_chart
from volt_assets.site.weeks import weeks_pages

MONDAY = date(2025, 10, 6)
FOLDER = "reports/html"


def summary(weeks_later: int = 0, *, so_far: bool = False, seconds: int = 7200, on_entities: int = 5400) -> WeekSummary:
    monday = MONDAY + timedelta(weeks=weeks_later)
    return WeekSummary(week=monday, title=f"Week {monday}", so_far=so_far, seconds=seconds, seconds_on_entities=on_entities, time="2h 00m")


def stored(*summaries: WeekSummary) -> dict[str, bytes | None]:
    return {str(one.week): one.model_dump_json().encode() for one in summaries}


def team(*, seconds: int = 7200, so_far: bool = False) -> Report:
    book = FactBook()
    title = book.week("2025-10-06 to 2025-10-12")
    if seconds:
        book.duration(seconds, about("total"))
        book.duration(seconds // 2, about("found entities"))
        book.share(seconds // 2, seconds, about("found entities"))
        book.count(3, about("people"))
        book.count(14, about("entries"))
    return build_report(
        book, week=MONDAY, kind="team_summary", title=title, subject="team", sections=[], notes=[], sources=Sources(so_far=so_far)
    )


# The list


def test_the_list_has_the_newest_week_first_and_leads_to_each() -> None:
    html = weeks_pages(stored(summary(), summary(1), summary(2)), FOLDER)["index.html"]
    places = [
        html.index(f'<th scope="row" class="name"><a href="{MONDAY + timedelta(weeks=number)}/{FOLDER}/index.html">')
        for number in (2, 1, 0)
    ]
    assert places == sorted(places)


def test_the_latest_page_leads_to_the_last_week_that_had_ended() -> None:
    html = weeks_pages(stored(summary(), summary(1), summary(2, so_far=True)), FOLDER)["latest.html"]
    assert f'<meta http-equiv="refresh" content="0; url=2025-10-13/{FOLDER}/index.html">' in html
    assert f'<a href="2025-10-13/{FOLDER}/index.html">Week 2025-10-13</a>' in html


@pytest.mark.parametrize("weeks", [{}, stored(summary(so_far=True)), {"2025-10-06": None}])
def test_without_a_finished_week_the_latest_page_says_so(weeks: dict[str, bytes | None]) -> None:
    pages = weeks_pages(weeks, FOLDER)
    assert "refresh" not in pages["latest.html"]
    assert "No finished week has pages yet" in pages["latest.html"]
    assert "No finished week has pages yet" in pages["index.html"]


def test_a_week_without_pages_stays_in_the_list_and_says_what_to_do() -> None:
    html = weeks_pages({**stored(summary()), "2025-10-13": None}, FOLDER)["index.html"]
    assert "2025-10-13" in html
    assert "no pages yet: materialise report_site for this week" in html


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"week": "2025-10-13"}', b"\xff\xfe"])
def test_a_damaged_summary_takes_no_other_week_down(damaged: bytes) -> None:
    html = weeks_pages({**stored(summary()), "2025-10-13": damaged}, FOLDER)["index.html"]
    assert "week.json cannot be read: materialise report_site for this week again" in html
    assert "Week 2025-10-06" in html


@pytest.mark.parametrize("other", ["2025-10-06", "2025-10-14", "2025-10-20"])
def test_a_summary_of_another_week_takes_no_other_week_down_and_is_never_the_latest(other: str) -> None:
    moved = summary().model_copy(update={"week": date.fromisoformat(other)}).model_dump_json().encode()
    pages = weeks_pages({**stored(summary()), "2025-10-13": moved}, FOLDER)
    assert f"week.json is that of {other}: materialise report_site for this week again" in pages["index.html"]
    assert f"url=2025-10-06/{FOLDER}/index.html" in pages["latest.html"]
    assert 'href=""' not in pages["index.html"]


def test_what_a_summary_holds_is_shown_as_text() -> None:
    odd = summary().model_copy(update={"title": "<script>alert(1)</script>", "time": '"><img src=x>'})
    pages = weeks_pages(stored(odd), FOLDER)
    assert "<script" not in pages["index.html"] + pages["latest.html"]
    assert "<img" not in pages["index.html"] + pages["latest.html"]


def test_a_single_week_has_no_chart_and_two_have() -> None:
    assert 'id="chart-weeks"' not in weeks_pages(stored(summary()), FOLDER)["index.html"]
    assert 'id="chart-weeks"' in weeks_pages(stored(summary(), summary(1)), FOLDER)["index.html"]


def test_the_chart_has_half_a_year_and_its_bars_are_the_weeks_to_the_second() -> None:
    told = weeks_chart([summary(number, seconds=7200 + number) for number in range(30)])
    assert told is not None
    lengths = [sum(int(told.facts[value[3:-1]].value) for value in bar.values) for bar in told.chart.bars]
    assert lengths == [7200 + number for number in range(4, 30)]


def test_weeks_without_any_time_have_no_chart() -> None:
    assert weeks_chart([summary(0, seconds=0, on_entities=0), summary(1, seconds=0, on_entities=0)]) is None


# A week's line


def test_a_weeks_line_has_the_figures_of_its_team_report() -> None:
    line = summary_of(team(), fetched_so_far=False)
    assert (line.time, line.share, line.people, line.entries) == ("2h 00m", "50 %", "3", "14")
    assert (line.seconds, line.seconds_on_entities, line.so_far) == (7200, 3600, False)


def test_a_week_that_was_fetched_before_its_end_is_not_finished_whenever_its_report_was_made() -> None:
    assert summary_of(team(), fetched_so_far=True).so_far


def test_a_week_without_time_is_a_week_all_the_same() -> None:
    line = summary_of(team(seconds=0, so_far=True), fetched_so_far=False)
    assert (line.title, line.so_far, line.seconds, line.time, line.people) == ("2025-10-06 to 2025-10-12", True, 0, "", "0")


# Where they are kept


def test_the_pages_are_made_of_what_the_weeks_hold(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    store.publish("2025-10-06", FOLDER, {"week.json": "one"})
    store.publish("2025-10-13", "reports", {"team_summary.md": "# Team"})
    paths = rebuild_index(store, f"{FOLDER}/week.json", lambda found: {"index.html": str(found)})
    assert paths == (str(tmp_path / "weeks" / "index.html"),)
    assert (tmp_path / "weeks" / "index.html").read_text() == str({"2025-10-06": b"one", "2025-10-13": None})
    assert store.stored_weeks() == ("2025-10-06", "2025-10-13")


def test_what_a_run_replaces_goes_to_history_and_the_same_again_touches_nothing(tmp_path: Path) -> None:
    for run, text in (("first", "old"), ("second", "new"), ("third", "new")):
        rebuild_index(WeekStore(str(tmp_path), run), "x.json", lambda _, text=text: {"index.html": text})  # type: ignore[misc]
    kept = {path.relative_to(tmp_path / "history").as_posix(): path.read_text() for path in (tmp_path / "history").rglob("*.html")}
    assert kept == {"weeks/second/index.html": "old"}


def test_the_weeks_are_listed_under_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []

    class Lock:
        def __init__(self, _: object, name: str) -> None:
            self.name = name

        def __enter__(self) -> None:
            held.append(self.name)

        def __exit__(self, *_: object) -> None:
            held.remove(self.name)

    monkeypatch.setattr("io_managers.week_index.locked", Lock)
    seen: list[list[str]] = []
    rebuild_index(WeekStore(str(tmp_path)), "x.json", lambda _: seen.append([*held]) or {})  # type: ignore[func-returns-value]
    assert (seen, held) == ([["weeks-index"]], [])
