"""What a model is sent for a section, and whether a prompt can be used. Not here: what it answers."""

import json
import re
from typing import Any

import pytest

from tests.domain.builders import ANA, ANA_IN_FIBERY, BEN, busy_records, busy_run, busy_week, entry, raw_week, run_week
from volt_assets.domain.acquaintances import week_people
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.facts import SLOT
from volt_assets.domain.people import Person
from volt_assets.domain.phrasing import FACTS_CLOSE, FACTS_OPEN, phrasing_request, prompt_problem, read_phrasing
from volt_assets.domain.pseudonyms import Privacy

BUSY = busy_run()
BUSY_ALONE = run_week(raw_week(*busy_week().entries), busy_records(), users=[ANA_IN_FIBERY])
PHRASABLE = [(report, section) for report in BUSY.reports for section in report.sections if section.phrasable]
MODEL_REPORTS = [pytest.param(report, section, id=f"{report.kind} {report.subject} {section.id}") for report, section in PHRASABLE]


PEOPLE = week_people(BUSY.data, {})
PRIVATE = Privacy(people=PEOPLE)


def sheet_of(report: Report, section: Section, privacy: Privacy = PRIVATE) -> dict[str, Any]:
    block, _, _ = phrasing_request(report, section, "Reword.", privacy).user.removeprefix(FACTS_OPEN).partition(FACTS_CLOSE)
    return dict(json.loads(block))


def summary_of(report: Report) -> Section:
    return next(section for section in report.sections if section.id == "summary")


@pytest.mark.parametrize(("report", "section"), MODEL_REPORTS)
@pytest.mark.parametrize("pseudonyms", [True, False])
def test_no_address_no_link_and_no_secret_is_in_the_request(report: Report, section: Section, *, pseudonyms: bool) -> None:
    sent = phrasing_request(report, section, "Reword.", Privacy(people=PEOPLE, pseudonyms=pseudonyms)).user

    assert not any(private in sent for private in ("https://", "example.com", "correct-horse"))


@pytest.mark.parametrize(("report", "section"), MODEL_REPORTS)
def test_pseudonyms_keep_names_out_of_the_request(report: Report, section: Section) -> None:
    sent = phrasing_request(report, section, "Reword.", PRIVATE)

    assert not any(name in sent.user + sent.system for name in ("Ana", "Ben", "Carla"))


def test_without_pseudonyms_the_persons_name_is_shown() -> None:
    report = BUSY.persons.reports[ANA.key]

    assert '"Ana Example"' in phrasing_request(report, summary_of(report), "Reword.", Privacy(people=PEOPLE, pseudonyms=False)).user


def test_entities_and_states_are_told_by_their_own_words_with_what_each_is_about() -> None:
    report = BUSY.persons.reports[ANA.key]
    rows = [(row["shown"], row["about"]) for row in sheet_of(report, summary_of(report))["facts"]]

    assert ("Fix the login form (Scrum/Task #12)", {"what": "entity", "entity": "Scrum/Task #12"}) in rows
    assert ("In Progress", {"what": "state", "entity": "Scrum/Task #12"}) in rows
    assert ("4h 00m", {"what": "time", "entity": "Scrum/Task #12", "person": "P1"}) in rows
    assert ("4h 00m", {"what": "billable", "person": "P1"}) in rows


def test_a_request_holds_the_sentences_and_their_figures_as_a_marked_block_before_the_task() -> None:
    report = BUSY.persons.reports[ANA.key]
    request = phrasing_request(report, summary_of(report), "Reword.", PRIVATE)
    block, task = request.user.removeprefix(FACTS_OPEN).split(FACTS_CLOSE)
    sheet = json.loads(block)

    assert (request.system, request.section) == ("Reword.", "summary")
    assert tuple(sentence["text"] for sentence in sheet["sentences"]) == summary_of(report).sentences
    assert {"P1", "7h 30m", "Fix the login form (Scrum/Task #12)", "In Progress"} <= {fact["shown"] for fact in sheet["facts"]}
    assert {fact["id"] for fact in sheet["facts"]} == {slot for sentence in summary_of(report).sentences for slot in SLOT.findall(sentence)}
    assert task.strip().startswith("Reword the sentences of the block above")


@pytest.mark.parametrize(
    ("prompt", "problem"),
    [
        ("Reword plainly.", None),
        (" \n", "is empty"),
        ("x" * 20_001, "is longer than 20000 characters"),
        (f"Read {FACTS_OPEN}", "must not contain the marks"),
        (f"Read {FACTS_CLOSE}", "must not contain the marks"),
    ],
)
def test_a_prompt_file_is_checked_before_it_is_used(prompt: str, problem: str | None) -> None:
    told = prompt_problem(prompt)

    assert told is None if problem is None else (told or "").startswith(problem)


@pytest.mark.parametrize("written", ["P1", "p1", "(P1)", "P1's team", "Ana"])
def test_an_answer_that_writes_a_pseudonym_in_the_place_of_its_slot_is_refused(written: str) -> None:
    section = summary_of(BUSY.persons.reports[ANA.key])
    first, *others = section.sentences
    by_hand = [re.sub(r"\{f:p[0-9]+\}", written, first), *others]
    added = [first.replace("tracked", f"and {written} tracked"), *others]

    for sentences in (by_hand, added):
        answer = json.dumps({"sentences": [{"text": text, "facts": SLOT.findall(text)} for text in sentences]})
        assert read_phrasing(section, answer).refusal


def test_what_one_person_tracked_changes_no_request_about_another() -> None:
    changed = tuple(
        one.model_copy(update={"description": f"{one.description} with Zoe", "seconds": one.seconds + 60})
        if one.user_id == ANA.user_id
        else one
        for one in busy_week().entries
    )
    other = run_week(raw_week(*changed, entry(99, "Hello", Person(user_id=9, name="Zoe First"))), busy_records(), users=[ANA_IN_FIBERY])
    before, after = (
        [
            phrasing_request(report, section, "Reword.", Privacy(people=week_people(one.data, {})))
            for section in report.sections
            if section.phrasable
        ]
        for one in (BUSY_ALONE, other)
        for report in [one.persons.reports[BEN.key]]
    )

    assert before == after
    assert before
