"""A fetch that was interrupted goes on where it was, and only there. Not here: the walk itself."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from resources.errors import AnswerError, QuotaError, RefusedError, UnavailableError
from resources.toggl import TogglClient
from resources.toggl_unfinished import without_secrets
from tests.resources.fakes import TOGGL_TOKEN, FakeToggl
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
WEEK = Week.from_key("2025-10-06")
QUOTA = "You have hit your hourly limit for API calls. The quota will reset in 900 seconds."
HTML = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


class Drawer:
    """A scratch place in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def write(self, name: str, content: bytes) -> None:
        self.files[name] = content

    def clear(self) -> None:
        self.files.clear()


class Story:
    """One Toggl, one drawer and one clock over several fetches."""

    def __init__(self, toggl: FakeToggl, open_session: Callable[..., Any]) -> None:
        self.toggl, self.drawer, self._open = toggl, Drawer(), open_session
        self.now = datetime(2025, 10, 13, 8, tzinfo=UTC)
        self.recalled = 0

    async def fetch(self, *only: str) -> FetchedWeek:
        async with self._open(self.toggl.handle) as session:
            client = TogglClient(session, workspace_id=3000001, scratch=self.drawer, now=lambda: self.now)
            week = await client.week(WEEK, only=only)
            self.recalled = client.answers_recalled
            return week

    def refuse_page(self, number: int, answer: Callable[[], httpx.Response]) -> None:
        """Toggl answers that page like this, for ever."""

        def page(request: httpx.Request) -> httpx.Response:
            return answer() if self.toggl.bodies[-1].get("first_row_number", 1) == 50 * number - 49 else self.toggl._page(request)

        self.toggl.override["page"] = page

    def mend(self) -> None:
        self.toggl.override.clear()
        self.toggl.asked.clear()


@pytest.fixture
def story(toggl: FakeToggl, open_session: Callable[..., Any], row: Callable[..., Any]) -> Story:
    toggl.rows = [row(number) for number in range(1, 171)]
    return Story(toggl, open_session)


async def interrupted(story: Story, error: type[Exception] = QuotaError) -> None:
    story.refuse_page(3, lambda: httpx.Response(402, json=QUOTA) if error is QuotaError else httpx.Response(502, text=HTML))
    with pytest.raises(error):
        await story.fetch()
    story.mend()


@pytest.mark.parametrize("error", [QuotaError, UnavailableError])
async def test_what_was_read_is_not_read_again_after_a_restart(story: Story, error: type[Exception]) -> None:
    await interrupted(story, error)
    story.now += timedelta(minutes=20)
    week = await story.fetch()
    assert [entry.id for entry in week.entries] == list(range(1, 171))
    assert story.toggl.asked == ["workspace", "page", "page", "total"]


async def test_a_free_plans_hour_is_bridged(story: Story) -> None:
    await interrupted(story)
    story.now += timedelta(minutes=61)
    await story.fetch()
    assert story.toggl.asked == ["workspace", "page", "page", "total"]


async def test_what_is_older_than_two_hours_is_read_again(story: Story) -> None:
    await interrupted(story)
    story.now += timedelta(hours=2)
    await story.fetch()
    assert story.toggl.asked == ["workspace", "users", "page", "page", "page", "page", "total"]


async def test_nothing_is_kept_of_a_fetch_that_is_complete(story: Story) -> None:
    await interrupted(story)
    assert story.drawer.files
    await story.fetch()
    assert story.drawer.files == {}
    story.mend()
    await story.fetch()
    assert story.toggl.asked[:2] == ["workspace", "users"]


async def test_an_edit_since_then_makes_it_read_all_of_it_again(story: Story, row: Callable[..., Any]) -> None:
    await interrupted(story)
    story.toggl.rows[0] = row(1, seconds=7200)
    week = await story.fetch()
    assert week.entries[0].seconds == 7200
    assert story.toggl.asked == ["workspace", "page", "page", "total", "page", "page", "page", "page", "total"]


async def test_after_an_edit_since_then_another_one_meanwhile_is_still_survived(story: Story, row: Callable[..., Any]) -> None:
    await interrupted(story)
    story.toggl.rows[0] = row(1, seconds=7200)
    story.toggl.before_page = lambda page: story.toggl.rows.insert(0, row(999, seconds=60)) if page == 5 else None
    week = await story.fetch()
    assert sorted(entry.id for entry in week.entries) == [*range(1, 171), 999]


async def test_rights_that_were_taken_away_since_then_are_noticed_before_anything_is_read(story: Story) -> None:
    await interrupted(story)
    story.toggl.admin = False
    with pytest.raises(RefusedError, match="only its owner's hours"):
        await story.fetch()
    assert story.toggl.asked == ["workspace"]


async def test_the_proof_is_never_a_remembered_one(story: Story, row: Callable[..., Any]) -> None:
    story.toggl.rows = [row(1, project_name=None)]
    story.toggl.override["projects"] = lambda _: httpx.Response(402, json=QUOTA)
    with pytest.raises(QuotaError):
        await story.fetch()
    story.mend()
    story.toggl.rows = [row(1, seconds=7200, project_name=None), row(2, project_name=None)]
    story.now += timedelta(minutes=110)
    assert sum(entry.seconds for entry in (await story.fetch()).entries) == 10_800


async def test_a_page_of_a_proxy_costs_none_of_the_pages_before_it(story: Story) -> None:
    story.refuse_page(3, lambda: httpx.Response(200, text=HTML))
    with pytest.raises(AnswerError):
        await story.fetch()
    story.mend()
    assert len((await story.fetch()).entries) == 170
    assert story.toggl.asked == ["workspace", "page", "page", "total"]


async def test_a_drawer_holds_nothing_of_the_workspace_itself(story: Story) -> None:
    story.toggl.override["workspace"] = lambda _: httpx.Response(200, json={"id": 3000001, "admin": True, "ical_url": "/ical/secret-link"})
    story.refuse_page(3, lambda: httpx.Response(402, json=QUOTA))
    with pytest.raises(QuotaError):
        await story.fetch()
    assert b"ical" not in b"".join(story.drawer.files.values())


async def test_an_answer_that_cannot_be_used_is_not_kept(story: Story) -> None:
    story.refuse_page(3, lambda: httpx.Response(200, json=[{"user_id": "Ana"}]))
    with pytest.raises(AnswerError):
        await story.fetch()
    story.mend()
    assert len((await story.fetch()).entries) == 170
    assert story.recalled == 0


async def test_no_token_is_kept(story: Story) -> None:
    await interrupted(story)
    assert TOGGL_TOKEN.encode() not in b"".join(story.drawer.files.values())


async def test_a_damaged_scratch_file_is_as_good_as_none(story: Story) -> None:
    await interrupted(story)
    story.drawer.files = {name: content[:20] for name, content in story.drawer.files.items()}
    assert len((await story.fetch()).entries) == 170


def test_tokens_are_taken_out_of_any_answer() -> None:
    told = {"id": 1, "api_token": "secret", "workspaces": [{"api_token": "secret", "name": "Team"}], "tags": None}
    assert json.dumps(without_secrets(told)) == json.dumps({"id": 1, "workspaces": [{"name": "Team"}], "tags": None})
