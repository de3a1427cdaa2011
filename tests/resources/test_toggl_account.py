"""What `init` and `doctor` ask Toggl: the hour's quota, and what a week's entries say. Not here: whole weeks (`test_toggl_week`)."""

from typing import Any

import httpx
import pytest

from resources.errors import AnswerError, RefusedError
from resources.toggl import TogglResource
from resources.toggl_rows import ReportedQuota
from tests.resources.fakes import TOGGL_TOKEN, WORKSPACE_ID, FakeToggl, report_row
from volt_assets.domain.label_aliases import Described
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
WEEK = Week.from_key("2025-10-06")
BUCKETS = [
    {"organization_id": 9000001, "remaining": 238, "total": 240, "resets_in_secs": 3120},
    {"organization_id": None, "remaining": -3, "total": 30, "resets_in_secs": 3560},
]


def resource() -> TogglResource:
    return TogglResource(api_url="https://toggl.example", token=TOGGL_TOKEN, workspace_id=str(WORKSPACE_ID), requests_per_second=1000)


async def quota(answer: Any, status: int = 200) -> tuple[ReportedQuota, ...]:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=answer))
    async with resource().client(transport=transport) as client:
        return await client.quota()


@pytest.mark.parametrize("form", [BUCKETS, {"items": BUCKETS}])
async def test_both_buckets_are_read_in_either_form(form: Any) -> None:
    team, own = await quota(form)
    assert (team.organization_id, team.remaining, team.total, team.resets_in_secs) == (9000001, 238, 240, 3120)
    assert (own.organization_id, own.remaining) == (None, -3)


async def test_no_list_of_quotas_is_an_error_in_one_line() -> None:
    with pytest.raises(AnswerError, match="'remaining' is not as agreed"):
        await quota([{"organization_id": 9000001}])


async def test_a_refused_token_is_told_as_for_a_week() -> None:
    with pytest.raises(RefusedError, match="Toggl refused the token"):
        await quota("Incorrect username and/or password", 403)


async def test_a_week_of_descriptions_costs_its_pages_and_the_total_alone(toggl: FakeToggl) -> None:
    toggl.rows = [report_row(number, 60, description="Pack #7 [Scrum] [Release]") for number in range(1, 61)]
    async with resource().client(transport=toggl.transport) as client:
        described = await client.descriptions(WEEK)
    assert described == (Described(description="Pack #7 [Scrum] [Release]", seconds=60),) * 60
    assert toggl.asked == ["page", "page", "total"]


async def test_descriptions_that_do_not_add_up_to_the_total_are_not_used(toggl: FakeToggl) -> None:
    toggl.rows, toggl.total = [report_row(1)], 60
    async with resource().client(transport=toggl.transport) as client:
        with pytest.raises(AnswerError, match="add up to 3600 s, but its own total is 60 s"):
            await client.descriptions(WEEK)


async def test_an_entry_that_runs_has_no_time_yet_and_may_say_nothing(toggl: FakeToggl) -> None:
    toggl.rows = [report_row(1, -1, stop=None, description=None)]
    async with resource().client(transport=toggl.transport) as client:
        assert await client.descriptions(WEEK) == (Described(description="", seconds=0),)


async def test_rights_name_the_organization_whose_quota_counts(toggl: FakeToggl) -> None:
    workspace = {"id": WORKSPACE_ID, "admin": True, "organization_id": 9000001}
    toggl.override["workspace"] = lambda _: httpx.Response(200, json=workspace)
    async with resource().client(transport=toggl.transport) as client:
        assert (await client.rights()).organization_id == 9000001
