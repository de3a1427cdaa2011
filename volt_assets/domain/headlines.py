"""The one sentence at the top of a report: all time, its share on entities, and what got the most. Not here: the rest of the report."""

from collections.abc import Mapping
from typing import NamedTuple

from volt_assets.domain.drafts import Section
from volt_assets.domain.facts import FactBook
from volt_assets.domain.report_parts import Frame, has_clear_lead, project_label
from volt_assets.domain.report_times import project_time


class Part(NamedTuple):
    """A part of the time: what it is, and the slots of its name and its time."""

    noun: str
    label: str
    time: str


class Headline(NamedTuple):
    """What a headline says. `share` is that of the time on entities, with its words; both are left out where there is none."""

    total: str
    share: str | None
    lead: Part | None


def headline_section(told: Headline, frame: Frame) -> Section:
    """The sentence, as a section of its own without a heading."""
    share = f", {told.share}" if told.share else ""
    lead = f"; the {told.lead.noun} with the most time is {told.lead.label}, {told.lead.time}" if told.lead else ""
    return Section(id="headline", title="", sentences=(f"{told.total} tracked{' so far' if frame.so_far else ''}{share}{lead}.",))


def leading_project(book: FactBook, seconds: Mapping[str, int], person: str | None = None) -> Part | None:
    """The Toggl project with the most time, most first given; None where two have as much, or the most time has no project."""
    name = next(iter(seconds), "")
    if not name or not has_clear_lead(seconds.values()):
        return None
    return Part("Toggl project", project_label(book, name), project_time(book, name, seconds[name], person))
