"""What the tests of the clients share. Not here: the fakes themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from resources.http import HttpSession
from tests.resources.fakes import FakeFibery, FakeToggl, JumpingLoop, leaks, report_row, session


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": JumpingLoop}


@pytest.fixture(scope="session")
def open_session() -> Callable[..., HttpSession]:
    return session


@pytest.fixture(scope="session")
def find_leaks() -> Callable[[BaseException, str], list[str]]:
    return leaks


@pytest.fixture
def toggl() -> FakeToggl:
    return FakeToggl()


@pytest.fixture(scope="session")
def row() -> Callable[..., dict[str, Any]]:
    return report_row


@pytest.fixture
def fibery() -> FakeFibery:
    return FakeFibery()
