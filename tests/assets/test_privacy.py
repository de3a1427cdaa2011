"""One week with everybody's names, addresses and secrets planted in every text, and a model's server that records all it receives.

Not here: how names and secrets are found, what the reports say.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import VARIABLES
from tests.weeks import WEEK, failures, run_week, week_files
from volt_assets.cli import main
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

SECRETS = ("hunter2-Tr0ub4dor", "ghp_" + "Zz9Yy8" * 6, "xoxb-" + "987654321098-qwertz", "fedcba9876543210" * 2)
OUTSIDER = "vera.outsider@client.example"
PLANTED_IN_REPORTS = ("password: " + SECRETS[0], *SECRETS[1:])


@dataclass(frozen=True)
class Received:
    """A request as the server got it, without the header that holds the key."""

    head: str
    body: bytes


@dataclass(frozen=True)
class Run:
    """What one week left behind."""

    world: World
    received: tuple[Received, ...]
    files: Mapping[str, bytes]
    metadata: str
    previewed: Mapping[str, object]
    preview_of_one: str


class Recorder(BaseHTTPRequestHandler):
    """Gives the sentences of a request back, and remembers the request."""

    received: list[Received]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = "\n".join([self.requestline, *(f"{name}: {value}" for name, value in self.headers.items() if name != "authorization")])
        self.received.append(Received(head=head, body=body))
        user = json.loads(body)["messages"][-1]["content"]
        block = re.search(r"<<<FACTS\n(.*)\nFACTS>>>", user, re.DOTALL)
        assert block
        content = json.dumps({"sentences": json.loads(block[1])["sentences"]})
        choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        answer = json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_request(self, *_: object) -> None:
        """Says nothing."""


def texts(world: World) -> Iterator[str]:
    """Endless texts to plant: each names somebody, an address and a secret."""
    while True:
        for number, person in enumerate(world.people):
            secret = PLANTED_IN_REPORTS[number % len(PLANTED_IN_REPORTS)]
            address = person.email if number % 2 else OUTSIDER
            yield f"for {person.name.upper()} and {person.first_name}'s {address} {secret}"


def plant(sandbox: Sandbox) -> None:
    """Puts these texts into every description of the week, every title and every text in Fibery, comments too."""
    text = texts(sandbox.world)
    week = {entry.entry_id for entry in sandbox.entries if entry.day.isocalendar()[:2] == (2025, 41)}
    for entry in sandbox.entries:
        if entry.entry_id in week:
            sandbox.change_entry(entry.entry_id, description=f"{next(text)} {entry.description or ''}".strip())
    for database in ("Scrum/Task", "Scrum/Bug", "Scrum/Sub-task"):
        for row in sandbox.fibery.now.entities(database):
            sandbox.fibery.rename_entity(database, str(row["fibery/public-id"]), f"Work {next(text)}")
    now = sandbox.fibery.now
    sandbox.fibery._now = replace(now, documents={secret: next(text) for secret in now.documents})


@pytest.fixture(scope="module")
def run(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder: Path = tmp_path_factory.mktemp("privacy")
    named = replace(world, projects=tuple(replace(one, name=f"{one.name} {next(texts(world))}") for one in world.projects))
    recorder = type("OneRecorder", (Recorder,), {"received": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.MonkeyPatch.context() as patched, Sandbox(named) as sandbox:
        for name in VARIABLES:
            patched.setenv(name, "")
        own = {"VOLT_DATA": str(folder / "data"), "DAGSTER_HOME": str(folder), "VOLT_LLM_PROVIDER": "openai"}
        for name, value in {**sandbox.environment, **own, "OPENAI_BASE_URL": f"http://127.0.0.1:{server.server_port}/v1"}.items():
            patched.setenv(name, value)
        plant(sandbox)
        result = run_week()
        assert failures(result) == {}
        received = tuple(recorder.received)  # type: ignore[attr-defined]
        events = " ".join(str(event.event_specific_data) for event in result.all_events)
        patched.setenv("OPENAI_API_KEY", "")
        sandbox.forget()
        everything = CliRunner().invoke(main, ["preview", "--week", WEEK, "--json"])
        one = CliRunner().invoke(main, ["preview", "--week", WEEK, "--person", named.people[0].email])
        assert (everything.exit_code, one.exit_code) == (0, 0), everything.output + one.output
        assert (sandbox.requests, len(recorder.received)) == ([], len(received))  # type: ignore[attr-defined]
        yield Run(named, received, week_files(), events, json.loads(everything.stdout), one.stdout)
    server.shutdown()
    server.server_close()


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def test_no_name_no_address_and_no_secret_is_in_any_request(run: Run) -> None:
    names = {part.casefold() for person in run.world.people for part in person.name.split()}
    addresses = {person.email for person in run.world.people if person.email} | {OUTSIDER}

    assert len(run.received) > 10
    for request in run.received:
        text = request.head + json.dumps(json.loads(request.body), ensure_ascii=False)
        assert not names & words(text)
        assert not [address for address in addresses if address in text]
        assert "@" not in text
        assert not [secret for secret in SECRETS if secret in text]


def test_what_was_planted_was_there_to_be_sent(run: Run) -> None:
    sent = b" ".join(request.body for request in run.received).decode()
    raw = run.files["raw_toggl_data.json"].decode()

    assert all(secret in raw for secret in SECRETS)
    assert "for P1 and P1's [address]" in sent
    assert "[hidden]" in sent


@pytest.mark.parametrize("kind", [".md", ".json", ".html"])
def test_no_secret_is_in_any_report_page_or_file_beside_one(run: Run, kind: str) -> None:
    shown = {name: content.decode() for name, content in run.files.items() if name.startswith("reports/") and name.endswith(kind)}

    assert len(shown) > 10
    assert {name: secret for name, text in shown.items() for secret in SECRETS if secret in text} == {}


@pytest.mark.parametrize("asset", ["toggl_summary", "person_reports", "team_summary", "work_alignment", "coverage_report"])
def test_no_secret_is_in_what_a_report_is_stored_as(run: Run, asset: str) -> None:
    text = run.files[f"{asset}.json"].decode()

    assert [secret for secret in SECRETS if secret in text] == []


def test_no_secret_is_in_the_metadata(run: Run) -> None:
    assert [secret for secret in SECRETS if secret in run.metadata] == []


def test_the_entries_with_secrets_are_told_in_data_quality(run: Run) -> None:
    assert "has something that looks like a secret in the text, hidden here" in run.files["reports/toggl_summary.md"].decode()


def test_preview_shows_what_was_sent_to_the_byte(run: Run) -> None:
    requests = run.previewed["requests"]
    assert isinstance(requests, list)

    assert sorted(one["request"]["body"].encode() for one in requests) == sorted(one.body for one in run.received)
    assert {one["request"]["url"].partition("/v1/")[2] for one in requests} == {"chat/completions"}
    assert not [one for one in requests if "authorization" in {name.lower() for name in one["request"]["headers"]}]


def test_preview_of_one_person_shows_instructions_and_facts_of_their_report_alone(run: Run) -> None:
    asked = re.findall(r"^=== (\w+), (\S+)", run.preview_of_one, re.MULTILINE)
    assert len(asked) == run.preview_of_one.count("--- system ---") > 0
    assert {report for report, _ in asked} == {"person_report"}
    assert "Nothing was sent now." in run.preview_of_one
    assert "<<<FACTS" in run.preview_of_one
