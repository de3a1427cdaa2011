"""What services and people get wrong, through the whole graph: a clear message or a marked value, never lost hours."""

import json

import pytest

from tests.finished import ReadWeek, StoredWeeks
from tests.weeks import QUALITY, WEEK, checks, failures, run_week, store, stored, week_files
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

HTML = "<html><head><title>Bad gateway</title></head><body>nginx</body></html>"
AT_ONCE = {"Retry-After": "0"}
REPORTS = ("toggl_summary.md", "team_summary.md", "work_alignment.md", "coverage_report.md")


def report(name: str, week: str = WEEK) -> str:
    return (store() / "weeks" / week / "reports" / name).read_text(encoding="utf-8")


def person_report(user_id: int, week: str) -> str:
    return next((store() / "weeks" / week / "reports" / "individual").glob(f"*-{user_id}.md")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (402, "You have hit your hourly limit for API calls. The quota will reset in 133 seconds.", "text/plain", "hourly"),
        (402, '"Workspace needs to have this feature enabled"', "application/json", "plan"),
        (429, HTML, "text/html", "429"),
        (500, '"Internal Server Error"', "application/json", "500"),
        (502, HTML, "text/html", "502"),
        (503, HTML, "text/html", "503"),
        (200, HTML, "text/html", "no readable JSON"),
        (200, '[{"user_id": 1, "time_ent', "application/json", "no readable JSON"),
        (410, '"Gone"', "application/json", "410"),
    ],
)
def test_a_toggl_that_fails_is_one_clear_message_and_nothing_half_written(
    sandbox: Sandbox, status: int, body: str, kind: str, told: str
) -> None:
    sandbox.fail_next("toggl", status=status, body=body, content_type=kind, headers=AT_ONCE, times=10, path_contains="search/time_entries")
    said = failures(run_week())["raw_toggl_data"]
    assert "Toggl" in said
    assert told in said
    assert "\n" not in said
    assert not (store() / "weeks").exists()


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (401, "Unauthorized", "text/plain", "FIBERY_API_TOKEN"),
        (429, "Too Many Requests", "text/plain", "429"),
        (502, HTML, "text/html", "502"),
        (500, '{"name": "commands.error/unknown", "message": "boom"}', "application/json", "boom"),
        (200, HTML, "text/html", "no readable JSON"),
        (200, '[{"success": true, "resul', "application/json", "cut off"),
    ],
)
def test_a_fibery_that_fails_is_one_clear_message_and_the_toggl_side_stays(
    sandbox: Sandbox, status: int, body: str, kind: str, told: str
) -> None:
    sandbox.fail_next("fibery", status=status, body=body, content_type=kind, headers=AT_ONCE, times=50, path_contains="commands")
    said = failures(run_week())
    assert told in said["fibery_entities"]
    assert "\n" not in said["fibery_entities"]
    assert {"raw_toggl_data.json", "toggl_aggregated.json", "toggl_summary.json", "reports/toggl_summary.md"} <= set(week_files())


def test_what_passes_by_itself_is_retried(sandbox: Sandbox) -> None:
    sandbox.fail_next("toggl", status=429, body=HTML, content_type="text/html", headers=AT_ONCE)
    sandbox.fail_next("fibery", status=503, body="", headers=AT_ONCE)
    result = run_week()
    assert failures(result) == {}
    assert all(checks(result).values())


def test_databases_that_refuse_their_question_keep_the_hours_with_the_reason(sandbox: Sandbox) -> None:
    run_week()
    commands = next(request.commands for request in sandbox.requests if request.path == "/api/commands")
    refusal = {"success": False, "result": {"name": "entity.error/schema-type-not-found", "message": "No such database."}}
    sandbox.fail_next(
        "fibery", status=200, body=json.dumps([refusal] * commands), content_type="application/json", path_contains="commands"
    )
    result = run_week(job="fibery_refresh")
    assert failures(result) == {}
    verdicts = checks(result)
    assert verdicts["fibery_entities.entities_found"] is False
    assert verdicts["enriched_data.seconds_conserved"] is True
    assert stored("fibery_entities")["statistics"]["seconds_by_outcome"]["unreachable"] > 0
    assert "No such database." in report("coverage_report.md")


def test_an_entity_that_is_hidden_from_the_token_keeps_its_hours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = frozenset({("Scrum/Task", "1348")})
    with Sandbox(world, options=Options(hidden_entities=hidden)) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        result = run_week()
    entity = next(one for one in stored("enriched_data")["entities"] if one["entity_id"] == "1348")
    assert entity["found"] is False
    assert entity["duration_seconds"] > 0
    assert all(checks(result).values())


def test_an_empty_week_has_reports_that_say_so(sandbox: Sandbox) -> None:
    week = "2025-01-06"
    result = run_week(week)
    assert failures(result) == {}
    assert all(checks(result).values())
    assert "No time was tracked in this week." in report("team_summary.md", week)
    assert stored("raw_toggl_data", week)["statistics"]["entries"] == 0


def test_an_empty_week_beside_full_ones_is_a_failed_check(stored_weeks: StoredWeeks) -> None:
    sandbox = stored_weeks("2025-10-13")
    sandbox.fail_next("toggl", status=200, body="[]", content_type="application/json", path_contains="search/time_entries")
    sandbox.fail_next(
        "toggl",
        status=200,
        body='{"seconds": 0, "tracked_days": 0}',
        content_type="application/json",
        path_contains="search/time_entries/totals",
    )
    result = run_week("2025-10-06")
    assert failures(result) == {}
    assert checks(result)["raw_toggl_data.not_empty_by_surprise"] is False


class TestHazards:
    """The last finished week of the sandbox holds one of everything that people and tools get wrong."""

    @pytest.fixture(autouse=True)
    def hazard_week(self, read_week: ReadWeek, world: World) -> None:
        self.week = world.last_complete_week.isoformat()
        self.world = world
        self.result = read_week(self.week).result
        assert failures(self.result) == {}

    def row_of(self, hazard: str) -> dict[str, object]:
        """The one row of enriched_data that holds a hazard's entry."""
        (entry_id, *_) = self.world.hazards[hazard]
        people = stored("enriched_data", self.week)["people"].values()
        rows = [row for person in people for row in (*person["entities"], *person["activities"]) if entry_id in row["entry_ids"]]
        assert len(rows) == 1, hazard
        row = rows[0]
        assert isinstance(row, dict)
        return row

    def test_every_hazard_keeps_its_seconds_and_no_check_fails_but_the_one_that_asks_for_a_look(self) -> None:
        assert [name for name, passed in checks(self.result).items() if not passed] == [QUALITY]
        raw = {entry["id"] for entry in stored("raw_toggl_data", self.week)["entries"]}
        inside = {name: ids for name, ids in self.world.hazards.items() if set(ids) <= raw}
        assert len(inside) > 20
        for name in inside:
            self.row_of(name)

    def test_a_deleted_entity_stays_with_its_hours_its_words_and_the_reason(self) -> None:
        key = self.row_of("deleted entity")["entity"]
        assert isinstance(key, dict)
        found = [one for one in stored("enriched_data", self.week)["entities"] if one["entity_id"] == key["public_id"] and not one["found"]]
        assert len(found) == 1
        assert found[0]["duration_seconds"] > 0
        assert "deleted in Fibery, or hidden" in found[0]["reason"]
        assert found[0]["name"]
        assert f"#{key['public_id']}" in report("team_summary.md", self.week).replace("\\", "")

    def test_a_type_that_is_not_configured_is_enriched_by_default_and_reported_with_the_fix(self) -> None:
        assert isinstance(self.row_of("unlisted type")["entity"], dict)
        types = {f"{one['space']}/{one['database']}": one for one in stored("coverage_report", self.week)["uncovered_types"]}
        assert types["Design/Work Version"]["exists"] is True
        assert "Design/Work Version" in types["Design/Work Version"]["fix"]

    def test_a_database_that_does_not_exist_is_a_marked_entity(self) -> None:
        key = self.row_of("unknown database")["entity"]
        assert isinstance(key, dict)
        entity = next(
            one for one in stored("enriched_data", self.week)["entities"] if one["entity_id"] == key["public_id"] and not one["found"]
        )
        assert "Fibery has no database" in entity["reason"]

    def test_an_entry_without_description_has_a_name_in_every_report(self) -> None:
        assert self.row_of("empty description")["description"] == ""
        assert self.row_of("null description")["description"] == ""
        assert "(no description)" in report("toggl_summary.md", self.week)

    def test_an_entry_without_project_is_listed_as_such(self) -> None:
        assert self.row_of("no project")["project"] is None or "[" in str(self.row_of("no project"))
        assert "(no project)" in report("team_summary.md", self.week)

    def test_a_person_without_an_address_keeps_hours_and_report(self) -> None:
        ivy = self.world.person_named("Ivy")
        people = stored("enriched_data", self.week)["people"]
        assert people[f"user:{ivy.user_id}"]["user_email"] is None
        assert "Ivy Tran" in person_report(ivy.user_id, self.week)

    def test_a_secret_in_a_description_is_in_the_raw_data_and_in_no_report_or_page(self) -> None:
        (entry_id,) = self.world.hazards["secret"]
        secret = (self.world.entry(entry_id).description or "").split()[-1]
        shown = {name: content for name, content in week_files(self.week).items() if name.startswith("reports/")}
        assert secret.encode() in week_files(self.week)["raw_toggl_data.json"]
        assert not [name for name, content in shown.items() if secret.encode() in content]
        assert "looks like a secret is hidden" in report("toggl_summary.md", self.week)

    def test_markup_in_a_description_stays_text(self) -> None:
        for name, content in week_files(self.week).items():
            if name.startswith("reports/html/"):
                assert b"<b>" not in content, name
                assert b"http://x" not in content.replace(b"http://x", b"", 0) or b'href="http://x' not in content, name

    def test_an_entry_across_the_weeks_end_belongs_to_the_week_it_began_in(self) -> None:
        (entry_id, *_) = self.world.hazards["across the week's end"]
        entries = {entry["id"]: entry for entry in stored("raw_toggl_data", self.week)["entries"]}
        assert entries[entry_id]["seconds"] == int(self.world.entry(entry_id).seconds)

    def test_two_references_in_one_description_count_once(self) -> None:
        key = self.row_of("two references")["entity"]
        assert isinstance(key, dict)
        (entry_id, *_) = self.world.hazards["two references"]
        holders = [one for one in stored("enriched_data", self.week)["entities"] if entry_id in one["entry_ids"]]
        assert [one["entity_id"] for one in holders] == [key["public_id"]]

    def test_a_pull_request_number_is_no_reference(self) -> None:
        assert "outcome" in self.row_of("pull request")
        assert self.row_of("pull request")["outcome"] is None


def test_relations_that_come_as_empty_objects_mean_nothing_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(world, options=Options(empty_relation="object")) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        assert failures(run_week()) == {}
        fields = {name: value for one in stored("enriched_data")["entities"] for name, value in one["fields"].items()}
    assert fields
    assert not [name for name, value in fields.items() if value == {}]


def test_names_that_the_report_leaves_out_are_looked_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(world, options=Options(enrich_leaves_out=frozenset({"project_name", "client_name", "tag_names"}))) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        assert failures(run_week()) == {}
        projects = {entry["project"] for entry in stored("raw_toggl_data")["entries"]}
    assert "Ledger" in projects
    assert not [name for name in projects if name and name.startswith("project ")]
