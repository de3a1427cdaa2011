"""The JSON objects of Toggl's Track v9, key for key as recorded (reference/toggl.md 1, 2 and 5).

No HTTP and no choice of what is shown. API tokens appear masked, since real answers carry them in clear text.
"""

from datetime import UTC, datetime

from volt_assets.sandbox.answers import JsonObject
from volt_assets.sandbox.constants import ORGANIZATION_ID, ORGANIZATION_NAME, WORKSPACE_ID, WORKSPACE_NAME
from volt_assets.sandbox.models import Client, Entry, Person, Project, Tag
from volt_assets.sandbox.people import PEOPLE
from volt_assets.sandbox.world import World

_MASKED = "*" * 32
_CREATED = "2023-02-01T08:00:00.000000Z"
_CHANGED = "2025-01-07T09:30:00+00:00"


def me_json(person: Person) -> JsonObject:
    """The answer of `/me`."""
    return {
        "id": person.user_id, "api_token": _MASKED, "email": person.email, "fullname": person.name,
        "timezone": person.zone, "toggl_accounts_id": f"acc{person.user_id}", "default_workspace_id": WORKSPACE_ID,
        "beginning_of_week": 1, "image_url": "https://assets.track.toggl.com/images/profile.png",
        "created_at": _CREATED, "updated_at": _CREATED, "openid_email": None, "openid_enabled": False,
        "country_id": None, "has_password": True, "at": _CREATED, "intercom_hash": "0" * 64, "oauth_providers": ["google"],
        "authorization_updated_at": _CREATED,
    }  # fmt: skip


def organization_json(users: int, *, admin: bool) -> JsonObject:
    """One organization of `/me/organizations`."""
    return {
        "id": ORGANIZATION_ID, "name": ORGANIZATION_NAME, "pricing_plan_id": 0, "created_at": _CREATED, "at": _CREATED,
        "server_deleted_at": None, "is_multi_workspace_enabled": False, "suspended_at": None, "user_count": users,
        "trial_info": {"trial": False, "trial_available": True, "trial_end_date": None, "next_payment_date": None,
                       "last_pricing_plan_id": None, "can_have_trial": True, "trial_plan_id": None},
        "is_unified": False, "max_workspaces": 20, "permissions": None, "admin": admin, "owner": admin,
        "pricing_plan_name": "Starter", "pricing_plan_enterprise": False,
    }  # fmt: skip


def workspace_json(*, admin: bool) -> JsonObject:
    """The workspace as the token's owner sees it."""
    return {
        "id": WORKSPACE_ID, "organization_id": ORGANIZATION_ID, "name": WORKSPACE_NAME, "profile": 0, "premium": True,
        "business_ws": False, "admin": admin, "role": "admin" if admin else "user", "suspended_at": None,
        "server_deleted_at": None, "default_hourly_rate": None, "rate_last_updated": None, "default_currency": "EUR",
        "only_admins_may_create_projects": False, "only_admins_may_create_tags": False,
        "only_admins_see_billable_rates": False, "only_admins_see_team_dashboard": False,
        "projects_billable_by_default": True, "projects_private_by_default": True, "projects_enforce_billable": False,
        "limit_public_project_data": False, "last_modified": "2025-01-07T00:00:00Z", "reports_collapse": True,
        "rounding": 1, "rounding_minutes": 15, "api_token": _MASKED, "at": _CHANGED,
        "logo_url": "https://assets.track.toggl.com/images/workspace.jpg", "ical_url": "/ical/workspace_user/********",
        "ical_enabled": True, "csv_upload": None, "subscription": None, "hide_start_end_times": False,
        "working_hours_in_minutes": None, "permissions": None,
    }  # fmt: skip


def user_json(person: Person) -> JsonObject:
    """One row of `/workspaces/{id}/users`; `id` is the user id that reports use."""
    return {
        "id": person.user_id, "fullname": person.name, "email": person.email, "is_active": True,
        "is_admin": person.admin, "inactive": person.deactivated, "role": _role(person),
    }  # fmt: skip


def organization_user_json(person: Person) -> JsonObject:
    """One row of `/organizations/{id}/users`; `id` is the membership in the organization."""
    workspace = {
        "workspace_id": WORKSPACE_ID, "workspace_name": WORKSPACE_NAME, "workspace_user_id": person.membership_id,
        "active": True, "admin": person.admin, "inactive": person.deactivated, "role": _role(person),
        "role_id": 1 if person.admin else 2, "groups": [],
    }  # fmt: skip
    return {
        "id": person.organization_membership_id, "user_id": person.user_id, "organization_id": ORGANIZATION_ID,
        "name": person.name, "email": person.email, "admin": person.admin, "owner": person.admin, "joined": True,
        "inactive": person.deactivated, "can_edit_email": False, "avatar_url": "", "role_id": 1 if person.admin else 2,
        "invitation_id": None, "2fa_enabled": False, "workspace_count": 1, "groups": [], "workspaces": [workspace],
        "created_at": _CREATED, "updated_at": _CREATED,
    }  # fmt: skip


def workspace_user_json(person: Person) -> JsonObject:
    """One row of `workspace_users`; `id` is the membership in the workspace."""
    return {
        "id": person.membership_id, "user_id": person.user_id, "uid": person.user_id, "workspace_id": WORKSPACE_ID,
        "wid": WORKSPACE_ID, "name": person.name, "email": person.email, "active": not person.deactivated,
        "inactive": person.deactivated, "admin": person.admin, "workspace_admin": person.admin,
        "organization_admin": person.admin, "role": _role(person), "role_id": 1 if person.admin else 2,
        "timezone": person.zone, "is_direct": True, "group_ids": [], "rate": None, "labor_cost": None,
        "working_hours_in_minutes": None, "avatar_file_name": "", "at": _CHANGED,
    }  # fmt: skip


def project_json(project: Project) -> JsonObject:
    """One project."""
    return {
        "id": project.project_id, "workspace_id": WORKSPACE_ID, "client_id": project.client_id, "name": project.name,
        "is_private": True, "active": project.active, "at": _CHANGED, "created_at": _CHANGED, "server_deleted_at": None,
        "color": project.color, "billable": project.billable, "template": None, "auto_estimates": None,
        "estimated_hours": None, "estimated_seconds": None, "rate": None, "rate_last_updated": None, "currency": None,
        "recurring": False, "template_id": None, "recurring_parameters": None, "fixed_fee": None, "actual_hours": 0,
        "actual_seconds": 0, "start_date": "2023-02-01", "status": "active" if project.active else "archived",
        "wid": WORKSPACE_ID, "cid": project.client_id, "permissions": None,
    }  # fmt: skip


def client_json(client: Client) -> JsonObject:
    """One client."""
    return {
        "id": client.client_id, "wid": WORKSPACE_ID, "archived": False, "name": client.name, "at": _CHANGED,
        "creator_id": PEOPLE[0].user_id,
    }  # fmt: skip


def tag_json(tag: Tag) -> JsonObject:
    """One tag."""
    return {"id": tag.tag_id, "workspace_id": WORKSPACE_ID, "name": tag.name, "at": _CREATED, "creator_id": PEOPLE[0].user_id}


def entry_json(entry: Entry, world: World, owner: Person, *, meta: bool, deleted: bool = False) -> JsonObject:
    """One of the owner's own entries, in UTC; a deleted one says when that was."""
    names = {tag.tag_id: tag.name for tag in world.tags}
    written: JsonObject = {
        "id": entry.entry_id, "workspace_id": WORKSPACE_ID, "project_id": entry.project_id, "task_id": None,
        "billable": entry.billable, "start": _utc(entry.start), "stop": _utc(entry.stop) if entry.stop else None,
        "duration": entry.seconds, "description": entry.description, "tags": [names[tag] for tag in entry.tag_ids],
        "tag_ids": list(entry.tag_ids), "duronly": True, "at": entry.changed_at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        "server_deleted_at": _utc(entry.changed_at) if deleted else None,
        "user_id": owner.user_id, "uid": owner.user_id, "wid": WORKSPACE_ID,
    }  # fmt: skip
    written |= {"pid": entry.project_id} if entry.project_id else {}
    return written | (_names(entry, world, owner) if meta else {})


def _names(entry: Entry, world: World, owner: Person) -> JsonObject:
    project = next((one for one in world.projects if one.project_id == entry.project_id), None)
    client = next((one for one in world.clients if project and one.client_id == project.client_id), None)
    return {
        "client_name": client.name if client else None, "project_name": project.name if project else None,
        "project_color": project.color if project else None, "project_active": project.active if project else None,
        "project_billable": project.billable if project else None, "user_name": owner.name, "user_avatar_url": "",
    }  # fmt: skip


def _role(person: Person) -> str:
    return "admin" if person.admin else "user"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
