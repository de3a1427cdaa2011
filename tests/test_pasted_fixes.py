"""Every fix that coverage proposes, pasted into the shipped configuration, loads and means the same. Not here: when one is proposed."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.domain.builders import CARLA, FRAME, RULES, SCHEMA, SETTINGS, busy_records, database, entry, raw_week, run_week
from volt_assets.domain.config_fixes import block_to_paste, corrected_settings, database_entry, person_alias
from volt_assets.domain.coverage import CoverageReport, cover
from volt_assets.domain.drafts import render_markdown
from volt_assets.domain.entities import FiberyUser
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.matching import Outcome
from volt_assets.domain.people import Person
from volt_assets.domain.plans import plan_database
from volt_assets.domain.suggestions import with_suggestions
from volt_assets.settings import PROJECT, Settings, load_settings

HOSTILE = (
    "'single' and \"double\"",
    "colon: and # hash",
    "- dash",
    "? question",
    "& anchor *alias",
    "!!str tag",
    "{flow: [map]}",
    "| pipe > fold",
    "%directive @at `tick`",
    "yes",
    "null",
    "1.5",
    "2025-01-06",
    "~",
    "🚢 ship",
    "Größe, 尺寸, размер",
    "line\nbreak",
    "tab\tin",
    "carriage\rreturn",
    "next\x85line",
    "line\u2028separator",
    "back\\slash",
    "```fence```",
    "long " * 40 + "end",
    "default",
    "<<",
    "{f:d1}",
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))


def paste(config: Path, block: str) -> Settings:
    """Pastes lines under `enrichment_activities`, in the place of entries of the same names that the shipped file has."""
    file = config / "enrichment_config.yaml"
    name = "enrichment_activities:\n"
    file.write_text(file.read_text(encoding="utf-8").replace(name, f"{name}{block}\n", 1), encoding="utf-8")
    return load_settings({"VOLT_CONFIG": str(config)})


def paste_people(config: Path, *fixes: str) -> Settings:
    """Puts the lines under `aliases`, in the place of the shipped `{}`."""
    file = config / "volt.yaml"
    lines = "\n".join(("  aliases:", *(f"    {fix}" for fix in fixes)))
    text = re.sub(r"  aliases: \{\}.*", lambda _: lines, file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    return load_settings({"VOLT_CONFIG": str(config)})


def blocks(report: CoverageReport) -> list[str]:
    return [token.content for token in MarkdownIt().parse(render_markdown(report.report)) if token.type == "fence"]


def hostile_week(name: str) -> CoverageReport:
    """A week with time in a database of that name that nobody configured, and a configured field of that name that is gone."""
    odd = database(f"Odd {name}/{name}", name)
    run = run_week(raw_week(entry(1, "Tidy up #3 [Scrum] [Task]")))
    [entity] = run.data.entities
    changes = {"entity_database": odd.space, "entity_type": odd.database, "outcome": Outcome.MATCHED, "found": True}
    plan = plan_database(odd, "default_enrich_entity", [f"{name}x"])
    data = run.data.model_copy(update={"entities": (entity.model_copy(update=changes),), "missing_fields": plan.missing})
    return cover(run.resolved, data, configured=SETTINGS, frame=FRAME)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_pasted_entry_of_a_type_is_that_types(config: Path, name: str) -> None:
    report = hostile_week(name)
    [one] = report.uncovered_types
    assert one.fix is not None

    loaded = paste(config, blocks(report)[0])

    assert f"Odd {name}/{name}" in loaded.enrichment.databases
    assert loaded.enrichment.activity(f"Odd {name}/{name}").activity == "default_enrich_entity"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_pasted_correction_has_the_nearest_fields_and_all_else_as_it_was(config: Path, name: str) -> None:
    fields = corrected_settings(
        {"activity": "enrich_scrum_bug", "max_concurrent": 7, "fields": ["Old", "Gone", "Kept"]}, {"fields": {"Old": name, "Gone": None}}
    )

    activity = paste(config, block_to_paste([database_entry(f"New/{name}", fields)])).enrichment.enrichment_activities[f"New/{name}"]

    assert (activity.activity, activity.max_concurrent, activity.fields) == ("enrich_scrum_bug", 7, (name, "Kept"))


@pytest.mark.parametrize(
    "email", ["null@x.example", "'a'@b.example", "a#b@c.example", "*a:@b.example", "ünïcode@b.example", "1@2", "user:103"]
)
def test_a_pasted_alias_joins_these_two_addresses(config: Path, email: str) -> None:
    fix = person_alias(email, "&b{c}@d.example")
    assert fix is not None

    assert paste_people(config, fix).people.aliases == {email: "&b{c}@d.example"}


@pytest.mark.parametrize("email", ["two words@b.example", "no address", "", "a@b\nc: d"])
def test_what_is_no_address_gets_no_line(email: str) -> None:
    assert person_alias(email, "a@b.example") is None


def test_each_person_of_a_week_can_be_pasted(config: Path) -> None:
    ivo = Person(user_id=9, name="Ivo: 'x' \"y\"\n🚢", email="ivo@example.com")
    user = FiberyUser(id="u", name="Ivo: 'x' \"y\" 🚢", email="ivo@work.example")
    report = run_week(raw_week(entry(1, who=ivo), entry(2, who=CARLA)), users=[user]).coverage

    loaded = paste_people(config, *(one.fix for one in report.unjoined_people if one.fix))

    assert loaded.people.aliases == {"ivo@example.com": "ivo@work.example", CARLA.key: "their-address@in-fibery.example"}


def test_all_that_a_report_says_can_be_pasted_together(config: Path) -> None:
    """A database of the week that an entry with a wrong name means is a correction, and no new entry beside it."""
    run = run_week(raw_week(entry(1, "Draw the steps #3 [Design] [Work Version]")), busy_records())
    resolved = run.resolved.model_copy(update={"missing_databases": ("Design/Work Versions", "Designs/Work Version")})
    configured = {name: {"activity": "default_enrich_entity", "fields": ["Priority"]} for name in resolved.missing_databases}
    report = cover(with_suggestions(resolved, (), SCHEMA, RULES), run.data, configured=configured, frame=FRAME)

    [block] = blocks(report)

    assert report.uncovered_types == ()
    assert paste(config, block).enrichment.activity("Design/Work Version").fields == ("Priority",)
    told = "Left out here, for the corrections of databases that do not exist cover them: Design/Work Version."
    assert told in render_markdown(report.report)


def test_a_pasted_rename_finds_the_database_that_is_there(config: Path) -> None:
    run = run_week(raw_week(entry(1)))
    resolved = run.resolved.model_copy(update={"missing_databases": ("Scrumm/Bug: 'old'",)})
    schema = Schema(databases=(database("Scrum/Bug: 'old'"),))
    configured = {"Scrumm/Bug: 'old'": {"activity": "enrich_scrum_bug", "max_concurrent": 2, "fields": ["Severity"]}}
    report = cover(with_suggestions(resolved, (), schema, RULES), run.data, configured=configured, frame=FRAME)

    loaded = paste(config, blocks(report)[0])

    assert loaded.enrichment.enrichment_activities["Scrum/Bug: 'old'"].fields == ("Severity",)


def test_a_name_with_space_at_an_end_is_not_proposed_for_the_file_would_refuse_it() -> None:
    assert database_entry("Scrum/Task ") is None
    assert database_entry("\u2028Scrum/Task") is None


def test_what_looks_like_a_secret_is_not_pasted_masked() -> None:
    assert block_to_paste([database_entry("Ops/password: Winter-Kiwi-1987!"), database_entry("Ops/Log")]).strip().startswith("Ops/Log:")


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda name: name.strip() == name and "/" not in name
)


@given(name=NAMES, field=NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_survives_pasting(tmp_path_factory: pytest.TempPathFactory, name: str, field: str) -> None:
    config = Path(shutil.copytree(PROJECT / "config", tmp_path_factory.mktemp("pasted") / "config"))
    fixed = database_entry(f"{name}/{name}", {"activity": "default_enrich_entity", "fields": [field]})
    assert fixed is not None
    block = block_to_paste([fixed])
    if block:
        assert paste(config, block).enrichment.enrichment_activities[f"{name}/{name}"].fields == (field,)
