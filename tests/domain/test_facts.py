"""Facts: their one form, their slots, what is hidden."""

import pytest

from volt_assets.domain.facts import SLOT, Account, FactBook, about, slot_id
from volt_assets.domain.masking import MASK


def test_each_fact_has_a_slot_of_its_own() -> None:
    book = FactBook()
    slots = [
        book.duration(60, about("a")),
        book.count(60, about("a")),
        book.share(60, 100, about("a")),
        book.text("60", about("a")),
        book.person("60", "a"),
    ]

    assert len(set(slots)) == 5
    assert [SLOT.findall(slot) for slot in slots] == [[fact.id] for fact in book.facts]


def test_the_same_fact_said_twice_is_one_fact() -> None:
    book = FactBook()

    assert book.duration(3600, about("Ana, total")) == book.duration(3600, about("Ana, total"))
    assert len(book.facts) == 1


def test_one_figure_about_two_subjects_is_two_facts() -> None:
    book = FactBook()

    assert book.duration(3600, about("Ana, total")) != book.duration(3600, about("Ben, total"))


def test_a_row_that_accounts_for_time_keeps_its_exact_seconds_and_entries() -> None:
    book = FactBook()
    book.account(3601, about("Standup"), [3, 1])
    [fact] = book.facts

    assert book.accounts == (Account(fact=fact.id, seconds=3601, entry_ids=(3, 1)),)
    assert (fact.value, fact.unit, fact.display, fact.entry_ids) == (3601, "s", "1h 00m", (3, 1))


def test_two_rows_of_the_same_figures_account_twice() -> None:
    book = FactBook()
    book.account(60, about("Standup"), [1])
    book.account(60, about("Standup"), [1])

    assert len(book.accounts) == 2


@pytest.mark.parametrize("method", ["text", "state", "person"])
def test_a_secret_is_in_no_part_of_a_fact(method: str) -> None:
    book = FactBook()
    subject = "Ana, password: hunter2-long"
    told = {"is_final": False} if method == "state" else {}
    getattr(book, method)("Login, password: hunter2-long", about(subject) if method == "text" else subject, **told)

    assert "hunter2" not in book.facts[0].model_dump_json()
    assert book.facts[0].display == f"Login, password: {MASK}"
    assert book.hidden == 1


def test_a_book_without_secrets_hides_nothing() -> None:
    book = FactBook()
    book.text("Password reset by mail", about("activity"))

    assert book.hidden == 0


def test_a_long_text_is_cut_and_says_so() -> None:
    book = FactBook()
    book.text("word " * 200, about("activity"))

    assert len(book.facts[0].display) == 300
    assert book.facts[0].display.endswith("…")


def test_a_text_of_several_lines_is_shown_on_one() -> None:
    book = FactBook()
    book.text("Call\n  back\tsoon", about("activity"))

    assert book.facts[0].display == "Call back soon"


@pytest.mark.parametrize("text", ["{f:d1}", "{f:p1} and {f:d2}"])
def test_a_text_that_looks_like_a_slot_is_only_text(text: str) -> None:
    book = FactBook()
    slot = book.text(text, about("activity"))

    assert SLOT.findall(slot) == [book.facts[0].id]
    assert book.facts[0].display == text


def test_one_time_of_an_entity_reads_alike_wherever_it_stands() -> None:
    book = FactBook()
    parts = [book.duration(seconds, about("time", entity=name)) for name, seconds in (("A", 40), ("B", 41), ("C", 42))]
    book.add_up(book.duration(123, about("total")), parts)
    told = [
        book.duration(40, about("so far", entity="A")),
        book.duration(40, about("so far", entity="D")),
        book.growth(-40, about("change", entity="A")),
    ]
    shown = {fact.id: fact.display for fact in book.facts}

    assert [shown[slot_id(slot)] for slot in parts] == ["<1m", "0h 01m", "0h 01m"]
    assert [shown[slot_id(slot)] for slot in told] == ["<1m", "0h 01m", "<1m"]
