"""Toggl or Fibery answers with something else, or not at all, at each request of a week. Not here: what a single error says."""

import pytest

from tests.faults import plan
from tests.faults.cases import House, Scene, told
from tests.faults.services import LASTING, Trouble, answered
from tests.weeks import failures

SCENE = Scene.AGAIN
FOR_EVER = 10_000


def go_wrong(house: House, trouble: Trouble, first: int, times: int) -> None:
    house.lay_out(SCENE)
    with told(f"{trouble} at request {first}, {times} times"):
        with answered(SCENE.world, trouble, first=first, times=times) as line:
            run = house.run()
        assert line.asked > first
        assert all(problem and "Traceback" not in problem for problem in failures(run).values())
        house.check_whole(SCENE, only_known=False)
        if run.success and house.weeks() == house.known(SCENE).after:
            house.check_same(SCENE)
        else:
            house.check_mended(SCENE)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_one_answer_goes_wrong(house: House, trouble: Trouble) -> None:
    for first in range(house.known(SCENE).requests):
        go_wrong(house, trouble, first, 1)
        plan.held(plan.ONE_ANSWER)


@pytest.mark.parametrize("trouble", LASTING)
def test_all_answers_go_wrong_from_one_on(house: House, trouble: Trouble) -> None:
    for first in range(house.known(SCENE).requests):
        go_wrong(house, trouble, first, FOR_EVER)
        plan.held(plan.ALL_ANSWERS)
