"""Which field plays which role, whatever a workspace calls it."""

import pytest

from tests.domain.schemas import BUG, EPIC, FEATURE, SPRINT, SUB_TASK, TASK, of
from volt_assets.domain.roles import Role, fields_of_role, find_role, resolve_field, role_named, usual_name


@pytest.mark.parametrize(
    ("database", "role", "name"),
    [
        (TASK, Role.TITLE, "Scrum/Name"),
        (BUG, Role.TITLE, "Scrum/name"),
        (TASK, Role.STATE, "workflow/state"),
        (TASK, Role.ASSIGNEES, "assignments/assignees"),
        (TASK, Role.PARENT, "Product/Feature"),
        (SUB_TASK, Role.PARENT, "Scrum/Task"),
        (TASK, Role.FEATURE, "Product/Feature"),
        (TASK, Role.SPRINT, "Scrum/Sprint"),
        (FEATURE, Role.EPIC, "Product/Epic"),
        (TASK, Role.STORY_POINTS, "Scrum/⚡ Story points"),
        (TASK, Role.EFFORT, "Scrum/Effort (pt)"),
        (TASK, Role.ESTIMATE, "user/Estimate (D) "),
        (TASK, Role.PRIORITY, "Scrum/🔥 Priority"),
        (TASK, Role.LABELS, "Scrum/Labels"),
        (TASK, Role.DESCRIPTION, "Scrum/Description"),
        (TASK, Role.ACCEPTANCE_CRITERIA, "Scrum/Acceptance criteria"),
        (TASK, Role.TEST_CASES, "Quality/Test cases"),
        (TASK, Role.PLANNED_DATES, "Scrum/Planned dates"),
        (TASK, Role.ACTUAL_END, "Scrum/Completion Date"),
        (BUG, Role.SEVERITY, "Scrum/Severity"),
        (BUG, Role.STEPS_TO_REPRODUCE, "Scrum/Steps to reproduce"),
        (BUG, Role.ROOT_CAUSE, "Scrum/Root cause"),
        (FEATURE, Role.PRODUCT_AREA, "Product/Area"),
        (FEATURE, Role.CUSTOMER_REQUESTS, "Support/Requests"),
        (FEATURE, Role.REVENUE_IMPACT, "Product/Revenue impact"),
        (FEATURE, Role.LAUNCH, "Product/Launch date"),
    ],
)
def test_a_role_finds_its_field_by_kind_and_usual_name(database: str, role: Role, name: str) -> None:
    found = find_role(of(database), role)

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("database", "role"),
    [
        (SPRINT, Role.STATE),
        (SPRINT, Role.ASSIGNEES),
        (TASK, Role.SEVERITY),  # its field was deleted
        (TASK, Role.EPIC),  # it leads to a deleted database
        (TASK, Role.PLANNED_END),  # "Planned dates" is a range
        (EPIC, Role.DESCRIPTION),
        (TASK, Role.COMMENTS),
    ],
)
def test_a_role_without_such_a_field_finds_nothing(database: str, role: Role) -> None:
    assert find_role(of(database), role) is None


def test_all_fields_that_may_lead_up_are_found_nearest_first() -> None:
    assert [field.name for field in fields_of_role(of(BUG), Role.PARENT)] == ["Scrum/Task", "Product/Feature"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Scrum/Effort (pt)", "Scrum/Effort (pt)"),
        ("effort (PT)", "Scrum/Effort (pt)"),
        ("story_points", "Scrum/⚡ Story points"),
        ("Story Points", "Scrum/⚡ Story points"),
        ("estimate (d)", "user/Estimate (D) "),
        ("estimate", "user/Estimate (D) "),
        ("Files", "Files/Files"),
        ("sprint", "Scrum/Sprint"),
    ],
)
def test_a_configured_name_is_an_exact_name_a_display_name_or_a_role(name: str, expected: str) -> None:
    found = resolve_field(of(TASK), name)

    assert found is not None
    assert found.name == expected


@pytest.mark.parametrize("name", ["Storypoint", "Efort (pt)", "Old note", "documents", "Severity", "Epic"])
def test_a_name_that_is_only_similar_or_gone_is_never_taken(name: str) -> None:
    assert resolve_field(of(TASK), name) is None


def test_a_role_is_named_as_people_write_it() -> None:
    assert [role_named(name) for name in ("story points", "Story-Points", "LAUNCH", "size of it")] == [
        Role.STORY_POINTS,
        Role.STORY_POINTS,
        Role.LAUNCH,
        None,
    ]


@pytest.mark.parametrize(
    ("display", "expected"),
    [("Effort (pt)", "effort"), ("🔥 Priority", "priority"), ("Root-cause ", "root cause"), ("Due [UTC]", "due"), ("優先度", "優先度")],
)
def test_units_signs_and_emoji_do_not_count_in_a_usual_name(display: str, expected: str) -> None:
    assert usual_name(display) == expected
