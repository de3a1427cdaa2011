"""Labels in descriptions that name no database, and what they stand for. Not here: the file they are proposed in."""

import pytest
from pydantic import TypeAdapter, ValidationError

from volt_assets.domain.entities import EntityAnswer, EntityKey, EntityRecord, EntityRequest
from volt_assets.domain.fibery_schema import Database, Schema
from volt_assets.domain.label_aliases import (
    Described,
    Guess,
    LabelAliases,
    LabelUse,
    guess_databases,
    label_questions,
    labels_seen,
    meant_database,
    unknown_labels,
)

HOSTS = ("acme.fibery.io",)


def database(name: str) -> Database:
    return Database(name=name, title_field="Scrum/Name", fields=(), has_workflow=True, has_state_type=True, has_assignees=True)


TASK, BUILD, TO_DO = database("Scrum/Task"), database("Scrum/Build"), database("To-dos/To-do")
SCHEMA = Schema(databases=(BUILD, TASK, TO_DO, database("Design/Task")))


def seen(*descriptions: str, seconds: int = 3600) -> tuple[LabelUse, ...]:
    return labels_seen([Described(description=one, seconds=seconds) for one in descriptions], HOSTS)


def answer(where: Database, titles: dict[str, str]) -> EntityAnswer:
    records = tuple(
        EntityRecord(key=EntityKey(space=where.space, database=where.database, public_id=number), name=title)
        for number, title in titles.items()
    )
    return EntityAnswer(request=EntityRequest(database=where), records=records)


def guessed(use: LabelUse, *answers: EntityAnswer) -> Guess:
    return guess_databases([use], SCHEMA, answers)[0]


# What is seen


def test_labels_are_counted_with_their_time_the_most_first() -> None:
    uses = seen("Pack the app #7 [Scrum] [Release] [Pilot]", "Fix it #8 [Scrum] [Task] [Pilot]", "Fix it #8 [Scrum] [Task] []")
    assert [(use.key, use.entries, use.seconds) for use in uses] == [("Scrum/Task", 2, 7200), ("Scrum/Release", 1, 3600)]


def test_spellings_that_differ_in_case_and_separators_are_one_label_in_its_usual_spelling() -> None:
    uses = seen(
        "Draw #3 [Design] [Work version]",
        "Draw #3 [Design] [Work Version]",
        "Draw #4 [design] [work_version]",
        "Draw #5 [Design] [Work Version]",
    )
    assert [(use.key, use.entries) for use in uses] == [("Design/Work Version", 4)]


def test_a_single_label_and_a_link_count_too() -> None:
    uses = seen("Call back #12 [Errand]", "https://acme.fibery.io/Scrum/Build/Pack-7")
    assert {use.key: use.space for use in uses} == {"Errand": None, "Scrum/Build": "Scrum"}


@pytest.mark.parametrize("description", ["", "Standup", "Fix login #12", "Fix #12 [a/b] [c/d/e]", f"Fix #12 [Scrum] [{'x' * 200}]"])
def test_what_has_no_label_that_could_stand_in_the_file_is_left_out(description: str) -> None:
    assert seen(description) == ()


def test_a_secret_typed_between_brackets_is_not_repeated() -> None:
    assert seen("Rotate #12 [Scrum] [0123456789abcdef0123456789abcdef]") == ()


# What is known


@pytest.mark.parametrize("description", ["#1 [Scrum] [Task]", "#1 [scrum] [TASK] [Pilot]", "#1 [To do] [Pilot]", "#1 [To Do]"])
def test_a_label_that_fibery_knows_needs_no_alias(description: str) -> None:
    uses = seen(description)
    assert meant_database(uses[0], SCHEMA) is not None
    assert unknown_labels(uses, SCHEMA) == ()


def test_a_single_label_that_two_databases_share_is_ambiguous_and_needs_no_alias() -> None:
    uses = seen("#1 [Task]")
    assert meant_database(uses[0], SCHEMA) is None
    assert unknown_labels(uses, SCHEMA) == ()


@pytest.mark.parametrize(("first", "second", "is_meant"), [("To Do", "Pilot", True), ("Build", "Task", False), ("Build", "Design", False)])
def test_a_database_and_another_name_of_fibery_are_no_database_and_its_project(first: str, second: str, is_meant: bool) -> None:
    use = LabelUse(space=first, type=second, entries=1, seconds=60)

    assert (meant_database(use, SCHEMA) is not None) is is_meant


# What is guessed


def test_the_database_whose_entities_have_the_titles_is_meant_whatever_its_name() -> None:
    use = seen("Pack the app #7 [Scrum] [Release]", "Sign the app #9 [Scrum] [Release]", "Odd one #11 [Scrum] [Release]")[0]
    guess = guessed(use, answer(TASK, {"7": "Something else"}), answer(BUILD, {"7": "Pack the App", "9": "Sign the app"}))
    assert (guess.database, guess.sure, guess.why) == ("Scrum/Build", True, "2 of 3 titles are there")


def test_half_the_titles_are_no_proof() -> None:
    use = seen("Pack the app #7 [Scrum] [Release]", "Sign the app #9 [Scrum] [Release]")[0]
    assert not guessed(use, answer(BUILD, {"7": "Pack the app"})).sure


def test_two_databases_with_the_same_titles_are_no_proof() -> None:
    use = seen("Pack the app #7 [Scrum] [Release]")[0]
    titles = {"7": "Pack the app"}
    assert not guessed(use, answer(BUILD, titles), answer(TASK, titles)).sure


@pytest.mark.parametrize(("label", "database", "sure"), [("[Scrum] [Taks]", "Scrum/Task", False), ("[Scrum] [Tasks]", "Scrum/Task", True)])
def test_without_titles_the_nearest_name_of_the_space_is_meant(label: str, database: str, sure: bool) -> None:
    guess = guessed(seen(f"#7 {label}")[0])
    assert (guess.database, guess.sure, guess.why) == (database, sure, "the nearest name")


def test_a_label_of_a_space_that_is_not_there_looks_in_all_spaces() -> None:
    assert guessed(seen("#7 [Delivery] [Builds]")[0]).database == "Scrum/Build"


def test_a_workspace_without_databases_gives_no_guess() -> None:
    assert guess_databases(seen("#7 [Scrum] [Release]"), Schema(databases=())) == ()


def test_numbers_with_a_title_are_looked_for_in_every_database_once() -> None:
    asked = label_questions(seen("Pack #7 [Scrum] [Release]", "Pack #7 [Scrum] [Release]", "#12 [Scrum] [Release]"), SCHEMA)
    assert {request.database.name: request.public_ids for request in asked} == {one.name: ("7",) for one in SCHEMA.databases}


def test_nothing_is_asked_where_every_label_is_known() -> None:
    assert label_questions([], SCHEMA) == ()


# What may be written


@pytest.mark.parametrize(
    ("aliases", "told"),
    [
        ({"": "Scrum/Build"}, "names no label"),
        ({"Scrum/": "Scrum/Build"}, "names no label"),
        ({"Release": "Build"}, "names no database"),
        ({"Release": "Scrum/ Build"}, "names no database"),
        ({"Scrum/Sub-task": "Scrum/Task", "scrum/sub task": "Scrum/Bug"}, "'Scrum/Sub-task' and 'scrum/sub task' are the same label"),
    ],
)
def test_an_alias_that_cannot_be_meant_is_refused(aliases: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        TypeAdapter(LabelAliases).validate_python(aliases)


def test_a_label_is_a_pair_or_single_and_its_database_need_not_be_configured() -> None:
    aliases = {"Scrum / Release": "Scrum/Build", "To Do": "To-dos/To-do"}
    assert TypeAdapter(LabelAliases).validate_python(aliases) == {"Scrum/Release": "Scrum/Build", "To Do": "To-dos/To-do"}
