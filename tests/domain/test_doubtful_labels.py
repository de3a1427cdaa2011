"""Full labels beside a number that may count something else: when they are taken, when they ask for more, when they are no reference."""

import pytest

from tests.domain.builders import ANA_IN_FIBERY, RULES, entry, raw_week, record, resolve_week
from volt_assets.domain.confirmed import ANYBODY, ConfirmedAlias
from volt_assets.domain.entities import EntityRecord
from volt_assets.domain.matching import MatchStep, Outcome, Resolution
from volt_assets.domain.references import Needs

QUEUE = record("Scrum/Task", "12", "Choose a queue")
MINE = record("Scrum/Task", "12", "Choose a queue", assignees=[ANA_IN_FIBERY])


def resolved(description: str, *records: EntityRecord, confirmed: tuple[ConfirmedAlias, ...] = ()) -> Resolution:
    rules = RULES.model_copy(update={"confirmed": confirmed})
    [resolution] = resolve_week(raw_week(entry(1, description)), records, users=[ANA_IN_FIBERY], rules=rules).resolutions
    return resolution


DOUBTFUL = [
    "PR #12 [Scrum] [Task]",
    "invoice #12 [Scrum] [Task]",
    "GitHub issue #12 [Scrum/Task]",
    "Mail module#12 [Scrum] [Task] [Pilot]",
    "Mail/#12 [Scrum] [Task]",
    "[Scrum] [Task] reported by customer #12",
    "PR: Scrum/Task#12",
    "12 [Scrum] [Task]",
]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_labels_beside_a_number_that_may_be_another_tools_count_with_a_second_signal(text: str) -> None:
    assert (resolved(text, QUEUE).outcome, resolved(text, QUEUE).entity) == (Outcome.AMBIGUOUS, None)
    assert (resolved(text, MINE).outcome, resolved(text, MINE).step) == (Outcome.MATCHED, MatchStep.LABELS)


def test_a_title_that_ends_in_such_a_word_agrees_with_itself() -> None:
    assert resolved("Pay by invoice #12 [Scrum] [Task] []", record("Scrum/Task", "12", "Pay by invoice")).entity == QUEUE.key


@pytest.mark.parametrize("text", ["PR #12 [Scrum] [Task]", "[Scrum] [Task] call with the school #12"])
def test_what_is_named_so_and_gone_keeps_its_time(text: str) -> None:
    assert (resolved(text).outcome, resolved(text).entity) == (Outcome.NOT_FOUND, QUEUE.key)


def test_what_somebody_confirmed_comes_before_labels_that_are_in_doubt() -> None:
    other = record("Scrum/Bug", "7", "Menu flickers")
    said = ConfirmedAlias(person=ANYBODY, description="PR #12 [Scrum] [Task]", entity=other.key)

    assert resolved("PR #12 [Scrum] [Task]", MINE, other, confirmed=(said,)).step is MatchStep.ALIAS


@pytest.mark.parametrize("text", ["HTTP 12 [Scrum] [Task] page", "Oct 12 [Scrum] [Task]", "3 x 12 [Scrum/Task]", "12 [Scrum] [Task] items"])
def test_a_number_without_a_sign_among_words_needs_the_title(text: str) -> None:
    assert resolved(text, MINE).reason == "the number may count something else, and the title does not agree"


def test_a_number_without_a_sign_behind_its_title_counts() -> None:
    assert resolved("Choose queue 12 [Scrum] [Task]", QUEUE).entity == QUEUE.key


@pytest.mark.parametrize("text", ["[Scrum] [Task] use #12 for the header", "[Scrum/Task] voted: #12 in the end"])
def test_a_number_within_the_words_behind_labels_needs_the_title(text: str) -> None:
    assert resolved(text, MINE).outcome is not Outcome.MATCHED


def test_a_number_within_the_words_behind_labels_counts_with_the_title_also_before_a_later_reference() -> None:
    bug = record("Scrum/Bug", "7", "Menu flickers")

    assert resolved("[Scrum/Task] choose queue #12, see also #7 [Scrum] [Bug]", QUEUE, bug).entity == QUEUE.key


@pytest.mark.parametrize(
    "text",
    [
        "[Scrum] [Task] see GitHub PR 5 and #12 upstream",
        "[Scrum] [Task] colour #12",
        "Scrum/Task #12,345",
        "Scrum/Task #12.5",
        "Scrum/Task #12-45",
        "Scrum/Task #12/45",
        "Scrum/Task #12 %",
        "gitlab: Scrum/Task#12",
        "AB#12 [Scrum] [Task]",
        "owner/repository#12 [Scrum] [Task]",
        "gh#12 [Scrum] [Task]",
        "https://example.org/#12 [Scrum] [Task]",
    ],
)
def test_numbers_of_other_tools_and_parts_of_longer_numbers_are_never_taken(text: str) -> None:
    assert resolved(text, MINE).outcome is not Outcome.MATCHED


def test_of_two_runs_of_labels_each_has_the_number_of_its_own_words() -> None:
    bug = record("Scrum/Bug", "7", "Menu flickers")
    references = resolve_week(raw_week(entry(1, "[Scrum] [Task] Choose a queue #12 / [Scrum] [Bug] Menu #7")), [QUEUE, bug]).resolutions

    assert (references[0].entity, references[0].reference and references[0].reference.needs) == (QUEUE.key, Needs.TITLE_OR_ASSIGNEE)


def test_a_doubtful_text_is_no_row_with_texts_that_leave_no_doubt() -> None:
    raw = raw_week(entry(1, "PR #12 [Scrum] [Task]"), entry(2, "Choose #12 [Scrum] [Task]", minutes=30))
    outcomes = {one.description: one.outcome for one in resolve_week(raw, [QUEUE]).resolutions}

    assert outcomes == {"PR #12 [Scrum] [Task]": Outcome.AMBIGUOUS, "Choose #12 [Scrum] [Task]": Outcome.MATCHED}
