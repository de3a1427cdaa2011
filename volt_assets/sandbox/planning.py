"""What the team plans and tests with: epics, customer requests, test cases, and the fields of a feature that lead to them.

No work and no time: see `entities.py`. Everything here follows from the features and tasks that there are.
"""

from datetime import date, timedelta
from typing import Final

from volt_assets.sandbox.catalogue import EPIC, FEATURE, REQUEST, TASK, TEST_CASE
from volt_assets.sandbox.chance import chance, stable_uuid
from volt_assets.sandbox.enums import AREAS, FINISHED, LABELS, option_id, state_id
from volt_assets.sandbox.models import Role, Row, WorkItem
from volt_assets.sandbox.schema_planning import REQUEST_PRIORITY
from volt_assets.sandbox.story import Story, created_at, iso, planned_week, state_kind
from volt_assets.sandbox.users import of_role, user_id

_SPACE: Final = "Product Management"
_FIRST_IDS: Final = {EPIC: 21, REQUEST: 546, TEST_CASE: 1190}
_AREA_OF: Final = dict(zip(("Ledger", "Portal", "Field App", "Platform"), AREAS, strict=True))
_CUSTOMERS: Final = ("Brightwater Trades", "Harbour Heating", "Kowhai Builders", "Nordlicht Handwerk GmbH", "Tui Plumbing", "Alder & Sons")
_ASKS: Final = (
    "asks for it in every call",
    "would pay for this",
    "cannot work without it",
    "has built a workaround",
    "möchte das noch dieses Jahr",
)
_CHECKS: Final = ("the usual case", "an empty list", "a very long name", "two people at once", "no connection")


def labels(type_name: str, item: WorkItem, story: Story) -> tuple[str, ...]:
    """None, one or two values of a multi select."""
    random = chance(story.seed, "labels", item.uuid)
    return tuple(option_id(type_name, name) for name in random.sample(LABELS, random.choice((0, 1, 1, 2))))


def feature_plan(item: WorkItem, planned_end: date, story: Story) -> Row:
    """A feature's place in the plan: its epic, area and tags, what it is worth, who asked for it, and its launch."""
    random = chance(story.seed, "plan", item.uuid)
    worth = None if item.project == "Platform" else f"{random.randrange(4, 60) * 500}.00"
    launch = planned_end + timedelta(days=17) if random.random() < 0.8 else None
    return {
        f"{_SPACE}/Epic": _epic_id(item), f"{_SPACE}/Product Area": option_id(f"{_SPACE}/Product Area_{FEATURE}", _AREA_OF[item.project]),
        f"{_SPACE}/Tags": labels(f"{_SPACE}/Tags_{FEATURE}", item, story), f"{_SPACE}/Revenue impact": worth,
        f"{_SPACE}/Launch date": launch.isoformat() if launch else None,
        f"{_SPACE}/Customer requests": tuple(_request_id(item, number) for number in range(_requests(item))), "icon/icon": "🚀",
    }  # fmt: skip


def test_case_ids(item: WorkItem) -> tuple[str, ...]:
    """The uuids of the test cases of a task; testers' tasks have several, others often none."""
    random = chance(0, "test cases", item.uuid)
    count = random.choice((2, 3)) if item.role is Role.QUALITY else random.choice((0, 0, 1))
    return tuple(stable_uuid("test case", item.uuid, number) for number in range(count))


def test_case_secret(uuid: str) -> str:
    """The secret of what a test case expects."""
    return stable_uuid("secret", uuid, "expected")


def planning_rows(story: Story) -> dict[str, tuple[Row, ...]]:
    """The rows of the three databases, by database."""
    features = [item for item in story.items if item.database == FEATURE]
    tasks = [item for item in story.all_items if item.database == TASK]
    return {
        EPIC: _numbered(EPIC, _epics(features, story)),
        REQUEST: _numbered(REQUEST, [_request(item, number, story) for item in features for number in range(_requests(item))]),
        TEST_CASE: _numbered(TEST_CASE, [_test_case(item, uuid, story) for item in tasks for uuid in test_case_ids(item)]),
    }


def _numbered(database: str, rows: list[Row]) -> tuple[Row, ...]:
    first = _FIRST_IDS[database]
    return tuple(row | {"fibery/public-id": str(first + at), "fibery/rank": at * 1_000, "Files/Files": ()} for at, row in enumerate(rows))


def _base(uuid: str, created: str, role: Role) -> Row:
    return {
        "fibery/id": uuid,
        "fibery/creation-date": created,
        "fibery/modification-date": created,
        "fibery/created-by": user_id(of_role(role)),
    }


def _epic_name(feature: WorkItem) -> str:
    return feature.detail.split("|")[0]


def _epic_id(feature: WorkItem) -> str:
    return stable_uuid("epic", _epic_name(feature))


def _epics(features: list[WorkItem], story: Story) -> list[Row]:
    names = dict.fromkeys(_epic_name(feature) for feature in features)
    return [_epic(name, [feature for feature in features if _epic_name(feature) == name], story) for name in names]


def _epic(name: str, features: list[WorkItem], story: Story) -> Row:
    begun = [feature for feature in features if story.progress(feature)]
    shipped = all(state_kind(feature, story) == FINISHED for feature in features)
    state = "Shipped" if shipped else "Running" if begun else "Idea"
    target = max(planned_week(feature, story) for feature in features) + timedelta(weeks=9)
    return _base(_epic_id(features[0]), iso(min(created_at(feature, story) for feature in features)), Role.PRODUCT) | {
        f"{_SPACE}/Name": name, "workflow/state": state_id(EPIC, state), f"{_SPACE}/Target": target.isoformat(),
        f"{_SPACE}/Features": tuple(feature.uuid for feature in features),
    }  # fmt: skip


def _requests(feature: WorkItem) -> int:
    return chance(0, "requests", feature.uuid).randrange(0, 4)


def _request_id(feature: WorkItem, number: int) -> str:
    return stable_uuid("request", feature.uuid, number)


def _request(feature: WorkItem, number: int, story: Story) -> Row:
    random = chance(0, "request", feature.uuid, number)
    customer, created = random.choice(_CUSTOMERS), created_at(feature, story) - timedelta(days=random.randrange(1, 90))
    state = "Delivered" if state_kind(feature, story) == FINISHED else random.choice(("New", "Accepted"))
    return _base(_request_id(feature, number), iso(created), Role.SUPPORT) | {
        f"{_SPACE}/name": f"{customer} {random.choice(_ASKS)}: {feature.title}", "workflow/state": state_id(REQUEST, state),
        "assignments/assignees": (user_id(of_role(Role.PRODUCT)),), "comments/comments": (),
        f"{_SPACE}/Priority": option_id(REQUEST_PRIORITY, random.choice(("Low", "Normal", "High"))), f"{_SPACE}/Customer": customer,
        f"{_SPACE}/Received": created.date().isoformat(), f"{_SPACE}/Feature": feature.uuid,
    }  # fmt: skip


def _test_case(task: WorkItem, uuid: str, story: Story) -> Row:
    random, progress = chance(0, "test case", uuid), story.progress(task)
    run = iso(progress.last) if progress else None
    return _base(uuid, iso(created_at(task, story)), Role.QUALITY) | {
        "Quality/name": f"{task.title}: {random.choice(_CHECKS)}", "Quality/Expected": test_case_secret(uuid),
        "Quality/Automated": random.random() < 0.5,
        "Quality/Last run": run, "Quality/Minutes": random.randrange(3, 40), "Quality/Task": task.uuid,
        "Quality/Run window": {"start": run, "end": run} if run else None,
    }  # fmt: skip
