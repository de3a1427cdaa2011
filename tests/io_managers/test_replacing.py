"""Replacing one file that others were made of: they retire with it, edits stay, and nobody else's write is lost."""

from collections.abc import Callable

import pytest

from io_managers.week_store import ChangedMeanwhileError, Published, WeekStore
from tests.io_managers.conftest import ANA, BEN, WEEK, Content, crash_at, edit, publish, text

RAW = "raw.json"
Contents = Callable[[str], Content]


def is_report(name: str) -> bool:
    return name.endswith(".md")


def replace(store: WeekStore, content: bytes, expected: bytes | None, run: str = "run-2") -> Published:
    return store.for_run(run).replace(WEEK, RAW, content, expected=expected, outdates=is_report)


@pytest.fixture
def week(store: WeekStore) -> WeekStore:
    """A store with a raw file and two reports made of it."""
    store.write(WEEK, RAW, b"1")
    publish(store, {"ana.md": "Ana", "ben.md": "Ben"})
    return store


def test_what_the_new_content_outdates_goes_to_history_with_the_old(week: WeekStore, contents: Contents) -> None:
    assert replace(week, b"2", b"1") == Published(files=(RAW,), retired=(ANA, BEN))
    assert (text(week, RAW), text(week, ANA)) == ("2", None)
    assert contents("history") == {f"{WEEK}/run-2/{RAW}": b"1", f"{WEEK}/run-2/{ANA}": b"Ana", f"{WEEK}/run-2/{BEN}": b"Ben"}


def test_the_same_content_outdates_nothing(week: WeekStore, contents: Contents) -> None:
    before = contents("weeks")
    assert replace(week, b"1", b"1") == Published(files=(RAW,))
    assert contents("weeks") == before


def test_what_a_person_edited_stays_and_is_told(week: WeekStore) -> None:
    edit(week, ANA, "Mine")
    assert replace(week, b"2", b"1") == Published(files=(RAW,), edited=(ANA,), retired=(BEN,))
    assert text(week, ANA) == "Mine"


@pytest.mark.parametrize("expected", [None, b"0"])
def test_nothing_is_written_over_a_content_that_is_another_by_now(week: WeekStore, contents: Contents, expected: bytes | None) -> None:
    before = contents("weeks")
    with pytest.raises(
        ChangedMeanwhileError,
        match=f"{RAW} of week {WEEK} was changed meanwhile, by another run or command, and was not replaced: run it again",
    ):
        replace(week, b"2", expected)
    assert contents("weeks") == before


def test_a_first_content_is_written_where_none_was_expected(store: WeekStore) -> None:
    assert replace(store, b"1", None) == Published(files=(RAW,))
    assert text(store, RAW) == "1"


def test_a_crash_leaves_no_report_beside_data_that_it_was_not_made_of(week: WeekStore) -> None:
    with crash_at(RAW, 2):
        replace(week, b"2", b"1")
    assert (text(week, RAW), text(week, ANA)) == ("1", None)
    replace(week, b"2", b"1", "run-3")
    assert (text(week, RAW), text(week, BEN)) == ("2", None)
