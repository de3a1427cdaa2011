"""What a user configures: what is accepted, which source wins. Not here: what is refused, what settings do."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from volt_assets.domain.model_calls import ModelLimits, Price
from volt_assets.domain.strategies import STRATEGIES
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
    "TOGGL_API_TOKEN": "0123456789abcdef0123456789abcdef",
    "FIBERY_API_TOKEN": "c0ffee11.2233445566778899aabbccddeeff00112233",
    "OPENAI_API_KEY": "sk-proj-abcdefghijklmnopqrstuvwx",
}
COMPLETE = {**SECRETS, "TOGGL_WORKSPACE_ID": "4711", "FIBERY_WORKSPACE_NAME": "acme"}
Load = Callable[..., Settings]


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


# What is shipped


def test_the_shipped_configuration_loads_and_needs_no_model() -> None:
    settings = load_settings({})
    assert settings.config_folder == PROJECT / "config"
    assert settings.llm.provider == "none"
    assert settings.week.first.weekday() == 0


def test_the_shipped_file_spells_out_the_defaults(load: Load) -> None:
    shipped, bare = load_settings({}), load(volt=WEEK)
    for part in ("toggl", "people", "fibery", "data_quality", "alignment", "llm"):
        assert getattr(shipped, part) == getattr(bare, part)


def test_the_limits_of_the_alignment_are_what_the_file_says(load: Load) -> None:
    limits = load(volt=WEEK + "alignment: {min_minutes: 30, grace_hours: 0, stale_after_days: 14}\n").alignment.limits
    assert (limits.min_minutes, limits.grace_hours, limits.stale_after_days) == (30, 0, 14)


def test_the_limits_of_a_run_come_with_the_price_of_the_model_that_is_used(load: Load) -> None:
    prices = "prices: {m: {input_per_million: 1, output_per_million: 4}, n: {input_per_million: 9, output_per_million: 9}}"
    limits = load(volt=WEEK + f"llm: {{model: m, {prices}, currency: EUR, budget_per_run: 0.5, max_tokens_per_run: 9000}}").llm.limits
    assert limits == ModelLimits(price=Price(input_per_million=1, output_per_million=4), currency="EUR", budget=0.5, max_tokens=9000)
    assert load(volt=WEEK + f"llm: {{model: other, {prices}}}").llm.limits == ModelLimits()


def test_every_database_has_an_activity_that_exists_and_others_have_the_default() -> None:
    enrichment = load_settings({}).enrichment
    assert "default" not in enrichment.databases
    assert {enrichment.activity(name).activity for name in (*enrichment.databases, "Nobody/Knows")} <= set(enrichment.strategies)
    assert enrichment.activity("Nobody/Knows") == enrichment.enrichment_activities["default"]


def test_a_teams_own_activity_reads_its_roles_and_fields_besides_those_it_is_based_on(load: Load) -> None:
    own = "activities:\n  ours: {based_on: theirs, roles: [Story points], fields: [Mood]}\n  theirs: {fields: [Team]}\n"
    enrichment = load(enrichment=DEFAULT + "  Scrum/Task: {activity: ours, parents: [Feature], max_concurrent: 7}\n" + own).enrichment
    assert enrichment.strategies["ours"].fields == ("Team", "story_points", "Mood")
    assert enrichment.strategies["ours"].roles == STRATEGIES["default_enrich_entity"].roles
    assert enrichment.activity("Scrum/Task").wishes().parents == ("Feature",)
    assert enrichment.max_concurrent == {"Scrum/Task": 7}


def test_without_parents_the_usual_names_lead_up_and_an_empty_list_leads_nowhere(load: Load) -> None:
    file = DEFAULT + "  Scrum/Task: {activity: enrich_scrum_task}\n  Scrum/Bug: {activity: enrich_scrum_bug, parents: []}\n"
    enrichment = load(enrichment=file).enrichment
    assert [enrichment.activity(name).parents for name in ("Scrum/Task", "Scrum/Bug")] == [None, ()]


def test_a_label_may_stand_for_a_database_that_is_not_configured(load: Load) -> None:
    assert load_settings({}).enrichment.label_aliases == {}
    enrichment = load(enrichment=DEFAULT + "label_aliases:\n  Scrum/Release: Scrum/Build\n  To Do: To-dos/To-do\n").enrichment
    assert enrichment.label_aliases == {"Scrum/Release": "Scrum/Build", "To Do": "To-dos/To-do"}


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


@pytest.mark.parametrize("part", ["toggl", "people", "fibery", "llm"])
def test_a_section_whose_lines_are_all_comments_means_the_defaults(load: Load, part: str) -> None:
    assert load(volt=f"{WEEK}{part}:\n  # nothing: 1\n") == load(volt=WEEK)


def test_a_key_whose_lines_are_all_comments_means_its_default(load: Load) -> None:
    people = "people:\n  aliases:\n    # ana@x.example: ana@y.example\n  exclude:\n    # - ben@x.example\n"
    assert load(volt=WEEK + people) == load(volt=WEEK)
    fields = "  Scrum/Bug:\n    activity: default_enrich_entity\n    fields:\n      # - Priority\n"
    assert load(enrichment=DEFAULT + fields).enrichment.activity("Scrum/Bug").fields == ()


def test_a_model_named_like_a_date_is_text(load: Load) -> None:
    assert load(volt=WEEK + "llm: {model: 2025-01-06}").llm.model == "2025-01-06"


def test_a_part_may_be_written_once_and_merged_where_it_is_needed_too(load: Load) -> None:
    written = (
        DEFAULT + "  Scrum/Bug: &bug {activity: default_enrich_entity, max_concurrent: 7}\n  Scrum/Task: {<<: *bug, fields: [Priority]}\n"
    )
    assert load(enrichment=written).enrichment.activity("Scrum/Task").max_concurrent == 7


def test_a_database_name_may_hold_spaces_and_a_second_slash(load: Load) -> None:
    written = DEFAULT + "  Product Management/Idea/Wish: {activity: default_enrich_entity}\n"
    assert load(enrichment=written).enrichment.databases == ("Product Management/Idea/Wish",)


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


def test_lines_of_a_dotenv_that_cannot_be_read_are_told_by_their_numbers_alone(folder: Path) -> None:
    (folder / ".env").write_text("# first\nTOGGL_API_TOKEN=one\nthe token: abc-0123456789\nA=1\n'open\n", encoding="utf-8")
    told = re.escape(f"{folder / '.env'}: lines 3, 5 cannot be read. Write NAME=value") + "(?!.*abc-0123456789)"
    with pytest.raises(ConfigurationError, match=told):
        read_environment()


def test_a_relative_store_in_the_projects_dotenv_lies_in_the_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOLT_DATA")
    (folder.parent / ".env").write_text("VOLT_DATA=stores/team\n", encoding="utf-8")
    monkeypatch.setattr("volt_assets.settings.PROJECT", folder.parent)
    assert load_settings().data == str(folder.parent / "stores" / "team")


def test_a_relative_configuration_folder_in_the_projects_dotenv_lies_in_the_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOLT_CONFIG")
    (folder.parent / ".env").write_text("VOLT_CONFIG=config\n", encoding="utf-8")
    monkeypatch.setattr("volt_assets.settings.PROJECT", folder.parent)
    assert load_settings().config_folder == folder.parent / "config"


@pytest.mark.parametrize("name", ["VOLT_LLM_PROVIDER", "OPENAI_BASE_URL", "VOLT_DATA", "TOGGL_API_URL", "FIBERY_API_URL", "VOLT_SITE_URL"])
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


@pytest.mark.parametrize("name", ["https://acme/.fibery.io", "acme/", "acme.evil.example/", "a@b", "acme#"])
def test_a_name_that_makes_an_address_of_another_host_makes_none(load: Load, name: str) -> None:
    settings = load(environment={"FIBERY_WORKSPACE_NAME": name})
    assert (settings.fibery_url, settings.fibery_hosts) == ("", ())


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


def test_confirmed_aliases_are_read_a_line_each_and_no_file_means_none(load: Load, config: Path) -> None:
    assert load().confirmed == ()
    lines = "aliases:\n  - {person: Ana@Example.com, description: oslo trip, entity: 'To-dos/To-do #12'}\n"
    (config / "aliases.yaml").write_text(lines + "  - {person: anybody, description: '#7', entity: Scrum/Bug#7}\n", encoding="utf-8")
    told = [(one.person, one.description, str(one.entity)) for one in load().confirmed]
    assert told == [("ana@example.com", "oslo trip", "To-dos/To-do #12"), ("anybody", "#7", "Scrum/Bug #7")]


def test_what_is_routine_can_be_configured(load: Load, config: Path) -> None:
    assert "standup" in load().match_rules.routine
    (config / "volt.yaml").write_text(WEEK + "matching: {routine: [Klausur]}\n", encoding="utf-8")
    assert load().match_rules.routine == ("Klausur",)


@pytest.mark.parametrize(
    ("lines", "url", "web"),
    [
        ("", "", "https://track.toggl.com"),
        ("", "http://127.0.0.1:8001/toggl", ""),
        ('toggl: {web_url: "https://toggl.example/"}', "http://127.0.0.1:8001/toggl", "https://toggl.example"),
        ('toggl: {web_url: ""}', "", ""),
    ],
)
def test_reports_lead_to_toggls_own_pages_or_to_those_that_are_named(load: Load, lines: str, url: str, web: str) -> None:
    settings = load(volt=WEEK + lines, environment={"TOGGL_API_URL": url, "FIBERY_WORKSPACE_NAME": "acme"})
    assert settings.toggl_web == web
    assert settings.link_hosts == tuple(host for host in ("acme.fibery.io", web.removeprefix("https://")) if host)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "track.toggl.com", "https://a.example/x y", "https://a.example/)[x]("])
def test_what_is_no_address_of_pages_is_refused(load: Load, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"toggl.web_url: .*is no address of web pages"):
        load(volt=f"{WEEK}toggl: {{web_url: '{url}'}}\n")


@pytest.mark.parametrize(
    ("written", "variable", "url"),
    [
        ("", "", ""),
        ("site: {url: 'http://127.0.0.1:3001/'}", "", "http://127.0.0.1:3001"),
        ("site: {url: 'http://127.0.0.1:3001'}", " https://pages.example/volt/ ", "https://pages.example/volt"),
        ("", "http://[::1]:3001", "http://[::1]:3001"),
    ],
)
def test_where_pages_are_served_is_said_by_the_environment_or_the_file(load: Load, written: str, variable: str, url: str) -> None:
    assert load(volt=WEEK + written, environment={"VOLT_SITE_URL": variable}).site_url == url


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///data", "pages.example", "ftp://a.example", "https://a.example/x y", "http://a@b"]
)
def test_pages_are_served_at_no_other_address_than_a_web_address(load: Load, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"site.url: is no address of web pages, such as"):
        load(volt=f"{WEEK}site: {{url: '{url}'}}\n")
    with pytest.raises(ConfigurationError, match=r"^VOLT_SITE_URL: .* is no address of web pages, such as"):
        load(volt=WEEK, environment={"VOLT_SITE_URL": url})
