"""Weeks that were run once and are only read, for tests that change nothing. Not here: assertions."""

from collections.abc import Callable
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


@pytest.fixture(scope="session")
def finished_weeks(world: World, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], FinishedWeek]:
    """Runs a week, once."""

    @cache
    def finish(week: str) -> FinishedWeek:
        home = tmp_path_factory.mktemp("finished")
        with pytest.MonkeyPatch.context() as environment, Sandbox(world) as server:
            for name, value in {**server.environment, "VOLT_DATA": str(home / "data"), "DAGSTER_HOME": str(home)}.items():
                environment.setenv(name, value)
            result = run_week(week)
            return FinishedWeek(result, home / "data", tuple(request.service for request in server.requests))

    return finish


@pytest.fixture
def read_week(finished_weeks: Callable[[str], FinishedWeek], monkeypatch: pytest.MonkeyPatch) -> ReadWeek:
    """A finished week, whose store is this test's: to be read only."""

    def read(week: str = WEEK) -> FinishedWeek:
        finished = finished_weeks(week)
        monkeypatch.setenv("VOLT_DATA", str(finished.data))
        return finished

    return read
