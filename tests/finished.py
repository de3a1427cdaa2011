"""Weeks that were run once in a process: to be read, or copied into a test's own store. Not here: assertions."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest

from tests.weeks import WEEK, run_week
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World


class FinishedWeek(NamedTuple):
    """A run of a week on an undisturbed sandbox: its result, its store, and which services were asked, a name for each request."""

    result: dg.ExecuteInProcessResult
    data: Path
    asked: tuple[str, ...]


ReadWeek = Callable[..., FinishedWeek]
StoredWeeks = Callable[..., Sandbox]


@pytest.fixture(scope="session")
def lasting_sandbox(world: World) -> Iterator[Sandbox]:
    """A sandbox for all tests of a process, in which nobody edits anything."""
    with Sandbox(world) as server:
        yield server


def own(home: Path, server: Sandbox) -> dict[str, str]:
    """The environment of a home of its own, whatever the test that asks first has set."""
    return {**server.environment, "VOLT_DATA": str(home / "data"), "DAGSTER_HOME": str(home), "VOLT_CONFIG": "", "VOLT_LLM_PROVIDER": ""}


@pytest.fixture(scope="session")
def finished_weeks(lasting_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., FinishedWeek]:
    """Runs weeks one after the other into one store, once. The result is the last one's."""

    @cache
    def finish(*weeks: str) -> FinishedWeek:
        home = tmp_path_factory.mktemp("finished")
        if weeks[:-1]:
            shutil.copytree(finish(*weeks[:-1]).data, home / "data")
        with pytest.MonkeyPatch.context() as environment:
            for name, value in own(home, lasting_sandbox).items():
                environment.setenv(name, value)
            lasting_sandbox.forget()
            result = run_week(weeks[-1])
            return FinishedWeek(result, home / "data", tuple(request.service for request in lasting_sandbox.requests))

    return finish


@pytest.fixture
def read_week(finished_weeks: Callable[..., FinishedWeek], monkeypatch: pytest.MonkeyPatch) -> ReadWeek:
    """A finished week, whose store is this test's: to be read only."""

    def read(week: str = WEEK) -> FinishedWeek:
        finished = finished_weeks(week)
        monkeypatch.setenv("VOLT_DATA", str(finished.data))
        return finished

    return read


@pytest.fixture
def stored_weeks(
    lasting_sandbox: Sandbox, finished_weeks: Callable[..., FinishedWeek], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[StoredWeeks]:
    """Fills this test's store with finished weeks, as if they had just been run here. Returns the sandbox, which has forgotten them.

    For tests that go on from there: they may let requests fail, and edit neither Toggl nor Fibery.
    """

    def fill(*weeks: str) -> Sandbox:
        shutil.copytree(finished_weeks(*(weeks or (WEEK,))).data, tmp_path / "data")
        for name, value in {**lasting_sandbox.environment, "VOLT_DATA": str(tmp_path / "data")}.items():
            monkeypatch.setenv(name, value)
        lasting_sandbox.forget()
        return lasting_sandbox

    yield fill
    lasting_sandbox.forget()
