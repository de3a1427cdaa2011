"""No token in anything that a run or the UI leaves or sends: event log, run storage, files, logs, definitions. Not here: single errors."""

import base64
import importlib
import logging
import os
import re
import socket
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest

from tests.conftest import Served
from tests.leaks import found_in
from tests.resources.mail_servers import talker
from tests.weeks import WEEK, failures, graph, run_week
from volt_assets.cli import ui
from volt_assets.cli.instance import open_instance, prepare_home
from volt_assets.deliveries import deliver_week, problems_of
from volt_assets.delivery_ways import Ways
from volt_assets.domain.weeks import Week
from volt_assets.sandbox.server import Sandbox
from volt_assets.settings import load_settings

MADE_UP = {
    "SMTP_PASSWORD": "smtp/Qk3v+Zr8Lm1&Wt0Xy=",
    "SLACK_WEBHOOK_URL": "http://127.0.0.1:9/services/T0QXW3/B8R3KZ/q9Wv2Lk7Zt4Nc1Yx",
}
SECRETS = ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY", *MADE_UP)
PLACES = ("dagster", "data", "told")
NOW = datetime(2025, 10, 15, tzinfo=UTC)


def leaks(folder: Path) -> list[str]:
    """Which secrets of the environment are in the files below a folder, and where. Of the webhook its last part is secret enough."""
    webhook = os.environ["SLACK_WEBHOOK_URL"].rpartition("/")[2]
    return found_in(folder, {**{name: os.environ[name] for name in SECRETS}, "SLACK_WEBHOOK_URL": webhook})


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Dagster home on disk beside the store, and a folder for what is only said."""
    for name, value in MADE_UP.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    prepare_home(os.environ)
    (tmp_path / "told").mkdir()
    return tmp_path


def failing(server: Sandbox, service: str) -> None:
    """From now on the service refuses, and repeats what it was sent."""
    own = os.environ[{"toggl": "TOGGL_API_TOKEN", "fibery": "FIBERY_API_TOKEN", "chat": "OPENAI_API_KEY"}[service]]
    basic = base64.b64encode(f"{own}:api_token".encode()).decode()
    server.fail_next(service, status=403, body=f"Authorization: Basic {basic} Bearer {own} {quote(own)}", times=1000)


def repeats_mail(connection: socket.socket) -> None:
    """A mail server that refuses the login with the password in its words, twice: once for each way to log in."""
    connection.sendall(b"220 here\r\n")
    connection.recv(4096)
    connection.sendall(b"250-here\r\n250 AUTH PLAIN LOGIN\r\n")
    while said := connection.recv(4096):
        connection.sendall(b"535 no: " + said.strip() + b" " + MADE_UP["SMTP_PASSWORD"].encode() + b"\r\n")


def repeats_slack(connection: socket.socket) -> None:
    """A Slack that refuses the message with the address in its words."""
    asked = connection.recv(65536).split(b"\r\n")[0]
    body = b"no " + asked + b" " + MADE_UP["SLACK_WEBHOOK_URL"].encode()
    head = f"HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


def deliver_in_vain() -> list[str]:
    """Hands the week on to servers that refuse. Returns why nothing was sent."""
    settings = load_settings()
    mail = settings.deliveries.mail.model_copy(update={"sender": "volt@example.com", "team": ("lead@example.com",)})
    settings = settings.model_copy(update={"deliveries": settings.deliveries.model_copy(update={"mail": mail})})
    with talker(repeats_mail) as port, talker(repeats_slack) as hook, pytest.MonkeyPatch.context() as patched:
        address = MADE_UP["SLACK_WEBHOOK_URL"].replace(":9/", f":{hook}/")
        own = {"SLACK_WEBHOOK_URL": address, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_USERNAME": "volt"}
        for name, value in own.items():
            patched.setenv(name, value)
        outcomes, _ = deliver_week(Week.from_key(WEEK), settings, Ways(settings, os.environ), NOW, until=None)
    return list(problems_of(outcomes))


@pytest.fixture
def ran(
    home: Path, served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[list[dg.ExecuteInProcessResult]]:
    """A week that succeeds, with a model, and then one that each service refuses; what they printed and logged is in files."""
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "openai")
    caplog.set_level(logging.INFO)
    with served() as server, open_instance() as instance:
        results = [run_week(WEEK, instance=instance)]
        for service, asset in (("toggl", "raw_toggl_data"), ("fibery", "fibery_entities"), ("chat", "toggl_summary")):
            server.forget()
            failing(server, service)
            results.append(run_week(WEEK, instance=instance, selection=[asset]))
        vain = deliver_in_vain()
        assert [re.findall("refused the login|HTTP 403", problem) for problem in vain] == [["HTTP 403"], ["refused the login"]]
        out, err = capfd.readouterr()
        (home / "told" / "printed").write_text("\n".join([out, err, *vain]), encoding="utf-8")
        (home / "told" / "logged").write_text(caplog.text, encoding="utf-8")
        yield results


@pytest.mark.no_cover
def test_no_secret_is_in_what_runs_leave(ran: list[dg.ExecuteInProcessResult], home: Path) -> None:
    good, *refused = ran
    assert good.success
    assert {name for run in refused[:2] for name in failures(run)} == {"raw_toggl_data", "fibery_entities"}
    assert {path.name for path in home.iterdir() if path.is_dir()} >= set(PLACES)
    assert any((home / "dagster" / "history").rglob("*.db"))
    assert leaks(home) == []


def test_no_secret_is_in_what_the_uis_code_server_sends(home: Path, served: Served) -> None:
    with served():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Dagster's own, about schedules
            sends = importlib.import_module("dagster._core.remote_representation.external_data")
            snap = sends.RepositorySnap.from_def(graph().get_repository_def())
        sent = dg.serialize_value(snap)
        assert "TOGGL_API_TOKEN" in sent
        (home / "told" / "definitions").write_text(sent, encoding="utf-8")
        assert leaks(home) == []


def test_no_secret_is_in_the_words_of_the_processes_that_the_ui_starts(home: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with served():
        monkeypatch.setattr(ui, "run_child", lambda command: (home / "told" / "command").write_text(" ".join(command)) and 0)
        ui.serve("127.0.0.1", 3000)
        assert "dagster dev" in (home / "told" / "command").read_text()
        assert leaks(home) == []


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_leak_would_be_found(home: Path, served: Served, name: str, before: str) -> None:
    with served():
        value = os.environ[name].rpartition("/services/")[2]
        for number, text in enumerate([value, quote(value), base64.b64encode(f"{before}{value}:api_token".encode()).decode()]):
            (home / "data").mkdir(exist_ok=True)
            (home / "data" / f"{number}.json").write_text(f"it is {text}.", encoding="utf-8")
            assert f"{name} in data/{number}.json" in leaks(home)
