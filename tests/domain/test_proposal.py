"""What is proposed for a workspace, and the file it becomes. Not here: labels (test_label_aliases), asking services."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.domain.fibery_schema import Database, Field, FieldKind, Schema
from volt_assets.domain.label_aliases import Guess, LabelUse, normal_label
from volt_assets.domain.proposal import Entry, Proposal, ProposedDatabase, activity_of, propose, shown_fields
from volt_assets.domain.proposal_file import Configured, ProposedFile, proposed_file
from volt_assets.settings import PROJECT, EnrichmentSettings, load_settings

PLAIN, ENTITY = FieldKind.PRIMITIVE, FieldKind.ENTITY
WRITTEN = """\
# Ours.
enrichment_activities:
  # The work.
  Scrum/Task:
    activity: enrich_scrum_task   # as agreed
    fields: [Feature]
  default: {activity: default_enrich_entity}
  # The end.

# More.
label_aliases:
  Scrum/Release: Scrum/Build # old label

# The very end.
"""


def database(name: str, *fields: str, kind: FieldKind = PLAIN, work: bool = True) -> Database:
    own = tuple(Field(name=f"Scrum/{field}", type="fibery/text", kind=kind) for field in fields)
    return Database(name=name, title_field="Scrum/Name", fields=own, has_workflow=work, has_state_type=work, has_assignees=work)


def use(key: str, *, entries: int = 1, hours: float = 1) -> LabelUse:
    space, _, kind = key.rpartition("/")
    return LabelUse(space=space or None, type=kind, entries=entries, seconds=round(hours * 3600))


def guess(key: str, where: str, *, sure: bool = True) -> Guess:
    return Guess(use=use(key), database=where, sure=sure, why="the nearest name")


def proposal(*names: str, aliases: tuple[Guess, ...] = ()) -> Proposal:
    entry = Entry(activity="enrich_scrum_bug", max_concurrent=5, fields=("Severity", "Effort (pt)"))
    databases = tuple(ProposedDatabase(name=name, entry=entry, entries=2, seconds=5400) for name in names)
    return Proposal(databases=databases, default=Entry(activity="default_enrich_entity", max_concurrent=3), aliases=aliases)


def read(text: str) -> EnrichmentSettings:
    """What the settings make of the file."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(shutil.copytree(PROJECT / "config", f"{folder}/config"))
        (config / "enrichment_config.yaml").write_text(text, encoding="utf-8")
        return load_settings({"VOLT_CONFIG": str(config)}).enrichment


def configured(text: str) -> Configured:
    found = read(text)
    databases = {name: Entry(**dict(one)) for name, one in found.enrichment_activities.items()}
    return Configured(text=text, databases=databases, aliases=found.label_aliases)


def added_to(text: str, new: Proposal) -> ProposedFile:
    return proposed_file(new, configured(text))


# Which databases


def test_databases_with_time_come_first_the_most_first_then_those_that_look_like_work() -> None:
    schema = Schema(databases=tuple(database(f"Scrum/{name}") for name in ("Bug", "Chore", "Task")))
    found = propose(schema, [use("Scrum/Task", hours=2), use("Scrum/Bug", hours=5)]).databases
    assert [(one.name, one.seconds) for one in found] == [("Scrum/Bug", 18000), ("Scrum/Task", 7200), ("Scrum/Chore", 0)]


def test_a_database_without_workflow_is_proposed_only_where_it_got_time() -> None:
    schema = Schema(databases=(database("Scrum/Goal", work=False), database("Scrum/Sprint", work=False)))
    assert [one.name for one in propose(schema, [use("Scrum/Sprint")]).databases] == ["Scrum/Sprint"]


def test_time_under_a_label_of_another_name_counts_for_the_database_that_is_surely_meant() -> None:
    schema = Schema(databases=(database("Scrum/Build"), database("Scrum/Task")))
    guesses = (guess("Scrum/Release", "Scrum/Build"), guess("Scrum/Thing", "Scrum/Task", sure=False))
    assert {one.name: one.seconds for one in propose(schema, [], guesses).databases} == {"Scrum/Build": 3600, "Scrum/Task": 0}


@pytest.mark.parametrize("name", ["Scrum/Task ", "Scrum /Task", f"Scrum/{'x' * 200}"])
def test_a_database_whose_name_cannot_be_a_key_is_not_proposed(name: str) -> None:
    assert propose(Schema(databases=(database(name),))).databases == ()


def test_an_empty_workspace_has_the_default_alone() -> None:
    found = propose(Schema(databases=()))
    assert (found.databases, found.default.activity) == ((), "default_enrich_entity")
    assert read(proposed_file(found).text).databases == ()


# Which strategy


@pytest.mark.parametrize(
    ("fields", "activity"),
    [
        (("Story Points",), "enrich_scrum_task"),
        (("Effort (pt)", "Priority"), "enrich_scrum_task"),
        (("Sprint", "Requests", "Epic"), "enrich_scrum_task"),
        (("Effort (Pt)", "Sprint", "Severity"), "enrich_scrum_bug"),
        (("Steps to reproduce",), "enrich_scrum_bug"),
        (("Root cause", "Planned Release Date"), "enrich_scrum_bug"),
        (("Product Area", "Effort"), "enrich_product_feature"),
        (("Customer requests",), "enrich_product_feature"),
        (("Planned Release Date", "Epic"), "enrich_product_feature"),
        (("Launch date",), "enrich_product_feature"),
        (("Customer", "Priority"), "default_enrich_entity"),
        (("Effortless", "Sprint goal", "Release"), "default_enrich_entity"),
        ((), "default_enrich_entity"),
    ],
)
def test_the_strategy_follows_from_what_the_fields_are_called(fields: tuple[str, ...], activity: str) -> None:
    assert activity_of(database("Scrum/Thing", *fields)) == activity


def test_a_title_that_is_called_like_a_sign_is_none() -> None:
    named = database("Scrum/Thing", "Severity").model_copy(update={"title_field": "Scrum/Severity"})
    assert activity_of(named) == "default_enrich_entity"
    assert shown_fields(named) == ()


# Which fields


def test_fields_are_named_as_they_are_displayed_in_the_order_of_their_use() -> None:
    bug = database("Scrum/Bug", "Root cause", "Priority", "Severity", "Effort (Pt)", "Toggl", "Started Date", "Name")
    assert shown_fields(bug) == ("Severity", "Effort (Pt)", "Priority", "Root cause")


@pytest.mark.parametrize("kind", [FieldKind.DOCUMENT, FieldKind.USER, FieldKind.USERS, FieldKind.ENTITIES])
def test_texts_people_and_long_lists_are_not_proposed(kind: FieldKind) -> None:
    assert shown_fields(database("Scrum/Task", "Feature", kind=kind)) == ()


def test_every_proposed_field_means_the_field_it_was_proposed_for() -> None:
    twins = database("Scrum/Task", "priority ", "Priority", "Sprint ")
    assert shown_fields(twins) == ("Sprint", "priority", "Scrum/Priority")
    assert [getattr(twins.field(name), "name", None) for name in shown_fields(twins)] == [
        "Scrum/Sprint ",
        "Scrum/priority ",
        "Scrum/Priority",
    ]


# The file


def test_a_new_file_says_what_it_rests_on() -> None:
    file = proposed_file(proposal("Scrum/Bug", aliases=(guess("Scrum/Release", "Scrum/Build"), guess("Errand", "Scrum/Bug", sure=False))))
    assert "  Scrum/Bug:  # 1.5 h in 2 entries when this was proposed\n    activity: enrich_scrum_bug\n" in file.text
    assert "    fields: [Severity, Effort (pt)]\n" in file.text
    assert "  Scrum/Release: Scrum/Build  # 1.0 h in 1 entry; the nearest name\n" in file.text
    assert "  # Errand: Scrum/Bug  # 1.0 h in 1 entry; the nearest name; if right, take the first # away\n" in file.text
    found = read(file.text)
    assert (found.databases, found.label_aliases) == (("Scrum/Bug",), {"Scrum/Release": "Scrum/Build"})


def test_doubtful_labels_alone_leave_a_file_that_loads() -> None:
    text = proposed_file(proposal(aliases=(guess("Errand", "Scrum/Bug", sure=False),))).text
    assert read(text).label_aliases == {}
    assert read(text.replace("# Errand", "Errand")).label_aliases == {"Errand": "Scrum/Bug"}


def test_what_somebody_wrote_stays_to_the_letter_and_new_keys_come_below() -> None:
    file = added_to(
        WRITTEN, proposal("Scrum/Task", "Scrum/Bug", aliases=(guess("Errand", "Scrum/Bug"), guess("scrum/release", "Scrum/Bug")))
    )
    assert file.added == ("Scrum/Bug", "Errand")
    assert file.keeps_comments
    lines, kept = file.text.splitlines(), WRITTEN.splitlines()
    assert [line for line in lines if line in kept] == kept
    assert (
        lines.index("  # The end.")
        > lines.index("    activity: enrich_scrum_bug")
        > lines.index("  default: {activity: default_enrich_entity}")
    )
    assert lines[lines.index("  Scrum/Release: Scrum/Build # old label") + 1].startswith("  Errand: Scrum/Bug")
    found = read(file.text)
    assert found.enrichment_activities["Scrum/Task"].fields == ("Feature",)
    assert found.label_aliases == {"Scrum/Release": "Scrum/Build", "Errand": "Scrum/Bug"}


def test_what_is_configured_already_changes_nothing() -> None:
    file = added_to(WRITTEN, proposal("Scrum/Task", aliases=(guess("Scrum/Release", "Scrum/Task"),)))
    assert (file.text, file.added) == (WRITTEN, ())


def test_a_doubtful_label_is_proposed_once() -> None:
    new = proposal("Scrum/Task", aliases=(guess("Errand", "Scrum/Bug", sure=False),))
    once = added_to(WRITTEN, new).text
    assert "# Errand: Scrum/Bug" in once
    assert added_to(once, new).text == once


@pytest.mark.parametrize(
    "text",
    [
        "enrichment_activities: {default: {activity: default_enrich_entity}}",
        "enrichment_activities: {default: {activity: default_enrich_entity},\n  # ours\n}\n",
        "enrichment_activities:\n  default: {activity: default_enrich_entity}",
        "enrichment_activities:\n  default:\n    activity: default_enrich_entity\n    fields:\n    - A\n    - B\nlabel_aliases:\n",
        "label_aliases: {}   # none yet\nenrichment_activities:\n      default:\n        activity: default_enrich_entity\n",
        "label_aliases: {Old: Scrum/Bug}\nenrichment_activities: {default: {activity: default_enrich_entity}}\n",
        '"enrichment_activities":\n  "default": {"activity": "default_enrich_entity"}\n\n\n',
        "---\nenrichment_activities:\n  default:\n    activity: >-\n      default_enrich_entity\n\n# The end.\n",
        "enrichment_activities:\r\n  default: {activity: default_enrich_entity}\r\n# The end.\r\n",
        "label_aliases: ~\r\nenrichment_activities:\r\n  default: {activity: default_enrich_entity}\r\n",
        "label_aliases:\r\nenrichment_activities:\r\n  default: {activity: default_enrich_entity}\r\n",
    ],
)
def test_new_keys_find_their_place_in_every_layout(text: str) -> None:
    before = read(text)
    file = added_to(text, proposal("Scrum/Bug", aliases=(guess("Errand", "Scrum/Bug"),)))
    assert file.keeps_comments
    assert [comment for comment in ("# ours", "# The end.") if comment in text] == [
        comment for comment in ("# ours", "# The end.") if comment in file.text
    ]
    after = read(file.text)
    assert after.databases == (*before.databases, "Scrum/Bug")
    assert after.label_aliases == {**before.label_aliases, "Errand": "Scrum/Bug"}
    assert after.enrichment_activities["default"] == before.enrichment_activities["default"]


@pytest.mark.parametrize(
    "section",
    [
        "label_aliases: {}   # none yet",
        "label_aliases: {}# none yet",
        "label_aliases:  # none yet",
        "label_aliases: null # none yet",
        "label_aliases:\n  # none yet",
        "label_aliases: {\n  # none yet\n  }",
        "'label_aliases': { } # none yet\r",
    ],
)
@pytest.mark.parametrize("sure", [True, False])
def test_a_comment_at_empty_label_aliases_stays(section: str, sure: bool) -> None:
    activities = "enrichment_activities:\n  default: {activity: default_enrich_entity}\n"
    for text in (f"{activities}{section}\n# More.\n", f"{section}\n{activities}"):
        file = added_to(text, proposal("Scrum/Bug", aliases=(guess("Errand", "Scrum/Bug", sure=sure),)))
        assert file.keeps_comments
        assert [file.text.count(comment) for comment in ("# none yet", "# More.")] == [1, text.count("# More.")]
        after = read(file.text)
        assert (after.databases, after.label_aliases) == (("Scrum/Bug",), {"Errand": "Scrum/Bug"} if sure else {})


def test_a_layout_without_a_place_for_new_keys_is_written_anew_with_all_its_values() -> None:
    text = "enrichment_activities:\n  default: {activity: default_enrich_entity}\n  Scrum/Task: {activity: enrich_scrum_task}\n...\n"
    file = added_to(text, proposal("Scrum/Bug", aliases=(guess("Errand", "Scrum/Bug"),)))
    assert not file.keeps_comments
    after = read(file.text)
    assert set(after.databases) == {"Scrum/Task", "Scrum/Bug"}
    assert after.enrichment_activities["Scrum/Task"].activity == "enrich_scrum_task"
    assert after.label_aliases == {"Errand": "Scrum/Bug"}


NAMES = st.text(min_size=1, max_size=20).filter(lambda text: text == text.strip() and "/" not in text and bool(text.strip()))
DATABASE_NAMES = st.builds("{}/{}".format, NAMES, NAMES)
ENTRIES = st.builds(
    Entry,
    activity=st.sampled_from(["default_enrich_entity", "enrich_scrum_bug"]),
    max_concurrent=st.integers(1, 9),
    fields=st.lists(st.text(max_size=20), max_size=4).map(tuple),
)


def proposed(databases: Mapping[str, Entry], aliases: Mapping[str, str]) -> Proposal:
    listed = tuple(ProposedDatabase(name=name, entry=entry, entries=1, seconds=60) for name, entry in databases.items())
    default = Entry(activity="default_enrich_entity", max_concurrent=3, fields=("Priority",))
    guesses = tuple(guess(label, where) for label, where in aliases.items())
    return Proposal(databases=listed, default=default, aliases=guesses)


def as_entries(settings: EnrichmentSettings) -> dict[str, Entry]:
    return {name: Entry(**dict(one)) for name, one in settings.enrichment_activities.items()}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(DATABASE_NAMES, ENTRIES, max_size=4), st.dictionaries(DATABASE_NAMES | NAMES, DATABASE_NAMES, max_size=4))
def test_whatever_the_names_the_file_loads_to_what_was_proposed(databases: dict[str, Entry], aliases: dict[str, str]) -> None:
    distinct = {normal_label(label): (label, where) for label, where in aliases.items()}
    new = proposed(databases, dict(distinct.values()))
    text = proposed_file(new).text
    found = read(text)
    assert as_entries(found) == {**databases, "default": new.default}
    assert found.label_aliases == dict(distinct.values())
    assert added_to(text, new).text == text


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(DATABASE_NAMES, ENTRIES, max_size=3), st.dictionaries(DATABASE_NAMES, ENTRIES, max_size=3))
def test_whatever_is_there_stays_and_whatever_is_new_is_added(there: dict[str, Entry], new: dict[str, Entry]) -> None:
    text = proposed_file(proposed(there, {})).text
    found = read(added_to(text, proposed(new, {})).text)
    assert as_entries(found) == {**new, **there, "default": as_entries(read(text))["default"]}
