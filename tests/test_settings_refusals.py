"""Configurations that are refused, each in one line: file, key, what is wrong, what is allowed. Not here: what is accepted."""

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.test_settings import COMPLETE, DEFAULT, SECRETS, WEEK
from volt_assets.domain.strategies import STRATEGIES
from volt_assets.settings import PROJECT, ConfigurationError, load_settings

Refused = Callable[..., str]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be changed."""
    return Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))


@pytest.fixture
def refused(config: Path) -> Refused:
    """The one line with which the copy is refused, with a file of it changed and an environment of nothing but this."""

    def message(volt: str | None = None, enrichment: str | None = None, environment: Mapping[str, str] | None = None) -> str:
        for name, text in (("volt.yaml", volt), ("enrichment_config.yaml", enrichment)):
            if text is not None:
                (config / name).write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError) as error:
            load_settings({"VOLT_CONFIG": str(config), **(environment or {})})
        assert len(str(error.value).splitlines()) == 1
        return str(error.value)

    return message


# Values


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (
            WEEK + "toggle: {}",
            ["toggle: unknown key", "allowed are week, toggl, people, fibery, data_quality, matching, alignment, llm, site"],
        ),
        (WEEK + "toggl: {page_sise: 5}", ["toggl.page_sise: unknown key", "allowed are page_size, "]),
        (WEEK + "llm: {api_key: x}", ["llm.api_key: unknown key", "allowed are provider, base_url, model"]),
        (WEEK + "llm: {budget_per_run: 0.5}", ["llm.budget_per_run: needs the price of gpt-4.1-mini under llm.prices; or ", "(found 0.5)"]),
        (
            WEEK + "llm: {budget_per_run: 1, prices: {m: {input_per_million: 1, output_per_million: 1}}}",
            ["needs the price of gpt-4.1-mini"],
        ),
        (WEEK + "llm: {budget_per_run: -1}", ["llm.budget_per_run: ", "greater than or equal to 0"]),
        (WEEK + "llm: {max_tokens_per_run: 1.5}", ["llm.max_tokens_per_run: ", "valid integer"]),
        (WEEK + "llm: {prices: {m: 3}}", ["llm.prices.m: must be a section of keys and values (found 3)"]),
        (WEEK + "llm: {prices: {m: {input_per_million: 1}}}", ["llm.prices.m.output_per_million: is missing"]),
        (
            WEEK + "llm: {prices: {m: {input_per_million: 1, output_per_million: 1, per_token: 1}}}",
            ["llm.prices.m.per_token: unknown key", "input_per_million, output_per_million"],
        ),
        ("week: {timezone: UTC}", ["week.first: is missing"]),
        ("toggl: {}", ["week: is missing"]),
        (WEEK + "toggl: {page_size: many}", ["toggl.page_size: ", "valid integer", "'many'"]),
        (WEEK + "toggl: {page_size: 0}", ["toggl.page_size: ", "greater than or equal to 1", "found 0"]),
        (WEEK + "toggl: {page_size: 5000}", ["toggl.page_size: ", "less than or equal to 1000", "found 5000"]),
        (WEEK + "toggl: {allow_own_entries_only: maybe}", ["toggl.allow_own_entries_only: ", "valid boolean", "'maybe'"]),
        (WEEK + "alignment: {min_minutes: -1}", ["alignment.min_minutes: ", "greater than or equal to 0", "found -1"]),
        (WEEK + "alignment: {grace_hours: a while}", ["alignment.grace_hours: ", "valid number", "'a while'"]),
        (WEEK + "alignment: {stale_after_days: .nan}", ["alignment.stale_after_days: ", "finite number"]),
        (WEEK + "alignment: {stale_days: 3}", ["alignment.stale_days: unknown key", "min_minutes, grace_hours, stale_after_days"]),
        (WEEK + "alignment: {grace_hours: 1e9}", ["alignment.grace_hours: ", "less than or equal to 8760"]),
        (WEEK + "fibery: {max_requests_per_second: 0}", ["fibery.max_requests_per_second: ", "greater than 0"]),
        (WEEK + "fibery: {max_text_characters: 0}", ["fibery.max_text_characters: ", "greater than or equal to 1"]),
        (WEEK + "fibery: {max_comments: -1}", ["fibery.max_comments: ", "greater than or equal to 0"]),
        (WEEK + "fibery: {hours_in_day: 25}", ["fibery.hours_in_day: ", "less than or equal to 24"]),
        (WEEK + "llm: {provider: gpt}", ["llm.provider: ", "'none', 'openai' or 'replay'", "'gpt'"]),
        (WEEK + "data_quality: {max_hours_a_day: 0}", ["data_quality.max_hours_a_day: ", "greater than 0"]),
        (WEEK + "data_quality: {max_unmatched_percent: 101}", ["data_quality.max_unmatched_percent: ", "less than or equal to 100"]),
        (WEEK + "llm: {temperature: 3}", ["llm.temperature: ", "less than or equal to 2"]),
        (WEEK + "toggl: 5", ["toggl: must be a section of keys and values (found 5)."]),
        (WEEK + "toggl: [5]", ["toggl: must be a section of keys and values (found a list)."]),
        ("week: {first: soon, timezone: UTC}", ["week.first: ", "valid date", "'soon'"]),
        ("week: {first: '2025-02-30', timezone: UTC}", ["week.first: ", "valid date", "'2025-02-30'"]),
        ("week: {first: 2025-01-06, timezone: Berlin}", ["week.timezone: ", "'Berlin' is no time zone", "such as Europe/Berlin"]),
        (WEEK + "people: {exclude: ana@x.example}", ["people.exclude: must be a list (found 'ana@x.example')."]),
        (WEEK + "people: {exclude: {ana@x.example: 1}}", ["people.exclude: must be a list (found keys and values)."]),
        (WEEK + "people: {aliases: [1]}", ["people.aliases: must be a section of keys and values (found a list)."]),
        (WEEK + "1: 2", ["1: ", "should be strings"]),
        (WEEK + "toggle:", ["toggle: unknown key"]),
        ("week:", ["week: is missing"]),
        (WEEK + "llm: {model: ''}", ["llm.model: must not be empty"]),
        (WEEK + "llm: {model: '  '}", ["llm.model: must not be empty"]),
        (WEEK + "llm: {base_url: ''}", ["llm.base_url: must not be empty"]),
        (WEEK + "llm: {model: 5}", ["llm.model: must be text (found 5)."]),
        (WEEK + "llm: {deadline_seconds: .inf}", ["llm.deadline_seconds: ", "finite number"]),
        (WEEK + "toggl: {max_requests_per_second: .inf}", ["toggl.max_requests_per_second: ", "finite number"]),
        (WEEK + "fibery: {max_requests_per_second: .nan}", ["fibery.max_requests_per_second: ", "finite number"]),
    ],
)
def test_a_wrong_value_in_volt_yaml_is_told_in_one_line(refused: Refused, config: Path, written: str, parts: list[str]) -> None:
    message = refused(volt=written)
    assert message.startswith(f"{config / 'volt.yaml'}: ")
    assert [part for part in parts if part not in message] == []


@pytest.mark.parametrize(("first", "monday"), [("2025-01-07", "2025-01-06"), ("2025-01-12", "2025-01-06"), ("'2025-01-01'", "2024-12-30")])
def test_a_first_week_that_starts_on_no_monday_is_refused_with_the_right_one(refused: Refused, first: str, monday: str) -> None:
    message = refused(volt=f"week: {{first: {first}, timezone: UTC}}")
    assert "volt.yaml: week.first: " in message
    assert f"{first.strip(chr(39))} is no Monday" in message
    assert f"here {monday}" in message


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (DEFAULT + "activitys: {}", ["activitys: unknown key", "allowed are enrichment_activities"]),
        (DEFAULT + "activities: {mine: {role: []}}", ["activities.mine.role: unknown key", "allowed are based_on, roles, fields"]),
        (DEFAULT + "activities: {mine: {roles: [points]}}", ["activities.mine.roles: 'points' is no role", "story_points"]),
        (DEFAULT + "activities: {mine: {roles: points}}", ["activities.mine.roles: must be a list (found 'points')."]),
        (DEFAULT + "activities: {mine: {based_on: theirs}}", ["activities.mine.based_on: 'theirs' is no activity", "mine"]),
        (DEFAULT + "activities: {a: {based_on: b}, b: {based_on: a}}", ["activities.a.based_on: leads back to itself"]),
        (DEFAULT + "activities: {enrich_scrum_bug: {}}", ["activities.enrich_scrum_bug: is the name of one of Volt's own"]),
        (DEFAULT + "  Scrum/Bug: {activity: default_enrich_entity, field: []}", ["Scrum/Bug.field: unknown key", "max_concurrent, fields"]),
        (DEFAULT + "  Scrum/Bug: {activity: enrich_bugs}", ["Scrum/Bug.activity: ", "'enrich_bugs' is no activity", *STRATEGIES]),
        (DEFAULT + "  Scrum/Bug: {}", ["Scrum/Bug.activity: is missing"]),
        (DEFAULT + "  Scrum/Bug: {activity: default_enrich_entity, max_concurrent: 0}", ["Scrum/Bug.max_concurrent: ", "equal to 1"]),
        (DEFAULT + "  Scrum/Bug: {activity: default_enrich_entity, fields: Priority}", ["Scrum/Bug.fields: ", "'Priority'"]),
        (DEFAULT + "  Bug: {activity: default_enrich_entity}", ["'Bug' names no database", '"Space/Database" or default']),
        (DEFAULT + "  /Bug: {activity: default_enrich_entity}", ["'/Bug' names no database", '"Space/Database" or default']),
        (DEFAULT + "  Scrum/: {activity: default_enrich_entity}", ["'Scrum/' names no database", '"Space/Database" or default']),
        (DEFAULT + "  'Scrum/ ': {activity: default_enrich_entity}", ["'Scrum/ ' names no database", '"Space/Database" or default']),
        (DEFAULT + "  'Scrum /Bug': {activity: default_enrich_entity}", ["'Scrum /Bug' names no database"]),
        (DEFAULT + "  Scrum/Bug:", ["Scrum/Bug: must be a section of keys and values (found nothing)."]),
        (DEFAULT + "label_aliases: [Release]", ["label_aliases: must be a section of keys and values (found a list)."]),
        (
            DEFAULT + "label_aliases: {Release: Build}",
            ["label_aliases.Release: names no database; write \"Space/Database\" (found 'Build')."],
        ),
        (DEFAULT + "label_aliases: {Scrum/: Scrum/Build}", ["label_aliases.Scrum/: names no label", '"Space/Type" or "Type"', "'Scrum/'"]),
        (DEFAULT + "label_aliases: {Release: [Scrum/Build]}", ["label_aliases.Release: must be text (found a list)."]),
        (DEFAULT + "label_aliases: {Sub-task: A/B, sub task: A/B}", ["label_aliases: 'Sub-task' and 'sub task' are the same label"]),
        ("enrichment_activities:", ["enrichment_activities: is missing"]),
        ("enrichment_activities: {}", ["the key 'default' is missing"]),
        ("{}", ["enrichment_activities: is missing"]),
    ],
)
def test_a_wrong_value_in_the_enrichment_file_is_told_in_one_line(refused: Refused, config: Path, written: str, parts: list[str]) -> None:
    message = refused(enrichment=written)
    assert message.startswith(f"{config / 'enrichment_config.yaml'}: ")
    assert [part for part in parts if part not in message] == []


NO_DATES = [
    *("2025-02-30", "0000-01-01", "2025-01-06T25:00:00", "2025-01-06 99:99:99", "2025-1-6", "20250106", "1736121600", "'1736121600'"),
    *("1.5", "true", "[2025-01-06]", "{}", "!!str 2025-13-01", "2025-01-06T00:00:00+99:99"),
]


@pytest.mark.parametrize("written", NO_DATES)
def test_what_is_no_date_is_refused_by_its_key_with_what_to_write(refused: Refused, written: str) -> None:
    message = refused(volt=f"week: {{first: {written}, timezone: UTC}}")
    assert "volt.yaml: week.first: must be a valid date; write a Monday, as 2025-01-06 (found " in message


@pytest.mark.parametrize(
    ("people", "key"),
    [
        ("{exclude: [123]}", "people.exclude.0"),
        ("{exclude: [ana@x.example, nonsense]}", "people.exclude.1"),
        ("{exclude: ['']}", "people.exclude.0"),
        ("{exclude: [[ana@x.example]]}", "people.exclude.0"),
        ("{no_report: [user:ana]}", "people.no_report.0"),
        ("{no_report: ['user: 17']}", "people.no_report.0"),
        ("{no_report: [user:017]}", "people.no_report.0"),
        ("{exclude: [null]}", "people.exclude.0"),
        ("{aliases: {1: 2}}", "people.aliases.1"),
        ("{aliases: {ana@x.example: 2}}", "people.aliases.ana@x.example"),
        ("{aliases: {ana@x.example: }}", "people.aliases.ana@x.example"),
        ("{aliases: {ana: ana@x.example}}", "people.aliases.ana"),
    ],
)
def test_what_names_no_person_is_refused_by_its_key_with_what_to_write(refused: Refused, people: str, key: str) -> None:
    assert f"volt.yaml: {key}: write an e-mail or user:<id> (found " in refused(volt=f"{WEEK}people: {people}")


@pytest.mark.parametrize(
    "tagged", ["!!int abc", "!!int ''", "!!float x", "!!bool maybe", "!!timestamp soon", "!!timestamp 2025-02-30", "0x_"]
)
def test_a_value_that_is_not_what_its_tag_says_is_refused_by_its_key(refused: Refused, tagged: str) -> None:
    message = refused(volt=f"{WEEK}toggl: {{page_size: {tagged}}}")
    assert re.search(r"volt\.yaml: toggl\.page_size: '.*' cannot be read as !!\w+; write a plain value without a tag", message)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (WEEK + WEEK, "week"),
        (WEEK + "toggl: {page_size: 5, page_size: 6}", "toggl.page_size"),
        (WEEK + "toggl: {page_size: 5, 'page_size': 5}", "toggl.page_size"),
        (WEEK + "people: {aliases: {ana@x.example: a@y.example, ana@x.example: b@y.example}}", "people.aliases.ana@x.example"),
        (WEEK + "people: {exclude: [{a: 1, a: 2}]}", "people.exclude.a"),
    ],
)
def test_a_key_that_is_given_twice_is_refused_by_its_name(refused: Refused, config: Path, written: str, key: str) -> None:
    assert refused(volt=written) == f"{config / 'volt.yaml'}: {key}: is given twice; keep one of them."


def test_a_database_that_is_given_twice_is_refused_by_its_name(refused: Refused) -> None:
    bug = "  Scrum/Bug: {activity: default_enrich_entity}\n"
    assert "enrichment_activities.Scrum/Bug: is given twice" in refused(enrichment=DEFAULT + bug + bug)


def test_a_document_that_holds_itself_is_refused(refused: Refused) -> None:
    assert "a: unknown key" in refused(volt=WEEK + "a: &a [*a]")


@pytest.mark.parametrize(
    "written",
    [
        "week: {first: 2025-01-08, timezone: UTC}",
        "week: {first: !!timestamp 2025-01-08, timezone: UTC}",
        "week: {first: !!timestamp 2025-01-08 10:00:00, timezone: UTC}",
        "week: 2025-01-06",
        "week: [2025-01-06]",
        WEEK + "people: {exclude: 5}",
        WEEK + "people: 5",
        WEEK + "llm: {pseudonyms: [true, null]}",
        WEEK + "llm: {pseudonyms: 2025-01-08}",
        "[]",
        "",
        "5",
        "!!set {a}",
    ],
)
def test_no_refusal_speaks_python(refused: Refused, written: str) -> None:
    words = r"datetime|frozenset|tuple|dict|instance|NoneType|None|True|Settings|\bint\b|\bstr\b|\bfloat\b|\bset\b|[{}]|\.monday"
    assert not re.search(words, refused(volt=written).partition("volt.yaml: ")[2])


@pytest.mark.parametrize("file", ["volt", "enrichment"])
@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("week: [", "is no YAML"),
        ("\tweek: 1", "is no YAML"),
        ("a: 'open", "is no YAML"),
        ("? [a]\n: 1", "is no YAML"),
        ("a: " + "[" * 3000, "is no YAML"),
        ("!!python/object:os.system x", "is no YAML"),
        ("", "must hold keys and values, but holds nothing"),
        ("# only a comment\n", "must hold keys and values, but holds nothing"),
        ("- week", "must hold keys and values, but holds a list"),
        ("week", "must hold keys and values, but holds text"),
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


@pytest.mark.parametrize("name", ["volt.yaml", "enrichment_config.yaml", "prompts/person_report.md", "prompts/entity_bug.md"])
def test_a_missing_file_is_told_with_where_to_get_it(refused: Refused, config: Path, name: str) -> None:
    (config / name).unlink()
    assert refused() == f"{config / name}: is not there; take it from the project's config folder."


@pytest.mark.parametrize("name", ["volt.yaml", "prompts/entity_generic.md"])
def test_a_file_that_is_no_utf_8_is_refused(refused: Refused, config: Path, name: str) -> None:
    (config / name).write_bytes(b"gr\xfc\xdfe: 1")
    assert refused().startswith(f"{config / name}: cannot be read: ")


@pytest.mark.parametrize(
    ("prompt", "what"),
    [("", "is empty"), (" \n\n", "is empty"), ("x" * 30_000, "is longer than"), ("Say\n<<<FACTS\n", "must not contain the marks")],
)
@pytest.mark.parametrize("name", ["team_summary.md", "entity_task.md"])
def test_a_prompt_that_cannot_be_used_is_refused(refused: Refused, config: Path, name: str, prompt: str, what: str) -> None:
    (config / "prompts" / name).write_text(prompt, encoding="utf-8")
    assert refused().startswith(f"{config / 'prompts' / name}: {what}")


def test_a_configuration_folder_that_is_not_there_is_told_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^VOLT_CONFIG: there is no folder .*nowhere; name the folder that holds volt\.yaml\.$"):
        load_settings({"VOLT_CONFIG": str(tmp_path / "nowhere")})


def test_a_provider_that_does_not_exist_is_told_by_its_variable(refused: Refused) -> None:
    message = refused(environment={"VOLT_LLM_PROVIDER": "gpt"})
    assert message == "VOLT_LLM_PROVIDER: 'gpt' is no provider; allowed are none, openai and replay."


def test_no_secret_is_in_a_refusal(refused: Refused) -> None:
    message = refused(volt=WEEK + "toggle: {}", environment=COMPLETE)
    assert not [name for name, secret in SECRETS.items() if secret in message]


# Confirmed aliases


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("{person: ana, description: oslo, entity: 'To-dos/To-do #12'}", ["aliases.0.person: write an e-mail or user:<id>", "'ana'"]),
        ("{person: anybody, description: '', entity: 'To-dos/To-do #12'}", ["aliases.0.description: must not be empty"]),
        ("{person: anybody, description: oslo}", ["aliases.0.entity: is missing"]),
        ("{person: anybody, description: oslo, entity: '#12'}", ["aliases.0.entity: names no entity", "Space/Database #12", "'#12'"]),
        ("{person: anybody, description: oslo, entity: 12}", ["aliases.0.entity: names no entity"]),
        (
            "{person: anybody, description: oslo, entity: 'A/B #1', note: x}",
            ["aliases.0.note: unknown key", "allowed are person, description, entity."],
        ),
        (
            "{person: anybody, description: Oslo  trip, entity: 'A/B #1'}\n  - {person: anybody, description: oslo trip, entity: 'A/B #2'}",
            ["of anybody is confirmed twice; keep one line"],
        ),
    ],
)
def test_a_wrong_alias_is_told_in_one_line(refused: Refused, config: Path, line: str, parts: list[str]) -> None:
    (config / "aliases.yaml").write_text(f"aliases:\n  - {line}\n", encoding="utf-8")
    message = refused()
    assert message.startswith(f"{config / 'aliases.yaml'}: ")
    assert [part for part in parts if part not in message] == []


def test_an_alias_file_that_is_no_yaml_is_told_in_one_line(refused: Refused, config: Path) -> None:
    (config / "aliases.yaml").write_text("aliases:\n  - {person: anybody\n", encoding="utf-8")
    assert "is no YAML" in refused()
