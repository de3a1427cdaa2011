"""`volt-agent init`, as a new user types it: what it asks, shows, writes and leaves alone. Not here: what is proposed (test_proposal)."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.cli.test_changes import everything
from tests.configs import SHIPPED, unhurried_config
from tests.conftest import TODAY, Served
from tests.weeks import fast_settings, graph, run_week, stored
from volt_assets.cli import init as command
from volt_assets.cli import main
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World
from volt_assets.settings import PROJECT, load_settings

ENRICHMENT = "enrichment_config.yaml"
FIRST_WEEK, LAST_WEEK = "2025-10-06", "2025-10-27"
Described = tuple[str, str, dict[str, object]]
"""A field of a schema: name, type, meta."""
SECRETS = ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to stand in, a project without a .env, and the sandbox's day."""
    folder, project = tmp_path / "here", tmp_path / "project"
    folder.mkdir()
    project.mkdir()
    shutil.copyfile(PROJECT / ".env.example", project / ".env.example")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(command, "PROJECT", project)
    monkeypatch.setattr(command, "today_in", lambda _: TODAY)
    return folder


@pytest.fixture(autouse=True)
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A new user's configuration, without databases and without the pacing that real services need."""
    folder = unhurried_config(tmp_path / "config")
    (folder / ENRICHMENT).unlink()
    monkeypatch.setenv("VOLT_CONFIG", str(folder))
    return folder


def init(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, ["init", *words], input=answer)


def last_line(result: Result) -> str:
    return result.output.strip().splitlines()[-1]


def toggl_requests(sandbox: Sandbox) -> int:
    return sum(request.service == "toggl" for request in sandbox.requests)


# A new user's path


def test_a_new_user_gets_a_configuration_that_matches_as_many_hours_as_the_shipped_one(
    sandbox: Sandbox, config: Path, here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = init("--yes")
    assert result.exit_code == 0, result.output
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 0
    proposed = matched_seconds()
    monkeypatch.setenv("VOLT_CONFIG", str(SHIPPED))
    monkeypatch.setenv("VOLT_DATA", str(tmp_path / "shipped"))
    assert proposed >= matched_seconds() > 0


def matched_seconds() -> int:
    """What the last week before TODAY matches with the configuration of this moment."""
    assert run_week(LAST_WEEK, definitions=graph(fast_settings())).success
    return int(stored("enriched_data", LAST_WEEK)["statistics"]["matched_duration_seconds"])


def test_a_number_that_the_shipped_configuration_alone_matches_is_also_in_another_database_that_labels_name(
    sandbox: Sandbox, config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    init("--yes")
    text = (config / ENRICHMENT).read_text()
    proposed = resolved(FIRST_WEEK)
    monkeypatch.setenv("VOLT_CONFIG", str(SHIPPED))
    monkeypatch.setenv("VOLT_DATA", str(tmp_path / "shipped"))
    [(row, ticket)] = [
        (row, one["entity"]) for row, one in resolved(FIRST_WEEK).items() if one["entity"] and proposed[row]["entity"] != one["entity"]
    ]
    assert proposed[row]["outcome"] == "ambiguous"
    found = [one["entity"] for one in proposed[row]["candidates"]]
    assert ticket in found
    assert [one for one in found if one != ticket and f"{one['space']}/{one['database']}:  # " in text]


def resolved(week: str) -> dict[tuple[str, str], Any]:
    """How each row of a week ends with the configuration of this moment."""
    matching = ("raw_toggl_data", "toggl_aggregated", "fibery_entities")
    assert run_week(week, definitions=graph(fast_settings()), selection=matching).success
    return {(one["person"], one["description"]): one for one in stored("fibery_entities", week)["resolutions"]}


def test_databases_with_time_come_first_with_the_strategy_of_their_fields(sandbox: Sandbox) -> None:
    init("--yes")
    enrichment = load_settings().enrichment
    assert enrichment.databases[0] == "Scrum/Task"
    assert {name: enrichment.activity(name).activity for name in enrichment.databases} == {
        "Scrum/Task": "enrich_scrum_task",
        "Scrum/Bug": "enrich_scrum_bug",
        "Product Management/Feature": "enrich_product_feature",
        "Scrum/Sub-task": "enrich_scrum_task",
        "Design/Work Version": "default_enrich_entity",
        "Support/Ticket": "default_enrich_entity",
        "Product Management/Request": "default_enrich_entity",
    }


def test_an_empty_or_absent_folder_gets_every_file_of_a_configuration(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VOLT_CONFIG", str(tmp_path / "new" / "config"))
    result = init("--yes", "--no-toggl")
    assert result.exit_code == 0, result.output
    assert "volt.yaml (new, as it is shipped)" in result.output
    assert load_settings().config_folder == tmp_path / "new" / "config"


def test_a_second_time_there_is_nothing_to_write(sandbox: Sandbox, tmp_path: Path) -> None:
    init("--yes")
    before = everything(tmp_path)
    result = init("--yes")
    assert result.exit_code == 0
    assert "nothing to write" in result.output
    assert everything(tmp_path) == before


def test_a_label_that_names_no_database_gets_an_alias_by_the_titles_beside_it(sandbox: Sandbox, world: World) -> None:
    bug = next(item for item in world.items if item.database == "Scrum/Bug")
    when = next(entry.start for entry in world.entries if entry.day == TODAY.replace(month=10, day=29))
    for _ in range(2):
        sandbox.add_entry(
            user_id=world.people[0].user_id, start=when, seconds=3600, description=f"{bug.title} #{bug.public_id} [Scrum] [Defect] [Portal]"
        )
    result = init("--yes")
    assert "+  Scrum/Defect: Scrum/Bug  # 2.0 h in 2 entries; 1 of 1 titles are there" in result.output
    assert load_settings().enrichment.label_aliases == {"Scrum/Defect": "Scrum/Bug"}


# What is written, and when


def test_without_a_terminal_it_shows_and_writes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    before = everything(tmp_path)
    result = init()
    assert result.exit_code == 0
    assert "+  Scrum/Task:" in result.output
    assert last_line(result) == "Nothing was written: this is no terminal, so nobody can be asked. Use --yes to write."
    assert everything(tmp_path) == before


@pytest.mark.parametrize(("answer", "is_written"), [("y\n", True), ("\n", False), ("n\n", False), ("", False)])
def test_in_a_terminal_only_a_yes_writes(
    sandbox: Sandbox, config: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_written: bool
) -> None:
    monkeypatch.setattr(command, "is_terminal", lambda: True)
    result = init("--no-toggl", answer=answer)
    assert "Write these? [y/N]: " in result.output
    assert result.exit_code == 0
    assert (config / ENRICHMENT).exists() is is_written
    assert (last_line(result) == "Nothing was written.") is not is_written


def test_what_somebody_configured_stays_with_a_copy_and_new_databases_come_below(sandbox: Sandbox, config: Path) -> None:
    bug = "  Scrum/Bug: {activity: enrich_scrum_bug, fields: [Severity]}  # enough\n"
    own = f"# Ours.\nenrichment_activities:\n{bug}  default: {{activity: default_enrich_entity}}\n"
    (config / ENRICHMENT).write_text(own)
    result = init("--yes", "--no-toggl")
    assert result.exit_code == 0, result.output
    written = (config / ENRICHMENT).read_text()
    assert written.startswith(own)
    assert (config / f"{ENRICHMENT}.bak").read_text() == own
    enrichment = load_settings().enrichment
    assert enrichment.activity("Scrum/Bug").fields == ("Severity",)
    assert "Scrum/Task" in enrichment.databases


def test_labels_for_databases_that_fibery_does_not_have_are_told(sandbox: Sandbox, config: Path) -> None:
    labels = "label_aliases: {Scrum/Release: Scrum/Build, Defect: Scrum/Bug}\n"
    (config / ENRICHMENT).write_text(f"enrichment_activities: {{default: {{activity: default_enrich_entity}}}}\n{labels}")
    assert "Configured, but not in Fibery: Scrum/Build. They stay; --fresh proposes without them." in init("--no-toggl").output


def test_databases_that_fibery_does_not_have_are_told_and_fresh_leaves_them_out(sandbox: Sandbox, config: Path) -> None:
    own = "enrichment_activities:\n  Sales/Deal: {activity: default_enrich_entity}\n  default: {activity: default_enrich_entity}\n"
    (config / ENRICHMENT).write_text(own)
    assert "Configured, but not in Fibery: Sales/Deal. They stay; --fresh proposes without them." in init("--no-toggl").output
    init("--no-toggl", "--fresh", "--yes")
    assert "Sales/Deal" not in load_settings().enrichment.databases
    assert (config / f"{ENRICHMENT}.bak").read_text() == own


# The .env


def test_a_template_comes_where_there_is_no_dotenv_without_any_secret(
    sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = [sandbox.environment[name] for name in SECRETS]
    result = init("--yes", "--no-toggl")
    text = (here / ".env").read_text()
    assert text == (PROJECT / ".env.example").read_text()
    assert not [secret for secret in secrets if secret in text or secret in result.output]


def test_a_dotenv_that_is_there_is_neither_touched_nor_shown_and_what_it_lacks_is_told(sandbox: Sandbox, here: Path) -> None:
    own = "export TOGGL_API_TOKEN=my-own-token-0123456789\nTOGGL_WORKSPACE_ID=4711\n"
    (here / ".env").write_text(own)
    result = init("--yes", "--no-toggl")
    assert (
        f"{here / '.env'} is there and stays as it is: it lacks FIBERY_API_TOKEN, FIBERY_WORKSPACE_NAME (see .env.example)."
        in result.output
    )
    assert "my-own-token" not in result.output
    assert (here / ".env").read_text() == own


def test_a_dotenv_that_nobody_has_filled_in_yet_lacks_what_is_needed(here: Path) -> None:
    init("--yes")
    (here / ".env").write_text((here / ".env").read_text().replace("FIBERY_WORKSPACE_NAME=", "FIBERY_WORKSPACE_NAME='acme'"))
    result = init("--yes")
    assert result.exit_code == 2
    assert (
        f"{here / '.env'} is there and stays as it is: it lacks TOGGL_API_TOKEN, TOGGL_WORKSPACE_ID, FIBERY_API_TOKEN (see" in result.output
    )


def test_without_variables_the_template_is_the_first_step_and_what_is_missing_is_told(here: Path, config: Path) -> None:
    result = init("--yes")
    assert result.exit_code == 2
    assert last_line(result) == "Error: Not set: FIBERY_API_TOKEN, FIBERY_WORKSPACE_NAME. Put them into .env, then run init again."
    assert (here / ".env").exists()
    assert not (config / ENRICHMENT).exists()


def test_a_toggl_token_without_its_workspace_is_wrong_usage_unless_toggl_is_left_out(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("", "my team"):
        monkeypatch.setenv("TOGGL_WORKSPACE_ID", number)
        assert init("--yes").exit_code == 2
        assert init("--yes", "--no-toggl").exit_code == 0


# Toggl's quota


def test_it_says_how_many_requests_it_will_make_and_how_many_it_made(sandbox: Sandbox) -> None:
    result = init()
    assert "Toggl: the entries of 2025-10-06 to 2025-11-02 take at least 8 requests" in result.output
    assert "are left in this hour." in result.output
    assert f"entries read with {toggl_requests(sandbox)} requests." in result.output


@pytest.mark.parametrize("without", ["option", "token"])
def test_toggl_is_not_asked_without_a_token_or_by_choice(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, without: str) -> None:
    if without == "token":
        monkeypatch.delenv("TOGGL_API_TOKEN")
    result = init("--yes", *(["--no-toggl"] if without == "option" else []))
    assert result.exit_code == 0, result.output
    assert "Toggl is not asked" in result.output
    assert toggl_requests(sandbox) == 0
    assert "Scrum/Task" in load_settings().enrichment.databases


def test_a_quota_for_no_week_at_all_ends_in_one_line_with_the_way_around(served: Served, config: Path) -> None:
    with served(quota_per_hour=1) as sandbox:
        result = init("--yes")
        assert result.exit_code == 1
        assert last_line(result).startswith("Error: Toggl's hourly quota")
        assert last_line(result).endswith("Or leave Toggl out with --no-toggl.")
        assert toggl_requests(sandbox) <= 3
    assert not (config / ENRICHMENT).exists()


def test_a_quota_for_some_weeks_gives_a_proposal_from_these(served: Served) -> None:
    with served(quota_per_hour=9):
        result = init("--yes")
    assert result.exit_code == 0, result.output
    assert "The proposal rests on 1 of 4 weeks." in result.output
    assert load_settings().enrichment.databases[0] == "Scrum/Task"


@pytest.mark.parametrize("form", ["array", "items"])
def test_the_quota_is_read_in_either_form(served: Served, form: str) -> None:
    with served(quota_per_hour=240, quota_list=form, quota_headers=False):
        assert "; 239 are left in this hour." in init().output


def test_a_token_that_is_no_admin_s_proposes_from_what_it_sees_and_says_so(served: Served) -> None:
    with served(toggl_admin=False):
        result = init("--yes")
    assert result.exit_code == 0, result.output
    assert "Toggl shows this token only its owner's entries" in result.output


# Refusals, each in one line


@pytest.mark.parametrize(
    ("variable", "value", "code", "told"),
    [
        ("FIBERY_API_TOKEN", "wrong-token-0123", 1, "Fibery refused the token (HTTP 401)."),
        ("TOGGL_API_TOKEN", "wrong-token-0123", 1, "Toggl refused the token (HTTP 403)."),
        ("TOGGL_WORKSPACE_ID", "4711", 1, "no access to workspace 4711"),
        ("TOGGL_WORKSPACE_ID", "my team", 2, "TOGGL_WORKSPACE_ID is 'my team'"),
        ("FIBERY_API_URL", "http://127.0.0.1:1", 1, "Fibery cannot be reached at http://127.0.0.1:1"),
        ("TOGGL_API_URL", "http://127.0.0.1:1", 1, "Toggl cannot be reached at http://127.0.0.1:1"),
        ("FIBERY_API_URL", "acme.fibery.io", 2, "FIBERY_API_URL is no web address"),
        ("FIBERY_WORKSPACE_NAME", "https://acme.fibery.io", 2, "FIBERY_WORKSPACE_NAME is 'https://acme.fibery.io': give only the name"),
    ],
)
@pytest.mark.usefixtures("no_pauses")
def test_a_refusal_is_one_line_and_nothing_is_written(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, code: int, told: str
) -> None:
    before = everything(tmp_path)
    monkeypatch.setenv(variable, value)
    result = init("--yes")
    assert result.exit_code == code, result.output
    assert told in last_line(result)
    assert "wrong-token" not in result.output
    assert everything(tmp_path) == before


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port is closed at once: the pauses between attempts are none."""
    monkeypatch.setattr("resources.http._PAUSES_SECONDS", (0.0,))


def test_yaml_that_cannot_be_read_is_told_and_fresh_replaces_it_with_a_copy(sandbox: Sandbox, config: Path) -> None:
    (config / ENRICHMENT).write_text("enrichment_activities: [")
    result = init("--yes", "--no-toggl")
    assert result.exit_code == 2
    assert last_line(result).startswith(f"Error: {config / ENRICHMENT}: is no YAML: ")
    assert last_line(result).endswith(f"Mend {ENRICHMENT}, or replace it with --fresh.")
    assert init("--yes", "--no-toggl", "--fresh").exit_code == 0
    assert (config / f"{ENRICHMENT}.bak").read_text() == "enrichment_activities: ["


def test_a_mistake_in_volt_yaml_is_told_by_its_own_name(sandbox: Sandbox, config: Path) -> None:
    (config / "volt.yaml").write_text("week: {first: 2025-01-07, timezone: UTC}")
    result = init("--yes", "--no-toggl")
    assert result.exit_code == 2
    assert last_line(result).startswith(f"Error: {config / 'volt.yaml'}: week.first: 2025-01-07 is no Monday")


def test_a_folder_that_cannot_be_written_is_told_in_one_line(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    monkeypatch.setenv("VOLT_CONFIG", "/proc/nowhere/config")
    result = init("--yes", "--no-toggl")
    assert result.exit_code == 1
    assert "cannot be written" in last_line(result)
    assert not (here / ".env").exists()


def test_a_workspace_that_answers_no_schema_is_told_in_one_line(sandbox: Sandbox) -> None:
    sandbox.fail_next("fibery", status=200, body='{"hello": 1}', content_type="application/json")
    result = init("--yes", "--no-toggl")
    assert result.exit_code == 1
    assert last_line(result).startswith("Error: Fibery sent something else than a schema")


def test_a_schema_of_odd_names_becomes_a_file_that_loads_and_shows_nothing_that_a_terminal_obeys(sandbox: Sandbox) -> None:
    odd = ['Büro: 1/🐞 "Bug" #2', "- x/{y}", "A/\u202ereversed\x1b[2J", "Yes/No", "trailing/space ", f"long/{'x' * 300}", "no slash"]
    sandbox.fail_next("fibery", status=200, body=json.dumps({"fibery/types": [USER, *map(odd_type, odd)]}), content_type="application/json")
    result = init("--yes", "--no-toggl")
    assert result.exit_code == 0, result.output
    assert set(load_settings().enrichment.databases) == set(odd[:4])
    assert not set(result.output) & {"\x1b", "\u202e"}


def odd_type(name: str) -> dict[str, object]:
    """A database that looks like work, with a live title, a deleted field, and a field whose display name is YAML."""
    fields: list[Described] = [("a/Title", "fibery/text", {"ui/title?": True}), ("workflow/state", "fibery/user", {})]
    more: list[Described] = [("a/priority: [x", "fibery/text", {}), ("assignments/assignees", "fibery/user", {"fibery/collection?": True})]
    return typed(name, {"fibery/domain?": True}, [*fields, *more])


def typed(name: str, meta: dict[str, object], fields: list[Described]) -> dict[str, object]:
    read = [{"fibery/name": field, "fibery/type": kind, "fibery/meta": own, "fibery/deleted?": False} for field, kind, own in fields]
    return {"fibery/name": name, "fibery/meta": meta, "fibery/fields": read, "fibery/deleted?": False}


USER = typed("fibery/user", {"fibery/domain?": True}, [("user/name", "fibery/text", {"ui/title?": True})])
