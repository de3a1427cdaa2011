"""Slot texts and their Markdown."""

import pytest

from tests.domain.builders import FRAME
from volt_assets.domain.drafts import (
    Report,
    Section,
    Table,
    build_report,
    plain_text,
    render_markdown,
    render_text,
    render_without_links,
    writer_note,
)
from volt_assets.domain.facts import FactBook, about


def report(book: FactBook, *sections: Section, notes: tuple[str, ...] = ()) -> Report:
    return build_report(book, week=FRAME.week.monday, kind="team_summary", title="Team", subject="team", sections=sections, notes=notes)


def test_a_secret_in_an_entitys_text_is_told_with_the_entity() -> None:
    book = FactBook()
    title = book.entity("Reset, password: hunter22", "Scrum/Task #12", None)
    note = book.text("token: abc12345", about("comment", entity="Scrum/Task #12"))
    section = Section(id="s", title="S", sentences=(f"{title}: {note}.",))

    assert "is hidden in 2 of the texts above; look at Scrum/Task \\#12." in render_markdown(report(book, section))


def test_a_report_is_a_title_sections_and_notes() -> None:
    book = FactBook()
    table = Table(columns=("Day", "Time"), rows=((book.text("Mon", about("day")), book.duration(3600, about("Mon"))),), numeric=(1,))
    told = f"{book.count(2, about('n'))} people."
    section = Section(id="s", title="Summary", sentences=(told, "Good."), bullets=("One",), tables=(table,))
    section = Section(id="s", title="Summary", sentences=(told, "Good."), bullets=("One",), tables=(table,))
    smaller = Section(id="t", title=book.person("Ana *", "ana"), level=3, sentences=("Text.",))

    assert render_markdown(report(book, section, smaller, notes=("A note.",))) == (
        "# Team\n\n## Summary\n\n2 people. Good.\n\n- One\n\n| Day | Time |\n| --- | ---: |\n| Mon | 1h 00m |\n\n"
        "### Ana \\*\n\nText.\n\n---\n\n*A note.*\n\n*Written by Volt's own templates; no language model was used.*\n"
    )


def test_a_section_without_content_is_left_out() -> None:
    assert report(FactBook(), Section(id="empty", title="Nothing")).sections == ()


def test_a_slot_without_a_fact_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(KeyError, match="d9"):
        render_text("{f:d9}", {})


def test_a_title_that_looks_like_a_slot_stays_text() -> None:
    book = FactBook()
    slot = f"{book.text('{f:d2}', about('activity'))} {book.duration(3600, about('x'))}"
    facts = {fact.id: fact for fact in book.facts}

    assert render_text(slot, facts) == "\\{f:d2\\} 1h 00m"
    assert plain_text(slot, facts) == "{f:d2} 1h 00m"


def test_only_an_entity_with_an_address_becomes_a_link() -> None:
    book = FactBook()
    linked, plain = book.entity("Task [x]", "t", "https://acme.fibery.io/a/b/1"), book.entity("https://evil.example", "u", None)
    facts = {fact.id: fact for fact in book.facts}

    assert render_text(linked, facts) == "[Task \\[x\\] (t)](https://acme.fibery.io/a/b/1)"
    assert render_text(plain, facts) == "https\\://evil.example (u)"


def test_an_entity_can_be_shown_without_its_link_and_is_escaped_all_the_same() -> None:
    book = FactBook()
    linked = book.entity("Task [x]", "t", "https://acme.fibery.io/a/b/1")

    assert render_without_links(f"On {linked}.", {fact.id: fact for fact in book.facts}) == "On Task \\[x\\] (t)."


def test_hidden_secrets_are_told_with_their_number() -> None:
    book = FactBook()
    section = Section(
        id="s", title="S", bullets=(book.text("password: hunter2-long", about("a")), book.text("token: 12345678", about("b")))
    )

    made = report(book, section)

    assert "Something that looks like a secret is hidden in 2 of the texts above." in render_markdown(made)
    assert "hunter2" not in made.model_dump_json()


def written(*sections: Section) -> str:
    return writer_note(report(FactBook(), *sections))


BY_TEMPLATE = Section(id="a", title="A", sentences=("Text.",))
BY_MODEL = Section(id="b", title="B", sentences=("Text.",), writer="tiny-model")
REFUSED = Section(id="c", title="C", sentences=("Text.",), fallback="the answer holds *markup*")


def test_without_a_model_the_report_says_so() -> None:
    assert written(BY_TEMPLATE) == "Written by Volt's own templates; no language model was used."


def test_a_model_that_wrote_is_named_with_the_number_of_its_sections() -> None:
    assert written(BY_TEMPLATE, BY_MODEL) == ("Figures, names and links come from the data. tiny-model phrased 1 of the sections.")


def test_a_refused_answer_is_told_with_its_reason() -> None:
    note = written(BY_MODEL, REFUSED)

    assert note.endswith("tiny-model phrased 1 of the sections; the template's text was kept for 1 (the answer holds \\*markup\\*).")


def test_a_model_that_was_asked_in_vain_is_told_too() -> None:
    assert written(REFUSED).startswith("Figures, names and links come from the data. No section was phrased by a model; ")


def test_a_report_tells_its_fallbacks() -> None:
    assert report(FactBook(), BY_TEMPLATE, REFUSED).fallbacks == ("the answer holds *markup*",)
