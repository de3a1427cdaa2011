"""What one row of Toggl's report becomes. Not here: the walk over pages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from resources.errors import AnswerError
from resources.toggl_rows import Names, build_entry, read_people, read_rows
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.people import Person

MakeRow = Callable[..., dict[str, Any]]


def entry_of(row: dict[str, Any], *listed: Person) -> TimeEntry:
    found = read_rows([row], 1)[0]
    return build_entry(found, found.time_entries[0], {person.user_id: person for person in listed}, Names())


def test_a_row_becomes_an_entry(row: MakeRow) -> None:
    entry = entry_of(row(7, seconds=196, billable=True))
    assert (entry.id, entry.seconds, entry.billable, entry.user_email) == (7, 196, True, "ana@example.com")
    assert (entry.project, entry.client, entry.tags) == ("Portal", "Acme", ("backend",))
    assert entry.updated_at == datetime(2025, 10, 6, 8, 0, 5, tzinfo=UTC)


def test_an_entry_keeps_its_owners_offset_and_so_its_day(row: MakeRow) -> None:
    entry = entry_of(row(1, start="2025-10-06T23:30:00-07:00", stop="2025-10-07T00:30:00-07:00"))
    assert entry.start.utcoffset() == timedelta(hours=-7)
    assert entry.day.isoformat() == "2025-10-06"


@pytest.mark.parametrize("changes", [{"stop": None}, {"seconds": -1}, {"seconds": None, "stop": None}])
def test_an_entry_without_an_end_or_with_a_negative_duration_runs(row: MakeRow, changes: dict[str, Any]) -> None:
    entry = entry_of(row(1, **changes))
    assert (entry.seconds, entry.stop) == (0, None)


@pytest.mark.parametrize("description", [None, ""])
def test_no_description_is_an_empty_one(row: MakeRow, description: str | None) -> None:
    assert entry_of(row(1, description=description)).description == ""


def test_seconds_are_toggls_own_though_start_and_stop_differ(row: MakeRow) -> None:
    assert entry_of(row(1, seconds=1)).seconds == 1


def test_unknown_keys_are_ignored(row: MakeRow) -> None:
    assert entry_of(row(1, toggl_accounts_id="AbC", at_tz="2025")).id == 1


def test_names_come_from_the_peoples_list_first(row: MakeRow) -> None:
    entry = entry_of(row(1, email="OLD@example.com"), Person(user_id=2100001, name="Ana New", email="new@example.com"))
    assert (entry.user_name, entry.user_email) == ("Ana New", "new@example.com")


def test_who_is_in_no_list_is_known_from_the_row(row: MakeRow) -> None:
    entry = entry_of(row(1, username="Left", email=" Left@Example.com"))
    assert (entry.user_name, entry.user_email) == ("Left", "left@example.com")


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_who_has_no_name_anywhere_is_named_by_id(row: MakeRow, missing: str | None) -> None:
    entry = entry_of(row(1, username=missing, email=missing))
    assert (entry.user_name, entry.person.key) == ("user 2100001", "user:2100001")


def test_texts_lose_what_no_reader_can_see(row: MakeRow) -> None:
    entry = entry_of(row(1, description="Fix\u202e \ud800login\x1b[31m", project_name="Por\u200btal", tag_names=["a\x00b"]))
    assert entry.description == "Fix \ufffdlogin[31m"
    assert (entry.project, entry.tags) == ("Portal", ("ab",))


@pytest.mark.parametrize("key", ["user_id", "description", "time_entries"])
def test_a_row_without_a_needed_key_is_refused_by_number_and_key(row: MakeRow, key: str) -> None:
    rows = [row(1), {name: value for name, value in row(2).items() if name != key}]
    with pytest.raises(AnswerError, match=f"in row 52, '{key}' is not as agreed"):
        read_rows(rows, 51)


@pytest.mark.parametrize("key", ["id", "seconds", "start", "stop"])
def test_an_entry_without_a_needed_key_is_refused_by_number_and_key(row: MakeRow, key: str) -> None:
    broken = row(1)
    del broken["time_entries"][0][key]
    with pytest.raises(AnswerError, match=rf"in row 1, 'time_entries\.0\.{key}' is not as agreed"):
        read_rows([broken], 1)


@pytest.mark.parametrize(
    "changes",
    [{"seconds": "3600"}, {"seconds": 3600.5}, {"start": 1759734000}, {"start": "yesterday"}, {"start": "2025-10-06T09:00:00"},
     {"user_id": True}, {"user_id": "2100001"}, {"time_entries": None}, {"description": 5}, {"tag_names": "backend"}],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_refused(row: MakeRow, changes: dict[str, Any]) -> None:
    with pytest.raises(AnswerError, match="in row 1"):
        read_rows([row(1, **changes)], 1)


@pytest.mark.parametrize("rows", [{"error": "x"}, "x", 5, [[]], ["x"], [None]])
def test_something_else_than_rows_is_refused(rows: Any) -> None:
    with pytest.raises(AnswerError):
        read_rows(rows, 1)


def test_a_refusal_does_not_repeat_the_value(row: MakeRow) -> None:
    with pytest.raises(AnswerError) as caught:
        read_rows([row(1, user_id="a secret value")], 1)
    assert "secret value" not in str(caught.value)


def test_people_are_listed_with_normal_emails_and_clean_names() -> None:
    people = read_people([{"id": 2, "fullname": "B\u200bo", "email": None}, {"id": 1, "fullname": "", "email": " A@X.io "}])
    assert [(person.user_id, person.name, person.email) for person in people] == [(1, "a", "a@x.io"), (2, "Bo", None)]
