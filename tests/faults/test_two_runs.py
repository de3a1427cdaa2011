"""Two runs of one week at once: what they leave is what they would leave one after the other. Not here: the lock by itself."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.faults import plan
from tests.faults.cases import House, Scene, begun, told
from tests.faults.disk import Point, watched
from tests.faults.services import answered

SCENE = Scene.AGAIN
MIDDLES = (2, 40)
"""Writes of the first run at which the second one begins."""
PATIENCE = 120.0


def ending(child: int) -> int:
    """How a process ended."""
    return os.waitpid(child, 0)[1]


def wait_for(there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < until
        time.sleep(0.01)


def paused_at(house: House, number: int, users: tuple[str, ...] = ()) -> int:
    """A run in a process of its own that stands still in a write until `going` is there. Returns the process, which is there by then."""
    arrived, going = house.home / "arrived", house.home / "going"
    arrived.unlink(missing_ok=True)
    going.unlink(missing_ok=True)

    def pause(now: int, point: Point) -> None:
        if (now, point) == (number, Point.HALF):
            arrived.touch()
            wait_for(going.exists)

    def run() -> bool:
        with watched(pause):
            return house.run(users).success

    child = begun(run)
    wait_for(arrived.exists)
    return child


def waiting(house: House, users: tuple[str, ...] = ()) -> int:
    """A run in a process of its own that waits for the week by now."""
    child = begun(lambda: house.run(users).success)
    time.sleep(0.8)
    assert os.waitpid(child, os.WNOHANG) == (0, 0)
    return child


def users_of(filtered: str, run: str) -> tuple[str, ...]:
    """Whom a run is for, where `filtered` says which of the two has a users filter."""
    return (SCENE.world.people[0].email,) if filtered == run else ()


@pytest.mark.parametrize("number", MIDDLES)
@pytest.mark.parametrize("filtered", ["neither", "second"])
def test_a_second_run_waits_and_the_week_is_as_if_it_had_come_later(house: House, number: int, filtered: str) -> None:
    house.lay_out(SCENE)
    with told(f"a second run at write {number}, a filter on {filtered}"), answered(SCENE.world):
        first = paused_at(house, number, users_of(filtered, "first"))
        second = waiting(house, users_of(filtered, "second"))
        (house.home / "going").touch()
        assert ending(first) == 0
        assert ending(second) == 0
        house.check_same(SCENE)
        house.check_mended(SCENE)
    plan.held(plan.TOGETHER)


def test_a_full_run_beside_one_with_a_users_filter(house: House) -> None:
    house.lay_out(SCENE)
    with answered(SCENE.world):
        first = paused_at(house, MIDDLES[0], users_of("first", "first"))
        second = waiting(house)
        (house.home / "going").touch()
        assert (ending(first), ending(second)) == (0, 0)
        house.check_same(SCENE)
    plan.held(plan.TOGETHER)


def test_a_run_is_killed_while_another_waits_for_it(house: House) -> None:
    house.lay_out(SCENE)
    with answered(SCENE.world):
        first = paused_at(house, MIDDLES[1])
        second = waiting(house)
        os.kill(first, signal.SIGKILL)
        assert os.WTERMSIG(ending(first)) == signal.SIGKILL
        assert ending(second) == 0
        house.check_same(SCENE)
    plan.held(plan.TOGETHER)
