"""Toggl's Track v9 over HTTP: credentials, quota, the three lists of people, lookups, own entries."""

import httpx
import pytest

from volt_assets.sandbox.constants import TOGGL_TOKEN, WORKSPACE_ID
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

from .conftest import toggl_client

API = "/toggl/api/v9"


def test_without_credentials_the_answer_is_empty(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}{API}/me")

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["X-Authorization-Missing"] == "true"


@pytest.mark.parametrize("auth", [("wrong", "api_token"), (TOGGL_TOKEN, "password")])
def test_wrong_credentials_are_refused(sandbox: Sandbox, auth: tuple[str, str]) -> None:
    answer = httpx.get(f"{sandbox.url}{API}/me", auth=auth)

    assert (answer.status_code, answer.json()) == (403, "Incorrect username and/or password")


def test_the_token_looks_like_a_real_one_and_never_comes_back(toggl: httpx.Client) -> None:
    paths = ("/me", "/me/workspaces", f"/workspaces/{WORKSPACE_ID}")
    texts = [toggl.get(f"{API}{path}").text for path in paths]

    assert len(TOGGL_TOKEN) == 32
    assert all("api_token" in text and TOGGL_TOKEN not in text for text in texts)


def test_me_is_an_admin_with_a_time_zone(toggl: httpx.Client) -> None:
    me = toggl.get(f"{API}/me").json()

    assert (me["fullname"], me["timezone"], me["default_workspace_id"]) == ("Marta Lindqvist", "Europe/Berlin", WORKSPACE_ID)
    assert toggl.get(f"{API}/me/logged").content == b""
    assert toggl.get(f"{API}/me/workspaces").json()[0]["admin"] is True


def test_the_three_lists_of_people_have_ids_of_three_kinds(toggl: httpx.Client) -> None:
    organization = toggl.get(f"{API}/me/organizations").json()[0]["id"]
    users = toggl.get(f"{API}/workspaces/{WORKSPACE_ID}/users").json()
    members = toggl.get(f"{API}/organizations/{organization}/users").json()
    memberships = toggl.get(f"{API}/organizations/{organization}/workspaces/{WORKSPACE_ID}/workspace_users").json()
    ids = {one["id"] for one in users}

    assert len(users) == 10
    assert ids == {one["user_id"] for one in members} == {one["uid"] for one in memberships}
    assert not ids & {one["id"] for one in members} & {one["id"] for one in memberships}
    assert [one["fullname"] for one in users if one["inactive"]] == ["Emil Novak"]
    assert "Ivy Tran" not in {one["fullname"] for one in users}


def test_members_come_in_pages(toggl: httpx.Client) -> None:
    answer = toggl.get(f"{API}/organizations/9100001/users", params={"page": 2, "per_page": 4})

    assert [one["name"] for one in answer.json()] == ["Pavel Dimitrov", "Denise Okafor", "Miguel Santoro", "Hana Mori"]
    assert (answer.headers["X-Pages"], answer.headers["X-Records"]) == ("3", "10")


def test_archived_projects_are_left_out_unless_asked_for(toggl: httpx.Client) -> None:
    url = f"{API}/workspaces/{WORKSPACE_ID}/projects"
    active, both = toggl.get(url).json(), toggl.get(url, params={"active": "both"}).json()

    assert {one["name"] for one in both} - {one["name"] for one in active} == {"Website 2023"}
    assert "Portal - Internal" in {one["name"] for one in active}


def test_clients_and_tags_are_listed(toggl: httpx.Client) -> None:
    clients = toggl.get(f"{API}/workspaces/{WORKSPACE_ID}/clients").json()
    tags = toggl.get(f"{API}/workspaces/{WORKSPACE_ID}/tags").json()

    assert (len(clients), clients[0]["wid"]) == (3, WORKSPACE_ID)
    assert "meeting" in {tag["name"] for tag in tags}


def test_another_workspace_is_refused(toggl: httpx.Client) -> None:
    answer = toggl.get(f"{API}/workspaces/12345")

    assert (answer.status_code, answer.json()) == (403, "User does not have access to this resource.")


def test_the_current_entry_is_running(toggl: httpx.Client, world: World) -> None:
    entry = toggl.get(f"{API}/me/time_entries/current").json()

    assert (entry["id"], entry["stop"]) == (world.running.entry_id, None)
    assert entry["duration"] < 0


def test_own_entries_come_newest_first_in_utc_and_only_ones_own(toggl: httpx.Client, world: World) -> None:
    entries = toggl.get(f"{API}/me/time_entries", params={"start_date": "2025-10-06", "end_date": "2025-10-07", "meta": "true"}).json()

    assert {entry["user_id"] for entry in entries} == {world.people[0].user_id}
    assert {entry["start"][:10] for entry in entries} == {"2025-10-06"}
    assert [entry["start"] for entry in entries] == sorted((entry["start"] for entry in entries), reverse=True)
    assert all("pid" in entry or entry["project_id"] is None for entry in entries)
    assert entries[0]["user_name"] == "Marta Lindqvist"


def test_own_entries_have_their_limits(toggl: httpx.Client) -> None:
    both = toggl.get(f"{API}/me/time_entries", params={"since": "1", "before": "2025-10-07"})
    old = toggl.get(f"{API}/me/time_entries", params={"start_date": "2024-10-06", "end_date": "2024-10-07"})

    assert (both.status_code, both.json()) == (400, "'since' and 'before' can not be present simultaneously")
    assert "start_date must not be earlier than" in old.json()


def test_the_quota_counts_down_refuses_and_comes_back(world: World) -> None:
    options = Options(quota_per_hour=2, me_quota_per_hour=30)
    with Sandbox(world, options=options) as sandbox, toggl_client(sandbox) as client:
        left = [client.get(f"{API}/workspaces/{WORKSPACE_ID}").headers["X-Toggl-Quota-Remaining"] for _ in range(2)]
        refused = client.get(f"{API}/workspaces/{WORKSPACE_ID}/users")
        mine = client.get(f"{API}/me/quota").json()
        sandbox.advance_clock(3600)
        later = client.get(f"{API}/workspaces/{WORKSPACE_ID}/users")

    assert left == ["1", "0"]
    assert refused.status_code == 402
    assert refused.json().startswith("You have hit your hourly limit for API calls. The quota will reset in 3")
    assert refused.headers["X-Toggl-Quota-Remaining"] == "0"
    assert [(one["organization_id"], one["remaining"]) for one in mine] == [(9100001, 0), (None, 29)]
    assert later.status_code == 200
