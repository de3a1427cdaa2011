"""The sandbox as a whole: addresses, log of requests, failures on demand, starting and stopping."""

import os
import signal
import subprocess
import sys

import httpx
import pytest

from volt_assets.sandbox.constants import FIBERY_TOKEN
from volt_assets.sandbox.options import LoggedRequest, Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

USERS = {"command": "fibery.entity/query", "args": {"query": {"q/from": "fibery/user", "q/select": ["user/email"], "q/limit": 1}}}
FOREGROUND = """
from datetime import date
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import build_world
sandbox = Sandbox(build_world(today=date(2025, 10, 15)))
print(sandbox.url, flush=True)
sandbox.serve_forever()
print("stopped", flush=True)
"""


@pytest.fixture
def clean(sandbox: Sandbox) -> Sandbox:
    sandbox.forget()
    return sandbox


def test_the_environment_points_at_the_three_servers(sandbox: Sandbox) -> None:
    environment = sandbox.environment

    assert set(environment) == {
        "TOGGL_API_TOKEN", "TOGGL_WORKSPACE_ID", "FIBERY_API_TOKEN", "FIBERY_WORKSPACE_NAME", "TOGGL_API_URL",
        "FIBERY_API_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY",
    }  # fmt: skip
    assert all(environment[name].startswith(sandbox.url) for name in ("TOGGL_API_URL", "FIBERY_API_URL", "OPENAI_BASE_URL"))


def test_every_request_is_logged_without_its_prefix(clean: Sandbox, toggl: httpx.Client, fibery: httpx.Client, chat: httpx.Client) -> None:
    toggl.get("/toggl/api/v9/me")
    fibery.post("/api/commands", json=[USERS, USERS, USERS])
    chat.get("/models")
    httpx.get(f"{clean.url}/fibery/api/schema")

    assert clean.requests == [
        LoggedRequest("toggl", "GET", "/api/v9/me", 200),
        LoggedRequest("fibery", "POST", "/api/commands", 200, commands=3),
        LoggedRequest("chat", "GET", "/v1/models", 200),
        LoggedRequest("fibery", "GET", "/api/schema", 401),
    ]


def test_the_next_answers_can_be_made_to_fail(clean: Sandbox, toggl: httpx.Client) -> None:
    clean.fail_next("toggl", status=429, body="<html>nginx</html>", content_type="text/html", headers={"Retry-After": "7"}, times=2)
    answers = [toggl.get("/toggl/api/v9/me") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert (answers[0].text, answers[0].headers["Retry-After"]) == ("<html>nginx</html>", "7")
    assert [line.status for line in clean.requests] == [429, 429, 200]


def test_a_failure_waits_for_the_path_it_is_meant_for(clean: Sandbox, toggl: httpx.Client, fibery: httpx.Client) -> None:
    clean.fail_next("toggl", status=502, path_contains="/users")

    assert toggl.get("/toggl/api/v9/me").status_code == 200
    assert fibery.get("/api/schema").status_code == 200
    assert toggl.get("/toggl/api/v9/workspaces/3100001/users").status_code == 502
    assert toggl.get("/toggl/api/v9/workspaces/3100001/users").status_code == 200


def test_an_unknown_service_cannot_fail(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="use toggl, fibery, chat or slack"):
        sandbox.fail_next("teams", status=500)


def test_two_sandboxes_of_the_same_world_answer_with_the_same_bytes(world: World, toggl: httpx.Client, fibery: httpx.Client) -> None:
    body = {"start_date": "2025-10-06", "rounding": 0, "enrich_response": True}
    path = "/toggl/reports/api/v3/workspace/3100001/search/time_entries"
    with Sandbox(world) as other:
        report = httpx.post(f"{other.url}{path}", json=body, auth=toggl.auth)
        schema = httpx.get(f"{other.url}/fibery/api/schema", headers={"Authorization": f"Token {FIBERY_TOKEN}"})

    assert report.content == toggl.post(path, json=body).content
    assert schema.content == fibery.get("/api/schema").content


def test_a_stopped_sandbox_frees_its_port(world: World) -> None:
    with Sandbox(world) as first:
        url, port = first.url, int(first.url.rsplit(":", maxsplit=1)[1])
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    with Sandbox(world, port=port) as second:
        assert second.url == url


def test_an_unknown_switch_is_refused() -> None:
    with pytest.raises(ValueError, match="extra"):
        Options.model_validate({"page_size": 5})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_in_the_foreground_ends_with_a_signal(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FOREGROUND], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/fibery/api/schema", timeout=30).status_code == 401
        process.send_signal(number)
        rest, errors = process.communicate(timeout=30)

    assert (rest, errors, process.returncode) == ("stopped\n", "", 0)
