"""A week to which something happens: its store before, what an undisturbed run makes of it, what must hold after. Not here: faults."""

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import dagster as dg
import pytest

from io_managers.manifest import Manifest
from io_managers.week_store import WeekStore
from tests.faults.disk import nothing, watched
from tests.faults.services import MONDAY, WEEK, answered, later_world, small_world
from tests.weeks import fast_settings, graph, run_week
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.joining import EnrichedData
from volt_assets.sandbox.world import World
from volt_assets.site import charts

Content = dict[str, bytes]
PAGE_SIZE = 20
NO_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


class Scene(StrEnum):
    """What is in the store when the run begins."""

    FIRST = "a week's first run"
    AGAIN = "a run that replaces a stored week"

    @property
    def world(self) -> World:
        """What the services know during the run."""
        return small_world() if self is Scene.FIRST else later_world()

    @property
    def truths(self) -> frozenset[int]:
        """The seconds that the week may hold while the run is under way."""
        return frozenset(one.seconds_of_week(MONDAY) for one in (small_world(), self.world))


@dataclass(frozen=True)
class Undisturbed:
    """The store before and after a run to which nothing happens, the files it writes in order, and the requests it makes."""

    before: Content
    after: Content
    writes: tuple[str, ...]
    requests: int


class House:
    """One process's place for cases: always the same folder, so that the graph is built once."""

    def __init__(self, home: Path, patched: pytest.MonkeyPatch) -> None:
        self.home = home
        self.data = home / "data"
        own = {"VOLT_DATA": str(self.data), "DAGSTER_HOME": str(home), "VOLT_CONFIG": "", "VOLT_LLM_PROVIDER": ""}
        for name, value in own.items():
            patched.setenv(name, value)
        # The engine that draws would not survive a fork, and takes most of a run's time.
        patched.setattr(charts, "draw", lambda _: NO_PICTURE)
        with answered(small_world()):
            full = graph(fast_settings(toggl={"page_size": PAGE_SIZE}))
        self.graph = dg.Definitions(assets=full.assets, jobs=full.jobs, resources=full.resources, executor=full.executor)
        self._known = {scene: self._undisturbed(scene) for scene in Scene}
        gc.freeze()  # what is there by now stays, and forked processes share it

    def known(self, scene: Scene) -> Undisturbed:
        """What a run does to which nothing happens."""
        return self._known[scene]

    def run(self, users: Sequence[str] = ()) -> dg.ExecuteInProcessResult:
        """A run of the week, without its checks."""
        return run_week(WEEK, definitions=self.graph, users=users)

    def lay_out(self, scene: Scene) -> None:
        """Puts the store into the state before the run."""
        shutil.rmtree(self.data, ignore_errors=True)
        if scene is Scene.AGAIN:
            shutil.copytree(self._published(), self.data)

    def _published(self) -> Path:
        kept = self.home / "published"
        if not kept.exists():
            shutil.rmtree(self.data, ignore_errors=True)
            with answered(small_world()):
                assert self.run().success
            self.data.rename(kept)
        return kept

    def _undisturbed(self, scene: Scene) -> Undisturbed:
        self.lay_out(scene)
        before = self.weeks()
        with answered(scene.world) as line, watched(nothing) as written:
            assert self.run().success
        return Undisturbed(before, self.weeks(), tuple(written), line.asked)

    def weeks(self) -> Content:
        """Every file that people or later runs read."""
        return _content(self.data / "weeks")

    # What must hold

    def check_whole(self, scene: Scene, *, only_known: bool = True) -> None:
        """After a fault: no file is cut off, nothing that was published is lost, no file of ours looks as if a person had edited it.

        `only_known`: each file is as before the run or as an undisturbed run leaves it; else the run may have marked what it missed.
        """
        known = self.known(scene)
        for name, content in self.weeks().items():
            if name.endswith(".json"):
                json.loads(content)
            if name.endswith("manifest.json"):
                Manifest.model_validate_json(content)
            elif only_known:
                assert content in (known.before.get(name), known.after.get(name)), f"{name} is neither the old file nor the new one"
        self.check_history(scene)
        assert WeekStore(str(self.data)).edited_files(WEEK) == ()
        raw = self.data / "weeks" / WEEK / "raw_toggl_data.json"
        if raw.exists():
            data = RawTogglData.model_validate_json(raw.read_bytes())
            assert data.statistics.seconds == sum(entry.seconds for entry in data.entries)
            assert data.statistics.seconds in scene.truths

    def check_history(self, scene: Scene) -> None:
        """What was published before is in place or in history, to the byte."""
        here, kept = self.weeks(), _content(self.data / "history")
        for name, content in self.known(scene).before.items():
            if not name.endswith("manifest.json"):
                assert here.get(name) == content or content in kept.values(), f"{name} as it was published is lost"
        for name, content in kept.items():
            if name.endswith(".json"):
                json.loads(content)

    def check_same(self, scene: Scene) -> None:
        """After a plain run: the same bytes as if nothing had happened, every second there once, nothing left behind."""
        known, now = self.known(scene), self.weeks()
        differing = sorted(name for name in known.after.keys() | now.keys() if known.after.get(name) != now.get(name))
        assert not differing
        self.check_history(scene)
        assert not self._left_behind()
        raw = RawTogglData.model_validate_json(now[f"{WEEK}/raw_toggl_data.json"])
        joined = EnrichedData.model_validate_json(now[f"{WEEK}/enriched_data.json"])
        truth = scene.world.seconds_of_week(MONDAY)
        assert raw.statistics.seconds == joined.statistics.total_duration_seconds == truth

    def _left_behind(self) -> list[Path]:
        """Unfinished files that would stay for ever: all in the week's folders, elsewhere those that are still there when they are old."""
        for part in self.data.rglob("*.part"):
            if WEEK not in part.parts:
                os.utime(part, (0, 0))
        shared = [path for path in self.data.rglob("*.part") if WEEK not in path.parts]
        if shared:
            WeekStore(str(self.data)).clear_up("2025-09-29")
        return list(self.data.rglob("*.part"))

    def check_mended(self, scene: Scene) -> None:
        """A plain run after a fault makes everything as it should be."""
        with answered(scene.world):
            again = self.run()
        assert again.success
        self.check_same(scene)


def _content(folder: Path) -> Content:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith((".lock", ".part", ".holder")))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def in_child(work: Callable[[], object]) -> int:
    """Does the work in a forked process. Returns how that ended, as `os.waitpid` tells."""
    return os.waitpid(begun(work), 0)[1]


def begun(work: Callable[[], object]) -> int:
    """Begins the work in a forked process: exit code 0 where it returns something true or None, 1 else. Returns the process."""
    child = os.fork()
    if child:
        return child
    gc.disable()
    code = 1
    try:
        code = 0 if work() in (None, True) else 1
    finally:
        os._exit(code)


@contextmanager
def told(case: str) -> Iterator[None]:
    """Puts a case's name before what is wrong with it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told which case it was
        pytest.fail(f"{case}: {error}")
