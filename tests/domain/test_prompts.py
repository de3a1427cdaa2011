"""The prompts as they are shipped: what they offer a model, its gate accepts. Not here: whether a file can be used."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.domain.free_sentences import PLACES
from volt_assets.domain.clauses import Grounds, clause_problem
from volt_assets.domain.phrasing import PROMPTS

FOLDER = Path(__file__).parents[2] / "config" / "prompts"
AMONG = "Among the entities, the most time went into {entity} with {time}, followed by {entity:2} with {time:2}."
# What a prompt offers in its own words, as a sentence of a section of this kind with the roles of its facts.
OFFERED: Mapping[str, tuple[str, str]] = {
    "{person} tracked {total} this week in {entries} entries": ("person", "{person} tracked {total} this week in {entries} entries."),
    "{people} people tracked {total} this week in {entries} entries": (
        "team",
        "{people} people tracked {total} this week in {entries} entries.",
    ),
    "{time} ({share}) went into {count} Fibery entities, {time} into other activities": (
        "person",
        "{found} ({found_share}) went into {fibery_entities} Fibery entities, {other} into other activities.",
    ),
    "{time} ({share}) went into {count} Fibery entities, {time} ({share}) into other activities": (
        "team",
        "{found} ({found_share}) went into {fibery_entities} Fibery entities, {other} ({other_share}) into other activities.",
    ),
    "{time} ({share}) was tracked with the Fibery entity named in full, and {time} ({share}) went into other activities": (
        "toggl",
        "{named} ({named_share}) was tracked with the Fibery entity named in full, and {other} ({other_share}) went into other activities.",
    ),
    ", {share} of it on Fibery entities": ("team", "{people} people tracked {total}, {found_share} of it on Fibery entities."),
    ", {share} of it with the Fibery entity named in full": (
        "toggl",
        "{people} people tracked {total}, {named_share} of it with the Fibery entity named in full.",
    ),
    ", of which {time} ({share}) is billable": (
        "team",
        "{people} people tracked {total}, of which {billable} ({billable_share}) is billable.",
    ),
    "{time} ({share}) is billable": ("toggl", "{billable} ({billable_share}) is billable."),
    "{time} went into {count} entities that Fibery does not show": (
        "team",
        "{hidden} went into {entities} entities that Fibery does not show.",
    ),
    "the entity with the most time is {entity} with {time}, which is in the state {state}": (
        "person",
        "The entity with the most time is {entity} with {time}, which is in the state {state}.",
    ),
    "the entity with the most time is {entity}, with {time} by {people} people": (
        "toggl",
        "The entity with the most time is {entity}, with {time} by {entity_people} people.",
    ),
    "among the entities, the most time went into {entity} with {time}, followed by {entity} with {time}": ("team", AMONG),
    "{entity} got {time}": ("team", "{entity} got {time}."),
    "{entity} ({time})": ("type", "{entity} ({time}) is in the state {state}."),
    "{time} went into {entity}": ("team", "{time} went into {entity}."),
    "{entity} is in the state {state}": ("person", "{entity} is in the state {state}."),
    "{entity} belongs to {parent}": ("type", "{entity} belongs to {parent}."),
    "{count} entities had time from more than one person, {time} in all": (
        "patterns",
        "{entities} entity had time from more than one person, {shared} in all.",
    ),
    "{time} ({share}) was tracked on {day}": ("patterns", "{day_time} ({day_time_share}) was tracked on {day}."),
    "{total} is {time} ({share}) more than in the week before, which had {time}": (
        "week",
        "{total} is {change} ({change_share}) more than in the week before, which had {before}.",
    ),
    "{time} ({share}) went into {count} entities of this type; the one with the most time is {entity} with {time}, in the state {state}.": (
        "type",
        "{type_time} ({type_time_share}) went into {type_count} entities of this type; "
        "the one with the most time is {entity} with {time}, in the state {state}.",
    ),
    "{time} ({share}) went into {count} entities of this type, and the one that took the most time is {entity} with {time}.": (
        "type",
        "{type_time} ({type_time_share}) went into {type_count} entities of this type, and the one that took the most time is "
        "{entity} with {time}.",
    ),
}


def offers(name: str) -> list[str]:
    """The clauses in a prompt: between backticks, with facts in braces."""
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    return [found for found in re.findall(r"`([^`]+)`", text) if "{" in found and "{f:" not in found]


@pytest.mark.parametrize("name", PROMPTS)
def test_a_shipped_prompt_offers_only_what_the_gate_accepts(name: str) -> None:
    assert offers(name)
    for clause in offers(name):
        kind, sentence = OFFERED[clause]
        assert clause_problem(PLACES[kind].filled(sentence), Grounds(*PLACES[kind])) is None, sentence


def test_every_clause_that_is_tried_stands_in_a_prompt() -> None:
    assert {clause for name in PROMPTS for clause in offers(name)} == set(OFFERED)


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_says_what_will_be_refused_or_what_is_good(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")

    assert len(text) < 2_600
    assert "Good: " in text if name.startswith("entity_") else "An answer is refused if it holds" in text
