"""The graph put together: assets, checks, jobs, schedules, sensors and resources. Not here: what any of them does."""

from collections.abc import Mapping

import dagster as dg

from io_managers.json_io import JsonFileIOManagerResource, WeekStoreResource
from resources.clock import ClockResource
from resources.fibery import FiberyResource
from resources.llm import LlmResource
from resources.toggl import TogglResource
from volt_assets.assets.graph import ASSETS
from volt_assets.checks import CHECKS
from volt_assets.jobs import JOBS
from volt_assets.schedules import SCHEDULES
from volt_assets.sensors import SENSORS
from volt_assets.settings import Settings, load_environment, load_settings


def build_resources(settings: Settings) -> dict[str, object]:
    """The resources that the settings describe. Secrets are named, and read when a run starts."""
    return {
        "settings": settings,
        "clock": ClockResource(),
        "store": WeekStoreResource(root=settings.data),
        "io_manager": JsonFileIOManagerResource(root=settings.data),
        "toggl": build_toggl(settings),
        "fibery": FiberyResource(
            api_url=settings.fibery_url,
            workspace=settings.fibery_workspace,
            token=dg.EnvVar("FIBERY_API_TOKEN"),
            requests_per_second=settings.fibery.max_requests_per_second,
            batch_size=settings.fibery.batch_size,
        ),
        "llm": build_llm(settings),
    }


def build_toggl(settings: Settings) -> TogglResource:
    """The Toggl workspace. Its token is read when a run starts."""
    return TogglResource(
        api_url=settings.toggl_url,
        token=dg.EnvVar("TOGGL_API_TOKEN"),
        workspace_id=settings.toggl_workspace_id,
        page_size=settings.toggl.page_size,
        requests_per_second=settings.toggl.max_requests_per_second,
        max_quota_wait_seconds=settings.toggl.max_quota_wait_seconds,
        timezone=settings.week.timezone,
        allow_own_entries_only=settings.toggl.allow_own_entries_only,
    )


def build_llm(settings: Settings, *, key: str | None = None) -> LlmResource:
    """The model, or none: a key is asked for only where one is used, and none is given."""
    llm = settings.llm
    if key is None:
        key = dg.EnvVar("OPENAI_API_KEY") if llm.provider == "openai" else ""
    return LlmResource(
        provider=llm.provider,
        base_url=llm.base_url,
        api_key=key,
        model=llm.model,
        deadline_seconds=llm.deadline_seconds,
        temperature=llm.temperature,
        max_tokens=llm.max_tokens,
        replay_folder=llm.replay_folder,
    )


def build_definitions(*, settings: Settings | None = None, resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """The whole graph. `resources` replace those that the settings describe, by name."""
    if settings is None:
        settings = load_settings(load_environment())
    return dg.Definitions(
        assets=ASSETS,
        asset_checks=CHECKS,
        jobs=JOBS,
        schedules=SCHEDULES,
        sensors=SENSORS,
        resources={**build_resources(settings), **(resources or {})},
        executor=dg.in_process_executor,
    )


defs = build_definitions()
