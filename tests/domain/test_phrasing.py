"""What a model is sent, and what of its answer may stand in a report."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import ANA, busy_run
from volt_assets.domain.drafts import TEMPLATE, Report, Section
from volt_assets.domain.facts import SLOT
from volt_assets.domain.phrasing import (
    FACTS_CLOSE,
    FACTS_OPEN,
    Phrasing,
    phrasing_request,
    prompt_problem,
    read_phrasing,
    rephrased,
)

TRACKED = "{f:p1} tracked {f:d2} in {f:c3} entries."
BILLABLE = "{f:d4} ({f:p5}) is billable."
SECTION = Section(id="summary", title="Summary", sentences=(TRACKED, BILLABLE), phrasable=True)
BUSY = busy_run()
PHRASABLE = [(report, section) for report in BUSY.reports for section in report.sections if section.phrasable]
MODEL_REPORTS = [pytest.param(report, section, id=f"{report.kind} {report.subject} {section.id}") for report, section in PHRASABLE]


def answer(*sentences: str) -> str:
    return json.dumps({"sentences": [{"text": sentence} for sentence in sentences]})


def refusal(*sentences: str) -> str | None:
    return read_phrasing(SECTION, answer(*sentences)).refusal


@pytest.mark.parametrize(
    "sentence",
    [
        TRACKED,
        "In this week, {f:p1} tracked {f:d2} in {f:c3} entries.",
        "During this week {f:p1} tracked {f:d2}, spread across {f:c3} entries.",
        "Overall, {f:p1} had {f:d2} tracked in {f:c3} time entries.",
        "  {f:p1}   tracked\n{f:d2} in {f:c3} entries. ",
    ],
)
def test_a_faithful_rewording_is_accepted(sentence: str) -> None:
    phrasing = read_phrasing(SECTION, answer(sentence, BILLABLE))

    assert phrasing == Phrasing(sentences=(" ".join(sentence.split()), BILLABLE))


def test_sentences_may_change_places() -> None:
    assert refusal(BILLABLE, TRACKED) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{f:p1} tracked {f:d2}.", BILLABLE),
        (TRACKED, "{f:d4} is billable."),
        ("{f:p1} tracked {f:d2} in {f:c3} entries, {f:d9}.", BILLABLE),
        ("{f:p1} tracked {f:d2} and {f:d2} in {f:c3} entries.", BILLABLE),
        ("{f:p1} tracked {f:c3} in {f:d2} entries.", BILLABLE),
        ("{f:p1} tracked {f:d4} in {f:c3} entries.", "{f:d2} ({f:p5}) is billable."),
        ("{f:p1} tracked {f:d2} in {f:c3} entries, {f:d4} ({f:p5}) of it billable.", "This is the week."),
    ],
    ids=["dropped", "dropped in another", "added", "twice", "swapped", "swapped between sentences", "regrouped"],
)
def test_facts_that_are_dropped_added_or_moved_are_refused(first: str, second: str) -> None:
    assert refusal(first, second) == "the answer leaves out, adds or regroups facts"


def test_a_sentence_too_few_or_too_many_is_refused() -> None:
    assert refusal(TRACKED) == "the answer leaves out, adds or regroups facts"
    assert refusal(TRACKED, BILLABLE, "This is the week.") == "the answer leaves out, adds or regroups facts"


@pytest.mark.parametrize(
    "addition", ["in 3 projects", "twice", "for seven days", "in half of the week", "the most", "in \u00bd a week", "\u0663", "all of it"]
)
def test_a_number_of_its_own_is_refused(addition: str) -> None:
    assert refusal(f"{{f:p1}} tracked {{f:d2}} in {{f:c3}} entries, {addition}.", BILLABLE) == "the answer holds a number that is no fact"


@pytest.mark.parametrize(
    "addition",
    [
        "see https://evil.example",
        "see www.evil.example",
        "see [this](x)",
        "![x](y)",
        "<b>loud</b>",
        "*loud*",
        "_loud_",
        "`code`",
        "a | b",
        "# big",
        "{f:}",
        "ana@example.com",
        "\\",
    ],
)
def test_links_markup_and_addresses_are_refused(addition: str) -> None:
    assert refusal(f"{{f:p1}} tracked {{f:d2}} in {{f:c3}} entries, {addition}.", BILLABLE) == "the answer holds markup or a link"


@pytest.mark.parametrize(
    "addition",
    [
        "the tasks are completed",
        "the login was fixed",
        "blocked by others",
        "because of meetings",
        "a great week",
        "productive",
        "without a break",
    ],
)
def test_completion_causes_and_praise_are_refused(addition: str) -> None:
    sentence = f"{{f:p1}} tracked {{f:d2}} in {{f:c3}} entries, {addition}."

    assert refusal(sentence, BILLABLE) == "the answer claims what no fact says"


@pytest.mark.parametrize("name", ["Ben", "Moneyball", "Ärger", "Проект", "日本"])
def test_a_name_that_is_no_fact_is_refused(name: str) -> None:
    assert refusal(f"{{f:p1}} tracked {{f:d2}} in {{f:c3}} entries with {name}.", BILLABLE) == "the answer names something that is no fact"


def test_a_word_of_the_templates_own_sentence_may_be_used() -> None:
    section = SECTION.model_copy(update={"sentences": ("The most time went into {f:e1} without Fibery.",)})

    assert read_phrasing(section, answer("Without Fibery, the most time went into {f:e1}.")).refusal is None


@pytest.mark.parametrize("sentence", ["", "   "])
def test_an_empty_sentence_is_refused(sentence: str) -> None:
    section = SECTION.model_copy(update={"sentences": ("This is the week.",)})

    assert read_phrasing(section, answer(sentence)).refusal == "a sentence is empty or too long"


def test_a_rambling_sentence_is_refused() -> None:
    assert refusal(TRACKED.replace("tracked", "tracked and" + " and" * 200), BILLABLE) == "a sentence is empty or too long"


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "\n ```json {} ``` \n", "  {}\n"])
def test_json_in_a_code_fence_is_read(fence: str) -> None:
    assert read_phrasing(SECTION, fence.replace("{}", answer(TRACKED, BILLABLE))).sentences == (TRACKED, BILLABLE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure! Here are the sentences.",
        "{",
        "[]",
        "null",
        "3",
        '"text"',
        "{}",
        '{"sentences": 3}',
        '{"sentences": {"text": "x"}}',
        '{"sentences": ["x"]}',
        '{"sentences": [{"words": "x"}]}',
        '{"sentences": [{"text": 3}]}',
        '{"sentences": [{"text": null}]}',
        '{"sentences": null}',
    ],
)
def test_an_answer_that_is_not_the_json_asked_for_is_refused(text: str) -> None:
    assert read_phrasing(SECTION, text) == Phrasing(refusal="the answer is not the JSON that was asked for")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=60), st.recursive(st.none() | st.text(max_size=5) | st.integers(), st.lists).map(json.dumps)))
def test_no_answer_breaks_the_gate(text: str) -> None:
    phrasing = read_phrasing(SECTION, text)

    assert phrasing.refusal or phrasing.sentences


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=20), min_size=2, max_size=2))
def test_whatever_is_accepted_says_exactly_the_sections_facts(free: list[str]) -> None:
    phrasing = read_phrasing(SECTION, answer(f"{free[0]} {TRACKED}", f"{BILLABLE} {free[1]}"))

    if phrasing.refusal is None:
        assert [SLOT.findall(sentence) for sentence in phrasing.sentences] == [SLOT.findall(TRACKED), SLOT.findall(BILLABLE)]
        assert not any(
            character.isnumeric() or character in "<>[]`|*_#@" for sentence in phrasing.sentences for character in SLOT.sub("", sentence)
        )


@pytest.mark.parametrize(("report", "section"), MODEL_REPORTS)
def test_the_templates_own_sentences_pass_the_gate(report: Report, section: Section) -> None:
    assert report.kind
    assert read_phrasing(section, answer(*section.sentences)).sentences == section.sentences


def test_sentences_that_were_accepted_name_their_writer() -> None:
    phrased = rephrased(SECTION, Phrasing(sentences=("In short, " + TRACKED, BILLABLE)), "tiny-model")

    assert (phrased.writer, phrased.fallback, phrased.sentences) == ("tiny-model", None, ("In short, " + TRACKED, BILLABLE))


def test_a_refused_answer_leaves_the_templates_sentences_with_the_reason() -> None:
    kept = rephrased(SECTION, Phrasing(refusal="the answer holds a number that is no fact"), "tiny-model")

    assert (kept.writer, kept.fallback, kept.sentences) == (TEMPLATE, "the answer holds a number that is no fact", SECTION.sentences)


@pytest.mark.parametrize(("report", "section"), MODEL_REPORTS)
@pytest.mark.parametrize("pseudonyms", [True, False])
def test_titles_descriptions_states_and_addresses_are_not_in_the_request(report: Report, section: Section, *, pseudonyms: bool) -> None:
    sent = phrasing_request(report, section, "Reword.", pseudonyms=pseudonyms).user

    for private in ("login form", "Standup", "Tidy", "Onboarding", "In Progress", "https://", "example.com", "correct-horse", "Pilot"):
        assert private not in sent


@pytest.mark.parametrize(("report", "section"), MODEL_REPORTS)
def test_pseudonyms_keep_names_out_of_the_request(report: Report, section: Section) -> None:
    sent = phrasing_request(report, section, "Reword.", pseudonyms=True)

    assert not any(name in sent.user + sent.system for name in ("Ana", "Ben", "Carla"))


def test_without_pseudonyms_the_persons_name_is_shown() -> None:
    report = BUSY.persons.reports[ANA.key]

    assert '"Ana Example"' in phrasing_request(report, report.sections[0], "Reword.", pseudonyms=False).user


def test_a_request_holds_the_sentences_and_their_figures_as_a_marked_block_before_the_task() -> None:
    report = BUSY.persons.reports[ANA.key]
    request = phrasing_request(report, report.sections[0], "Reword.", pseudonyms=True)
    block, task = request.user.removeprefix(FACTS_OPEN).split(FACTS_CLOSE)
    sheet = json.loads(block)

    assert (request.system, request.section) == ("Reword.", "summary")
    assert tuple(sentence["text"] for sentence in sheet["sentences"]) == report.sections[0].sentences
    assert {"P1", "7h 30m", "ENTITY", "STATE"} <= {fact["shown"] for fact in sheet["facts"]}
    assert {fact["id"] for fact in sheet["facts"]} == {slot for sentence in report.sections[0].sentences for slot in SLOT.findall(sentence)}
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
