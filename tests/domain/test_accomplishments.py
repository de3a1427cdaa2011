"""What was brought to an end within a week, told only where Fibery proves it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.domain.builders import ANA, BEN, WeekRun, busy_records, busy_run, entry, moment, raw_week, record, run_week
from volt_assets.domain.drafts import Report, plain_text
from volt_assets.domain.entities import EntityRecord
from volt_assets.domain.wording import as_written

BUG = "Menu flickers #5 [Scrum] [Bug]"
SUNDAY = moment(6).date()


def told(report: Report, name: str) -> list[str]:
    facts = {fact.id: fact for fact in report.facts}
    found = [one for one in report.sections if one.id == name]
    return [plain_text(as_written(text), facts) for one in found for text in (*one.sentences, *one.bullets)]


FRIDAY = moment(4)


def bug(number: int = 5, *, on: str | None = "2025-10-07", changed: datetime | None = FRIDAY, **more: Any) -> EntityRecord:
    closed: dict[str, Any] = {"state": "Done", "state_type": "Finished", "is_final": True} | more
    return record("Scrum/Bug", str(number), f"Bug {number}", fields={"Actual End": on} if on else {}, modified_at=changed, **closed)


def week_of(*records: EntityRecord) -> WeekRun:
    return run_week(raw_week(*(entry(at, f"#{one.key.public_id} [Scrum] [Bug]") for at, one in enumerate(records, start=1))), records)


STANDING = (
    "1 entity of this week, with 1h 00m, stood in a final state when Fibery was read; "
    "Fibery does not tell that it got there within the week."
)


def test_what_was_completed_within_the_week_comes_first_with_its_day() -> None:
    assert told(week_of(bug(7, on=None), bug(5)).team, "accomplishments") == [
        "1 entity, with 1h 00m, reached a final state within the week, by the date of completion in Fibery.",
        f"Apart from that, {STANDING}",
        "Bug 5 (Scrum/Bug #5): Done, reached on Tue 2025-10-07, 1h 00m",
        "Bug 7 (Scrum/Bug #7): Done, 1h 00m",
    ]


@pytest.mark.parametrize(
    "record",
    [
        bug(on=None),
        bug(on="2025-10-05", changed=moment(0)),
        bug(on="2025-10-13", changed=moment(6) + timedelta(days=3)),
        bug(on="2025-10-10", changed=moment(2)),
        bug(on="2025-10-10", changed=None),
        bug(on="2025-10-07", created_at=moment(3)),
    ],
    ids=["no date", "the week before", "the week after", "card untouched since an earlier day", "no change known", "before it was there"],
)
def test_a_completion_that_fibery_does_not_prove_is_not_claimed(record: EntityRecord) -> None:
    week = week_of(record)

    assert told(week.team, "accomplishments")[0] == STANDING
    assert told(week.persons.reports[ANA.key], "moved") == []


def test_what_has_a_date_of_completion_but_is_open_again_is_no_accomplishment() -> None:
    week = week_of(bug(state="Doing", state_type="Started", is_final=False))

    assert told(week.team, "accomplishments") == []
    assert told(week.persons.reports[ANA.key], "moved") == []


def test_a_person_is_told_what_of_theirs_was_completed_with_their_own_time() -> None:
    entries = [entry(1, BUG, minutes=50), entry(2, BUG, BEN, minutes=20)]
    week = run_week(raw_week(*entries), [bug()])

    assert told(week.persons.reports[BEN.key], "moved") == [
        "1 entity, with 0h 20m, reached a final state within the week, by the date of completion in Fibery.",
        "Bug 5 (Scrum/Bug #5): Done, reached on Tue 2025-10-07, 0h 20m",
    ]
    assert told(week.team, "accomplishments")[1].endswith("Tue 2025-10-07, 1h 10m")


def test_of_many_each_part_names_ten_and_counts_all() -> None:
    reached, standing = [bug(at) for at in range(10, 22)], [bug(at, on=None) for at in range(30, 41)]
    lines = told(week_of(*reached, *standing).team, "accomplishments")

    assert [line.split(",")[0] for line in lines[:2]] == ["12 entities", "Apart from that"]
    assert sum("reached on" in line for line in lines) == 10
    assert len(lines) == 22
    assert all("The ten with the most time are listed." in line for line in lines[:2])


def test_the_day_is_that_of_the_weeks_zone() -> None:
    assert date(2025, 10, 12) == SUNDAY
    late = datetime.combine(SUNDAY, moment(6).time(), tzinfo=moment(6).tzinfo).replace(hour=23, minute=30)

    assert "reached on Sun 2025-10-12" in told(week_of(bug(on="2025-10-12", changed=late)).team, "accomplishments")[1]


def test_the_busy_weeks_bug_was_completed() -> None:
    assert any(one.fields.get("Actual End") for one in busy_records())
    assert told(busy_run().team, "accomplishments")[1] == "Login form loses focus (Scrum/Bug #7): Done, reached on Wed 2025-10-08, 1h 30m"
