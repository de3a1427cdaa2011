"""Words vary from week to week, facts never: each wording has the same facts in the same order."""

import itertools
from datetime import date

import pytest

from tests.domain.answers import answer
from tests.domain.builders import busy_run, quiet_run
from volt_assets.domain.drafts import Report, Section, build_report
from volt_assets.domain.facts import SLOT, FactBook
from volt_assets.domain.phrasing import read_phrasing
from volt_assets.domain.rewordings import is_rewording
from volt_assets.domain.wording import reworded, wordings

PAIRS = [(one, other) for known in wordings().values() for one, other in itertools.permutations(known, 2)]
BUSY = busy_run()
PLAIN = {other: one for one, known in wordings().items() for other in known}
AGAINST = "the week before"
NEVER_PHRASED = ("tracked, ", "tracked so far", AGAINST, "reached a final state")
"""Parts of sentences about which no model is asked, headlines and completions, or that are judged by their clauses: comparisons."""
PHRASED = [(one, other) for one, other in PAIRS if not any(part in PLAIN[one] for part in NEVER_PHRASED)]
WEEKS, KINDS, SUBJECTS = (date(2025, 10, 6), date(2025, 10, 13)), ("person_report", "team_summary"), ("team", "ana@example.com")


def with_slots(words: str) -> str:
    """A sentence with facts of made-up ids; a state's begins with an s, for the gate knows states by that."""
    letters = iter("ces" if words.endswith("state {}.") else "cdedpdedc")
    return words.format(*(f"{{f:{next(letters)}{at}}}" for at in range(1, words.count("{}") + 1)))


@pytest.mark.parametrize("known", wordings().values(), ids=wordings().keys())
def test_every_wording_has_exactly_the_same_slots_in_the_same_order(known: tuple[str, ...]) -> None:
    sentence = with_slots(known[0])
    said = {reworded(sentence, str(seed)) for seed in range(200)}

    assert len({*known}) == len(known) >= 2
    assert said == {with_slots(words) for words in known}
    assert {tuple(SLOT.findall(one)) for one in said} == {tuple(SLOT.findall(sentence))}


def test_no_wording_stands_for_two_sentences() -> None:
    assert len(PLAIN) == sum(map(len, wordings().values()))


def test_the_same_week_and_subject_read_the_same_and_others_differently() -> None:
    sentence = with_slots("{} tracked {} in {} entries.")
    by_week = [reworded(sentence, f"2025-{week:02d}|person_report|ana") for week in range(1, 53)]

    assert by_week == [reworded(sentence, f"2025-{week:02d}|person_report|ana") for week in range(1, 53)]
    assert len({*by_week}) == len(wordings()["{} tracked {} in {} entries."])
    assert busy_run().team == BUSY.team


def test_a_reports_words_come_from_its_week_its_kind_and_its_subject() -> None:
    sentences = tuple(with_slots(one) for one in wordings())
    section = Section(id="all", title="All", sentences=sentences)
    told = {
        build_report(FactBook(), week=week, kind=kind, title="", subject=subject, sections=[section], notes=()).sections[0].sentences
        for week, kind, subject in itertools.product(WEEKS, KINDS, SUBJECTS)
    }

    assert len(told) == len(WEEKS) * len(KINDS) * len(SUBJECTS)


def test_a_sentence_that_has_no_other_words_stays() -> None:
    assert reworded("{f:d1} of the other activities.", "seed") == "{f:d1} of the other activities."


@pytest.mark.parametrize(("one", "other"), PHRASED)
def test_where_a_model_may_reword_its_gate_takes_each_wording_for_each_other(one: str, other: str) -> None:
    section = Section(id="summary", title="Summary", sentences=(with_slots(one),), phrasable=True)

    assert is_rewording(section, with_slots(other))


def test_a_model_is_asked_about_no_sentence_whose_wordings_its_gate_does_not_know() -> None:
    asked = {
        SLOT.sub("{}", sentence)
        for run in (BUSY, quiet_run())
        for report in run.reports
        for section in report.sections
        if section.phrasable
        for sentence in section.sentences
    }

    assert not any(part in sentence for sentence in asked for part in NEVER_PHRASED if part != AGAINST)


ASKED = [
    pytest.param(report, section, sentence, words, id=words)
    for run in (BUSY, quiet_run())
    for report in run.reports
    for section in report.sections
    if section.phrasable
    for sentence in section.sentences
    for words in wordings().get(PLAIN.get(SLOT.sub("{}", sentence), ""), ())
]


@pytest.mark.parametrize(("report", "section", "sentence", "words"), ASKED)
def test_a_model_may_take_any_wording_of_a_sentence(report: Report, section: Section, sentence: str, words: str) -> None:
    told = words.format(*(slot[0] for slot in SLOT.finditer(sentence)))
    others = [one for one in section.sentences if one != sentence]

    assert read_phrasing(report, section, answer(told, *others)).refusal is None
