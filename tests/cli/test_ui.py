"""`volt-agent ui` before Dagster starts. Not here: Dagster's own web server."""

import socket
import time

from click.testing import CliRunner

from volt_assets.cli import main


def test_a_taken_port_is_told_within_a_second_and_nothing_is_started() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        begun = time.monotonic()
        result = CliRunner().invoke(main, ["ui", "--port", str(port)])
    assert result.exit_code == 1
    assert result.output == f"Error: Port {port} is taken. End what uses it, or choose another with --port.\n"
    assert time.monotonic() - begun < 1


def test_a_host_that_is_no_address_of_this_machine_is_told() -> None:
    result = CliRunner().invoke(main, ["ui", "--host", "203.0.113.7", "--port", "3999"])
    assert result.exit_code == 1
    assert "203.0.113.7:3999 cannot be used" in result.output
    assert "--host" in result.output
