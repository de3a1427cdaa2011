"""The labelled set holds together: large enough, free of repeats, and each label says what its text says. Not here: the matcher."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import ValidationError

from benchmarks.labelled import (
    Access,
    LabelledDescription,
    LabelledEntity,
    State,
    Verdict,
    count_labels,
    read_descriptions,
    read_entities,
    read_workspace,
)
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.fibery_schema import normal_name
from volt_assets.domain.values import clean_text

WORKSPACE = read_workspace()
ENTITIES = read_entities()
DESCRIPTIONS = read_descriptions()
BY_KEY = {entity.key: entity for entity in ENTITIES}
FORMS = tuple(dict.fromkeys(row.form for row in DESCRIPTIONS))
DOCUMENT = (Path(__file__).parents[2] / "docs" / "labelled-set.md").read_text(encoding="utf-8")


def of_form(form: str) -> list[LabelledDescription]:
    rows = [row for row in DESCRIPTIONS if row.form == form]
    assert rows
    return rows


def readable(description: str) -> str:
    """A description as a reader sees it: entities of URLs decoded, compatible characters alike."""
    return unicodedata.normalize("NFKC", unquote(clean_text(description)))


def labels_of(entity: EntityKey) -> list[tuple[str, ...]]:
    """What a text may write for an entity's space and database, normalised."""
    aliases = [alias.labels for alias in WORKSPACE.label_aliases if alias.database == f"{entity.space}/{entity.database}"]
    return [tuple(map(normal_name, labels)) for labels in [(entity.space, entity.database), *aliases]]


def says_its_entity(row: LabelledDescription) -> bool:
    """Whether the text holds the label's id as a number of its own, and its space and database or an alias of both."""
    assert row.entity is not None
    text = readable(row.description)
    return row.entity.public_id in re.findall(r"\d+", text) and any(
        all(label in normal_name(text) for label in labels) for labels in labels_of(row.entity)
    )


def titles(entity: LabelledEntity) -> set[str]:
    return {" ".join(readable(title).split()).casefold() for title in (entity.title, *entity.former_titles)}


def test_the_set_is_large_enough_to_measure_with() -> None:
    total = count_labels(DESCRIPTIONS)
    assert total.rows >= 450
    assert len(FORMS) >= 45
    assert total.in_full >= 200
    assert min(total.entity - total.in_full, total.none, total.ambiguous) >= 50


def test_every_form_has_several_descriptions() -> None:
    assert min(Counter(row.form for row in DESCRIPTIONS).values()) >= 3


def test_no_description_is_there_twice() -> None:
    seen = Counter((row.description, row.person, row.project) for row in DESCRIPTIONS)
    assert not [row for row, times in seen.items() if times > 1]


def test_no_entity_is_there_twice() -> None:
    assert len(BY_KEY) == len(ENTITIES) >= 120


def test_every_entity_has_a_database_of_the_workspace() -> None:
    assert {f"{entity.space}/{entity.database}" for entity in ENTITIES} == set(WORKSPACE.databases)


def test_public_ids_repeat_across_databases() -> None:
    times = Counter(entity.public_id for entity in ENTITIES)
    assert len([public_id for public_id, count in times.items() if count > 1]) >= 8


def test_the_workspace_has_what_makes_matching_hard() -> None:
    databases = [name.split("/")[1] for name in WORKSPACE.databases]
    open_titles = Counter(title for entity in ENTITIES if entity.state is not State.FINISHED for title in titles(entity))
    assert len(set(databases)) < len(databases)
    assert {entity.access for entity in ENTITIES} == set(Access)
    assert len([title for title, times in open_titles.items() if times > 1]) >= 2
    assert any(entity.former_titles for entity in ENTITIES)
    assert max(len(entity.title) for entity in ENTITIES) >= 300
    for sign in ("#9", "[", "&", '"', "🚀", "ш", "検", "έ"):
        assert any(sign in entity.title for entity in ENTITIES), sign


def test_every_label_names_an_entity_of_the_workspace() -> None:
    assert not [row for row in DESCRIPTIONS if row.entity and row.entity not in BY_KEY]
    assert not [alias for alias in WORKSPACE.confirmed if alias.entity not in BY_KEY]


def test_only_a_text_that_names_it_in_full_is_labelled_with_an_entity_that_the_token_cannot_see() -> None:
    unseen = [row for row in DESCRIPTIONS if row.entity and BY_KEY[row.entity].access is not Access.VISIBLE]
    assert {row.form for row in unseen} == {"deleted or hidden, named in full"}
    assert all(row.names_in_full for row in unseen)


def test_what_names_its_entity_in_full_is_labelled_with_what_it_says() -> None:
    named = [row for row in DESCRIPTIONS if row.names_in_full]
    assert not [row for row in named if row.entity is None or not says_its_entity(row)]


def test_a_url_that_counts_as_a_full_name_is_of_the_workspace() -> None:
    links = [row for row in DESCRIPTIONS if row.names_in_full and "://" in row.description and "#" not in row.description]
    assert len(links) >= 50
    assert not [row for row in links if WORKSPACE.host not in row.description.casefold()]


@pytest.mark.parametrize("form", ["exact title", "title in another case", "title with other spaces", "title in compatible characters"])
def test_a_title_is_labelled_with_the_one_entity_that_has_it(form: str) -> None:
    for row in of_form(form):
        wanted = " ".join(readable(row.description).split()).casefold()
        having = [entity for entity in ENTITIES if wanted in titles(entity)]
        assert [entity.key for entity in having] == [row.entity], row.description


def test_an_old_title_is_labelled_with_the_entity_that_had_it() -> None:
    for row in of_form("old title after a rename"):
        assert row.entity is not None
        former = [title.casefold() for title in BY_KEY[row.entity].former_titles]
        assert row.description.casefold() in former


def test_a_confirmed_alias_is_labelled_with_what_its_person_confirmed() -> None:
    confirmed = {(alias.person, alias.description): alias.entity for alias in WORKSPACE.confirmed}
    for row in of_form("confirmed alias"):
        assert confirmed[row.person, " ".join(row.description.split()).casefold()] == row.entity
    for row in of_form("alias text of another person"):
        assert (row.person, row.description.casefold()) not in confirmed
        assert row.description.casefold() in {text for _, text in confirmed}


def test_a_bare_number_that_only_one_person_works_on_is_theirs() -> None:
    for row in of_form("bare id of the person's own work"):
        assert row.entity is not None
        having = [entity for entity in ENTITIES if entity.public_id == row.entity.public_id]
        assert [entity.key for entity in having] == [row.entity], row.description
        assert row.person in having[0].assignees


def test_a_bare_number_without_a_second_sign_stays_undecided() -> None:
    for row in of_form("bare id of one entity, no second sign"):
        numbers = re.findall(r"\d+", row.description)
        candidates = [entity for entity in ENTITIES if entity.public_id in numbers]
        assert len(candidates) == 1, row.description
        assert row.person not in candidates[0].assignees
        assert row.verdict is Verdict.AMBIGUOUS


@pytest.mark.parametrize("form", ["labelled id that never existed", "bare id that exists nowhere"])
def test_a_number_that_never_existed_has_no_entity(form: str) -> None:
    known = {entity.public_id for entity in ENTITIES}
    for row in of_form(form):
        assert row.verdict is Verdict.NONE
        assert known.isdisjoint(re.findall(r"\d+", row.description))


def test_people_and_projects_are_the_teams() -> None:
    assert {row.person for row in DESCRIPTIONS} == {person.email for person in WORKSPACE.people}
    assert {row.project for row in DESCRIPTIONS} == {*WORKSPACE.projects, None}
    assert {space for spaces in WORKSPACE.projects.values() for space in spaces} <= {name.split("/")[0] for name in WORKSPACE.databases}
    assert {email for entity in ENTITIES for email in entity.assignees} <= {one.email for one in WORKSPACE.people if one.in_fibery}


def test_every_entry_took_some_time_of_a_day() -> None:
    assert all(0 < row.seconds <= 8 * 3600 for row in DESCRIPTIONS)


def test_a_label_without_its_entity_is_refused() -> None:
    row = {"form": "exact title", "description": "Pay by invoice", "person": "dimitra@example.com", "project": None, "seconds": 1800}
    with pytest.raises(ValidationError, match="do not fit"):
        LabelledDescription.model_validate({**row, "verdict": "entity", "names_in_full": False})


def test_the_document_counts_what_is_in_the_set() -> None:
    for form in (*FORMS, "all"):
        count = count_labels(DESCRIPTIONS if form == "all" else of_form(form))
        numbers = f"{count.rows} | {count.entity} | {count.none} | {count.ambiguous} | {count.in_full} | {count.seconds / 3600:.1f}"
        assert f"| {form} | {numbers} |" in DOCUMENT, f"| {form} | {numbers} |"
