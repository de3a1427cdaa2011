"""Which sentences say what a section's own say, and which only look like it. Not here: sentences of another make."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.domain.answers import answer
from tests.domain.builders import CARLA, LOGIN_TASK, busy_records, busy_run, entry, quiet_run, raw_week, run_week
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.facts import SLOT
from volt_assets.domain.phrasing import read_phrasing
from volt_assets.domain.rewordings import is_rewording
from volt_assets.domain.wording import as_written

ONE_ENTRY = run_week(raw_week(entry(1, LOGIN_TASK, CARLA, minutes=50)), busy_records())
TEMPLATES = [
    (report, section, sentence)
    for run in (busy_run(), quiet_run(), ONE_ENTRY)
    for report in run.reports
    for section in report.sections
    if section.phrasable
    for sentence in section.sentences
]


def in_words(sentence: str, words: str) -> str:
    """The facts of a sentence in other words; these have `{}` for each."""
    return words.format(*(slot[0] for slot in re.finditer(SLOT, sentence)))


def is_refused(report: Report, section: Section, sentence: str, words: str) -> bool:
    """Whether the section is refused with this sentence in other words."""
    other = in_words(sentence, words)
    return bool(read_phrasing(report, section, answer(*(other if one == sentence else one for one in section.sentences))).refusal)


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
{} ({}) was tracked with the Fibery entity named in full; {} ({}) went to other activities.
    {} ({}) was tracked with the Fibery entity named in full, and {} ({}) was spent on other activities.
    In total, {} ({}) was tracked with the Fibery entity named in full and {} ({}) went into other activities.
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


REWORDINGS = [
    (report, section, sentence, words) for report, section, sentence in TEMPLATES for words in FAITHFUL.get(written_pattern(sentence), [])
]


def test_every_faithful_rewording_is_of_a_sentence_that_a_report_has() -> None:
    assert set(FAITHFUL) <= {written_pattern(sentence) for _, _, sentence in TEMPLATES}


@pytest.mark.parametrize(("report", "section", "sentence", "words"), REWORDINGS, ids=[words for *_, words in REWORDINGS])
def test_a_faithful_rewording_is_accepted_and_is_no_markup(report: Report, section: Section, sentence: str, words: str) -> None:
    paragraph = MarkdownIt().parse(words.replace("{}", "x"))[1]

    assert is_rewording(section, in_words(sentence, words))
    assert not is_refused(report, section, sentence, words)
    assert [part.type for part in paragraph.children or []] == ["text"]


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
    found = [one for one in TEMPLATES if written_pattern(one[-1]) == sentence]

    assert found
    assert not any(is_rewording(section, in_words(one, words)) for _, section, one in found)
    assert all(is_refused(report, section, one, words) for report, section, one in found)


DANGEROUS = """
not no never none nothing nobody neither nor without hardly barely scarcely unbillable nonbillable isn't didn't untracked except but
one two three seven twelve thirteen twenty hundred dozen half third twice double triple several many few some all every each both only
more less most least fewer higher lower larger longer better worse best worst top over under above below beyond almost nearly about
finished finalised completed complete closed done shipped delivered released resolved fixed merged deployed started blocked delayed late
because due thanks therefore despite although great good excellent impressive productive efficient busy lazy successfully unfortunately
perhaps maybe probably estimated roughly ana ben hana Carla Moneyball evil.example mailto:ana should must please ignore other billable
people person entries entity activities state full name of which that it its a an
"""
ACCEPTED = [(*one, pattern(one[-1])) for one in TEMPLATES] + REWORDINGS


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.sampled_from(ACCEPTED), st.sampled_from(DANGEROUS.split()), st.integers(min_value=0, max_value=40))
def test_a_dangerous_word_anywhere_in_an_accepted_sentence_is_refused(
    accepted: tuple[Report, Section, str, str], word: str, place: int
) -> None:
    report, section, sentence, words = accepted
    parts = words.split()
    parts.insert(place % (len(parts) + 1), word)

    assert is_refused(report, section, sentence, " ".join(parts)), f"{' '.join(parts)} was accepted"


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.sampled_from(TEMPLATES), st.data())
def test_two_words_of_a_template_that_change_places_are_refused(template: tuple[Report, Section, str], data: st.DataObject) -> None:
    report, section, sentence = template
    parts = pattern(sentence).rstrip(".").split()
    bound = [index for index, part in enumerate(parts) if part.casefold() not in {"the", "in", "all"} and "{" not in part]
    one, other = data.draw(st.sampled_from(bound)), data.draw(st.sampled_from(bound))
    same = parts[one].strip(",;:") == parts[other].strip(",;:")
    parts[one], parts[other] = parts[other], parts[one]

    assert same or is_refused(report, section, sentence, " ".join(parts) + ".")
