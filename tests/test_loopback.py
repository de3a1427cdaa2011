"""What Volt serves, it serves to this machine alone unless told otherwise. Not here: the UI (tests/browser)."""

import ipaddress
import socket
from pathlib import Path

import click
import pytest

from io_managers.week_store import WeekStore
from tests.conftest import Served
from tests.processes import listening, own
from volt_assets.cli.main import main
from volt_assets.cli.pages_server import serving_pages
from volt_assets.cli.ui import ui

linux = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the system does not tell who listens where")


@linux
def test_the_sandbox_and_the_pages_listen_on_loopback_alone(served: Served, tmp_path: Path) -> None:
    before = listening([own()])
    with served(), serving_pages(WeekStore(str(tmp_path)), 0):
        addresses = listening([own()])
    assert addresses
    assert all(ipaddress.ip_address(address).is_loopback for address in addresses | before)


@linux
def test_a_server_for_everybody_would_be_seen() -> None:
    with socket.create_server(("0.0.0.0", 0)):  # noqa: S104 - that is what must be seen
        assert "0.0.0.0" in listening([own()])  # noqa: S104


def test_the_ui_listens_on_loopback_unless_told_otherwise() -> None:
    host = next(option for option in ui.params if option.name == "host")
    assert host.default == "127.0.0.1"
    assert isinstance(host, click.Option)
    assert "no login" in str(host.help)


def test_no_other_command_has_an_address_to_listen_on() -> None:
    hosts = {name for name, command in main.commands.items() for option in command.params if option.name == "host"}
    assert hosts == {"ui"}
