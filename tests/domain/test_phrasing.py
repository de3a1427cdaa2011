"""What of a model's answer may stand in a report. Not here: what it is sent."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.answers import answer
from tests.domain.builders import FRAME, busy_run
from volt_assets.domain.drafts import TEMPLATE, Report, Section, build_report
from volt_assets.domain.facts import SLOT, FactBook, about
from volt_assets.domain.phrasing import ANSWER_SHAPE, Phrasing, read_phrasing, refused, rephrased

TRACKED = "{f:p1} tracked {f:d2} in {f:c3} entries."
BILLABLE = "{f:d4} ({f:p5}) is billable."
SECTION = Section(id="summary", title="Summary", sentences=(TRACKED, BILLABLE), phrasable=True)
BUSY = busy_run()
PHRASABLE = [(report, section) for report in BUSY.reports for section in report.sections if section.phrasable]
MODEL_REPORTS = [pytest.param(report, section, id=f"{report.kind} {report.subject} {section.id}") for report, section in PHRASABLE]


def small_report() -> Report:
    """A report with the section, and a fact that the section does not tell."""
    book, ana = FactBook(), "ana@example.com"
    book.person("Ana Example", ana)
    book.duration(7200, about("total", person=ana))
    book.count(3, about("entries", person=ana))
    book.duration(3600, about("billable", person=ana))
    book.share(1, 2, about("billable", person=ana))
    book.duration(3600, about("other activities", person=ana))
    return build_report(book, week=FRAME.week.monday, kind="person_report", title="", subject=ana, sections=[SECTION], notes=())


REPORT = small_report()


def read(text: str) -> Phrasing:
    return read_phrasing(REPORT, SECTION, text)


def refusal(*sentences: str) -> str | None:
    return read(answer(*sentences)).refusal


REFUSED_SHAPE = "the answer holds a number, a link, markup or punctuation of its own"
UNPROVEN = "the answer says what the facts do not prove"
NOT_JSON = "the answer is not the JSON that was asked for"
LEFT_OUT = "the answer leaves out facts"
NOT_GIVEN = "the answer names facts that it was not given"


def test_white_space_is_put_in_order() -> None:
    assert read(answer("  {f:p1}  tracked\n{f:d2} in {f:c3} entries. ", BILLABLE)).sentences == (TRACKED, BILLABLE)


def test_sentences_may_change_places() -> None:
    assert refusal(BILLABLE, TRACKED) is None


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("{f:p1} tracked {f:d2}.", BILLABLE, LEFT_OUT),
        (TRACKED, "{f:d4} is billable.", LEFT_OUT),
        ("{f:p1} tracked {f:d2} in {f:c3} entries, {f:d9} billable.", BILLABLE, NOT_GIVEN),
        ("{f:p1} tracked {f:d2} in {f:c3} entries, and {f:d6} went into other activities.", BILLABLE, NOT_GIVEN),
        ("{f:p1} tracked {f:d2} and {f:d2} in {f:c3} entries.", BILLABLE, UNPROVEN),
        ("{f:p1} tracked {f:c3} in {f:d2} entries.", BILLABLE, UNPROVEN),
        ("{f:p1} tracked {f:d4} in {f:c3} entries.", "{f:d2} ({f:p5}) is billable.", UNPROVEN),
        ("{f:p1} tracked {f:d2} in {f:c3} entries, {f:d4} ({f:p5}) of it billable.", "This is the week.", UNPROVEN),
    ],
    ids=["dropped", "dropped in another", "unknown", "not of the section", "twice", "swapped", "swapped between sentences", "nothing said"],
)
def test_facts_that_are_dropped_added_or_moved_are_refused(first: str, second: str, reason: str) -> None:
    assert refusal(first, second) == reason


def test_facts_may_be_regrouped_in_one_sentence() -> None:
    assert refusal("{f:p1} tracked {f:d2} in {f:c3} entries, {f:d4} ({f:p5}) of it billable.") is None


def test_a_sentence_too_few_is_refused_and_so_are_many_too_many() -> None:
    assert refusal(TRACKED) == LEFT_OUT
    assert refusal(*[TRACKED, BILLABLE] * 3) == "the answer has too many sentences"
    assert refusal(TRACKED, BILLABLE, BILLABLE) == "the answer says the same twice"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (["p1", "d2"], "c3 missing"),
        ([], "c3, d2, p1 missing"),
        (["p1", "d2", "c3", "d4"], "1 too many"),
        (["p1", "d2", "d99"], "c3 missing, 1 too many"),
    ],
)
def test_the_facts_of_a_sentence_are_exactly_its_slots(facts: list[str], told: str) -> None:
    document = json.loads(answer(TRACKED, BILLABLE))
    document["sentences"][0]["facts"] = facts
    phrasing = read(json.dumps(document))

    assert phrasing.refusal == "the facts that a sentence names are not its slots"
    assert phrasing.problems == (f"sentence 1: its facts must be the ids of its slots: {told}",)


def test_every_problem_of_an_answer_is_told_with_its_sentence_and_in_no_word_of_its_own() -> None:
    phrasing = read(answer("{f:p1} finalised {f:d2}.", "Ignore {f:d9}, Hana.", "{f:d4} is billable, {f:p5}."))

    assert phrasing.problems == (
        "sentence 1: word 1 (slots not counted) is not among the words that facts can prove",
        "sentence 2: 1 of its slots are no facts of the block",
        "sentence 3: what stands after {f:d4}, up to {f:p5}, is no clause that can be proven",
        "no sentence tells {f:c3} (count); tell each of them once",
    )


GLUED = ["-{f:d2}", "3.{f:d2}", "~~{f:d2}~~", "{f:d2}0", "9{f:d2}", "{f:d2}.", "in{f:d2}", "({f:d2}", "{f:d2})", "'{f:d2}'", "{f:d2}'s"]
FIGURES = ["3", "\u00bd", "\u0663", "\u2167", "12h", "-", "\u2212", "%"]
STARTS = ["- ", "+ ", "* ", "=== ", "~~~ ", "1) ", "1. ", "# ", "> ", ": ", "; ", ", ", ". ", "(", "&nbsp;&hearts; ", "\\", "| ", "\u2014 "]
ENDS = ["", "!", "?", ":", ",", " and", "..", ". Well.", " isn't.", " isn\u2019t.", " non-billable."]
LINKS = [
    "see https://evil.example",
    "www.evil.example",
    "visit evil.example",
    "mailto:ana",
    "ana@example.com",
    "[this](x)",
    "![x](y)",
    "{f:}",
]
MARKUP = ["<b>loud</b>", "*loud*", "_loud_", "`code`", "a | b", "# big", "~~gone~~", "\\", "&hearts;", "B\u00e4r", "\u65e5\u672c"]
SHAPELESS = [
    *(TRACKED.replace("{f:d2}", glued) for glued in GLUED),
    *(TRACKED.replace(" in ", f" in {figure} ") for figure in FIGURES),
    *(start + TRACKED for start in STARTS),
    *(TRACKED[:-1] + end for end in ENDS),
    *(f"{TRACKED[:-1]}, {addition}." for addition in LINKS + MARKUP),
]


@pytest.mark.parametrize("sentence", SHAPELESS)
def test_figures_links_markup_and_odd_punctuation_are_refused(sentence: str) -> None:
    assert refusal(sentence, BILLABLE) == REFUSED_SHAPE


DEGREES = ["is not", "is un", "is barely", "is hardly", "is nothing like", "is altogether", "is the", "IS", "isn't", "is non-", "did"]
ADDITIONS = [
    *("across thirteen tasks", "twenty", "for hana", "and finalised the work", "a complete success", "good job", "because of meetings"),
    *("of which all is billable", "more than in all", "in the most", "by people", "with time", "and went into other activities"),
]


@pytest.mark.parametrize("degree", DEGREES)
def test_a_denial_and_a_degree_are_refused(degree: str) -> None:
    assert refusal(TRACKED, BILLABLE.replace("is ", f"{degree} "))
    assert refusal(TRACKED, BILLABLE.replace("is ", degree))


@pytest.mark.parametrize("addition", ADDITIONS)
def test_number_words_names_completion_praise_causes_and_known_words_too_many_are_refused(addition: str) -> None:
    assert refusal(f"{TRACKED[:-1]} {addition}.", BILLABLE) == UNPROVEN


def test_an_empty_and_a_rambling_sentence_are_refused() -> None:
    assert refusal("   ", BILLABLE) == "a sentence is empty or too long"
    assert refusal(TRACKED.replace("tracked", "tracked and" + " and" * 200), BILLABLE) == "a sentence is empty or too long"


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "\n ```json {} ``` \n", "  {}\n"])
def test_json_in_a_code_fence_is_read(fence: str) -> None:
    assert read(fence.replace("{}", answer(TRACKED, BILLABLE))).sentences == (TRACKED, BILLABLE)


@pytest.mark.parametrize(
    "text",
    [
        *("", "Sure! Here are the sentences.", "{", "[]", "null", "3", '"text"', "{}", "[" * 1000, '{"sentences": ' * 1000),
        *('{"sentences": 3}', '{"sentences": {"text": "x"}}', '{"sentences": ["x"]}', '{"sentences": [{"words": "x"}]}'),
        *(
            '{"sentences": [{"text": 3}]}',
            '{"sentences": [{"text": null}]}',
            '{"sentences": [{"text": "x"}]}',
            '{"sentences": [{"text": "x", "facts": "p1"}]}',
            '{"sentences": null}',
        ),
    ],
)
def test_an_answer_that_is_not_the_json_asked_for_is_refused(text: str) -> None:
    assert read(text) == refused(NOT_JSON, [f"the answer is not this JSON alone: {ANSWER_SHAPE}"])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=60), st.recursive(st.none() | st.text(max_size=5) | st.integers(), st.lists).map(json.dumps)))
def test_no_answer_breaks_the_gate(text: str) -> None:
    phrasing = read(text)

    assert phrasing.refusal or phrasing.sentences


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=20), min_size=2, max_size=2))
def test_whatever_is_accepted_says_exactly_the_sections_facts(free: list[str]) -> None:
    phrasing = read(answer(f"{free[0]} {TRACKED}", f"{BILLABLE} {free[1]}"))

    if phrasing.refusal is None:
        assert [SLOT.findall(sentence) for sentence in phrasing.sentences] == [SLOT.findall(TRACKED), SLOT.findall(BILLABLE)]
        assert not any(re.search(r"[^A-Za-z .,;:()]", SLOT.sub("", sentence)) for sentence in phrasing.sentences)


def test_escapes_for_half_and_for_invisible_characters_reach_no_report() -> None:
    hidden = TRACKED.replace("tracked", "trac\u200bked\u00ad\u061c")

    assert refusal(TRACKED, "\ud800" + BILLABLE) == REFUSED_SHAPE
    assert read(answer(hidden, BILLABLE)).sentences == (TRACKED, BILLABLE)


@pytest.mark.parametrize(("report", "section"), MODEL_REPORTS)
def test_the_templates_own_sentences_pass_the_gate(report: Report, section: Section) -> None:
    assert read_phrasing(report, section, answer(*section.sentences)).sentences == section.sentences


def test_sentences_that_were_accepted_name_their_writer() -> None:
    phrased = rephrased(SECTION, Phrasing(sentences=("In short, " + TRACKED, BILLABLE)), "tiny-model")

    assert (phrased.writer, phrased.fallback, phrased.sentences) == ("tiny-model", None, ("In short, " + TRACKED, BILLABLE))


def test_a_refused_answer_leaves_the_templates_sentences_with_the_reason() -> None:
    kept = rephrased(SECTION, Phrasing(refusal=REFUSED_SHAPE), "tiny-model")

    assert (kept.writer, kept.fallback, kept.sentences) == (TEMPLATE, REFUSED_SHAPE, SECTION.sentences)
