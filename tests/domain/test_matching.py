"""The ladder: every step and every outcome, and nothing guessed."""

from datetime import date
from typing import Any

import pytest

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BEN,
    BEN_IN_FIBERY,
    CARLA,
    LOGIN_LINK,
    LOGIN_TASK,
    RULES,
    SCHEMA,
    aggregated_week,
    database,
    entry,
    key,
    moment,
    raw_week,
    record,
    resolve_week,
)
from volt_assets.domain.entities import EntityRecord, FiberyUser
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.matching import FiberyEntities, MatchStep, Outcome, Resolution
from volt_assets.domain.resolving import Matcher

LOGIN = record("Scrum/Task", "12", "Fix the login form")
FOCUS = record("Scrum/Bug", "7", "Login form loses focus")
ANAS_FOCUS = record("Scrum/Bug", "7", "Something else entirely", assignees=[ANA_IN_FIBERY])


def resolved(
    description: str, *records: EntityRecord, broken: frozenset[str] = frozenset(), aliases: dict[str, str] | None = None
) -> Resolution:
    week = resolve_week(raw_week(entry(1, description)), records, users=[ANA_IN_FIBERY], broken=broken, aliases=aliases)
    [resolution] = week.resolutions
    return resolution


def questions(*descriptions: str) -> dict[str, tuple[str, ...]]:
    matcher = Matcher(aggregated_week(*(entry(number, text) for number, text in enumerate(descriptions))), SCHEMA, RULES)
    return {request.database.name: request.public_ids for request in matcher.questions if not request.open_in_week}


def test_full_labels_decide_when_the_entity_exists() -> None:
    resolution = resolved(LOGIN_TASK, LOGIN)

    assert (resolution.outcome, resolution.step, resolution.entity) == (Outcome.MATCHED, MatchStep.LABELS, LOGIN.key)
    assert [candidate.score for candidate in resolution.candidates] == [1.0]


def test_a_link_decides_when_the_entity_exists() -> None:
    assert (resolved(LOGIN_LINK, LOGIN).outcome, resolved(LOGIN_LINK, LOGIN).step) == (Outcome.MATCHED, MatchStep.URL)


@pytest.mark.parametrize("labels", ["[scrum] [TASK]", "[Scrum]  [ Task ]"])
def test_the_spelling_of_labels_does_not_matter(labels: str) -> None:
    assert resolved(f"Login #12 {labels}", LOGIN).entity == LOGIN.key


def test_hyphens_and_underscores_of_a_link_mean_the_database_of_that_name() -> None:
    version = record("Design/Work Version", "3", "Onboarding")

    assert resolved("https://acme.fibery.io/Design/work-version/Onboarding-3", version).entity == version.key


def test_a_database_without_its_space_is_understood_where_it_is_the_only_one_of_its_name() -> None:
    plants = record("To-dos/To Do", "12", "Water the plants")

    resolution = resolved("Water the plants #12 [To Do] [Pilot]", plants)

    assert (resolution.outcome, resolution.entity) == (Outcome.MATCHED, plants.key)


def test_a_database_without_its_space_is_not_guessed_where_two_have_its_name() -> None:
    twice = Schema(databases=(database("Office/To Do"), database("To-dos/To Do")))
    week = Matcher(aggregated_week(entry(1, "Plants #12 [To Do] [Pilot]")), twice, RULES).resolve((), (), people={})

    assert week.resolutions[0].outcome is Outcome.UNKNOWN_TYPE


def test_a_deleted_entity_keeps_its_identity_and_says_why() -> None:
    resolution = resolved(LOGIN_TASK)

    assert (resolution.outcome, resolution.step, resolution.entity) == (Outcome.NOT_FOUND, MatchStep.NONE, key("Scrum/Task", "12"))
    assert resolution.reason == "deleted in Fibery, or hidden from the token's user"


def test_labels_of_no_database_are_an_unknown_type_under_the_words_as_written() -> None:
    resolution = resolved("Sort the cupboard #4 [Legacy] [Thing]")

    assert (resolution.outcome, resolution.entity) == (Outcome.UNKNOWN_TYPE, key("Legacy/Thing", "4"))
    assert resolution.reason == "Fibery has no database Legacy/Thing"


def test_a_database_that_cannot_be_asked_is_no_proof_that_the_entity_is_gone() -> None:
    resolution = resolved(LOGIN_TASK, LOGIN, broken=frozenset({"Scrum/Task"}))

    assert (resolution.outcome, resolution.entity, resolution.reason) == (
        Outcome.UNREACHABLE,
        LOGIN.key,
        "Fibery took too long to answer",
    )


def test_one_broken_database_does_not_take_the_others_down() -> None:
    assert resolved(LOGIN_TASK, LOGIN, broken=frozenset({"Scrum/Bug"})).outcome is Outcome.MATCHED


def test_a_bare_number_alone_is_no_proof() -> None:
    resolution = resolved("#7", FOCUS)

    assert (resolution.outcome, resolution.entity) == (Outcome.AMBIGUOUS, None)
    assert resolution.reason == "the number alone is no proof: neither the title nor the assignees agree"
    assert [(candidate.entity, candidate.score) for candidate in resolution.candidates] == [(FOCUS.key, 0.5)]


@pytest.mark.parametrize(
    ("description", "bug", "signal"),
    [
        ("Login form once more #7", FOCUS, "title"),
        ("#7", ANAS_FOCUS, "assignee"),
        ("#7 [Bug]", FOCUS, "label"),
    ],
)
def test_a_bare_number_counts_with_a_second_signal(description: str, bug: EntityRecord, signal: str) -> None:
    resolution = resolved(description, bug)

    assert (resolution.outcome, resolution.step, resolution.entity) == (Outcome.MATCHED, MatchStep.BARE_ID, bug.key)
    assert [candidate.signals for candidate in resolution.candidates] == [(signal,)]


def test_one_shared_word_is_no_second_signal() -> None:
    assert resolved("Menu form #7", FOCUS).outcome is Outcome.AMBIGUOUS


def test_an_entity_without_a_title_agrees_with_nothing() -> None:
    assert resolved("Something long enough #7", record("Scrum/Bug", "7", "")).outcome is Outcome.AMBIGUOUS


def test_another_persons_assignment_is_no_signal() -> None:
    assert resolved("#7", record("Scrum/Bug", "7", "Menu", assignees=[BEN_IN_FIBERY])).outcome is Outcome.AMBIGUOUS


def test_the_assignee_is_recognised_under_an_alias() -> None:
    elsewhere = FiberyUser(id="u-1", name="Ana", email="ana@work.example")
    bug = record("Scrum/Bug", "7", "Menu", assignees=[elsewhere])

    assert resolved("#7", bug).outcome is Outcome.AMBIGUOUS
    assert resolved("#7", bug, aliases={"ana@example.com": "ana@work.example"}).outcome is Outcome.MATCHED


def test_a_number_that_two_databases_have_is_ambiguous_even_with_a_signal() -> None:
    resolution = resolved("#7", ANAS_FOCUS, record("Scrum/Task", "7", "Choose a queue"))

    assert (resolution.outcome, resolution.reason) == (Outcome.AMBIGUOUS, "2 databases have this number")
    assert {str(candidate.entity) for candidate in resolution.candidates} == {"Scrum/Bug #7", "Scrum/Task #7"}


def test_one_label_decides_between_two_databases() -> None:
    assert resolved("#7 [bug]", FOCUS, record("Scrum/Task", "7", "Choose a queue")).entity == FOCUS.key


def test_a_number_that_no_database_has_is_not_found_and_stays_an_activity() -> None:
    resolution = resolved("#404")

    assert (resolution.outcome, resolution.entity, resolution.reason) == (
        Outcome.NOT_FOUND,
        None,
        "no configured database has this number",
    )


def test_a_number_that_no_answering_database_has_is_unreachable_while_one_is_silent() -> None:
    resolution = resolved("#404", broken=frozenset({"Scrum/Bug"}))

    assert (resolution.outcome, resolution.entity) == (Outcome.UNREACHABLE, None)
    assert resolution.reason == "could not be asked: Scrum/Bug"


def test_a_description_that_names_nothing_is_an_activity() -> None:
    resolution = resolved("Standup", LOGIN)

    assert (resolution.outcome, resolution.step, resolution.entity, resolution.candidates) == (
        Outcome.ACTIVITY,
        MatchStep.NONE,
        None,
        (),
    )


NOTES = record("Scrum/Task", "13", "Write release notes", assignees=[BEN_IN_FIBERY])
DONE: dict[str, Any] = {"state": "Done", "state_type": "Finished", "is_final": True}


@pytest.mark.parametrize("written", ["Write release notes", "WRITE  release-notes.", "\u2022 Write release notes"])
def test_the_exact_title_of_one_open_entity_decides(written: str) -> None:
    resolution = resolved(written, NOTES, FOCUS)

    assert (resolution.outcome, resolution.step, resolution.entity) == (Outcome.MATCHED, MatchStep.TITLE, NOTES.key)
    assert [(one.score, one.signals) for one in resolution.candidates] == [(1.0, ("title",))]


def test_a_title_that_two_open_entities_have_is_ambiguous() -> None:
    resolution = resolved("Write release notes", NOTES, record("Scrum/Bug", "3", "Write release notes"))

    assert (resolution.outcome, resolution.entity, resolution.reason) == (Outcome.AMBIGUOUS, None, "2 entities have this title")


def test_a_title_of_what_was_closed_before_the_week_decides_nothing() -> None:
    assert resolved("Write release notes", record("Scrum/Task", "13", "Write release notes", **DONE)).outcome is Outcome.ACTIVITY


def test_a_title_of_what_was_finished_in_the_week_counts_for_who_worked_on_it() -> None:
    done = record("Scrum/Task", "13", "Write release notes", **DONE, assignees=[ANA_IN_FIBERY], modified_at=moment(2))
    others = done.model_copy(update={"assignees": ()})

    assert resolved("Write release notes", done).step is MatchStep.TITLE
    assert resolved("Write release notes", others).reason == "the entity of this title is finished, and not this person's"


def test_a_routine_word_is_an_activity_whoever_has_it_as_a_title() -> None:
    resolution = resolved("Review", record("Scrum/Task", "46", "Review", assignees=[ANA_IN_FIBERY]))

    assert (resolution.outcome, resolution.reason) == (Outcome.ACTIVITY, "routine")


def test_a_title_that_holds_a_number_comes_before_the_number() -> None:
    parser = record("Scrum/Task", "42", "Move #7 to the new parser")

    assert resolved("Move #7 to the new parser", parser, ANAS_FOCUS).entity == parser.key


def test_without_an_answer_from_every_database_no_title_is_compared() -> None:
    week = resolve_week(raw_week(entry(1, "Write release notes")), [NOTES], broken=frozenset({"Scrum/Bug"}))

    assert (week.resolutions[0].outcome, week.titles_not_compared) == (Outcome.UNREACHABLE, ("Scrum/Bug",))
    assert week.resolutions[0].reason == "not compared with titles: Fibery did not tell those of Scrum/Bug"


def test_what_is_only_like_a_title_is_a_suggestion() -> None:
    mine = record("Scrum/Task", "13", "Write release notes", assignees=[ANA_IN_FIBERY])

    resolution = resolved("Write relase notes", mine, FOCUS)

    assert (resolution.outcome, resolution.entity) == (Outcome.ACTIVITY, None)
    assert [(one.entity, one.signals) for one in resolution.candidates] == [(mine.key, ("similar title",))]
    assert 0.9 < resolution.candidates[0].score < 1


def test_the_toggl_project_of_the_spaces_name_is_told_but_is_no_proof() -> None:
    menu = record("Scrum/Bug", "7", "Menu")
    week = resolve_week(raw_week(entry(1, "#7", project="Scrum")), [menu])

    assert [one.signals for one in week.resolutions[0].candidates] == [("project",)]
    assert week.resolutions[0].outcome is Outcome.AMBIGUOUS


def test_of_several_databases_with_a_number_the_one_with_this_very_title_is_meant() -> None:
    assert resolved("Login form loses focus #7", FOCUS, record("Scrum/Task", "7", "Choose a queue")).entity == FOCUS.key


def test_number_and_title_as_githubs_button_writes_them_are_not_the_persons_entity_of_that_number() -> None:
    resolution = resolved("#7 Update documentation pages", ANAS_FOCUS)

    assert (resolution.outcome, resolution.reason) == (
        Outcome.AMBIGUOUS,
        "the number is this person's, but the words are those of something else",
    )


@pytest.mark.parametrize("gone", ["#99 [Scrum] [Task]", "#4 [Legacy] [Thing]", "Scrum/Bug#404", "[Legacy/Thing] #4"])
def test_of_two_references_the_first_that_exists_has_all_the_time_and_the_row_is_flagged(gone: str) -> None:
    week = resolve_week(raw_week(entry(1, f"{gone} then {LOGIN_TASK}")), [LOGIN])
    [resolution] = week.resolutions

    assert (resolution.entity, resolution.duration_seconds) == (LOGIN.key, 3600)
    assert week.statistics.seconds_by_outcome["matched"] == 3600


def test_of_two_references_that_exist_the_first_in_the_text_counts() -> None:
    week = resolve_week(raw_week(entry(1, f"Scrum/Bug#7, see {LOGIN_TASK}")), [LOGIN, FOCUS])

    assert week.resolutions[0].entity == FOCUS.key
    assert week.statistics.several_references == 1
    assert week.resolutions[0].reason == "the description names several entities; the first that is certain has all the time"


def test_a_label_means_what_its_alias_says() -> None:
    rules = RULES.model_copy(update={"label_aliases": {"Team/Story": "Scrum/Task", "Chore": "Scrum/Bug"}})
    raw = raw_week(entry(1, "Login #12 [team] [story] [Pilot]"), entry(2, "#7 [chore]", minutes=30))
    week = resolve_week(raw, [LOGIN, FOCUS], rules=rules)

    assert [(one.step, one.entity) for one in week.resolutions] == [(MatchStep.LABELS, LOGIN.key), (MatchStep.LABELS, FOCUS.key)]


def test_what_was_open_is_asked_in_each_configured_database_beside_the_numbers() -> None:
    asked = Matcher(aggregated_week(entry(1, LOGIN_TASK)), SCHEMA, RULES).questions

    assert [(one.database.name, one.public_ids, one.open_in_week) for one in asked] == [
        ("Scrum/Task", ("12",), None),
        ("Scrum/Bug", (), date(2025, 10, 6)),
        ("Scrum/Task", (), date(2025, 10, 6)),
    ]


def test_full_references_are_looked_for_in_their_database_alone() -> None:
    assert questions(LOGIN_TASK, "#3 [Design] [Work Version]") == {"Scrum/Task": ("12",), "Design/Work Version": ("3",)}


def test_bare_numbers_are_looked_for_in_every_configured_database() -> None:
    assert questions("#7") == {"Scrum/Bug": ("7",), "Scrum/Task": ("7",)}


def test_a_label_narrows_where_a_bare_number_is_looked_for() -> None:
    assert questions("#7 [Bug]") == {"Scrum/Bug": ("7",)}


def test_a_label_that_is_no_database_narrows_nothing() -> None:
    assert questions("#7 [urgent]") == {"Scrum/Bug": ("7",), "Scrum/Task": ("7",)}


def test_each_number_is_asked_once_in_numeric_order() -> None:
    assert questions("#100 [Scrum] [Task]", "#9 [Scrum] [Task]", "again #9 [Scrum] [Task]") == {"Scrum/Task": ("9", "100")}


def test_nothing_is_asked_about_unknown_types() -> None:
    assert questions("#4 [Legacy] [Thing]") == {}


def three_people() -> FiberyEntities:
    raw = raw_week(
        entry(1, LOGIN_TASK), entry(2, LOGIN_TASK, BEN, minutes=30), entry(3, "#99 [Scrum] [Task]", CARLA, minutes=15), entry(4, "#404")
    )
    return resolve_week(raw, [LOGIN], users=[ANA_IN_FIBERY])


def test_entities_to_fetch_are_those_that_exist_once_each() -> None:
    [group] = three_people().entities

    assert (group.space, group.database, group.configured, group.public_ids) == ("Scrum", "Task", True, ("12",))


def test_an_entity_of_a_database_that_is_not_configured_is_fetched_too() -> None:
    week = resolve_week(raw_week(entry(1, "#3 [Design] [Work Version]")), [record("Design/Work Version", "3", "Onboarding")])

    assert [(group.database, group.configured) for group in week.entities] == [("Work Version", False)]


def test_people_are_joined_by_email_and_the_others_are_told() -> None:
    assert {person.person: person.fibery_user for person in three_people().people} == {
        "ana@example.com": "Ana E.",
        "ben@example.com": None,
        "user:103": None,
    }


def test_somebody_without_an_email_is_not_joined_to_a_user_without_one() -> None:
    week = resolve_week(raw_week(entry(1, who=CARLA)), users=[FiberyUser(id="u-9", name="Bot")])

    assert [person.fibery_user for person in week.people] == [None]


def test_people_are_joined_under_their_alias() -> None:
    ana = FiberyUser(id="u-1", name="Ana", email="ana@work.example")
    week = resolve_week(raw_week(entry(1, who=ANA)), users=[ana], aliases={"ana@example.com": "ana@work.example"})

    assert [person.fibery_user for person in week.people] == ["Ana"]


def test_the_statistics_hold_all_time_of_the_week() -> None:
    sums = three_people().statistics

    assert (sums.references, sums.entities) == (4, 1)
    assert sums.seconds_by_outcome == {
        "matched": 5400,
        "not_found": 4500,
        "unknown_type": 0,
        "ambiguous": 0,
        "unreachable": 0,
        "activity": 0,
    }
    assert sums.seconds_by_step == {"url": 0, "labels": 5400, "alias": 0, "bare_id": 0, "title": 0, "none": 4500, "unasked": 0}
    assert sum(sums.rows_by_outcome.values()) == 4


def test_what_could_not_be_asked_is_told_with_its_code() -> None:
    [failure] = resolve_week(raw_week(entry(1, LOGIN_TASK)), broken=frozenset({"Scrum/Task"})).failures

    assert (failure.database, failure.code) == ("Scrum/Task", "entity.error/query-timeout")
