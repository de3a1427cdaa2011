"""Numbers that need a second signal, and what speaks against one: other words, other titles, labels of nothing, databases that are gone."""

import pytest

from tests.domain.builders import ANA_IN_FIBERY, RULES, entry, raw_week, record, resolve_week
from volt_assets.domain.entities import EntityRecord
from volt_assets.domain.matching import MatchStep, Outcome, Resolution

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
