"""What every asset needs: its week, its run configuration, the report frame. Not here: assets, rules, metadata."""

import time
from datetime import datetime

import dagster as dg
from pydantic import Field

from volt_assets.assets.metadata import Figure, Metadata
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings


class UsersFilter(dg.Config):
    """For these people only."""

    users: list[str] = Field(
        default_factory=list,
        description="For these people only: e-mails or `user:<id>`, as in `[ana@example.com, user:123]`. Empty: everybody. "
        "Everybody else's time and reports stay as they are stored.",
    )


class AskAgain(dg.Config):
    """How the model is asked in this run, where one is on."""

    ask_again: bool = Field(
        default=False,
        description="Forget the model's stored answers that were refused in this week's reports, and ask for these sections again. "
        "That costs what the model costs; without a model it does nothing.",
    )


class ReportsFilter(UsersFilter, AskAgain):
    """Whose reports to write, and how the model is asked for them."""


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds taken so far."""
        return round(time.monotonic() - self._started, 3)

    @property
    def metadata(self) -> Metadata:
        """The same, for a plot."""
        return {Figure.SECONDS_TAKEN: dg.MetadataValue.float(self.seconds)}


def week_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Week:
    """The week that is being materialised."""
    return Week.from_key(context.partition_key)


def frame_of(context: dg.AssetExecutionContext, settings: Settings, now: datetime) -> Frame:
    """What reports say about their week."""
    return frame_for(week_of(context), settings, so_far=not has_ended(context, now))


def frame_for(week: Week, settings: Settings, *, so_far: bool) -> Frame:
    """What reports say about a week under these settings."""
    return Frame(
        week=week,
        timezone=settings.week.timezone,
        so_far=so_far,
        toggl_workspace=settings.toggl_workspace_id,
        fibery_workspace=settings.fibery_workspace,
        toggl_web=settings.toggl_web,
    )


def has_ended(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext, now: datetime) -> bool:
    """Whether the week is over in the configured zone."""
    ends: datetime = context.partition_time_window.end
    return now >= ends
