"""Numbers that need a second signal, and what speaks against one: other words, other titles, labels of nothing, databases that are gone."""

import pytest

from tests.domain.builders import ANA_IN_FIBERY, RULES, SCHEMA, aggregated_week, database, entry, raw_week, record, resolve_week
from volt_assets.domain.entities import EntityAnswer, EntityRecord
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.matching import MatchStep, Outcome, Resolution
from volt_assets.domain.resolving import Matcher

FOCUS = record("Scrum/Bug", "7", "Login form loses focus", assignees=[ANA_IN_FIBERY])
SHOP = record("Scrum/Task", "40", "Login form of the shop")
GONE = RULES.model_copy(update={"configured": (*RULES.configured, "Scrum/Chore")})
OTHER_WORDS = "the number is this person's, but the words are those of something else"


def resolved(description: str, *records: EntityRecord, project: str | None = None, gone: bool = False) -> Resolution:
    raw = raw_week(entry(1, description, project=project))
    [resolution] = resolve_week(raw, records, users=[ANA_IN_FIBERY], rules=GONE if gone else RULES).resolutions
    return resolution


def test_words_that_are_another_entitys_title_make_a_number_ambiguous() -> None:
    resolution = resolved("#7 Login form of the shop", FOCUS, SHOP)

    assert (resolution.outcome, resolution.reason) == (
        Outcome.AMBIGUOUS,
        "the number is that of one entity, the words are the title of another",
    )
    assert [candidate.entity for candidate in resolution.candidates] == [FOCUS.key, SHOP.key]


def test_a_number_with_its_own_title_is_certain_though_another_entity_has_the_title_too() -> None:
    twin = record("Scrum/Task", "40", "Login form loses focus")

    assert resolved("#7 Login form loses focus", FOCUS, twin).entity == FOCUS.key


def test_a_title_that_holds_a_number_and_is_two_entities_is_not_decided_by_the_number() -> None:
    twins = (record("Scrum/Task", "40", "Move #7 to the shop"), record("Scrum/Task", "41", "Move #7 to the shop"))

    assert resolved("Move #7 to the shop", FOCUS, *twins).reason == "2 entities have this title"


@pytest.mark.parametrize("text", ["Follow-up with client #7", "ACME-ticket #7", "#7 Update documentation pages"])
def test_two_words_of_something_else_outweigh_the_assignee(text: str) -> None:
    assert (resolved(text, FOCUS).outcome, resolved(text, FOCUS).reason) == (Outcome.AMBIGUOUS, OTHER_WORDS)


@pytest.mark.parametrize("text", ["#7 pairing", "Continue #7", "#7: the focus, once more", "Help Anna with focus #7"])
def test_a_remark_or_one_word_of_the_title_leaves_the_assignees_word(text: str) -> None:
    assert (resolved(text, FOCUS).step, resolved(text, FOCUS).entity) == (MatchStep.BARE_ID, FOCUS.key)


def test_a_label_that_names_nothing_outweighs_the_assignee_but_not_the_title() -> None:
    assert resolved("#7 [Invoice]", FOCUS).reason == "Fibery has no database Invoice"
    assert resolved("Login form #7 [Invoice]", FOCUS).entity == FOCUS.key


def test_a_label_that_is_the_space_or_the_togglproject_outweighs_nothing() -> None:
    assert resolved("#7 [Scrum]", FOCUS).entity == FOCUS.key
    assert resolved("#7 [Pilot]", FOCUS, project="Pilot").entity == FOCUS.key


def test_a_number_without_a_sign_is_no_proof_for_all_its_labels() -> None:
    assert resolved("Menu 7 [Scrum] [Bug]", record("Scrum/Bug", "7", "Something else entirely")).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize("text", ["Sprint 7 [Scrum] [Bug]", "Call at 7 [Scrum] [Bug]", "bis 7 [Scrum] [Bug]"])
def test_a_number_without_a_sign_that_counts_hours_or_sprints_is_none(text: str) -> None:
    assert resolved(text, FOCUS).outcome is Outcome.ACTIVITY


def test_a_number_without_a_sign_is_never_kept_on_an_entity_that_is_not_there() -> None:
    assert (resolved("Menu 99 [Scrum] [Bug]", FOCUS).outcome, resolved("Menu 99 [Scrum] [Bug]", FOCUS).entity) == (Outcome.NOT_FOUND, None)


@pytest.mark.parametrize("text", ["Login form 7 [Scrum] [Bug]", "7 [Scrum] [Bug]"])
def test_a_number_without_a_sign_counts_with_its_labels_and_a_second_signal(text: str) -> None:
    assert (resolved(text, FOCUS).outcome, resolved(text, FOCUS).entity) == (Outcome.MATCHED, FOCUS.key)


def test_while_a_configured_database_is_gone_the_assignee_is_not_enough_for_a_number() -> None:
    resolution = resolved("#7", FOCUS, gone=True)

    assert resolution.outcome is Outcome.AMBIGUOUS
    assert resolution.reason == (
        "Fibery does not have what is configured as Scrum/Chore: whether something there has this number too is not known"
    )


def test_while_a_configured_database_is_gone_no_title_is_known_to_be_the_only_one() -> None:
    resolution = resolved("Login form of the shop", SHOP, gone=True)

    assert (resolution.outcome, [candidate.entity for candidate in resolution.candidates]) == (Outcome.AMBIGUOUS, [SHOP.key])
    assert "Scrum/Chore" in (resolution.reason or "")


@pytest.mark.parametrize("text", ["#7 [Bug]", "Login form loses focus #7", "#7 [Scrum] [Bug]"])
def test_a_database_that_is_gone_costs_nothing_that_names_its_database_or_title(text: str) -> None:
    assert resolved(text, FOCUS, gone=True).entity == FOCUS.key


COUNTING = ("Interview #7", "Termin #7", "\u4f1a\u8b70 #7", "HTTP #7", "We're #7", "2. #7", "top-#7", "\u2116 #7", "#2025")
GOING_ON = ("Continue #7", "finish #7.", "working on #7", "Weiter mit #7", "\u0441\u043d\u043e\u0432\u0430 #7", "Focus #7", "#7 Interview")


@pytest.mark.parametrize("text", COUNTING)
def test_one_word_before_a_number_that_names_what_it_counts_outweighs_the_assignee(text: str) -> None:
    year = record("Scrum/Task", "2025", "Plan of the year", assignees=[ANA_IN_FIBERY])

    assert resolved(text, FOCUS, year).outcome is not Outcome.MATCHED


@pytest.mark.parametrize("text", GOING_ON)
def test_words_of_going_on_one_of_the_title_and_a_remark_behind_leave_the_assignees_word(text: str) -> None:
    assert resolved(text, FOCUS).entity == FOCUS.key


def test_the_toggl_project_alone_proves_no_number() -> None:
    assert resolved("#40", SHOP, project="Scrum").outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize("text", ["Task #7", "task: #7", "working on task #7", "#7 task", "Story #7"])
def test_the_name_of_another_database_beside_a_number_rules_an_entity_out(text: str) -> None:
    aliases = {"Team/Story": "Scrum/Task"}
    rules = RULES.model_copy(update={"label_aliases": aliases})
    [resolution] = resolve_week(raw_week(entry(1, text)), [FOCUS], users=[ANA_IN_FIBERY], rules=rules).resolutions

    assert (resolution.outcome, resolution.entity) == (Outcome.NOT_FOUND, None)
    assert resolution.reason in {f"no {name} has this number" for name in ("Task", "task", "Story")}


def test_the_name_of_a_database_beside_a_number_narrows_and_needs_a_second_signal_all_the_same() -> None:
    other = record("Scrum/Task", "7", "Choose a queue")

    assert resolved("bug #7", FOCUS, other).entity == FOCUS.key
    assert resolved("task #7", FOCUS, other).outcome is Outcome.AMBIGUOUS


def test_words_of_the_title_outweigh_a_databases_name_among_them() -> None:
    bug = record("Scrum/Bug", "40", "Import task fails at night")

    assert resolved("Import task #40", bug).entity == bug.key


@pytest.mark.parametrize("label", ["Design", "To-dos"])
def test_the_label_of_a_space_is_looked_for_in_that_space_alone(label: str) -> None:
    resolution = resolved(f"#7 [{label}]", FOCUS)

    assert (resolution.outcome, resolution.entity) == (Outcome.NOT_FOUND, None)
    assert resolution.reason == f"no configured database of the label {label} has this number"


def test_a_label_that_is_a_space_and_a_database_elsewhere_is_no_proof() -> None:
    support = record("HR/Support", "30", "Sick leave policy")
    schema = Schema(databases=(*SCHEMA.databases, database("HR/Support"), database("Support/Ticket")))
    rules = RULES.model_copy(update={"configured": ("HR/Support", "Support/Ticket")})
    matcher = Matcher(aggregated_week(entry(1, "#30 [Support]")), schema, rules)
    answers = [EntityAnswer(request=one, records=(support,) if one.database.name == "HR/Support" else ()) for one in matcher.questions]

    assert matcher.resolve(answers, (), people={}).resolutions[0].outcome is Outcome.AMBIGUOUS


def test_a_number_that_is_there_but_proves_nothing_is_not_passed_over_for_the_next_one() -> None:
    resolution = resolved("#40, #7", FOCUS, SHOP)

    assert (resolution.outcome, resolution.entity) == (Outcome.AMBIGUOUS, None)
    assert [one.entity for one in resolution.candidates] == [SHOP.key, FOCUS.key]


def test_a_number_that_is_nowhere_is_passed_over_for_the_next_one() -> None:
    assert resolved("#404, #7", FOCUS).outcome is Outcome.AMBIGUOUS
    assert resolved("#404 [urgent], help with focus: #7", FOCUS).entity == FOCUS.key


def test_a_title_that_another_ones_goes_on_from_with_an_ampersand_may_be_that_one_cut_short() -> None:
    whole, cut = record("Scrum/Task", "40", "Login"), record("Scrum/Bug", "70", "Login & sign-up", assignees=[ANA_IN_FIBERY])

    resolution = resolved("Login ", whole, cut)

    assert (resolution.outcome, resolution.reason) == (
        Outcome.AMBIGUOUS,
        "the title of another entity begins with this text and goes on with &",
    )
    assert [one.entity for one in resolution.candidates] == [whole.key, cut.key]


def test_a_title_of_one_telling_word_is_no_second_signal_unless_it_is_all_the_words_or_the_persons() -> None:
    others = record("Scrum/Bug", "7", "Cleanup")
    mine = record("Scrum/Bug", "7", "Cleanup", assignees=[ANA_IN_FIBERY])

    assert resolved("Cleanup of the hotel #7", others).outcome is Outcome.AMBIGUOUS
    assert resolved("Cleanup #7", others).entity == resolved("Cleanup of the hotel #7", mine).entity == others.key
