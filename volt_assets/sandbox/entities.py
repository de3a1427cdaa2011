"""The Fibery entities that people track time on, made from the work items and from what was tracked on them.

No texts (`texts.py`), no schema and no query engine. Where each card stands is told in `story.py`.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from volt_assets.sandbox.catalogue import BUG, FEATURE, SPRINT, SUB_TASK, TASK, TICKET, WORK_VERSION
from volt_assets.sandbox.chance import chance
from volt_assets.sandbox.descriptions import reference
from volt_assets.sandbox.enums import FINISHED, NOT_STARTED, option_id, state_id
from volt_assets.sandbox.files import file_ids
from volt_assets.sandbox.models import Progress, Role, Row, WorkItem
from volt_assets.sandbox.people import PEOPLE, project_named
from volt_assets.sandbox.planning import feature_plan, labels, planning_rows, test_case_ids
from volt_assets.sandbox.schema import STALE_PRIORITY
from volt_assets.sandbox.sprints import sprint_of, sprint_rows
from volt_assets.sandbox.story import Story, closed_at, created_at, iso, modified_at, planned_week, state_kind, state_name
from volt_assets.sandbox.texts import document_secret
from volt_assets.sandbox.users import of_role, user_id

_UNASSIGNED: Final = 0.05


def database_rows(story: Story) -> dict[str, tuple[Row, ...]]:
    """The rows of all ten databases, by database."""
    makers = {TASK: _task, SUB_TASK: _sub_task, BUG: _bug, FEATURE: _feature, WORK_VERSION: _work_version, TICKET: _ticket}
    rows = {
        database: tuple(_common(item, story) | make(item, story) for item in story.all_items if item.database == database)
        for database, make in makers.items()
    }
    return rows | {SPRINT: sprint_rows(rows, story)} | planning_rows(story)


def _common(item: WorkItem, story: Story) -> Row:
    return {
        "fibery/id": item.uuid, "fibery/public-id": item.public_id, "fibery/creation-date": iso(created_at(item, story)),
        "fibery/modification-date": iso(modified_at(item, story)),
        "fibery/created-by": user_id(of_role(Role.SUPPORT if item.database == TICKET else Role.PRODUCT)),
        "fibery/rank": int(item.position * 1_000_000_000) - 500_000_000, "Files/Files": file_ids(item, story),
        "workflow/state": state_id(item.database, state_name(item, story)),
        "assignments/assignees": _assignees(item, story),
    } | ({} if item.database == SUB_TASK else {"comments/comments": ()}) | _timer(item, story.progress(item))  # fmt: skip


def _timer(item: WorkItem, progress: Progress | None) -> Row:
    project = project_named(item.project)
    hours = Decimal(progress.seconds if progress else 0) / 3600
    link = f"https://track.toggl.com/timer/start?desc=%23{item.public_id}&pid={project.project_id if project else ''}"
    return {
        f"{item.space}/Time spent (H)": f"{hours:.2f}",
        f"{item.space}/Toggl": reference(item),
        f"{item.space}/Start Timer in Toggl": link,
    }


def _assignees(item: WorkItem, story: Story) -> tuple[str, ...]:
    workers = story.tracked.workers.get(item.uuid) or (of_role(item.role).user_id,)
    if chance(story.seed, "unassigned", item.uuid).random() < _UNASSIGNED:
        return ()
    return tuple(user_id(person) for person in PEOPLE if person.user_id in workers and person.fibery_email)


def _dates(item: WorkItem, story: Story) -> Row:
    start, progress = planned_week(item, story), story.progress(item)
    end = start + timedelta(days=round(4 + 6 * item.weight))
    begun = progress.first if progress and state_kind(item, story) != NOT_STARTED else None
    closed = closed_at(item, story)
    return {
        "Scrum/Planned Start": start.isoformat(),
        "Scrum/Planned End": end.isoformat(),
        "Scrum/Started Date": iso(begun) if begun else None,
        "Scrum/Completion Date": iso(closed) if closed else None,
    }


def _task(item: WorkItem, story: Story) -> Row:
    feature = story.item(item.parent)
    effort = Decimal(round(item.weight * 4)) / 2
    return _dates(item, story) | {
        "Scrum/Name": item.title, "Scrum/Feature": item.parent, "Scrum/Sprint": sprint_of(item, story),
        "Scrum/Description": document_secret(item, "description"),
        "Scrum/Acceptance criteria": document_secret(item, "acceptance"),
        "Scrum/Priority": _pick(f"Scrum/Priority_{TASK}", ("Normal", "Normal", "High", "Low"), item, story),
        "Scrum/Project ": option_id(f"Scrum/Project _{TASK}", item.project),
        "Scrum/Epic": feature.detail.split("|")[0] if feature else None,
        "Scrum/Effort (pt)": f"{effort:.2f}", "Scrum/Estimate (D)": round(item.weight * 2),
        "user/Reviewer": user_id(of_role(Role.LEAD)), "Scrum/Sub-tasks": story.children(item.uuid, SUB_TASK),
        "Scrum/Bugs": (), "Scrum/Commitment": None, "Scrum/Labels": labels(f"Scrum/Labels_{TASK}", item, story),
        "Quality/Test Cases": test_case_ids(item), "Scrum/⏱ QA effort (H)": f"{effort / 2:.2f}" if test_case_ids(item) else None,
        "Scrum/Build~No": None,
    }  # fmt: skip


def _sub_task(item: WorkItem, story: Story) -> Row:
    estimate, task = Decimal(round(item.weight * 20)) / 2, story.item(item.parent)
    return _dates(item, story) | {
        "Scrum/Story Points": max(1, round(item.weight * 6)),
        "Scrum/Feature": task.parent if task else None,
        "Scrum/Name": item.title,
        "Scrum/Task": item.parent,
        "Scrum/Description": document_secret(item, "description"),
        "Scrum/Estimate (H)": f"{estimate:.2f}",
    }


def _bug(item: WorkItem, story: Story) -> Row:
    severity, cause = item.detail.split("|")
    fixed = state_kind(item, story) == FINISHED
    priority = {"minor": "Low", "major": "Normal", "critical": "High"}[severity]
    return _dates(item, story) | {
        "Scrum/name": item.title, "Scrum/description": document_secret(item, "description"),
        "Scrum/Steps to reproduce": document_secret(item, "steps"), "Scrum/Labels": labels(f"Scrum/Labels_{BUG}", item, story),
        "Scrum/Severity": option_id(f"Scrum/Severity_{BUG}", severity.capitalize()),
        "Scrum/Priority": option_id(f"Scrum/Priority_{BUG}", priority), "Scrum/Effort (Pt)": max(1, round(item.weight * 5)),
        "Scrum/Root cause": cause if fixed else None, "Scrum/Sprint": sprint_of(item, story), "Scrum/Task": None,
        "Product Management/Feature": _related_feature(item, story),
    }  # fmt: skip


def _feature(item: WorkItem, story: Story) -> Row:
    start, progress = planned_week(item, story), story.progress(item)
    end = start + timedelta(weeks=5, days=4)
    done = closed_at(item, story)
    space = "Product Management"
    return feature_plan(item, end, story) | {
        f"{space}/name": item.title, f"{space}/Planned Release Date": (end + timedelta(days=10)).isoformat(),
        f"{space}/Description": document_secret(item, "description"),
        f"{space}/Acceptance criteria": document_secret(item, "acceptance"),
        f"{space}/Priority": _pick(STALE_PRIORITY, ("Must", "Should", "Should", "Could"), item, story),
        "user/Owner": user_id(of_role(Role.PRODUCT)), "Scrum/Dev Planned Start Date": start.isoformat(),
        "Scrum/Dev Planned End Date": end.isoformat(), "Scrum/Dev Actual Start Date": iso(progress.first) if progress else None,
        "Scrum/Dev Actual End Date": done.date().isoformat() if done else None,
        "Scrum/Tasks": story.children(item.uuid, TASK), "Design/Work Versions": story.children(item.uuid, WORK_VERSION),
        "Scrum/Bugs": _related(item, BUG, story), "Support/Tickets": _related(item, TICKET, story),
    }  # fmt: skip


def _work_version(item: WorkItem, story: Story) -> Row:
    return {
        "Design/Name": item.title,
        "Design/Labels": labels(f"Design/Labels_{WORK_VERSION}", item, story),
        "Design/Accent": "#c7741c",
        "Design/Description": document_secret(item, "description"),
        "Design/Figma": f"https://design.larkspur.example/file/{item.public_id}",
        "Design/Due": (planned_week(item, story) + timedelta(days=11)).isoformat(),
        "Product Management/Feature": item.parent,
    }


def _ticket(item: WorkItem, story: Story) -> Row:
    priority, customer = item.detail.split("|")
    return {
        "Support/Name": item.title,
        "Support/Labels": labels(f"Support/Labels_{TICKET}", item, story),
        "Support/Contact": f"office@{customer.split()[0].lower()}.example",
        "Support/Recording": None,
        "Support/Description": document_secret(item, "description"),
        "Support/Priority": option_id(f"Support/Priority_{TICKET}", priority.capitalize()),
        "Support/Channel": _pick(f"Support/Channel_{TICKET}", ("E-mail", "Phone", "Portal"), item, story),
        "Support/Customer": customer,
        "Support/Reported": iso(created_at(item, story)),
        "Product Management/Feature": _related_feature(item, story),
    }


def _pick(type_name: str, names: tuple[str, ...], item: WorkItem, story: Story) -> str:
    return option_id(type_name, chance(story.seed, type_name, item.uuid).choice(names))


def _related_feature(item: WorkItem, story: Story) -> str | None:
    """The latest feature of the same project that was under way when the bug or ticket came up."""
    earlier = [
        other for other in story.items if other.database == FEATURE and other.project == item.project and other.position <= item.position
    ]
    known = chance(story.seed, "related", item.uuid).random() < 0.8
    return earlier[-1].uuid if earlier and known else None


def _related(feature: WorkItem, database: str, story: Story) -> tuple[str, ...]:
    items = (item for item in story.items if item.database == database)
    return tuple(item.uuid for item in items if _related_feature(item, story) == feature.uuid)
