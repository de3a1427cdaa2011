"""What the tests of the command share: a configuration of their own, and sandboxes that behave worse than usual. Not here: tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.configs import unhurried_config
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

Served = Callable[..., AbstractContextManager[Sandbox]]


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A configuration without the pacing that real services need."""
    folder = unhurried_config(tmp_path / "config")
    monkeypatch.setenv("VOLT_CONFIG", str(folder))
    return folder


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Opens a sandbox with these switches."""

    @contextmanager
    def serve(**switches: object) -> Iterator[Sandbox]:
        with Sandbox(world, options=Options.model_validate(switches)) as server:
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            yield server

    return serve
