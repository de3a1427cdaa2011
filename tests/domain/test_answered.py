"""What the check says of databases that did not answer, or are not there. Not here: how their rows end (`test_matching`)."""

from tests.domain.builders import LOGIN_TASK, RULES, busy_records, entry, raw_week, resolve_week
from volt_assets.domain.answered import check_databases
from volt_assets.domain.entities import RequestFailure
from volt_assets.domain.schema_fit import AbsentDatabase

WEEK = raw_week(
    entry(1, LOGIN_TASK, minutes=60),
    entry(2, "Merge it #9 [scrum] [task]", minutes=30),
    entry(3, "#7 [Scrum] [Bug]", minutes=15),
    entry(4, "#404", minutes=20),
    entry(5, "Standup", minutes=10),
)
TASK_FAILED = RequestFailure(database="Scrum/Task", code="x", reason="Fibery took too long.")


def test_a_week_whose_databases_all_answer_is_fine() -> None:
    finding = check_databases(resolve_week(WEEK, busy_records()))
    assert finding.passed
    assert finding.message.startswith("Every database has answered: 4 references, ")
    assert finding.numbers == {"databases_not_answered": 0, "databases_missing": 0, "references": 0, "seconds": 0}


def test_a_database_that_could_not_be_asked_is_named_with_its_reason_and_the_time_it_concerns() -> None:
    finding = check_databases(resolve_week(WEEK, busy_records(), broken=frozenset({"Scrum/Task"})))
    assert not finding.passed
    assert finding.message.startswith("Scrum/Task could not be asked (Fibery took too long to answer): 2 references with 1h 30m. ")
    assert "Besides, 1 reference with 0h 20m without a database's name may be of it. No title was compared." in finding.message
    assert "Run this week again with --start-from fibery" in finding.message
    assert finding.numbers == {"databases_not_answered": 1, "databases_missing": 0, "references": 3, "seconds": 110 * 60}


def test_a_configured_database_that_is_gone_is_named_with_the_nearest_name_and_the_time_it_concerns() -> None:
    week = raw_week(entry(1, "#1 [Sales] [Deal]", minutes=60), entry(2, "#2 [sales] [deal]", minutes=5), entry(3, LOGIN_TASK))
    rules = RULES.model_copy(update={"configured": (*RULES.configured, "Sales/Deal")})
    resolved = resolve_week(week, busy_records(), rules=rules).model_copy(
        update={"absent_databases": (AbsentDatabase(database="Sales/Deal", nearest="Selling/Deal"),)}
    )
    finding = check_databases(resolved)
    assert not finding.passed
    gone = "Sales/Deal is configured, but not in Fibery (the nearest name is Selling/Deal): 2 references with 1h 05m. "
    assert finding.message.startswith(f"{gone}Correct its name in enrichment_config.yaml")
    assert "Run this week again" not in finding.message
    assert finding.numbers == {"databases_not_answered": 0, "databases_missing": 1, "references": 2, "seconds": 65 * 60}


def test_databases_that_only_did_not_tell_what_was_open_cost_no_reference() -> None:
    failures = (TASK_FAILED, TASK_FAILED, TASK_FAILED.model_copy(update={"database": "Scrum/Bug"}))
    told = {"failures": failures, "titles_not_compared": ("Scrum/Task", "Scrum/Bug")}
    finding = check_databases(resolve_week(WEEK, busy_records()).model_copy(update=told))
    assert finding.message.startswith(
        "Scrum/Task and Scrum/Bug could not be asked for all (Fibery took too long), but no reference names what is missing. "
        "No title was compared. Run this week again"
    )
    assert finding.numbers == {"databases_not_answered": 2, "databases_missing": 0, "references": 0, "seconds": 0}


def test_many_databases_are_counted() -> None:
    failures = tuple(RequestFailure(database=f"Scrum/T{number}", code="x", reason=f"down {number}") for number in range(7))
    finding = check_databases(resolve_week(WEEK, busy_records()).model_copy(update={"failures": failures}))
    assert finding.numbers["databases_not_answered"] == 7
    assert "Scrum/T4 could not be asked for all (down 4), but no reference names what is missing; 2 more. " in finding.message
