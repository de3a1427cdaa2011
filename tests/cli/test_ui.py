"""`volt-agent ui` before Dagster starts, and the pages beside it. Not here: Dagster's own web server, what pages are served."""

import os
import socket
import time

import httpx
import pytest
from click.testing import CliRunner

from volt_assets.cli import main
from volt_assets.cli.ui import SITE_URL, pages_beside
from volt_assets.settings import load_settings


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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_the_pages_are_served_beside_and_the_uis_processes_are_told_where(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with pages_beside(load_settings(), port):
        assert os.environ[SITE_URL] == f"http://127.0.0.1:{port}"
        assert load_settings().site_url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"http://127.0.0.1:{port}/weeks/index.html").status_code == 404
    assert capsys.readouterr().out == f"Pages: http://127.0.0.1:{port}/weeks/index.html\n"


def test_an_address_that_is_set_stays_where_the_links_lead(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(SITE_URL, "https://pages.example/volt/")
    with pages_beside(load_settings(), free_port()):
        assert os.environ[SITE_URL] == "https://pages.example/volt"
    assert capsys.readouterr().out.endswith("; the UI's links lead to https://pages.example/volt\n")


def test_without_a_free_port_it_goes_on_without_the_pages_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pages_beside(load_settings(), port):
            assert os.environ[SITE_URL] == ""
    assert capsys.readouterr().out == f"Port {port} is taken: the reports' pages are not served. Choose another with --pages-port.\n"


def test_the_help_says_that_nothing_of_it_has_a_login() -> None:
    told = " ".join(CliRunner().invoke(main, ["ui", "--help"]).output.split())
    assert "The UI has no login: keep it on loopback." in told
    assert "on loopback alone and read only; they have no login either" in told
