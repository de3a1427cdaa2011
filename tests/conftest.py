"""What every test stands on: an environment without anybody's settings, and running sandboxes. Not here: test data."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

pytest_plugins = ("tests.finished",)
VARIABLES = (
    "TOGGL_API_TOKEN",
    "TOGGL_WORKSPACE_ID",
    "TOGGL_API_URL",
    "FIBERY_API_TOKEN",
    "FIBERY_WORKSPACE_NAME",
    "FIBERY_API_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "VOLT_LLM_PROVIDER",
    "VOLT_CONFIG",
    "VOLT_DATA",
    "VOLT_SITE_URL",
    "SLACK_WEBHOOK_URL",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_USERNAME",
    "SMTP_PASSWORD",
    "SMTP_SECURITY",
    "DAGSTER_HOME",
)
# Set, but to nothing: the environment wins over a developer's .env. At import, because partitions read the configuration then.
os.environ.update(dict.fromkeys(VARIABLES, ""))

from volt_assets.cli.warm_process import MAKES, Engines, storages  # noqa: E402 - the environment comes first
from volt_assets.sandbox.options import Options  # noqa: E402
from volt_assets.sandbox.server import Sandbox  # noqa: E402
from volt_assets.sandbox.world import World, build_world  # noqa: E402

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
Served = Callable[..., AbstractContextManager[Sandbox]]
TOGETHER = frozenset(
    {
        "tests/assets/test_context.py",
        "tests/assets/test_privacy.py",
        "tests/benchmarks/test_faith.py",
        "tests/benchmarks/test_faith_judge.py",
        "tests/cli/test_backfill.py",
        "tests/resources/test_model_server.py",
    }
)
WITH_A_BROWSER = "tests/browser/"
TODAY = date(2025, 11, 5)
"""The sandbox's day in tests: a Wednesday after both clock changes, so that the last weeks hold them."""


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test has no settings from outside, and a store and a Dagster home of its own."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("VOLT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """Dagster's files stay open within a test, which takes a third off a week's run; that of the command has tests of its own."""
    with pytest.MonkeyPatch.context() as patched:
        kept = Engines()
        for module in storages():
            patched.setattr(module, MAKES, kept.get)
        yield kept


@pytest.fixture(autouse=True)
def files_let_go(engines: Engines) -> Iterator[None]:
    """No test leaves a file open."""
    yield
    engines.let_go(all_files=True)


@pytest.fixture(scope="session")
def world() -> World:
    """The made-up company as of TODAY."""
    return build_world(today=TODAY)


@pytest.fixture
def sandbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox, running, with the environment that points to it."""
    with Sandbox(world) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Opens a sandbox with these switches, and points the environment to it."""

    @contextmanager
    def serve(**switches: object) -> Iterator[Sandbox]:
        with Sandbox(world, options=Options.model_validate(switches)) as server:
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            yield server

    return serve


class TogetherByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Each test for itself, but those of some files in one process: what they start or compute first is for all of them."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER or file.startswith(WITH_A_BROWSER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TogetherByFile:
    """How tests are spread over processes. Marks of groups do not reach xdist since pytest 9.2."""
    return TogetherByFile(config, log)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
