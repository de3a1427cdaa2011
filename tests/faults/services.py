"""The sandbox answered in this process, so that a forked one has it too; with an answer gone wrong at one request. Not here: tests."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import httpx
import pytest

import resources.http
from tests.conftest import TODAY
from volt_assets.sandbox.faults import SIGN_IN_PAGE_200, CannedAnswer, hourly_limit_402
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World, build_world

MONDAY = date(2025, 10, 6)
WEEK = MONDAY.isoformat()
PEOPLE = 2


@cache
def small_world() -> World:
    """Two people's week of the made-up company: what is not about them costs time and adds no case."""
    world = build_world(today=TODAY)
    people = world.people[:PEOPLE]
    days = {MONDAY + timedelta(days=day) for day in range(7)}
    of_the_week = [one for one in world.entries if not one.running and one.day in days and one.user_id in {who.user_id for who in people}]
    return replace(world, people=people, entries=tuple(of_the_week))


def later_world() -> World:
    """The same after people have edited their week: an entry is ten minutes longer, one has other words, one is gone."""
    world = small_world()
    first, second, _, *rest = world.entries
    longer = replace(first, seconds=first.seconds + 600, stop=first.stop and first.stop + timedelta(minutes=10))
    return replace(world, entries=(longer, replace(second, description="Something else"), *rest))


class Trouble(StrEnum):
    """What comes in place of an answer."""

    QUOTA = "402 hourly limit"
    BUSY = "429"
    BROKEN = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503 with Retry-After"
    PAGE = "200 with an HTML page"
    GARBAGE = "200 with bytes that are no JSON"
    OTHER_JSON = "200 with JSON of another shape"
    CUT = "connection cut in the middle of the body"
    REFUSED = "no connection"


LASTING = (Trouble.BUSY, Trouble.CUT, Trouble.REFUSED)
"""Troubles that a client tries again after, here with one that does not end."""


@dataclass
class Line:
    """The way to the services: counts the requests, and spoils those from `first` on, `times` of them."""

    app: httpx.ASGITransport
    trouble: Trouble | None = None
    first: int = 0
    times: int = 1
    asked: int = 0

    async def handle(self, request: httpx.Request) -> httpx.Response:
        """Answers a request, or does not."""
        number, self.asked = self.asked, self.asked + 1
        if self.trouble is None or not self.first <= number < self.first + self.times:
            return await self.app.handle_async_request(request)
        if self.trouble is Trouble.REFUSED:
            raise httpx.ConnectError("Connection refused", request=request)
        if self.trouble is Trouble.CUT:
            answer = await self.app.handle_async_request(request)
            body = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, stream=_Cut(body[: len(body) // 2]))
        return _canned(self.trouble)


class _Cut(httpx.AsyncByteStream):
    def __init__(self, part: bytes) -> None:
        self._part = part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._part
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def _canned(trouble: Trouble) -> httpx.Response:
    answer = {
        Trouble.QUOTA: hourly_limit_402(3000),
        Trouble.BUSY: CannedAnswer(429, "Too Many Requests"),
        Trouble.BROKEN: CannedAnswer(500, '"Internal Server Error"', "application/json"),
        Trouble.BAD_GATEWAY: CannedAnswer(502, "<html>502 Bad Gateway</html>", "text/html"),
        Trouble.UNAVAILABLE: CannedAnswer(503, "", headers={"Retry-After": "0"}),
        Trouble.PAGE: SIGN_IN_PAGE_200,
        Trouble.GARBAGE: CannedAnswer(200, '{"id": 1, "na', "application/json"),
        Trouble.OTHER_JSON: CannedAnswer(200, json.dumps({"message": "hello"}), "application/json"),
    }[trouble]
    return httpx.Response(answer.status, headers={"content-type": answer.content_type, **answer.headers}, content=answer.body.encode())


@contextmanager
def answered(world: World, trouble: Trouble | None = None, *, first: int = 0, times: int = 1) -> Iterator[Line]:
    """Leads all requests of this process to a sandbox inside it, and sets the environment that points there."""
    sandbox = Sandbox(world)
    line = Line(httpx.ASGITransport(app=sandbox._app()), trouble, first, times)

    async def handle(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await line.handle(request)

    with pytest.MonkeyPatch.context() as patched:
        for name, value in sandbox.environment.items():
            patched.setenv(name, value.replace(sandbox.url, "http://sandbox"))
        patched.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
        patched.setattr(resources.http, "_PAUSES_SECONDS", (0.0,))
        with sandbox._listening():
            yield line
