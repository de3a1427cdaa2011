"""What adds up adds up as shown: minutes by largest remainder, shares to 100 %."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.rounding import Shares, Sum, apportion, duration_text, nearest_minute, percent_text, settle, settle_shares

ODD = settings(max_examples=300, deadline=None, derandomize=True)
SECONDS = st.lists(st.integers(0, 200_000), min_size=1, max_size=30)


def shown(parts: list[int]) -> list[str]:
    return [*settle_shares([Shares(whole=sum(parts), parts={f"s{at}": part for at, part in enumerate(parts)})]).values()]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0h 00m"),
        (1, "<1m"),
        (29, "<1m"),
        (30, "0h 01m"),
        (89, "0h 01m"),
        (90, "0h 02m"),
        (3569, "0h 59m"),
        (3570, "1h 00m"),
        (45_240, "12h 34m"),
        (4_320_000, "1200h 00m"),
        (-5400, "-1h 30m"),
    ],
)
def test_a_time_of_its_own_reads_in_hours_and_minutes(seconds: int, shown: str) -> None:
    assert duration_text(seconds) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, "0 %"), (0, 10, "0 %"), (10, 10, "100 %"), (1, 10_000, "<1 %"), (9_999, 10_000, ">99 %"), (42, 100, "42 %"), (1, 3, "33 %")],
)
def test_a_share_is_whole_percents_and_all_or_nothing_only_where_it_is(part: int, whole: int, shown: str) -> None:
    assert percent_text(part, whole) == shown


def test_three_thirds_are_shown_as_a_whole() -> None:
    assert shown([1, 1, 1]) == ["34 %", "33 %", "33 %"]
    assert shown([0, 0]) == ["0 %", "0 %"]
    assert shown([1, 9_999]) == ["<1 %", ">99 %"]


def test_a_share_that_an_earlier_group_has_shown_stays_as_it_was() -> None:
    groups = [
        Shares(whole=3, parts={"a": 1, "b": 1, "c": 1}),
        Shares(whole=3, parts={"d": 2, "c": 1}),
        Shares(whole=3, parts={"e": 2, "a": 1}),
    ]

    assert settle_shares(groups) == {"a": "34 %", "b": "33 %", "c": "33 %", "d": "67 %", "e": "66 %"}


def test_minutes_go_to_the_parts_that_lost_most() -> None:
    assert apportion([100, 110, 30], 60, 4) == [2, 2, 0]


def test_a_total_out_of_reach_leaves_each_part_its_nearest() -> None:
    assert apportion([60, 90], 60, 9) == [1, 2]


@ODD
@given(SECONDS)
def test_the_parts_of_a_whole_add_up_as_shown_and_none_is_a_minute_off(parts: list[int]) -> None:
    seconds = {"whole": sum(parts), **{f"part{at}": part for at, part in enumerate(parts)}}
    minutes = settle(seconds, [Sum(whole="whole", parts=tuple(f"part{at}" for at in range(len(parts))))])

    assert minutes["whole"] == nearest_minute(sum(parts))
    assert sum(minutes[f"part{at}"] for at in range(len(parts))) == minutes["whole"]
    assert all(abs(60 * minutes[f"part{at}"] - part) < 60 for at, part in enumerate(parts))
    assert all(minutes[f"part{at}"] == 0 for at, part in enumerate(parts) if part == 0)


@ODD
@given(st.lists(st.lists(st.integers(0, 30_000), min_size=1, max_size=6), min_size=1, max_size=8))
def test_sums_of_sums_and_sums_across_them_add_up_as_shown(people: list[list[int]]) -> None:
    """The team's people, each person's rows, and a team's figure over the first rows of everybody."""
    seconds = {f"{at}.{row}": spent for at, rows in enumerate(people) for row, spent in enumerate(rows)}
    seconds |= {str(at): sum(rows) for at, rows in enumerate(people)} | {"team": sum(map(sum, people))}
    seconds["firsts"] = sum(rows[0] for rows in people)
    sums = [
        Sum(whole="team", parts=tuple(str(at) for at in range(len(people)))),
        *(Sum(whole=str(at), parts=tuple(f"{at}.{row}" for row in range(len(rows)))) for at, rows in enumerate(people)),
        Sum(whole="firsts", parts=tuple(f"{at}.0" for at in range(len(people)))),
    ]

    minutes = settle(seconds, sums)

    assert all(minutes[one.whole] == sum(minutes[part] for part in one.parts) for one in sums)
    assert minutes["team"] == nearest_minute(seconds["team"])
    assert all(minutes[name] >= 0 and abs(60 * minutes[name] - seconds[name]) < 120 for name in seconds if name != "firsts")


@ODD
@given(SECONDS)
def test_shares_of_a_whole_make_100_percent(parts: list[int]) -> None:
    told = shown(parts)
    counted = [0 if text == "<1 %" else 100 if text == ">99 %" else int(text.removesuffix(" %")) for text in told]

    assert sum(counted) == (100 if sum(parts) else 0)


def test_what_does_not_add_up_to_the_second_is_never_shown() -> None:
    book = FactBook()
    whole, part = book.duration(61, about("total")), book.duration(60, about("other"))

    with pytest.raises(ValueError, match="total: 61 s are not the 60 s of 1 parts"):
        book.add_up(whole, [part])


def test_a_books_facts_are_shown_as_they_add_up() -> None:
    book = FactBook()
    parts = [book.duration(80, about("part", person=name)) for name in ("a", "b", "c")]
    book.add_up(book.duration(240, about("total")), parts)

    assert [fact.display for fact in book.facts] == ["0h 02m", "0h 01m", "0h 01m", "0h 04m"]
    assert book.sums == (Sum(whole="d4", parts=("d1", "d2", "d3")),)
