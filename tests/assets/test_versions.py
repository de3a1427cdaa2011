"""Data versions and the version of the settings on each materialisation: what puts an asset out of date. Not here: plans."""

import pytest

from tests.finished import ReadWeek
from tests.weeks import WEEK, fast_settings
from volt_assets.assets.versions import CONFIGURATION_TAG, as_input, configuration_of, content_version
from volt_assets.definitions import build_definitions
from volt_assets.sandbox.server import Sandbox
from volt_assets.settings import Settings

ASSETS = tuple(sorted(key.to_user_string() for key in build_definitions().resolve_asset_graph().get_all_asset_keys()))


def changed(settings: Settings) -> set[str]:
    """The assets that these settings put out of date, beside the usual ones."""
    return {asset for asset in ASSETS if configuration_of(settings, asset) != configuration_of(fast_settings(), asset)}


def with_section(name: str, **values: object) -> Settings:
    settings = fast_settings()
    return settings.model_copy(update={name: getattr(settings, name).model_copy(update=values)})


@pytest.mark.parametrize("asset", ASSETS)
def test_a_materialisation_says_what_it_was_made_of(
    read_week: ReadWeek, lasting_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, asset: str
) -> None:
    finished = read_week()
    for name, value in lasting_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    materialisation = finished.result.asset_materializations_for_node(asset)[-1]
    tags = materialisation.tags or {}
    stored = (finished.data / "weeks" / WEEK / f"{asset}.json").read_bytes()
    assert tags["dagster/data_version"] == content_version(stored)
    assert tags[CONFIGURATION_TAG] == configuration_of(fast_settings(), asset)


def test_dagster_keeps_the_versions_of_what_an_asset_read(read_week: ReadWeek) -> None:
    result = read_week().result
    read, reader = (result.asset_materializations_for_node(asset)[-1].tags or {} for asset in ("raw_toggl_data", "toggl_aggregated"))
    assert reader["dagster/input_data_version/raw_toggl_data"] == as_input(read["dagster/data_version"])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (fast_settings, set()),
        (lambda: with_section("people", exclude=frozenset({"ana@example.com"})), {"raw_toggl_data"}),
        (lambda: with_section("people", no_report=frozenset({"ana@example.com"})), {"work_alignment", "person_reports"}),
        (lambda: with_section("alignment", min_minutes=3.0), {"work_alignment", "person_reports"}),
        (lambda: with_section("fibery", max_comments=1), {"enriched_entities"}),
        (lambda: with_section("fibery", batch_size=7), set()),
        (lambda: with_section("toggl", page_size=7), set()),
        (lambda: with_section("llm", model="another"), set()),
        (lambda: with_section("llm", provider="openai"), {"toggl_summary", "person_reports", "team_summary"}),
        (lambda: with_section("matching", routine=("lunch",)), {"fibery_entities"}),
    ],
)
def test_a_setting_puts_out_of_date_what_it_changes(settings: object, expected: set[str]) -> None:
    assert callable(settings)
    assert changed(settings()) == expected


def test_another_model_puts_phrased_reports_out_of_date_where_one_is_on() -> None:
    settings = with_section("llm", provider="openai")
    other = settings.model_copy(update={"llm": settings.llm.model_copy(update={"model": "another"})})
    differing = {asset for asset in ASSETS if configuration_of(other, asset) != configuration_of(settings, asset)}
    assert differing == {"toggl_summary", "person_reports", "team_summary"}


def test_the_order_within_a_set_is_no_change() -> None:
    names = [f"person{number}@example.com" for number in range(40)]
    one, other = (with_section("people", exclude=frozenset(order)) for order in (names, reversed(names)))
    assert configuration_of(one, "raw_toggl_data") == configuration_of(other, "raw_toggl_data")
