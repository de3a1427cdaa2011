"""Labels in forms that the names of the workspace's databases explain, and what aliases make of labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import SCHEMA, database
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.label_forms import Labels
from volt_assets.domain.references import Reference, ReferenceForm

ALIASES = {"Scrum/Release": "Design/Work Version", "Plants": "To-dos/To Do", "Scrum/Bug": "Scrum/Task"}
LABELS = Labels(SCHEMA, {})


def read(text: str, labels: Labels = LABELS) -> list[str]:
    found = []
    for reference in labels.read(text):
        database = labels.meant(reference)
        assert database is not None
        found.append(str(EntityKey(space=database.space, database=database.database, public_id=reference.public_id)))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "[Scrum/Task] Fix login #12",
        "[Scrum] [Task] Fix login #12",
        "[Scrum] [Task] [Pilot] #12",
        "Scrum/Task#12",
        "scrum/task #12 login",
        "see Scrum / Task # 12",
        "Fix login #12 [Scrum/Task]",
        "Fix login 12 [Scrum] [Task]",
        "\uff3bScrum\uff0fTask\uff3d login \uff0312",
        "[ACME] [Scrum/Task] login #12",
        "[Scrum/Task] PR #567, login #12",
        "Fix login (#12) [Scrum] [Task]",
        "#12 - [Scrum] [Task] [Pilot]",
        "#12: [Scrum/Task]",
        "#7, [Scrum/Task] login #12",
    ],
)
def test_the_names_of_a_database_make_a_full_reference_around_the_number(text: str) -> None:
    assert read(text) == ["Scrum/Task #12"]


def test_a_name_of_several_words_is_found_behind_other_words() -> None:
    assert read("polish Design/Work-version#3 today") == ["Design/Work Version #3"]


@pytest.mark.parametrize(
    "text",
    [
        "lumen/portal#12",
        "and/or #12",
        "[QA/UAT] fix login #12",
        "[ACME] [Scrum] call about #12",
        "[Scrum/Task] no number",
        "[Scrum/Task] PR #567",
        "Scrum/Task#12a",
        "x/Scrum/Task#12",
        "Release 4.12 [Scrum] [Task]",
        "call +47 12 34 [Scrum]",
    ],
)
def test_other_words_with_a_slash_or_brackets_are_no_reference(text: str) -> None:
    assert read(text) == []


def test_several_references_come_in_the_order_of_the_text() -> None:
    assert read("Scrum/Task#12, [Scrum/Bug] menu #7") == ["Scrum/Task #12", "Scrum/Bug #7"]


def test_labels_behind_a_number_belong_to_it_and_those_before_to_none() -> None:
    assert read("[Scrum/Task] fix #9 [Design] [Work Version]") == ["Design/Work Version #9"]


def test_an_alias_says_what_a_literal_label_means_also_where_a_database_has_the_name() -> None:
    aliased = Labels(SCHEMA, ALIASES)

    assert read("[scrum/release] cut #3", aliased) == ["Design/Work Version #3"]
    assert read("water #4 [plants]", aliased) == ["To-dos/To Do #4"]
    assert read("Scrum/Release#3", aliased) == ["Design/Work Version #3"]
    assert read("Scrum/Bug#7", aliased) == ["Scrum/Task #7"]


def test_a_link_means_what_fibery_calls_so_before_any_alias() -> None:
    link = Reference(form=ReferenceForm.URL, public_id="7", space="Scrum", database="Bug")

    meant = Labels(SCHEMA, ALIASES).meant(link)

    assert meant is not None
    assert meant.name == "Scrum/Bug"


def test_an_alias_to_a_database_that_is_not_there_means_nothing() -> None:
    assert Labels(SCHEMA, {"Old/Thing": "Old/Stuff"}).pair("Old", "Thing") is None


@pytest.mark.parametrize(
    ("labels", "meant"),
    [
        ("To Do/Pilot", "To-dos/To Do"),
        ("Bug/Task", None),
        ("Bug/Design", None),
        ("Design/Pilot", None),
        ("Plants/Task", "To-dos/To Do"),
    ],
)
def test_a_database_without_its_space_is_followed_by_a_project_and_by_nothing_that_fibery_knows(labels: str, meant: str | None) -> None:
    schema = Schema(databases=(*SCHEMA.databases, database("IT/Design")))
    first, second = labels.split("/")
    reference = Reference(form=ReferenceForm.LABELS, public_id="7", space=first, database=second)
    found = Labels(schema, {"Plants": "To-dos/To Do"}).meant(reference)

    assert (found.name if found else None) == meant


PIECES = ["[Scrum/Task]", "[Scrum]", "[Task]", "Scrum/Task#12", "#12", "12", " ", "[", "]", "/", "#", "\uff03", "PR ", "x"]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert all(LABELS.meant(reference) and str(int(reference.public_id)) == reference.public_id for reference in LABELS.read(text))


def test_a_name_with_two_slashes_is_a_space_and_the_rest() -> None:
    labels = Labels(SCHEMA, {"A/B/C": "Scrum/Task"})
    assert [(one.space, one.database, one.public_id) for one in labels.read("see A/B/C#12")] == [("A", "B/C", "12")]
