"""Late edits in Toggl: what a fetch says of them, what is kept of the week before, and what the reports' footers tell."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from resources.clock import ClockResource
from tests.weeks import WEEK, failures, graph, metadata, run_week, store, stored, week_files
from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

MARTA, OLEKSANDR = 2100001, 2100002
TOGGL_SIDE = ("raw_toggl_data", "toggl_aggregated", "toggl_summary")
FOOTER = "Since these figures were first published"
DURING_THE_WEEK = ClockResource(fixed="2025-10-09T12:00:00+00:00")


class Toggl:
    """The sandbox's Toggl over several fetches, between which people edit their entries."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self._world = self._first = world
        self._monkeypatch = monkeypatch

    def entries(self, user_id: int) -> Sequence[Entry]:
        """A person's entries of the week, as they were at first."""
        return [entry for entry in self._first.entries if entry.user_id == user_id and self._is_of_week(entry)]

    def replace(self, entry: Entry, *others: Entry) -> None:
        """Somebody edits an entry, or deletes it where nothing replaces it."""
        kept = [new for old in self._world.entries for new in (others if old.entry_id == entry.entry_id else (old,))]
        self._world = replace(self._world, entries=tuple(kept))

    def fetch(self, *users: str, clock: ClockResource | None = None, whole: bool = False) -> dg.ExecuteInProcessResult:
        """The week's Toggl side, fetched and written; with Fibery's where the whole week is wanted."""
        with self._serving():
            definitions = graph(resources={"clock": clock} if clock else {})
            result = run_week(users=users, definitions=definitions, selection=() if whole else TOGGL_SIDE)
        assert failures(result) == {}
        return result

    @contextmanager
    def _serving(self) -> Iterator[None]:
        with Sandbox(self._world) as server:
            for name, value in server.environment.items():
                self._monkeypatch.setenv(name, value)
            yield

    @staticmethod
    def _is_of_week(entry: Entry) -> bool:
        return entry.day - timedelta(days=entry.day.weekday()) == entry.day.fromisoformat(WEEK)


@pytest.fixture
def toggl(world: World, monkeypatch: pytest.MonkeyPatch) -> Toggl:
    return Toggl(world, monkeypatch)


def longer(entry: Entry, minutes: int) -> Entry:
    assert entry.stop is not None
    return replace(entry, seconds=entry.seconds + minutes * 60, stop=entry.stop + timedelta(minutes=minutes))


def first_version() -> Any:
    return json.loads((store() / "history" / WEEK / "first" / "raw_toggl_data.json").read_text(encoding="utf-8"))


def toggl_files() -> dict[str, bytes]:
    """What the Toggl side wrote. The Fibery side shows addresses of the sandbox, which has another port each time."""
    names = ("raw_toggl_data.json", "toggl_aggregated.json", "toggl_summary.json", "reports/toggl_summary.md")
    return {name: week_files()[name] for name in names}


def footers(name: str) -> list[str]:
    """The lines of a report that tell of changes since its first publication."""
    [file] = (store() / "weeks" / WEEK / "reports").rglob(name)
    return [line.strip("*") for line in file.read_text(encoding="utf-8").splitlines() if FOOTER in line]


# Against the fetch before


def test_a_fetch_says_what_changed_against_the_stored_week_by_person(toggl: Toggl) -> None:
    toggl.fetch()
    first, second, *_ = toggl.entries(MARTA)
    toggl.replace(first, longer(first, 30))
    toggl.replace(second)
    told = metadata(toggl.fetch(), "raw_toggl_data")
    assert (told["entries_added"], told["entries_changed"], told["entries_removed"]) == (0, 1, 1)
    [row] = [record.data for record in told["changes_by_person"].records]
    hours = round((1800 - second.seconds) / 3600, 2)
    assert row == {"person": f"user:{MARTA}", "added": 0, "changed": 1, "removed": 1, "hours": hours}
    assert told["hours_changed"] == hours


def test_the_week_that_a_fetch_replaced_is_kept_under_its_run(toggl: Toggl) -> None:
    toggl.fetch()
    before = week_files()["raw_toggl_data.json"]
    toggl.replace(toggl.entries(MARTA)[0])
    result = toggl.fetch()
    assert week_files()["raw_toggl_data.json"] != before
    assert (store() / "history" / WEEK / result.run_id / "raw_toggl_data.json").read_bytes() == before


def test_a_fetch_with_a_users_filter_tells_these_peoples_changes_alone(toggl: Toggl) -> None:
    toggl.fetch()
    for user_id in (MARTA, OLEKSANDR):
        entry = toggl.entries(user_id)[0]
        toggl.replace(entry, longer(entry, 6))
    told = metadata(toggl.fetch(f"user:{MARTA}"), "raw_toggl_data")
    assert [record.data["person"] for record in told["changes_by_person"].records] == [f"user:{MARTA}"]
    assert told["entries_changed"] == 1


def test_a_first_fetch_has_no_table_of_changes(toggl: Toggl) -> None:
    assert "changes_by_person" not in metadata(toggl.fetch(), "raw_toggl_data")


# Against the first publication


def test_the_first_complete_fetch_after_the_week_is_kept_for_good(toggl: Toggl) -> None:
    toggl.fetch()
    published = stored("raw_toggl_data")
    toggl.replace(toggl.entries(MARTA)[0])
    toggl.fetch()
    assert first_version() == published
    assert published["changes"] is None


@pytest.mark.parametrize("users", [(), (f"user:{MARTA}",)])
def test_reports_tell_the_changes_since_their_first_publication(toggl: Toggl, users: tuple[str, ...]) -> None:
    toggl.fetch(whole=True)
    first, second, *_ = toggl.entries(MARTA)
    toggl.replace(first, longer(first, 90))
    toggl.replace(second, second, replace(second, entry_id=990_000_001, seconds=0, stop=second.start))
    toggl.fetch(*users, whole=True)
    line = f"{FOOTER}, 1 entry was added, 1 changed and none removed; the time rose by 1h 30m."
    assert footers("toggl_summary.md") == footers("team_summary.md") == footers(f"*-{MARTA}.md") == [line]
    assert footers(f"*-{OLEKSANDR}.md") == []


def test_changes_add_up_over_several_fetches(toggl: Toggl) -> None:
    toggl.fetch()
    for entry in toggl.entries(MARTA)[:3]:
        toggl.replace(entry, longer(entry, 10))
        toggl.fetch()
    assert footers("toggl_summary.md") == [f"{FOOTER}, no entry was added, 3 changed and none removed; the time rose by 0h 30m."]


def test_a_fetch_that_changes_nothing_changes_no_byte_also_after_a_late_edit(toggl: Toggl) -> None:
    toggl.fetch()
    toggl.replace(toggl.entries(MARTA)[0])
    toggl.fetch()
    before = toggl_files()
    toggl.fetch()
    assert toggl_files() == before


def test_an_edit_that_is_taken_back_leaves_no_trace_in_the_reports(toggl: Toggl) -> None:
    toggl.fetch()
    before = toggl_files()
    entry = toggl.entries(MARTA)[0]
    toggl.replace(entry, longer(entry, 10))
    toggl.fetch()
    toggl.replace(entry, entry)
    toggl.fetch()
    assert toggl_files() == before


def test_what_is_fetched_before_the_week_is_over_is_no_publication(toggl: Toggl) -> None:
    toggl.fetch(clock=DURING_THE_WEEK)
    assert not (store() / "history").exists()
    toggl.replace(toggl.entries(MARTA)[0])
    toggl.fetch()
    assert footers("toggl_summary.md") == []
    assert first_version() == stored("raw_toggl_data")


def test_a_week_of_some_people_is_no_publication(toggl: Toggl) -> None:
    toggl.fetch(f"user:{MARTA}")
    assert not (store() / "history").exists()


def test_a_first_version_that_cannot_be_read_is_told_and_left_alone(toggl: Toggl) -> None:
    toggl.fetch()
    file = store() / "history" / WEEK / "first" / "raw_toggl_data.json"
    file.write_text("{}", encoding="utf-8")
    toggl.replace(toggl.entries(MARTA)[0])
    told = metadata(toggl.fetch(), "raw_toggl_data")
    assert told["first_published"] == "unreadable: what changed since then cannot be told"
    assert file.read_text(encoding="utf-8") == "{}"
    assert footers("toggl_summary.md") == []
