"""The disk fills up or becomes read-only in the middle of a run. Not here: processes that die."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults import plan
from tests.faults.cases import House, Scene, told
from tests.faults.conftest import PARTS
from tests.faults.disk import failing_from, watched
from tests.faults.services import answered
from tests.weeks import failures

SCENE = Scene.AGAIN


def fail_from(house: House, number: int, code: int) -> None:
    house.lay_out(SCENE)
    with told(f"{errno.errorcode[code]} from write {number} of {house.known(SCENE).writes[number]}"), answered(SCENE.world):
        with watched(failing_from(number, code)):
            run = house.run()
        assert run.success or all(os.strerror(code) in problem for problem in failures(run).values())
        house.check_whole(SCENE)
        house.check_mended(SCENE)


@pytest.mark.parametrize("part", range(PARTS))
def test_disk_full_from_each_write_on(house: House, part: int) -> None:
    for number in range(part, len(house.known(SCENE).writes), PARTS):
        fail_from(house, number, errno.ENOSPC)
        plan.held(plan.DISK_FULL)


def test_store_read_only_from_a_write_on(house: House) -> None:
    for number in range(0, len(house.known(SCENE).writes), plan.READ_ONLY_EVERY):
        fail_from(house, number, errno.EROFS)
        plan.held(plan.READ_ONLY)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A file system of this size at a folder, as root alone can make one."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() != 0 or _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)) != 0:
        pytest.skip("a small disk can only be mounted by root")
    try:
        yield
    finally:
        _run("umount", str(folder))


def _run(command: str, *arguments: str) -> int:
    found = shutil.which(command)
    return subprocess.run([found, *arguments], check=False, capture_output=True).returncode if found else 1


def test_a_real_disk_that_is_too_small(house: House) -> None:
    for kilobytes in plan.SMALL_DISKS:
        house.lay_out(Scene.FIRST)
        with told(f"a disk of {kilobytes} kB"), small_disk(house.data, kilobytes), answered(Scene.FIRST.world):
            run = house.run()
            assert not run.success
            assert any("No space left" in problem for problem in failures(run).values())
            house.check_whole(Scene.FIRST)
            assert _run("mount", "-o", "remount,size=20m", str(house.data)) == 0
            house.check_mended(Scene.FIRST)
        plan.held(plan.REAL_DISK)


def test_a_real_disk_that_is_read_only(house: House) -> None:
    house.lay_out(SCENE)
    stored = house.home / "stored"
    house.data.rename(stored)
    with small_disk(house.data, 20_000), answered(SCENE.world):
        shutil.copytree(stored, house.data, dirs_exist_ok=True)
        shutil.rmtree(stored)
        assert _run("mount", "-o", "remount,ro", str(house.data)) == 0
        refused = house.run()
        assert not refused.success
        house.check_whole(SCENE)
        assert _run("mount", "-o", "remount,rw", str(house.data)) == 0
        house.check_mended(SCENE)
    plan.held(plan.REAL_DISK)
