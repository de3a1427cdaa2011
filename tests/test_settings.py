"""What a user configures: what is accepted, what is refused with which line, which source wins. Not here: what settings do."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from volt_assets.domain.enrichment import STRATEGIES
from volt_assets.settings import (
    PROJECT,
    ConfigurationError,
    Settings,
    absolute_location,
    load_environment,
    load_settings,
    missing_variables,
    read_environment,
)

WEEK = "week: {first: 2025-01-06, timezone: Europe/Berlin}\n"
DEFAULT = "enrichment_activities:\n  default: {activity: default_enrich_entity}\n"
SECRETS = {
    "TOGGL_API_TOKEN": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "FIBERY_API_TOKEN": "c0ffee11.2233445566778899aabbccddeeff00112233",
    "OPENAI_API_KEY": "sk-proj-abcdefghijklmnopqrstuvwx",
}
COMPLETE = {**SECRETS, "TOGGL_WORKSPACE_ID": "4711", "FIBERY_WORKSPACE_NAME": "acme"}
Load = Callable[..., Settings]
Refused = Callable[..., str]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be changed."""
    return Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))


@pytest.fixture
def load(config: Path) -> Load:
    """Loads the copy, with a file of it changed and an environment of nothing but this."""

    def settings(volt: str | None = None, enrichment: str | None = None, environment: Mapping[str, str] | None = None) -> Settings:
        for name, text in (("volt.yaml", volt), ("enrichment_config.yaml", enrichment)):
            if text is not None:
                (config / name).write_text(text, encoding="utf-8")
        return load_settings({"VOLT_CONFIG": str(config), **(environment or {})})

    return settings


@pytest.fixture
def refused(load: Load) -> Refused:
    """The one line with which a configuration is refused."""

    def message(**changes: object) -> str:
        with pytest.raises(ConfigurationError) as error:
            load(**changes)
        assert len(str(error.value).splitlines()) == 1
        return str(error.value)

    return message


# What is shipped


def test_the_shipped_configuration_loads_and_needs_no_model() -> None:
    settings = load_settings({})
    assert settings.config_folder == PROJECT / "config"
    assert settings.llm.provider == "none"
    assert settings.week.first.weekday() == 0


def test_the_shipped_file_spells_out_the_defaults(load: Load) -> None:
    shipped, bare = load_settings({}), load(volt=WEEK)
    for part in ("toggl", "people", "fibery", "llm"):
        assert getattr(shipped, part) == getattr(bare, part)


def test_every_database_has_an_activity_that_exists_and_others_have_the_default() -> None:
    enrichment = load_settings({}).enrichment
    assert "default" not in enrichment.databases
    assert {enrichment.activity(name).activity for name in (*enrichment.databases, "Nobody/Knows")} <= set(STRATEGIES)
    assert enrichment.activity("Nobody/Knows") == enrichment.enrichment_activities["default"]


def test_the_example_of_a_dotenv_names_variables_and_holds_no_secret() -> None:
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    values = dict(line.lstrip("# ").split("=", 1) for line in lines if re.match(r"(# )?[A-Z_]+=", line))
    assert set(COMPLETE) <= set(values)
    assert not [name for name in SECRETS if values[name]]


# Values that are fine


@pytest.mark.parametrize("written", ["2025-01-06", "'2025-01-06'", '"2025-01-06"'])
def test_a_date_may_be_quoted_or_not(load: Load, written: str) -> None:
    assert load(volt=f"week: {{first: {written}, timezone: UTC}}").week.first == date(2025, 1, 6)


def test_people_are_known_by_lower_case_addresses_or_user_ids(load: Load) -> None:
    people = "people: {aliases: {' Ana@X.example ': ANA@y.example}, exclude: [Ben@x.example], no_report: ['user:17']}"
    settings = load(volt=WEEK + people)
    assert settings.people.aliases == {"ana@x.example": "ana@y.example"}
    assert settings.people.exclude == {"ben@x.example"}
    assert settings.people.no_report == {"user:17"}


def test_a_database_name_may_hold_spaces_and_a_second_slash(load: Load) -> None:
    written = DEFAULT + "  Product Management/Idea/Wish: {activity: default_enrich_entity}\n"
    assert load(enrichment=written).enrichment.databases == ("Product Management/Idea/Wish",)


# Values that are refused: file, key, what is wrong, what is allowed


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (WEEK + "toggle: {}", ["toggle: unknown key", "allowed are week, toggl, people, fibery, llm"]),
        (WEEK + "toggl: {page_sise: 5}", ["toggl.page_sise: unknown key", "allowed are page_size, "]),
        (WEEK + "llm: {api_key: x}", ["llm.api_key: unknown key", "allowed are provider, base_url, model"]),
        ("week: {timezone: UTC}", ["week.first: is missing"]),
        ("toggl: {}", ["week: is missing"]),
        (WEEK + "toggl: {page_size: many}", ["toggl.page_size: ", "valid integer", "'many'"]),
        (WEEK + "toggl: {page_size: 0}", ["toggl.page_size: ", "greater than or equal to 1", "found 0"]),
        (WEEK + "toggl: {page_size: 5000}", ["toggl.page_size: ", "less than or equal to 1000", "found 5000"]),
        (WEEK + "toggl: {allow_own_entries_only: maybe}", ["toggl.allow_own_entries_only: ", "valid boolean", "'maybe'"]),
        (WEEK + "fibery: {max_requests_per_second: 0}", ["fibery.max_requests_per_second: ", "greater than 0"]),
        (WEEK + "llm: {provider: gpt}", ["llm.provider: ", "'none', 'openai' or 'replay'", "'gpt'"]),
        (WEEK + "llm: {temperature: 3}", ["llm.temperature: ", "less than or equal to 2"]),
        (WEEK + "toggl: 5", ["toggl: ", "valid dictionary", "found 5"]),
        ("week: {first: soon, timezone: UTC}", ["week.first: ", "valid date", "'soon'"]),
        ("week: {first: '2025-02-30', timezone: UTC}", ["week.first: ", "valid date", "'2025-02-30'"]),
        ("week: {first: 2025-01-06, timezone: Berlin}", ["week.timezone: ", "'Berlin' is no time zone", "such as Europe/Berlin"]),
        (WEEK + "people: {exclude: ana@x.example}", ["people.exclude: ", "frozenset", "ana@x.example"]),
        (WEEK + "1: 2", ["1: ", "should be strings"]),
    ],
)
def test_a_wrong_value_in_volt_yaml_is_told_in_one_line(refused: Refused, config: Path, written: str, parts: list[str]) -> None:
    message = refused(volt=written)
    assert message.startswith(f"{config / 'volt.yaml'}: ")
    assert [part for part in parts if part not in message] == []


@pytest.mark.parametrize(("first", "monday"), [("2025-01-07", "2025-01-06"), ("2025-01-12", "2025-01-06"), ("'2025-01-01'", "2024-12-30")])
def test_a_first_week_that_starts_on_no_monday_is_refused_with_the_right_one(refused: Refused, first: str, monday: str) -> None:
    message = refused(volt=f"week: {{first: {first}, timezone: UTC}}")
    assert "week.first" in message
    assert f"{first.strip(chr(39))} is no Monday" in message
    assert f"here {monday}" in message


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (DEFAULT + "activities: {}", ["activities: unknown key", "allowed are enrichment_activities"]),
        (DEFAULT + "  Scrum/Bug: {activity: default_enrich_entity, field: []}", ["Scrum/Bug.field: unknown key", "max_concurrent, fields"]),
        (DEFAULT + "  Scrum/Bug: {activity: enrich_bugs}", ["Scrum/Bug.activity: ", "'enrich_bugs' is no activity", *STRATEGIES]),
        (DEFAULT + "  Scrum/Bug: {}", ["Scrum/Bug.activity: is missing"]),
        (DEFAULT + "  Scrum/Bug: {activity: default_enrich_entity, max_concurrent: 0}", ["Scrum/Bug.max_concurrent: ", "equal to 1"]),
        (DEFAULT + "  Scrum/Bug: {activity: default_enrich_entity, fields: Priority}", ["Scrum/Bug.fields: ", "'Priority'"]),
        (DEFAULT + "  Bug: {activity: default_enrich_entity}", ["'Bug' names no database", '"Space/Database" or default']),
        (DEFAULT + "  /Bug: {activity: default_enrich_entity}", ["'/Bug' names no database", '"Space/Database" or default']),
        (DEFAULT + "  Scrum/: {activity: default_enrich_entity}", ["'Scrum/' names no database", '"Space/Database" or default']),
        ("enrichment_activities: {}", ["the key 'default' is missing"]),
        ("{}", ["enrichment_activities: is missing"]),
    ],
)
def test_a_wrong_value_in_the_enrichment_file_is_told_in_one_line(refused: Refused, config: Path, written: str, parts: list[str]) -> None:
    message = refused(enrichment=written)
    assert message.startswith(f"{config / 'enrichment_config.yaml'}: ")
    assert [part for part in parts if part not in message] == []


@pytest.mark.parametrize("file", ["volt", "enrichment"])
@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("week: [", "is no YAML"),
        ("\tweek: 1", "is no YAML"),
        ("a: 'open", "is no YAML"),
        ("!!python/object:os.system x", "is no YAML"),
        ("", "must hold keys and values, but holds NoneType"),
        ("# only a comment\n", "must hold keys and values, but holds NoneType"),
        ("- week", "must hold keys and values, but holds list"),
        ("week", "must hold keys and values, but holds str"),
    ],
)
def test_a_file_that_holds_no_keys_is_refused(refused: Refused, file: str, written: str, what: str) -> None:
    message = refused(**{file: written})
    assert re.search(r"(volt|enrichment_config)\.yaml: ", message)
    assert what in message


def test_a_long_value_of_many_lines_is_told_in_one_line_that_can_be_read(refused: Refused) -> None:
    lines = "\n\n".join(["many"] * 500)
    message = refused(volt=f'{WEEK}toggl: {{page_size: "{lines}"}}')
    assert "toggl.page_size: " in message
    assert len(message) < 600


@pytest.mark.parametrize("name", ["volt.yaml", "enrichment_config.yaml", "prompts/person_report.md", "prompts/team_summary.md"])
def test_a_missing_file_is_told_with_where_to_get_it(refused: Refused, config: Path, name: str) -> None:
    (config / name).unlink()
    assert refused() == f"{config / name}: is not there; take it from the project's config folder."


@pytest.mark.parametrize("name", ["volt.yaml", "prompts/toggl_summary.md"])
def test_a_file_that_is_no_utf_8_is_refused(refused: Refused, config: Path, name: str) -> None:
    (config / name).write_bytes(b"gr\xfc\xdfe: 1")
    assert refused().startswith(f"{config / name}: cannot be read: ")


@pytest.mark.parametrize(
    ("prompt", "what"),
    [("", "is empty"), (" \n\n", "is empty"), ("x" * 30_000, "is longer than"), ("Say\n<<<FACTS\n", "must not contain the marks")],
)
def test_a_prompt_that_cannot_be_used_is_refused(refused: Refused, config: Path, prompt: str, what: str) -> None:
    (config / "prompts" / "team_summary.md").write_text(prompt, encoding="utf-8")
    assert refused().startswith(f"{config / 'prompts' / 'team_summary.md'}: {what}")


def test_a_configuration_folder_that_is_not_there_is_told_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^VOLT_CONFIG: there is no folder .*nowhere; name the folder that holds volt\.yaml\.$"):
        load_settings({"VOLT_CONFIG": str(tmp_path / "nowhere")})


def test_a_provider_that_does_not_exist_is_told_by_its_variable(refused: Refused) -> None:
    message = refused(environment={"VOLT_LLM_PROVIDER": "gpt"})
    assert message == "VOLT_LLM_PROVIDER: 'gpt' is no provider; allowed are none, openai and replay."


# Which source wins


@pytest.fixture
def folder(tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with no `.env` yet, and VOLT_CONFIG in the environment."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("VOLT_CONFIG", str(config))
    return tmp_path / "here"


def test_the_yaml_wins_over_the_defaults(folder: Path, config: Path) -> None:
    (config / "volt.yaml").write_text(WEEK + "llm: {provider: openai}", encoding="utf-8")
    assert load_settings().llm.provider == "openai"


def test_a_dotenv_wins_over_the_yaml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOLT_LLM_PROVIDER")
    (folder / ".env").write_text("VOLT_LLM_PROVIDER=replay\n", encoding="utf-8")
    assert load_settings().llm.provider == "replay"


def test_the_environment_wins_over_a_dotenv(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "openai")
    (folder / ".env").write_text("VOLT_LLM_PROVIDER=replay\n", encoding="utf-8")
    assert load_settings().llm.provider == "openai"


def test_a_dotenv_reaches_the_environment_that_dagster_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOGGL_API_TOKEN")
    monkeypatch.setenv("FIBERY_API_TOKEN", "from outside")
    (folder / ".env").write_text("TOGGL_API_TOKEN=from a file\nFIBERY_API_TOKEN=from a file\n", encoding="utf-8")
    known = load_environment()
    assert (known["TOGGL_API_TOKEN"], known["FIBERY_API_TOKEN"]) == ("from a file", "from outside")
    assert (os.environ["TOGGL_API_TOKEN"], os.environ["FIBERY_API_TOKEN"]) == ("from a file", "from outside")


def test_a_variable_without_a_value_in_a_dotenv_is_set_to_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOGGL_API_TOKEN")
    (folder / ".env").write_text("TOGGL_API_TOKEN\n", encoding="utf-8")
    assert read_environment()["TOGGL_API_TOKEN"] == ""


def test_a_relative_store_in_the_projects_dotenv_lies_in_the_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOLT_DATA")
    (folder.parent / ".env").write_text("VOLT_DATA=stores/team\n", encoding="utf-8")
    monkeypatch.setattr("volt_assets.settings.PROJECT", folder.parent)
    assert load_settings().data == str(folder.parent / "stores" / "team")


@pytest.mark.parametrize("name", ["VOLT_LLM_PROVIDER", "OPENAI_BASE_URL", "VOLT_DATA", "TOGGL_API_URL", "FIBERY_API_URL"])
def test_an_empty_variable_counts_as_unset(load: Load, name: str) -> None:
    assert load(environment={name: ""}) == load()


def test_an_empty_folder_variable_means_the_shipped_configuration() -> None:
    assert load_settings({"VOLT_CONFIG": ""}) == load_settings({})


# What the environment decides


def test_the_model_servers_address_is_overridden_by_the_environment(load: Load) -> None:
    written = WEEK + "llm: {base_url: 'https://models.example/v1'}"
    assert load(volt=written).llm.base_url == "https://models.example/v1"
    assert load(volt=written, environment={"OPENAI_BASE_URL": "http://localhost:11434/v1"}).llm.base_url == "http://localhost:11434/v1"


def test_the_services_have_their_public_addresses_by_default(load: Load) -> None:
    settings = load(environment={"FIBERY_WORKSPACE_NAME": "acme"})
    assert settings.toggl_url == "https://api.track.toggl.com"
    assert settings.fibery_url == "https://acme.fibery.io"
    assert set(settings.fibery_hosts) == {"acme.fibery.io"}


def test_other_hosts_are_taken_from_the_environment_without_a_last_slash(load: Load) -> None:
    hosts = {"TOGGL_API_URL": "http://127.0.0.1:8000/", "FIBERY_API_URL": "http://127.0.0.1:8001/", "FIBERY_WORKSPACE_NAME": " acme "}
    settings = load(environment=hosts)
    assert (settings.toggl_url, settings.fibery_url) == ("http://127.0.0.1:8000", "http://127.0.0.1:8001")
    assert settings.fibery_hosts == ("acme.fibery.io", "127.0.0.1:8001")


def test_a_relative_store_lies_in_the_current_folder(load: Load, folder: Path) -> None:
    assert load(environment={"VOLT_DATA": "stores/team"}).data == str(folder / "stores" / "team")


def test_without_a_store_variable_data_lie_in_the_project(load: Load) -> None:
    assert load().data == str(PROJECT / "data")


@pytest.mark.parametrize("location", ["s3://bucket/volt", "memory://volt", "gs://bucket"])
def test_a_store_elsewhere_is_taken_as_it_is(load: Load, location: str) -> None:
    assert load(environment={"VOLT_DATA": location}).data == location


def test_a_store_may_be_named_from_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert absolute_location("~/volt", Path("elsewhere")) == str(tmp_path / "volt")


def test_a_relative_configuration_folder_lies_in_the_current_folder(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(config.parent)
    assert load_settings({"VOLT_CONFIG": "config"}).config_folder == config


# Secrets


def test_no_secret_is_in_the_settings(load: Load) -> None:
    settings = load(environment=COMPLETE)
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "acme" in shown
    assert not [name for name, secret in SECRETS.items() if secret in shown]


def test_no_secret_is_in_a_refusal(refused: Refused) -> None:
    message = refused(volt=WEEK + "toggle: {}", environment=COMPLETE)
    assert not [name for name, secret in SECRETS.items() if secret in message]


# What a run needs


@pytest.mark.parametrize("name", ["TOGGL_API_TOKEN", "TOGGL_WORKSPACE_ID", "FIBERY_API_TOKEN", "FIBERY_WORKSPACE_NAME"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_variable_that_a_run_needs_is_named(load: Load, name: str, value: str | None) -> None:
    environment = {key: given for key, given in {**COMPLETE, name: value}.items() if given is not None}
    assert missing_variables(environment, load()) == (name,)


def test_a_complete_environment_misses_nothing(load: Load) -> None:
    assert missing_variables(COMPLETE, load(environment={"VOLT_LLM_PROVIDER": "openai"})) == ()


def test_everything_that_is_missing_is_named_at_once(load: Load) -> None:
    names = ("TOGGL_API_TOKEN", "TOGGL_WORKSPACE_ID", "FIBERY_API_TOKEN", "FIBERY_WORKSPACE_NAME")
    assert missing_variables({}, load()) == names


def test_the_fibery_side_needs_nothing_of_toggl(load: Load) -> None:
    assert missing_variables({}, load(), toggl=False) == ("FIBERY_API_TOKEN", "FIBERY_WORKSPACE_NAME")


@pytest.mark.parametrize(("provider", "missing"), [("none", ()), ("replay", ()), ("openai", ("OPENAI_API_KEY",))])
def test_a_key_is_needed_only_where_a_model_is_asked(load: Load, provider: str, missing: tuple[str, ...]) -> None:
    environment = {name: value for name, value in COMPLETE.items() if name != "OPENAI_API_KEY"}
    assert missing_variables(environment, load(environment={"VOLT_LLM_PROVIDER": provider})) == missing
