"""A run's process is killed with SIGKILL, inside each file write and at each asset. Not here: errors that a run can answer."""

import json
import os
import signal
from pathlib import Path

import dagster as dg
import pytest

from tests.faults import plan
from tests.faults.cases import House, Scene, in_child, told
from tests.faults.conftest import PARTS
from tests.faults.disk import Point, killed_at, watched
from tests.faults.services import WEEK, answered
from tests.weeks import fast_settings
from volt_assets.cli import weeks
from volt_assets.cli.instance import prepare_home
from volt_assets.cli.panel import RunProgress
from volt_assets.domain.weeks import Week

POINTS = tuple(Point)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("scene", list(Scene))
def test_killed_inside_a_write(house: House, scene: Scene, part: int) -> None:
    kind = plan.KILLED_FIRST if scene is Scene.FIRST else plan.KILLED_AGAIN
    for number in range(part, len(house.known(scene).writes), PARTS):
        point = POINTS[(number // PARTS) % len(POINTS)]
        house.lay_out(scene)
        with told(f"write {number} of {house.known(scene).writes[number]}, {point}"), answered(scene.world):

            def dying(number: int = number, point: Point = point) -> None:
                with watched(killed_at(number, point)):
                    house.run()

            assert os.WTERMSIG(in_child(dying)) == signal.SIGKILL
            house.check_whole(scene)
            house.check_mended(scene)
        plan.held(kind)


def command(house: House, dies: tuple[str, str] | None = None) -> bool:
    """`volt-agent run` of the week, which is killed at an event of an asset. Leaves the states of all runs in a file."""
    with pytest.MonkeyPatch.context() as patched:
        follow = RunProgress.on_event

        def on_event(progress: RunProgress, entry: dg.EventLogEntry) -> None:
            event = entry.dagster_event
            if event and (event.step_key, event.event_type_value) == dies:
                os.kill(os.getpid(), signal.SIGKILL)
            follow(progress, entry)

        patched.setattr(RunProgress, "on_event", on_event)
        patched.setattr(weeks, "build_definitions", lambda **_: house.graph)
        weeks.run_weeks([Week.from_key(WEEK)], fast_settings(), users=(), start_from="toggl")
        with dg.DagsterInstance.get() as instance:
            states = [run.status.value for run in instance.get_runs()]
    (house.home / "states.json").write_text(json.dumps(states), encoding="utf-8")
    return True


@pytest.mark.parametrize("moment", plan.MOMENTS)
@pytest.mark.parametrize("asset", plan.ASSETS)
def test_killed_at_an_asset(house: House, asset: str, moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(prepare_home({"DAGSTER_HOME": str(house.home / "dagster")})))
    scene = Scene.AGAIN
    house.lay_out(scene)
    with answered(scene.world):
        assert os.WTERMSIG(in_child(lambda: command(house, (asset, moment)))) == signal.SIGKILL
        house.check_whole(scene)
        assert in_child(lambda: command(house)) == 0
    states = json.loads((house.home / "states.json").read_text(encoding="utf-8"))
    assert states[:2] == ["SUCCESS", "FAILURE"]
    house.check_same(scene)
    plan.held(plan.KILLED_ASSETS)
