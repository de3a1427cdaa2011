"""What the faults' tests share: a house of their own, and the count of cases over all processes. Not here: tests.

`VOLT_UPDATE_RELIABILITY=1 make test-faults` writes the count into docs/reliability.md.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import plan
from tests.faults.cases import House

UPDATE = "VOLT_UPDATE_RELIABILITY"
PARTS = 4
"""A kind of cases is spread over so many tests, for as many processes."""
_houses: list[House] = []


@pytest.fixture(scope="session")
def _house() -> Iterator[House]:
    """In memory where the system has a place for that: a week is some hundred files, each waited for until it is on the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with (
        tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None, prefix="volt-") as folder,
        pytest.MonkeyPatch.context() as patched,
    ):
        _houses.append(House(Path(folder), patched))
        yield _houses[-1]


@pytest.fixture
def house(_house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """This process's house, to which the test's environment points."""
    monkeypatch.setenv("VOLT_DATA", str(_house.data))
    monkeypatch.setenv("DAGSTER_HOME", str(_house.home))
    return _house


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Hands a process's count to the one that started it; that one judges, or writes it down."""
    planned = plan.planned(_houses[0]) if _houses and exitstatus == 0 else {}
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["faults"] = (plan.LEDGER, planned)
    else:
        _merge(plan.LEDGER, planned, into=_seen)
        _judge(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """A process has ended."""
    counts, planned = getattr(node, "workeroutput", {}).get("faults", ({}, {}))
    _merge(counts, planned, into=_seen)


_seen: tuple[dict[str, int], dict[str, int]] = ({}, {})


def _merge(counts: dict[str, int], planned: dict[str, int], *, into: tuple[dict[str, int], dict[str, int]]) -> None:
    for kind, number in counts.items():
        into[0][kind] = into[0].get(kind, 0) + number
    into[1].update(planned)


def _judge(session: pytest.Session) -> None:
    """Compares the count with the document, where all of the suite was run."""
    counts, planned = _seen
    if session.testsfailed or set(counts) != set(planned) or session.config.getoption("keyword"):
        return
    told = plan.table(counts, planned)
    if os.environ.get(UPDATE):
        plan.document(told)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        reporter.write_line(f"\n{told}")
    if told != plan.documented():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"docs/reliability.md tells other counts: {UPDATE}=1 make test-faults")
