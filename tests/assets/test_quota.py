"""Toggl's hourly quota through the whole graph: what is told, and that the next run goes on. Not here: the arithmetic of the quota."""

import math
from collections.abc import Iterator

import pytest

from tests.weeks import WEEK, failures, metadata, run_week, store, stored
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

AN_HOUR = 5


@pytest.fixture
def frugal(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A Toggl whose hour has room for the first three pages of a week."""
    with Sandbox(world, options=Options(quota_per_hour=AN_HOUR)) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def test_a_used_up_quota_fails_the_toggl_side_with_the_time_of_its_reset(frugal: Sandbox) -> None:
    result = run_week()
    assert "it resets at" in failures(result)["raw_toggl_data"]
    assert "(Europe/Berlin), in 60 minutes" in failures(result)["raw_toggl_data"]
    assert not (store() / "weeks" / WEEK / "raw_toggl_data.json").exists()


def test_the_next_hours_run_pays_only_for_what_is_missing(frugal: Sandbox) -> None:
    run_week()
    frugal.advance_clock(3600)
    frugal.forget()
    result = run_week()
    assert failures(result) == {}
    entries = stored("raw_toggl_data")["statistics"]["entries"]
    pages = math.ceil(entries / 50)
    asked = [request.path for request in frugal.requests if request.service == "toggl"]
    assert len(asked) == 1 + pages - 3 + 1
    assert metadata(result, "raw_toggl_data")["answers_recalled"] == 4
    assert not list((store() / "cache" / "toggl").rglob("*.json"))


def test_what_an_interrupted_run_leaves_holds_no_token(frugal: Sandbox) -> None:
    run_week()
    left = [path for path in store().rglob("*") if path.is_file()]
    assert len(left) >= 4
    token = frugal.environment["TOGGL_API_TOKEN"]
    assert not [path for path in left if token.encode() in path.read_bytes() or token in str(path)]
