"""What a look at a set-up finds, and what to do about it. Not here: looking."""

import pytest

from tests.domain.schemas import BUG, TYPES, of
from tests.domain.schemas import SCHEMA as QUIRKY
from tests.domain.test_name_history import renamed
from tests.domain.test_proposal import database
from volt_assets.domain.checkup import (
    Finding,
    Verdict,
    can_run,
    check_confirmed,
    check_databases,
    check_fields,
    check_joined_people,
    check_labels,
    check_named_people,
    check_quota,
    failed,
    ok,
    requests_of_a_week,
    skipped,
    warning,
)
from volt_assets.domain.confirmed import ConfirmedAlias, read_entity
from volt_assets.domain.entities import FiberyUser
from volt_assets.domain.fibery_schema import Database, Field, FieldKind, Schema, read_schema
from volt_assets.domain.name_history import NameHistory
from volt_assets.domain.people import Person
from volt_assets.domain.proposal import Entry

SCHEMA = Schema(databases=(database("Scrum/Bug", "Severity"), database("Scrum/Task", "Effort (pt)")))
ANA = Person(user_id=1, name="Ana Example", email="ana@example.com")
BEN = Person(user_id=2, name="Ben Example", email="ben@example.com")
IVY = Person(user_id=3, name="Ivy Example")


def user(name: str, email: str | None) -> FiberyUser:
    return FiberyUser(id=name, name=name, email=email)


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1
    return findings[0]


def test_only_a_failure_keeps_the_pipeline_from_running() -> None:
    fine = [ok("A", "fine"), warning("B", "lacks", "do"), skipped("C", "why")]
    assert can_run(fine)
    assert not can_run([*fine, failed("D", "broken", "mend")])


def test_databases_that_are_there_are_counted() -> None:
    assert only(check_databases(["Scrum/Bug", "Scrum/Task"], SCHEMA)).says == "2 configured, all in Fibery"


def test_each_database_that_is_not_there_is_told_with_the_nearest_name() -> None:
    found = check_databases(["Scrum/Bugs", "Scrum/Task", "Scrum/Taks"], SCHEMA)
    assert [(one.verdict, one.says) for one in found] == [
        (Verdict.WARNING, "Fibery has no Scrum/Bugs"),
        (Verdict.WARNING, "Fibery has no Scrum/Taks"),
    ]
    assert found[0].remedy == (
        "The nearest name is Scrum/Bug: write that in enrichment_config.yaml, if it is meant. Or give the token's user the right to see it."
    )
    assert found[1].remedy.startswith("The nearest name is Scrum/Task, which is configured already; it may have been renamed")


def test_a_workspace_that_shows_nothing_has_no_nearest_name() -> None:
    assert only(check_databases(["Scrum/Bug"], Schema(databases=()))).remedy.startswith(
        "It may have been renamed: write its new name in enrichment_config.yaml, and take it out only if it is gone."
    )


def test_each_field_that_is_not_there_is_told_with_the_nearest_name() -> None:
    configured = {
        "Scrum/Bug": Entry(activity="enrich_scrum_bug", max_concurrent=3, fields=("severity", "Severety")),
        "Scrum/Gone": Entry(activity="default_enrich_entity", max_concurrent=3, fields=("Anything",)),
    }
    found = only(check_fields(configured, SCHEMA))
    assert found.says == "Scrum/Bug has no field 'Severety'"
    assert found.remedy == "Write 'Severity', the nearest name, in enrichment_config.yaml."


def test_a_label_for_a_database_that_is_not_there_is_told() -> None:
    assert only(check_labels({}, SCHEMA)).says == "none configured"
    assert only(check_labels({"Defect": "Scrum/Bug"}, SCHEMA)).verdict is Verdict.OK
    assert only(check_labels({"Defect": "Scrum/Bugg"}, SCHEMA)).says == "Defect stands for Scrum/Bugg, which Fibery has not"


def test_each_parent_that_is_not_there_is_told_as_a_field_and_counted_as_one() -> None:
    bug = Entry(activity="enrich_scrum_bug", max_concurrent=3, fields=("Severity",), parents=("Featuer", "Feature"))
    assert only(check_fields({BUG: bug}, QUIRKY)).says == "Scrum/Bug has no field 'Featuer'"
    fine = bug.model_copy(update={"parents": ("Feature",)})
    assert only(check_fields({BUG: fine}, QUIRKY)).says == "2 configured, all in Fibery"


def test_a_parent_that_leads_nowhere_and_a_field_for_machines_are_told() -> None:
    bug = Entry(activity="enrich_scrum_bug", max_concurrent=3, fields=("fibery/id",), parents=("Severity",))
    schema = Schema(databases=(with_id(of(BUG)),))
    assert [(one.says, one.remedy) for one in check_fields({BUG: bug}, schema)] == [
        ("Scrum/Bug has in 'fibery/id' nothing that means anything to people", "Remove it in enrichment_config.yaml."),
        (
            "Scrum/Bug has 'Severity' under parents, but it leads to no entity",
            "Write there in enrichment_config.yaml a field that does.",
        ),
    ]


def with_id(known: Database) -> Database:
    """The same with the id that every database of Fibery has."""
    return known.model_copy(update={"fields": (Field(name="fibery/id", type="fibery/uuid", kind=FieldKind.PRIMITIVE), *known.fields)})


def test_what_was_renamed_is_told_as_certain_for_databases_labels_and_fields() -> None:
    history = NameHistory().after({"fibery/types": TYPES}).after({"fibery/types": renamed(TYPES)})
    schema = history.of(read_schema({"fibery/types": renamed(TYPES)}))
    configured = {"Scrum/Defect": Entry(activity="enrich_scrum_bug", max_concurrent=3, fields=("Severity",))}
    assert only(check_databases([BUG], schema)).remedy == "It was renamed to Scrum/Defect: write that in enrichment_config.yaml."
    assert only(check_labels({"Mistake": BUG}, schema)).remedy == "It was renamed to Scrum/Defect: write that in enrichment_config.yaml."
    found = only(check_fields(configured, schema))
    assert (found.says, found.remedy) == (
        "Scrum/Defect has no field 'Severity' any more",
        "It was renamed to Urgency: write that in enrichment_config.yaml.",
    )


def test_confirmed_entities_of_a_database_that_is_not_there_are_counted_with_the_nearest_name() -> None:
    lines = [
        ConfirmedAlias(person="anybody", description=text, entity=read_entity(entity))
        for text, entity in (("a", "Scrum/Tusk #1"), ("b", "Scrum/Tusk #2"), ("c", "scrum/bug #3"), ("d", "Warehouse/Pallet #4"))
    ]
    assert only(check_confirmed([], SCHEMA)).says == "none"
    assert only(check_confirmed(lines[2:3], SCHEMA)).says == "1 in aliases.yaml, all in databases of Fibery"
    assert [(one.verdict, one.says, one.remedy) for one in check_confirmed(lines, SCHEMA)] == [
        (
            Verdict.WARNING,
            "2 lines name Scrum/Tusk, which Fibery has not",
            "The nearest name is Scrum/Task: write that in aliases.yaml, if it is meant. Or give the token's user the right to see it.",
        ),
        (
            Verdict.WARNING,
            "1 line names Warehouse/Pallet, which Fibery has not",
            "It may have been renamed: write its new name in aliases.yaml, and take it out only if it is gone. "
            "Or give the token's user the right to see it.",
        ),
    ]


def test_a_name_in_the_settings_that_toggl_does_not_list_is_counted_and_shown_in_private_alone() -> None:
    named = {"exclude": {"ana@example.com", "nobody@typo.example"}, "no_report": {"user:2"}, "aliases": set[str]()}
    found = only(check_named_people(named, [ANA, BEN]))
    assert found.says == "people.exclude names 1 whom Toggl does not list"
    assert "nobody@typo.example" in found.private
    assert "@" not in found.says + found.remedy


def test_people_of_the_same_address_are_joined_also_by_alias() -> None:
    users = [user("Ana", "ana@example.com"), user("Benjamin", "b@example.com")]
    found = only(check_joined_people([ANA, BEN], users, {"ben@example.com": "b@example.com"}))
    assert (found.verdict, found.says) == (Verdict.OK, "2 of 2 have a Fibery user of the same address")


def test_two_accounts_of_one_e_mail_are_two_people_as_in_the_data() -> None:
    twins = [ANA, ANA.model_copy(update={"user_id": 9}), BEN]
    users = [user("Ana", "ana@example.com"), user("Ben", "ben@example.com"), user("Second", "second@example.com")]
    assert only(check_joined_people(twins, users, {})).says == "3 of 3 have a Fibery user of the same address"
    assert only(check_joined_people(twins, users, {"user:9": "second@example.com"})).verdict is Verdict.OK


def test_two_accounts_of_one_e_mail_that_are_not_joined_get_a_line_each_that_can_stand_beside_the_other() -> None:
    twins = [ANA, ANA.model_copy(update={"user_id": 9})]
    counted, *found = check_joined_people(twins, [user("Ana Example", "a@work.example")], {})
    assert counted.says == "0 of 2 have a Fibery user of the same address"
    assert [one.private.rpartition("  ")[2] for one in found] == ["user:1: a@work.example", "user:9: a@work.example"]


def test_who_is_not_joined_gets_the_alias_of_the_free_user_with_the_name_in_private() -> None:
    users = [user("Ana Example", "ana@example.com"), user("Example Ben", "b@example.com")]
    counted, found = check_joined_people([ANA, BEN], users, {})
    assert counted.says == "1 of 2 have a Fibery user of the same address"
    assert found.private == "Paste under people.aliases in volt.yaml:  ben@example.com: b@example.com"
    assert "@" not in found.says + found.remedy


def test_a_user_who_is_joined_already_is_nobody_else_s_alias() -> None:
    twin = Person(user_id=9, name="Ana Example", email="ana@other.example")
    _, found = check_joined_people([ANA, twin], [user("Ana Example", "ana@example.com")], {})
    assert found.private == ""
    assert found.remedy.startswith("Nobody else in Fibery has a similar name")


def test_somebody_without_an_e_mail_gets_the_alias_by_their_id() -> None:
    _, found = check_joined_people([IVY], [user("Ivy Example", "ivy@example.com")], {})
    assert found.private == "Paste under people.aliases in volt.yaml:  user:3: ivy@example.com"


def test_somebody_without_an_e_mail_is_joined_by_the_alias_of_their_id() -> None:
    found = only(check_joined_people([IVY], [user("Ivy Example", "ivy@example.com")], {"user:3": "ivy@example.com"}))
    assert found.verdict is Verdict.OK


def test_somebody_without_an_e_mail_and_without_a_like_name_is_told_why() -> None:
    _, found = check_joined_people([IVY], [user("Ana Example", "ana@example.com")], {"user:1": "ana@example.com"})
    assert found.remedy.startswith("Toggl tells no e-mail of theirs")
    assert found.private == ""


@pytest.mark.parametrize(("people", "page_size", "requests"), [(11, 50, 8), (1, 50, 4), (0, 50, 4), (100, 1000, 5)])
def test_a_week_takes_three_requests_and_one_for_each_page(people: int, page_size: int, requests: int) -> None:
    assert requests_of_a_week(people, page_size) == requests


@pytest.mark.parametrize(
    ("remaining", "verdict"),
    [(240, Verdict.OK), (8, Verdict.OK), (7, Verdict.WARNING), (3, Verdict.FAILED), (0, Verdict.FAILED), (-5, Verdict.OK)],
)
def test_the_hour_s_quota_is_enough_short_or_too_short_for_any_week(remaining: int, verdict: Verdict) -> None:
    assert check_quota(remaining, 240, "resets at 14:05 (Europe/Berlin)", 8).verdict is verdict
