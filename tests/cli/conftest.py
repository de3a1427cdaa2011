"""What the tests of the command share: a configuration of their own. Not here: tests."""

from pathlib import Path

import pytest

from tests.configs import unhurried_config


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A configuration without the pacing that real services need."""
    folder = unhurried_config(tmp_path / "config")
    monkeypatch.setenv("VOLT_CONFIG", str(folder))
    return folder
