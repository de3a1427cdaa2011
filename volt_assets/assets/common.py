"""What every asset needs: its week, the report frame, metadata. Not here: assets, rules."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime

import dagster as dg
from pydantic import Field

from io_managers.json_io import WeekStoreResource
from io_managers.week_store import Published, WeekStore
from volt_assets.domain.drafts import Report, Section, render_markdown, render_without_links
from volt_assets.domain.report_file import report_json
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.rounding import duration_text
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings

OWNERS = ["team:volt"]
REPORT_FOLDER = "reports"
LONGEST_PREVIEW = 900
SECONDS_IN_HOUR = 3600

Metadata = dict[str, dg.MetadataValue]


class UsersFilter(dg.Config):
    """For these people only: e-mails or `user:<id>`. Empty means everybody."""

    users: list[str] = Field(default_factory=list)


class AskAgain(dg.Config):
    """How the model is asked in this run, where one is on."""

    ask_again: bool = Field(
        default=False,
        description="Forget the model's stored answers that were refused in this week's reports, and ask for these sections again.",
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


def hours(seconds: int) -> dg.MetadataValue:
    """Seconds as decimal hours, for Dagster's plots."""
    return dg.MetadataValue.float(seconds_as_hours(seconds))


def seconds_as_hours(seconds: int) -> float:
    """Seconds as decimal hours, rounded to what a plot shows."""
    return round(seconds / SECONDS_IN_HOUR, 2)


def work_metadata(watch: Stopwatch, **numbers: int) -> Metadata:
    """How long it took, and counts."""
    counts = {name: dg.MetadataValue.int(number) for name, number in numbers.items()}
    return {"seconds_taken": dg.MetadataValue.float(watch.seconds), **counts}


def publication_metadata(store: WeekStore, week: str, published: Published) -> Metadata:
    """Where the files are, and what was left alone because a person had edited it."""
    told: Metadata = {"files": dg.MetadataValue.int(len(published.files))}
    if published.files:
        first = store.path(week, published.files[0])
        told["report_path"] = dg.MetadataValue.path(str(first if len(published.files) == 1 else first.parent))
    if published.edited:
        told["edited_by_hand"] = dg.MetadataValue.text(", ".join(published.edited))
    if published.retired:
        told["moved_to_history"] = dg.MetadataValue.int(len(published.retired))
    return told


def publish_report(context: dg.AssetExecutionContext, store: WeekStoreResource, report: Report) -> Metadata:
    """Puts a report's Markdown and its figures into the week's folder, and tells its hours, its beginning and where it is."""
    folder, name = store.for_run(context.run.run_id), f"{REPORT_FOLDER}/{report.kind}"
    text = folder.publish_file(context.partition_key, f"{name}.md", render_markdown(report))
    figures = folder.publish_file(context.partition_key, f"{name}.json", report_json(report))
    published = Published(files=text.files, edited=(*text.edited, *figures.edited), retired=(*text.retired, *figures.retired))
    told = {"hours": hours(sum(account.seconds for account in report.accounts)), "preview": preview(report)}
    return {**told, **publication_metadata(folder, context.partition_key, published)}


def preview(report: Report) -> dg.MetadataValue:
    """The first prose of a report, without heading and short enough to be shown inline (`reference/dagster.md` section 6)."""
    facts = {fact.id: fact for fact in report.facts}
    text = "\n\n".join(render_without_links(line, facts) for section in report.sections[:2] for line in _prose(section))
    return dg.MetadataValue.md(text if len(text) <= LONGEST_PREVIEW else f"{text[:LONGEST_PREVIEW].rpartition(' ')[0]} …")


def people_table(rows: Iterable[tuple[str, int, int]]) -> dg.MetadataValue:
    """Hours per person and how many of them are on entities. Keyed by user id: the UI shows metadata to whoever reaches it."""
    records = [
        dg.TableRecord({"person": person, "hours": seconds_as_hours(total), "on_entities": seconds_as_hours(matched)})
        for person, total, matched in rows
    ]
    columns = [dg.TableColumn("person", "string"), dg.TableColumn("hours", "float"), dg.TableColumn("on_entities", "float")]
    return dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=columns))


def seconds_metadata(name: str, seconds: Mapping[str, int]) -> dg.MetadataValue:
    """Durations by a name, as text."""
    return dg.MetadataValue.text(", ".join(f"{key}: {duration_text(value)}" for key, value in seconds.items()) or f"no {name}")


def _prose(section: Section) -> list[str]:
    return [*section.sentences, *(f"- {bullet}" for bullet in section.bullets)]
