"""Sentences of a model's own: honest ones are proven, and what is changed in them to something false is refused."""

import itertools
import random
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.domain.answers import answer
from tests.domain.builders import CARLA, HOSTS, LOGIN_TASK, busy_records, entry, quiet_run, raw_week, run_week
from tests.domain.free_sentences import HONEST, PLACES, Place, place
from volt_assets.domain.clause_patterns import role
from volt_assets.domain.clauses import Grounds, clause_problem
from volt_assets.domain.facts import SLOT
from volt_assets.domain.grounding import section_problems
from volt_assets.domain.phrasing import read_phrasing

LINES = [pytest.param(kind, words, id=f"{kind}: {words}") for kind, known in HONEST.items() for words in known]
OPENERS = ("In short, ", "Overall, ", "This week, ")
TEMPLATES = [(kind, sentence) for kind, one in PLACES.items() for sentence in one.section.sentences]


@cache
def grounds(kind: str) -> Grounds:
    return Grounds(PLACES[kind].report, PLACES[kind].section)


def problem(kind: str, sentence: str) -> str | None:
    """Why a sentence is refused, by the gate alone."""
    return clause_problem(sentence, grounds(kind))


def sentences() -> Iterator[tuple[str, str]]:
    """All honest sentences, those of the templates too."""
    yield from TEMPLATES
    yield from ((kind, PLACES[kind].filled(words)) for kind, known in HONEST.items() for words in known)


@pytest.mark.parametrize(("kind", "words"), LINES)
def test_an_honest_sentence_is_proven_and_passes_the_last_gate(kind: str, words: str) -> None:
    report, section = PLACES[kind]
    sentence = PLACES[kind].filled(words)
    alone = section.model_copy(update={"sentences": (sentence,)})

    assert problem(kind, sentence) is None
    assert section_problems(report, alone, HOSTS) == section_problems(report, alone.model_copy(update={"sentences": ()}), HOSTS) == ()


@pytest.mark.parametrize(("kind", "words"), LINES)
@pytest.mark.parametrize("opener", OPENERS)
def test_an_opener_changes_nothing_but_that_no_week_stands_before_a_state(kind: str, words: str, opener: str) -> None:
    rest = words if words.startswith("{") else words[0].lower() + words[1:]
    told = problem(kind, PLACES[kind].filled(opener + rest))

    assert (told is None) == (not opener.startswith("This") or not re.match(r"\{entity\}( \(\{time\}\))? (is|belongs)\b", words))


@pytest.mark.parametrize(("kind", "sentence"), TEMPLATES)
def test_the_templates_sentences_are_clauses_themselves(kind: str, sentence: str) -> None:
    assert problem(kind, sentence) is None


@pytest.mark.parametrize("kind", PLACES)
def test_a_fact_of_something_else_in_the_place_of_one_is_refused(kind: str) -> None:
    """Every fact of the report in the place of every fact of its kind, in every honest sentence."""
    tried = 0
    for known, sentence in sentences():
        for slot in SLOT.findall(sentence) if known == kind else ():
            mine = grounds(kind).facts[slot]
            others = [fact.id for fact in PLACES[kind].report.facts if fact.id != slot and fact.kind is mine.kind]
            for other in others:
                changed = sentence.replace(f"{{f:{slot}}}", f"{{f:{other}}}")
                tried += 1
                assert problem(kind, changed), changed
    assert tried > 300


@pytest.mark.parametrize("kind", PLACES)
def test_two_facts_that_change_places_are_refused(kind: str) -> None:
    for known, sentence in sentences():
        slots = SLOT.findall(sentence) if known == kind else []
        for one, other in itertools.pairwise(slots):
            changed = sentence.replace(f"{{f:{one}}}", "?").replace(f"{{f:{other}}}", f"{{f:{one}}}").replace("?", f"{{f:{other}}}")
            is_share_first = grounds(kind).facts[one].subject == grounds(kind).facts[other].subject
            assert is_share_first or problem(kind, changed), changed


NOUNS = {
    "Fibery entities": ("other activities", "entries", "people", "entities", "persons"),
    "other activities": ("Fibery entities", "entities", "meetings", "nothing"),
    "entries": ("people", "entities", "days", "entry"),
    "people": ("entries", "entities", "person", "teams"),
    "billable": ("unbillable", "non billable", "paid", "other activities", "not billable"),
    "more than in": ("less than in", "as much as in", "more in", "twice than in"),
    "less than in": ("more than in", "as little as in"),
    "more)": ("less)", "most)"),
    "with the most time": ("with the least time", "with most time", "with more time", "with the time"),
    "the most time": ("most of the time", "the least time", "more time"),
    "in the state": ("finished in the state", "not in the state", "since this week in the state", "moved to the state"),
    "went into": ("was saved by", "did not go into", "was wasted on", "went out of"),
    "tracked": ("worked", "wasted", "delivered", "almost tracked", "were tracked by", "only tracked"),
    "belongs to": ("blocks", "finished", "owns", "is"),
    "got": ("needs", "lost", "finished", "gave", "deserved"),
    "of it": ("of them", "of {}", "less of it"),
}


@pytest.mark.parametrize(("noun", "other"), [(noun, other) for noun, others in NOUNS.items() for other in others])
def test_another_noun_verb_or_direction_is_refused(noun: str, other: str) -> None:
    changed = [(kind, sentence.replace(noun, other, 1)) for kind, sentence in sentences() if noun in sentence]

    assert changed
    assert [sentence for kind, sentence in changed if problem(kind, sentence) is None] == []


FALSE_WORDS = """
not no never none nothing nobody without hardly barely isn't except but only just merely almost about roughly over under above below
one two three seven twelve twenty dozen half third twice double several many few some every each both most least best worst
finished completed closed done shipped delivered released resolved fixed blocked delayed late overdue started
because due thanks therefore despite great good excellent productive efficient busy lazy successfully unfortunately
perhaps maybe probably estimated should must please ignore ana Carla evil.example hours minutes percent unbillable yesterday today
"""


@pytest.mark.parametrize("kind", PLACES)
def test_no_word_that_says_more_has_a_place_anywhere(kind: str) -> None:
    rng = random.Random(kind)
    for known, sentence in sentences():
        if known == kind:
            words = sentence[:-1].split(" ")
            for at in range(len(words) + 1):
                for word in rng.sample(FALSE_WORDS.split(), 6):
                    changed = f"{' '.join([*words[:at], word, *words[at:]])}."
                    assert problem(kind, changed) or f"all {word}" in changed, changed


FALSE = {
    "toggl": (
        "{people} people spent {billable} on other activities.",
        "{people} people tracked {other} ({other_share}) on other activities.",
        "{people} people tracked {named}.",
        "{total} went into {entity}.",
        "{people} people tracked {total} over {entries} entries.",
        "{named} ({other_share}) name their Fibery entity in full.",
        "{named} ({named_share}) went into other activities.",
        "{named} went into the Fibery entity named in full.",
        "{named} was on a Fibery entity named in full.",
        "{billable} ({billable_share}) went into {entity}.",
        "{entity} got {time} by {people} people.",
        "{entity_people} people tracked {total} in {entries} entries.",
        "{people} people tracked {total} in {entries} entries so far.",
        "{other} ({other_share}) went into other activities, {billable} of it billable.",
        "{other} went into other activities, of which {billable} ({billable_share}) is billable.",
        "The one with the most time is {entity} with {time}.",
        "{time} went into {entity}; the time is spread across {entries} entries.",
        "{time} went into {entity}; there were {entries} entries.",
        "{people} people track {total}.",
        "People tracked {total}.",
        "The team.",
        "In short.",
        "This week.",
        "{total}.",
        "{entity}, {time}.",
        "{people} people tracked {total}, {named_share} of it with the Fibery entity named in full, {billable_share} of it billable.",
    ),
    "person": (
        "The team tracked {total}.",
        "This week, {entity} is in the state {state}.",
        "{entity} was in the state {state}.",
        "{entity} got {time} this week in the state {state}.",
        "{entity} got {time} in the state {state}.",
        "{found} went into the Fibery entity.",
        "The entity in Fibery got {found}.",
        "{person} tracked {total}, of which {found} went into {fibery_entities} Fibery entities and {billable} of it is billable.",
        "{person} tracked {total}, with {found} into {fibery_entities} Fibery entities; {billable_share} of it is billable.",
        "{entity} got {time} and is in the state {state} this week.",
        "{time} went into {entity}, which is in the state {state} overall.",
        "{person} tracked {time} in {entries} entries.",
        "{person} is in the state {state}.",
        "{person} belongs to {entity}.",
        "{hidden} went into {entities} entities that Fibery does not show.",
        "{found} went into {entities} entity that Fibery does not show.",
        "{hidden} went into {fibery_entities} entities that Fibery does not show.",
        "{hidden} went into {fibery_entities} Fibery entities.",
        "{hidden} went into {entities} entity that Fibery could not be asked about.",
        "{entities} entity had time from more than one person.",
        "{found} ({found_share}) went into {fibery_entities} Fibery entity.",
        "{person} tracked {total} in {entries} entry.",
    ),
    "team": (
        "Among the entities, the most time went into {entity:2} with {time:2}, followed by {entity} with {time}.",
        "Among the entities, the most time went into {entity} with {time} and {entity:3} with {time:3}.",
        "The entity with the most time is {entity:2} with {time:2}.",
        "{entity} got {time}, whereas the entity with the most time is {entity:2} with {time:2}.",
        "The entity with the most time is {entity} with {time}, and the most time went into {entity:2} with {time:2}.",
        "{entity} got {time:2}.",
        "{time} went into {entity:2}, {time:2} into {entity}.",
        "Among the entities, the most time went into {entity}, followed by {entity:2} with {time:2}.",
        "Among the entities, the most time went into {entity} with {time}, {entity:2} and {entity:3}.",
        "{people} people spent {time} on {entity}.",
    ),
    "patterns": (
        "{day} had {day_time:2}.",
        "{day_time} ({day_time_share:2}) was tracked on {day}.",
        "{entities} entity had time from more than one person, {day_time} in all.",
        "{day_time} was tracked on {day}, {day_time:3} on {day:2}.",
        "The most time was tracked on {day}.",
        "They got {shared}.",
        "These come to {shared} in total.",
    ),
    "type": (
        "{entity:3} belongs to {parent}.",
        "The entity of this type with the most time is {entity}, part of {parent} ({time}).",
        "The entity of this type with the most time is {entity}, which belongs to {parent}, with {time}.",
        "{time} went into {entity}, part of {parent}, in {entity_entries} entry.",
        "{entity} belongs to {parent}, in the state {state}.",
        "{type_time} went into {parts_count} entities of this type.",
        "{parts} went into {type_count} entities that belong to {entity:2}.",
        "{parts} went into {parts_count} entities that belong to {entity}.",
        "{parts} went into {parts_count} entities that belong to {entity:2}; the one with the most time is {entity} with {time}.",
        "{type_time} went into {type_count} Fibery entities.",
        "{entity} got the most time, with {time}.",
        "The most time went into {entity} with {time}.",
        "{entity}, in the state {state:3}, got {time}.",
        "{entity} got {time} in {entity_entries} entries.",
    ),
    "week": (
        "{total} is {change} ({change_share}) less than in the week before.",
        "{total} is {entity_change} more than in the week before.",
        "{total} is {before} more than in the week before.",
        "{before} is {change} more than in the week before.",
        "{entity} got {change} more than in the week before.",
        "{entity} got {entity_change} less than in the week before.",
        "The largest change is in {entity:2} ({entity_change:2} less).",
        "The largest change is in {entity} ({entity_change} more), whereas the largest change is in {entity:2} ({entity_change:2} less).",
        "The largest changes are in {entity} ({entity_change} more) and {entity:3} ({entity_change:3} more).",
        "{entity} got {entity_change} more than in the week before; that is {change} more than in the week before.",
        "{entity} got {entity_change} more than in the week before; the time is {change} more than in the week before.",
        "{entity} got {entity_change} more than in the week before, which had {before}.",
        "The week before had {before}, and {total} was logged by the team.",
        "In the week before the total was {before} and {entity} got {entity_change} more than in the week before.",
        "By Toggl project, the largest change is in {entity} ({entity_change} more).",
    ),
    "projects": (
        "{project} got {project_change:3} more than in the week before.",
        "Time without a project got {project_change} more than in the week before.",
        "{project} ({project_change} more).",
        "The largest changes are in {project} ({project_change:2} less).",
        "Among the entities, the largest change is in {project} ({project_change} more).",
        "{project} got {project_change} more than in the week before, which had {before}.",
    ),
}


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, known in FALSE.items() for words in known])
def test_what_the_facts_do_not_prove_is_refused(kind: str, words: str) -> None:
    assert problem(kind, PLACES[kind].filled(words))


@pytest.mark.parametrize("kind", PLACES)
def test_a_fact_of_the_section_that_no_sentence_tells_is_named(kind: str) -> None:
    report, section = PLACES[kind]
    told = [one for one in section.sentences if len(section.sentences) > 1]
    for left in told:
        phrasing = read_phrasing(report, section, answer(*(one for one in told if one != left)))
        lost = {*SLOT.findall(left)} - {slot for one in told if one != left for slot in SLOT.findall(one)}

        assert phrasing.refusal == "the answer leaves out facts"
        assert all(slot in phrasing.problems[-1] for slot in lost)


def test_a_part_of_the_time_is_told_in_one_sentence_alone() -> None:
    report, section = PLACES["team"]
    again, total = map(PLACES["team"].filled, ("{time} was spent on {entity}.", "The total was recorded by the team: {total}."))

    assert read_phrasing(report, section, answer(*section.sentences, again)).refusal == "the answer tells a time twice"
    assert "twice" not in str(read_phrasing(report, section, answer(*section.sentences, total)).refusal)


def test_a_sentence_may_tell_facts_of_the_table_too() -> None:
    report, section = PLACES["type"]
    more = PLACES["type"].filled("{entity:3} got {time:3} and is in the state {state:3}.")

    assert read_phrasing(report, section, answer(*section.sentences, more)).sentences == (*section.sentences, more)


def test_the_most_time_of_all_is_not_said_where_an_activity_had_more() -> None:
    raw = raw_week(entry(1, LOGIN_TASK, CARLA, minutes=50), entry(2, "Standup", CARLA, minutes=50))
    toggl = place(run_week(raw, busy_records()), "toggl_summary", "executive_summary")

    def told(words: str) -> str | None:
        return clause_problem(toggl.filled(words), Grounds(*toggl))

    assert told("The entity with the most time is {entity} with {time}.") is None
    assert told("Among the entities, the most time went into {entity} with {time}.") is None
    assert "an activity without an entity had as much time" in str(told("The most time went into {entity} with {time}."))
    assert "an activity without an entity had as much time" in str(told("{entity} got the most time, with {time}."))


def test_two_entities_with_as_much_time_share_the_lead() -> None:
    raw = raw_week(entry(1, LOGIN_TASK, CARLA, minutes=50), entry(2, "Notes #13 [Scrum] [Task]", CARLA, minutes=50))
    team = place(run_week(raw, busy_records()), "team_summary", "executive_summary")

    def told(words: str) -> str | None:
        return clause_problem(team.filled(words), Grounds(*team))

    assert told("Among the entities, the most time went into {entity} with {time} and {entity:2} with {time:2}.") is None
    assert told("The entity with the most time is {entity} with {time}.")


def test_of_two_changes_that_are_as_large_one_alone_is_not_the_largest() -> None:
    week = PLACES["week"]
    first, second = (week.fact("entity_change", number) for number in (1, 2))
    as_large = second.model_copy(update={"value": -int(first.value)})
    facts = tuple(as_large if fact is second else fact for fact in week.report.facts)
    words = week.filled("The largest change is in {entity} ({entity_change} more).")

    assert problem("week", words) is None
    assert clause_problem(words, Grounds(week.report.model_copy(update={"facts": facts}), week.section))


def test_figures_so_far_are_those_of_a_week_that_has_not_ended() -> None:
    quiet: Place = place(quiet_run(), "toggl_summary", "executive_summary")
    words = "{people} person tracked {total} so far, in {entries} entries."

    assert clause_problem(quiet.filled(words), Grounds(*quiet)) is None
    assert problem("toggl", PLACES["toggl"].filled(words.replace("person", "people"))) == (
        "the week has ended, so these are not figures “so far”"
    )


def test_a_sentence_made_to_take_long_is_judged_all_the_same() -> None:
    slots = [f"{{f:{fact.id}}}" for fact in PLACES["team"].offered if role(fact) in ("entity", "time")]
    rambling = ", and ".join(f"{slots[at % len(slots)]} got {slots[(at + 1) % len(slots)]}" for at in range(20))

    assert problem("team", f"{rambling}.")
    assert problem("team", " ".join(["in total,"] * 60))


@pytest.mark.parametrize(
    ("before", "is_proven"),
    [
        ("{people} people tracked {total} in {entries} entries.", True),
        ("{people} people tracked {total} in {entries} entries, of which {billable} ({billable_share}) is billable.", False),
        ("{entity} got {time}.", False),
        ("{people} people made {entries} entries.", False),
        ("", False),
    ],
)
@pytest.mark.parametrize(
    "words", ["Of this, {found} ({found_share}) went into {fibery_entities} Fibery entities.", "Of it, {billable} is billable."]
)
def test_of_this_means_the_total_of_the_sentence_before_where_it_tells_no_other_time(before: str, words: str, *, is_proven: bool) -> None:
    team = PLACES["team"]

    assert (clause_problem(team.filled(words), Grounds(*team), team.filled(before)) is None) == is_proven


@pytest.mark.parametrize("words", ["Of the total, {people} people tracked {total}.", "Of the time, {entity} got the most time, at {time}."])
def test_what_is_no_part_is_not_told_of_the_total(words: str) -> None:
    assert "no part of it" in str(problem("team", PLACES["team"].filled(words)))


def test_an_answer_may_go_on_with_of_this() -> None:
    report, section = PLACES["toggl"]
    words = (
        "{people} people tracked {total} this week in {entries} entries.",
        "Of this, {named} ({named_share}) name their Fibery entity in full, and {other} ({other_share}) went into other activities.",
        "{billable} ({billable_share}) of the tracked time was billable.",
        "The entity with the most time is {entity} with {time}, by {entity_people} people.",
    )
    sentences = tuple(map(PLACES["toggl"].filled, words))

    assert read_phrasing(report, section, answer(*sentences)).sentences == sentences
    assert read_phrasing(report, section, answer(*sentences[1:], sentences[0])).refusal
