"""The team's sprints, with what was worked on in each.

No calendar of its own: a sprint begins when `meetings.py` says.
"""

from datetime import date, timedelta
from typing import Final

from volt_assets.sandbox.catalogue import BUG, FEATURE, TASK
from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.meetings import sprint_start
from volt_assets.sandbox.models import Role, Row, WorkItem
from volt_assets.sandbox.story import Story, planned_week
from volt_assets.sandbox.users import of_role, user_id
from volt_assets.sandbox.weeks import monday_of, mondays

_FIRST_SPRINT: Final = 41


def _sprint_day(item: WorkItem, story: Story) -> date:
    progress = story.progress(item)
    return sprint_start(monday_of(progress.last.date() if progress else story.today + timedelta(weeks=2)))


def sprint_of(item: WorkItem, story: Story) -> str:
    """The uuid of the sprint in which the item was last worked on, or is meant to be."""
    return stable_uuid("sprint", _sprint_day(item, story))


def sprint_rows(rows: dict[str, tuple[Row, ...]], story: Story) -> tuple[Row, ...]:
    """A sprint for every two weeks, with the tasks and bugs of these rows."""
    first = sprint_start(mondays(story.today)[0])
    count = (sprint_start(monday_of(story.today)) - first).days // 14 + 2
    return tuple(_sprint(index, first + timedelta(weeks=2 * index), rows, story) for index in range(count))


def _sprint(index: int, start: date, rows: dict[str, tuple[Row, ...]], story: Story) -> Row:
    uuid = stable_uuid("sprint", start)
    end = start + timedelta(days=14)
    tasks, bugs = ([row for row in rows[database] if row["Scrum/Sprint"] == uuid] for database in (TASK, BUG))
    features = [item for item in story.items if item.database == FEATURE and start <= planned_week(item, story) < end]
    return {
        "fibery/id": uuid, "fibery/public-id": str(index + 1), "fibery/creation-date": f"{start}T07:30:00.000Z",
        "fibery/modification-date": f"{start}T07:30:00.000Z", "fibery/created-by": user_id(of_role(Role.PRODUCT)),
        "fibery/rank": index, "Files/Files": (), "comments/comments": (),
        "Scrum/Name": f"Sprint {_FIRST_SPRINT + index} ({start:%d %b} - {end - timedelta(days=1):%d %b})",
        "Scrum/Planned dates": {"start": start.isoformat(), "end": end.isoformat()},
        "Scrum/Goal": f"Get on with: {features[0].title}" if features else None,
        "Scrum/IsCurrent": start <= story.today < end,
        "Scrum/Tasks": tuple(row["fibery/id"] for row in tasks),
        "Scrum/Bugs": tuple(row["fibery/id"] for row in bugs),
        "Scrum/People": _people([*tasks, *bugs]),
    }  # fmt: skip


def _people(rows: list[Row]) -> tuple[str, ...]:
    """Everybody who is assigned to any of these, once."""
    assigned = (row["assignments/assignees"] for row in rows)
    return tuple(dict.fromkeys(person for people in assigned if isinstance(people, tuple) for person in people))
