"""Facts: their one form, their slots, what is hidden."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.domain.facts import SLOT, Account, FactBook, duration_text, percent_text
from volt_assets.domain.masking import MASK


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0h 00m"),
        (1, "0h 01m"),
        (29, "0h 01m"),
        (89, "0h 01m"),
        (90, "0h 02m"),
        (3569, "0h 59m"),
        (3570, "1h 00m"),
        (45_240, "12h 34m"),
        (360_000, "100h 00m"),
        (4_320_000, "1200h 00m"),
        (-5400, "-1h 30m"),
    ],
)
def test_a_duration_reads_in_hours_and_minutes(seconds: int, shown: str) -> None:
    assert duration_text(seconds) == shown


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(1, 10_000_000))
def test_a_duration_is_at_most_half_a_minute_off_and_time_never_reads_as_none(seconds: int) -> None:
    hours, minutes = duration_text(seconds).removesuffix("m").split("h ")
    read = int(hours) * 3600 + int(minutes) * 60

    assert len(minutes) == 2
    assert int(minutes) < 60
    assert read > 0
    assert abs(read - seconds) <= 30 or (seconds < 30 and read == 60)
    assert duration_text(-seconds) == f"-{duration_text(seconds)}"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, "0 %"), (0, 10, "0 %"), (10, 10, "100 %"), (1, 10_000, "<1 %"), (9_999, 10_000, ">99 %"), (42, 100, "42 %"), (1, 3, "33 %")],
)
def test_a_share_is_whole_percents_and_all_or_nothing_only_where_it_is(part: int, whole: int, shown: str) -> None:
    assert percent_text(part, whole) == shown


def test_each_fact_has_a_slot_of_its_own() -> None:
    book = FactBook()
    slots = [book.duration(60, "a"), book.count(60, "a"), book.share(60, 100, "a"), book.text("60", "a"), book.person("60", "a")]

    assert len(set(slots)) == 5
    assert [SLOT.findall(slot) for slot in slots] == [[fact.id] for fact in book.facts]


def test_the_same_fact_said_twice_is_one_fact() -> None:
    book = FactBook()

    assert book.duration(3600, "Ana, total") == book.duration(3600, "Ana, total")
    assert len(book.facts) == 1


def test_one_figure_about_two_subjects_is_two_facts() -> None:
    book = FactBook()

    assert book.duration(3600, "Ana, total") != book.duration(3600, "Ben, total")


def test_a_row_that_accounts_for_time_keeps_its_exact_seconds_and_entries() -> None:
    book = FactBook()
    book.account(3601, "Standup", [3, 1])
    [fact] = book.facts

    assert book.accounts == (Account(fact=fact.id, seconds=3601, entry_ids=(3, 1)),)
    assert (fact.value, fact.unit, fact.display, fact.entry_ids) == (3601, "s", "1h 00m", (3, 1))


def test_two_rows_of_the_same_figures_account_twice() -> None:
    book = FactBook()
    book.account(60, "Standup", [1])
    book.account(60, "Standup", [1])

    assert len(book.accounts) == 2


@pytest.mark.parametrize("method", ["text", "state", "person"])
def test_a_secret_is_in_no_part_of_a_fact(method: str) -> None:
    book = FactBook()
    getattr(book, method)("Login, password: hunter2-long", "Ana, password: hunter2-long")

    assert "hunter2" not in book.facts[0].model_dump_json()
    assert book.facts[0].display == f"Login, password: {MASK}"
    assert book.hidden == 1


def test_a_book_without_secrets_hides_nothing() -> None:
    book = FactBook()
    book.text("Password reset by mail", "activity")

    assert book.hidden == 0


def test_a_long_text_is_cut_and_says_so() -> None:
    book = FactBook()
    book.text("word " * 200, "activity")

    assert len(book.facts[0].display) == 300
    assert book.facts[0].display.endswith("…")


def test_a_text_of_several_lines_is_shown_on_one() -> None:
    book = FactBook()
    book.text("Call\n  back\tsoon", "activity")

    assert book.facts[0].display == "Call back soon"


@pytest.mark.parametrize("text", ["{f:d1}", "{f:p1} and {f:d2}"])
def test_a_text_that_looks_like_a_slot_is_only_text(text: str) -> None:
    book = FactBook()
    slot = book.text(text, "activity")

    assert SLOT.findall(slot) == [book.facts[0].id]
    assert book.facts[0].display == text
