"""What people have confirmed: whose it is, when it applies, and the line that says it."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import (
    ANA,
    BASE_URL,
    BEN,
    HOSTS,
    LOGIN_TASK,
    RULES,
    SCHEMA,
    database,
    entry,
    key,
    raw_week,
    record,
    resolve_week,
)
from volt_assets.domain.confirmed import ANYBODY, ConfirmedAlias, ConfirmedAliases, alias_line, normal_description, read_entity
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.matching import MatchStep, Outcome, Resolution
from volt_assets.domain.people import Person

MENU = record("Scrum/Bug", "7", "Menu flickers")


def resolved(description: str, *aliases: ConfirmedAlias, who: Person = ANA) -> Resolution:
    rules = RULES.model_copy(update={"confirmed": aliases, "hosts": HOSTS})
    records = [MENU, record("Scrum/Task", "12", "Fix the login form")]
    [resolution] = resolve_week(raw_week(entry(1, description, who)), records, rules=rules).resolutions
    return resolution


def alias(person: str, description: str = "menu thing", entity: str = "Scrum/Bug #7") -> ConfirmedAlias:
    return ConfirmedAlias(person=person, description=description, entity=read_entity(entity))


@pytest.mark.parametrize("person", ["ana@example.com", "user:101", ANYBODY])
def test_a_confirmed_description_is_its_entity(person: str) -> None:
    resolution = resolved("Menu  THING", alias(person))

    assert (resolution.outcome, resolution.step, resolution.entity) == (Outcome.MATCHED, MatchStep.ALIAS, MENU.key)
    assert [one.score for one in resolution.candidates] == [1.0]


def test_what_somebody_confirmed_does_not_hold_for_others() -> None:
    assert resolved("menu thing", alias("ana@example.com"), who=BEN).outcome is Outcome.ACTIVITY


def test_ones_own_alias_comes_before_everybodys() -> None:
    resolution = resolved("menu thing", alias(ANYBODY, entity="Scrum/Task #12"), alias("ana@example.com"))

    assert resolution.entity == MENU.key


def test_only_the_whole_description_is_confirmed() -> None:
    assert resolved("menu thing again", alias(ANYBODY)).entity is None


def test_a_full_name_that_exists_outweighs_an_alias() -> None:
    assert resolved(LOGIN_TASK, alias(ANYBODY, LOGIN_TASK)).step is MatchStep.LABELS


def test_an_alias_says_what_a_name_of_nothing_meant() -> None:
    assert resolved("Sort #4 [Legacy] [Thing]", alias(ANYBODY, "sort #4 [legacy] [thing]")).step is MatchStep.ALIAS


@pytest.mark.parametrize(
    "texts", [("Sort #4 [Legacy] [Thing]", "Tidy #4 [Legacy] [Thing]"), ("Tidy #4 [Legacy] [Thing]", "Sort #4 [Legacy] [Thing]")]
)
def test_an_alias_of_one_text_holds_for_all_that_name_the_same_whichever_came_first(texts: tuple[str, str]) -> None:
    raw = raw_week(*(entry(number, text) for number, text in enumerate(texts, start=1)))
    rules = RULES.model_copy(update={"confirmed": (alias(ANYBODY, "Sort #4 [Legacy] [Thing]"),)})
    [resolution] = resolve_week(raw, [MENU], rules=rules).resolutions

    assert (resolution.step, resolution.entity, resolution.entry_ids) == (MatchStep.ALIAS, MENU.key, (1, 2))


@pytest.mark.parametrize("text", ["gone #4 [legacy] [thing]", "Something else #4 [Legacy] [Thing]", f"see {BASE_URL}/Legacy/Thing/4"])
def test_an_alias_whose_text_names_an_entity_in_full_holds_for_every_text_that_names_the_same_in_any_week(text: str) -> None:
    said = alias(ANYBODY, "Sort #4 [Legacy] [Thing]")

    assert (resolved(text, said).step, resolved(text, said).entity) == (MatchStep.ALIAS, MENU.key)


def test_an_alias_whose_text_is_a_link_holds_for_the_labels_too() -> None:
    assert resolved("Sort #4 [Legacy] [Thing]", alias(ANYBODY, f"{BASE_URL}/Legacy/Thing/old-4")).step is MatchStep.ALIAS


@pytest.mark.parametrize("text", ["Sort #5 [Legacy] [Thing]", "Sort #4 [Legacy] [Things]", "#4"])
def test_an_alias_holds_for_no_other_number_or_labels(text: str) -> None:
    assert resolved(text, alias(ANYBODY, "Sort #4 [Legacy] [Thing]")).step is MatchStep.NONE


def test_aliases_that_disagree_about_one_name_decide_nothing() -> None:
    texts = ("Sort #4 [Legacy] [Thing]", "Tidy #4 [Legacy] [Thing]")
    said = (alias(ANYBODY, texts[0]), alias(ANYBODY, texts[1], entity="Scrum/Task #12"))
    rules = RULES.model_copy(update={"confirmed": said})
    [resolution] = resolve_week(raw_week(*(entry(at, text) for at, text in enumerate(texts))), [MENU], rules=rules).resolutions

    assert resolution.outcome is Outcome.UNKNOWN_TYPE


def test_an_alias_decides_a_number_that_proves_nothing() -> None:
    assert resolved("#7", alias(ANYBODY, "#7")).step is MatchStep.ALIAS


def test_an_alias_of_an_entity_that_is_gone_keeps_the_time_on_it_and_says_so() -> None:
    resolution = resolved("menu thing", alias(ANYBODY, entity="Scrum/Task #99"))

    assert (resolution.outcome, resolution.step, resolution.entity) == (Outcome.NOT_FOUND, MatchStep.NONE, key("Scrum/Task", "99"))


def test_an_alias_of_no_database_says_where_to_correct_it() -> None:
    resolution = resolved("menu thing", alias(ANYBODY, entity="Warehouse/Pallet #7"))

    assert (resolution.outcome, resolution.reason) == (Outcome.UNKNOWN_TYPE, "config/aliases.yaml: Fibery has no database Warehouse/Pallet")


def test_an_alias_of_nearly_a_database_names_the_nearest() -> None:
    resolution = resolved("menu thing", alias(ANYBODY, entity="Scrum/Tusk #7"))

    assert (resolution.outcome, resolution.reason) == (
        Outcome.UNKNOWN_TYPE,
        "config/aliases.yaml: Fibery has no database Scrum/Tusk; the nearest name is Scrum/Task",
    )


@pytest.mark.parametrize("written", ["scrum/bug #7", "SCRUM/Bug#7", " scrum / bug # 07"])
def test_an_alias_names_its_database_in_whatever_case_and_the_entity_is_as_fibery_spells_it(written: str) -> None:
    resolution = resolved("menu thing", alias(ANYBODY, entity=written))

    assert (resolution.outcome, resolution.step, resolution.entity) == (Outcome.MATCHED, MatchStep.ALIAS, MENU.key)


@pytest.mark.parametrize("written", ["design/work version", "Design/Work_Version", "DESIGN/work-version"])
def test_underscores_and_hyphens_of_an_alias_do_not_count(written: str) -> None:
    looked = ConfirmedAliases([alias(ANYBODY, entity=f"{written} #3")], SCHEMA, ())

    assert looked.entity(["menu thing"], None, ()) == key("Design/Work Version", "3")


def test_of_two_databases_that_are_spelt_alike_the_one_of_exactly_the_name_is_meant() -> None:
    twins = Schema(databases=(database("Scrum/Sub task"), database("Scrum/Sub-task")))
    looked = ConfirmedAliases([alias(ANYBODY, entity="Scrum/Sub-task #3")], twins, ())

    assert looked.entity(["menu thing"], None, ()) == key("Scrum/Sub-task", "3")


@pytest.mark.parametrize("written", ["Scrum/Task #12", "Scrum/Task#12", " Scrum / Task # 012 "])
def test_an_entity_is_read_as_people_write_it(written: str) -> None:
    assert read_entity(written) == key("Scrum/Task", "12")


@pytest.mark.parametrize("written", ["", "Task #12", "Scrum/Task", "Scrum/Task #", "Scrum/Task #12a", "a/b/c #1", "/Task #12"])
def test_what_names_no_entity_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="names no entity"):
        read_entity(written)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_a_line_says_the_same_when_it_is_read_back(description: str) -> None:
    line = alias_line("user:101", description, "Scrum/Task #12")

    assert "\n" not in line
    assert yaml.safe_load(line) == [{"person": "user:101", "description": " ".join(description.split()), "entity": "Scrum/Task #12"}]
    assert normal_description(yaml.safe_load(line)[0]["description"]) == normal_description(description)
