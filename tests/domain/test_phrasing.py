"""What of a model's answer may stand in a report. Not here: what it is sent."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.domain.builders import CARLA, LOGIN_TASK, busy_records, busy_run, entry, quiet_run, raw_week, run_week
from volt_assets.domain.drafts import TEMPLATE, Report, Section
from volt_assets.domain.facts import SLOT
from volt_assets.domain.phrasing import (
    _READINGS,
    PROMPTED_REPORTS,
    Phrasing,
    read_phrasing,
    refused,
    rephrased,
)
from volt_assets.domain.wording import as_written

TRACKED = "{f:p1} tracked {f:d2} in {f:c3} entries."
BILLABLE = "{f:d4} ({f:p5}) is billable."
SECTION = Section(id="summary", title="Summary", sentences=(TRACKED, BILLABLE), phrasable=True)
BUSY = busy_run()
ONE_ENTRY = run_week(raw_week(entry(1, LOGIN_TASK, CARLA, minutes=50)), busy_records())
TEMPLATES = [
    (section, sentence)
    for run in (BUSY, quiet_run(), ONE_ENTRY)
    for report in run.reports
    for section in report.sections
    if section.phrasable
    for sentence in section.sentences
]
PHRASABLE = [(report, section) for report in BUSY.reports for section in report.sections if section.phrasable]
MODEL_REPORTS = [pytest.param(report, section, id=f"{report.kind} {report.subject} {section.id}") for report, section in PHRASABLE]


def answer(*sentences: str) -> str:
    return json.dumps({"sentences": [{"text": sentence} for sentence in sentences]})


def refusal(*sentences: str) -> str | None:
    return read_phrasing(SECTION, answer(*sentences)).refusal


REFUSED_SHAPE = "the answer holds a number, a link, markup or punctuation of its own"
REFUSED_WORD = "the answer holds words that may say more than the facts"
REFUSED_MEANING = "the answer changes what the words say about the facts"


def reworded(section: Section, sentence: str, words: str) -> str | None:
    """Why the section is refused with this sentence in other words; `words` has `{}` for each slot."""
    other = words.format(*(slot[0] for slot in re.finditer(SLOT, sentence)))
    return read_phrasing(section, answer(*(other if one == sentence else one for one in section.sentences))).refusal


def pattern(sentence: str) -> str:
    return SLOT.sub("{}", sentence)


def outlined(text: str) -> dict[str, list[str]]:
    """Sentences of templates, each with the lines that are set in under it."""
    blocks = [block.splitlines() for block in re.split(r"\n(?! )", text.strip())]
    return {block[0]: [line.strip() for line in block[1:]] for block in blocks}


FAITHFUL = outlined("""
{} people tracked {} in {} entries.
    In short: {} people tracked {} in {} entries.
    This week, {} people logged a total of {} across {} time entries.
    Overall, {} people have recorded {} this week, spread across {} entries.
    A total of {} people tracked {} in {} entries.
{} tracked {} in {} entries.
    During this week {} tracked {}, spread across {} entries.
    In short, this week {} logged {} in total across {} time entries.
    {} has tracked {} in {} entries this week.
{} tracked {} in {} entry.
    In total, {} recorded {} in {} time entry.
{} person tracked {} in {} entry.
    This week, {} person logged {} in {} entry.
{} ({}) name their Fibery entity in full; {} ({}) went to other activities.
    {} ({}) name their Fibery entity in full, and {} ({}) was spent on other activities.
    In total, {} ({}) name their Fibery entity in full and {} ({}) went into other activities.
{} ({}) went into {} Fibery entities, {} into other activities.
    {} ({}) was spent on {} Fibery entities and {} on other activities.
    A total of {} ({}) went to {} entities in Fibery this week; {} went to other activities.
    Overall, {} ({}) was recorded on {} Fibery entities, and {} was recorded on other activities.
{} ({}) went into {} Fibery entities, {} ({}) into other activities.
    {} ({}) was tracked on the {} Fibery entities, and {} ({}) on other activities.
{} ({}) is billable.
    In total, {} ({}) was billable.
    {} ({}) is marked as billable this week.
    A total of {} ({}) is billable.
The entity with the most time is {}: {} by {} people.
    The entity that took the most time was {}, with {} logged by {} people.
    Overall, the entity with the most tracked time is {} ({}), from {} people.
The entity with the most time is {} with {}, which is in the state {}.
    The entity that took the most time is {} ({}) and is in the state {}.
    This week, the entity with the most recorded time was {}: {}, in the state {}.
Among the entities, the most time went into {} with {}, {} with {} and {} with {}.
    Among the entities, the most time was spent on {} ({}), {} ({}) and {} ({}).
    In short, among the entities, the most time went to {} with {}; {} with {}; and {} with {}.
{} entity had time from more than one person, {} in all.
    This week, {} entity received time from more than one person; {} in total.
    {} entity had time by more than one person, and a total of {}.
""")


def written_pattern(sentence: str) -> str:
    """The sentence that this one is a wording of, with `{}` for each fact."""
    return SLOT.sub("{}", as_written(sentence))


REWORDINGS = [(section, sentence, words) for section, sentence in TEMPLATES for words in FAITHFUL.get(written_pattern(sentence), [])]


def test_every_faithful_rewording_is_of_a_sentence_that_a_report_has() -> None:
    assert set(FAITHFUL) <= {written_pattern(sentence) for _, sentence in TEMPLATES}


@pytest.mark.parametrize(("section", "sentence", "words"), REWORDINGS, ids=[words for _, _, words in REWORDINGS])
def test_a_faithful_rewording_is_accepted_and_is_no_markup(section: Section, sentence: str, words: str) -> None:
    paragraph = MarkdownIt().parse(words.replace("{}", "x"))[1]

    assert reworded(section, sentence, words) is None
    assert [part.type for part in paragraph.children or []] == ["text"]


def test_white_space_is_put_in_order() -> None:
    assert read_phrasing(SECTION, answer("  {f:p1}  tracked\n{f:d2} in {f:c3} entries. ", BILLABLE)).sentences == (TRACKED, BILLABLE)


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
    assert refusal(f"{TRACKED[:-1]} {addition}.", BILLABLE) in {REFUSED_WORD, REFUSED_MEANING}


UNFAITHFUL = outlined("""
{} ({}) went into {} Fibery entities, {} into other activities.
    {} ({}) went into other activities, {} into {} Fibery entities.
    {} ({}) went into {} other activities, {} into Fibery entities.
    {}: {} went into {} Fibery entities, {} into other activities.
    {} ({}) went into {} Fibery entities {} into other activities.
{} people tracked {} in {} entries.
    {} entries tracked {} in {} people.
    {} people were tracked by {} in {} entries.
    {} of the people tracked {} in {} entries.
    {} people tracked {} over {} entries.
Among the entities, the most time went into {} with {}, {} with {} and {} with {}.
    Among the entities, most time went into {} with {}, {} with {} and {} with {}.
    Among the entities, the most time went into {}, {} with {}, {} with {} and {}.
    Among the entities, the most time went into {} ({} {}) with {} and {} with {}.
    Among the entities, the most time into {} with {}, {} with {} and {} with {}.
The entity with the most time is {}: {} by {} people.
    The most time went into {}: {} by {} people.
{} entity had time from more than one person, {} in all.
    More than {} entity had time from one person, {} in all.
The entity with the most time is {} with {}, which is in the state {}.
    The entity with the most time is {} with {}, which is in the state {} this week.
    The entity with the most time is {} with {}, which is this week in the state {}.
    The entity with the most time is {} with {}, in the this week state {}.
    The entity with the most time is {} with {}, in the state {} overall.
""")


@pytest.mark.parametrize(("sentence", "words"), [(sentence, words) for sentence, others in UNFAITHFUL.items() for words in others])
def test_known_words_that_moved_around_the_facts_are_refused(sentence: str, words: str) -> None:
    found = [(section, one) for section, one in TEMPLATES if written_pattern(one) == sentence]

    assert found
    assert all(reworded(section, one, words) for section, one in found)


DANGEROUS = """
not no never none nothing nobody neither nor without hardly barely scarcely unbillable nonbillable isn't didn't untracked except but
one two three seven twelve thirteen twenty hundred dozen half third twice double triple several many few some all every each both only
more less most least fewer higher lower larger longer better worse best worst top over under above below beyond almost nearly about
finished finalised completed complete closed done shipped delivered released resolved fixed merged deployed started blocked delayed late
because due thanks therefore despite although great good excellent impressive productive efficient busy lazy successfully unfortunately
perhaps maybe probably estimated roughly ana ben hana Carla Moneyball evil.example mailto:ana should must please ignore other billable
people person entries entity activities state full name of which that it its a an
"""
ACCEPTED = [(section, sentence, pattern(sentence)) for section, sentence in TEMPLATES] + REWORDINGS


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.sampled_from(ACCEPTED), st.sampled_from(DANGEROUS.split()), st.integers(min_value=0, max_value=40))
def test_a_dangerous_word_anywhere_in_an_accepted_sentence_is_refused(accepted: tuple[Section, str, str], word: str, place: int) -> None:
    section, sentence, words = accepted
    parts = words.split()
    parts.insert(place % (len(parts) + 1), word)

    assert reworded(section, sentence, " ".join(parts)), f"{' '.join(parts)} was accepted"


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.sampled_from(TEMPLATES), st.data())
def test_two_words_of_a_template_that_change_places_are_refused(template: tuple[Section, str], data: st.DataObject) -> None:
    section, sentence = template
    parts = pattern(sentence).rstrip(".").split()
    bound = [index for index, part in enumerate(parts) if part.casefold() not in {"the", "in", "all"} and "{" not in part]
    one, other = data.draw(st.sampled_from(bound)), data.draw(st.sampled_from(bound))
    same = parts[one].strip(",;:") == parts[other].strip(",;:")
    parts[one], parts[other] = parts[other], parts[one]

    assert same or reworded(section, sentence, " ".join(parts) + ".")


@pytest.mark.parametrize("name", PROMPTED_REPORTS)
def test_a_shipped_prompt_offers_only_what_the_gate_reads_alike(name: str) -> None:
    prompt = (Path(__file__).parents[2] / "config" / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    groups = [line.strip(" -").casefold().split(" / ") for line in prompt.splitlines() if " / " in line]

    assert len(groups) >= 5
    assert all(len({_READINGS[phrase] for phrase in group}) == 1 for group in groups)


def test_an_empty_and_a_rambling_sentence_are_refused() -> None:
    section = SECTION.model_copy(update={"sentences": ("This is the week.",)})

    assert read_phrasing(section, answer("   ")).refusal == "a sentence is empty or too long"
    assert refusal(TRACKED.replace("tracked", "tracked and" + " and" * 200), BILLABLE) == "a sentence is empty or too long"


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "\n ```json {} ``` \n", "  {}\n"])
def test_json_in_a_code_fence_is_read(fence: str) -> None:
    assert read_phrasing(SECTION, fence.replace("{}", answer(TRACKED, BILLABLE))).sentences == (TRACKED, BILLABLE)


@pytest.mark.parametrize(
    "text",
    [
        *("", "Sure! Here are the sentences.", "{", "[]", "null", "3", '"text"', "{}", "[" * 1000, '{"sentences": ' * 1000),
        *('{"sentences": 3}', '{"sentences": {"text": "x"}}', '{"sentences": ["x"]}', '{"sentences": [{"words": "x"}]}'),
        *('{"sentences": [{"text": 3}]}', '{"sentences": [{"text": null}]}', '{"sentences": null}'),
    ],
)
def test_an_answer_that_is_not_the_json_asked_for_is_refused(text: str) -> None:
    assert read_phrasing(SECTION, text) == refused("the answer is not the JSON that was asked for")


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
        assert not any(re.search(r"[^A-Za-z .,;:()]", SLOT.sub("", sentence)) for sentence in phrasing.sentences)


def test_escapes_for_half_and_for_invisible_characters_reach_no_report() -> None:
    hidden = TRACKED.replace("tracked", "trac\u200bked\u00ad\u061c")

    assert refusal(TRACKED, "\ud800" + BILLABLE) == REFUSED_SHAPE
    assert read_phrasing(SECTION, answer(hidden, BILLABLE)).sentences == (TRACKED, BILLABLE)


@pytest.mark.parametrize(("report", "section"), MODEL_REPORTS)
def test_the_templates_own_sentences_pass_the_gate(report: Report, section: Section) -> None:
    assert report.kind
    assert read_phrasing(section, answer(*section.sentences)).sentences == section.sentences


def test_sentences_that_were_accepted_name_their_writer() -> None:
    phrased = rephrased(SECTION, Phrasing(sentences=("In short, " + TRACKED, BILLABLE)), "tiny-model")

    assert (phrased.writer, phrased.fallback, phrased.sentences) == ("tiny-model", None, ("In short, " + TRACKED, BILLABLE))


def test_a_refused_answer_leaves_the_templates_sentences_with_the_reason() -> None:
    kept = rephrased(SECTION, Phrasing(refusal=REFUSED_SHAPE), "tiny-model")

    assert (kept.writer, kept.fallback, kept.sentences) == (TEMPLATE, REFUSED_SHAPE, SECTION.sentences)
