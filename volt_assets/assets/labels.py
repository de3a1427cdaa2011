"""How an asset is labelled in the graph, so that the graph explains itself: owner, kinds, tags, files, deadline. Not here: assets."""

from datetime import timedelta
from enum import StrEnum
from typing import TypedDict

import dagster as dg

from volt_assets.partitions import WEEKS

OWNERS = ["team:volt"]

BY_MONDAY_NOON = dg.FreshnessPolicy.cron(deadline_cron="0 12 * * 1", lower_bound_delta=timedelta(hours=12), timezone=str(WEEKS.timezone))
"""The week that ended must be there by Monday noon, made after Monday's midnight. Dagster's daemon looks twice a minute, whatever
made the asset, and at its last materialisation alone, of whichever week: an old week that is made again on a Monday counts too."""


class Stage(StrEnum):
    """Where in the week's way to a report an asset stands."""

    SOURCE = "1-source"
    FACTS = "2-facts"
    REPORT = "3-report"
    PAGES = "4-pages"


class Asks(StrEnum):
    """Whom an asset asks for what it does not have. A model is asked only where one is switched on."""

    TOGGL = "toggl"
    FIBERY = "fibery"
    MODEL = "model-if-any"
    NOBODY = "nobody"


class For(StrEnum):
    """Who reads an asset's result."""

    VOLT = "volt"
    OPERATOR = "operator"
    LEAD = "team-lead"
    EVERYBODY = "everybody"


class Labels(TypedDict):
    """What `dg.asset` takes of them."""

    owners: list[str]
    kinds: set[str]
    tags: dict[str, str]
    metadata: dict[str, str]
    freshness_policy: dg.FreshnessPolicy | None
    partitions_def: dg.PartitionsDefinition[str]


def value_labels(asset: str, stage: Stage, asks: Asks, *kinds: str) -> Labels:
    """The labels of an asset that other assets read: one JSON file a week."""
    return _labels({"json", *kinds}, stage, asks, For.VOLT, {"stored_in": f"weeks/<week>/{asset}.json"}, None)


def report_labels(files: str, page: str, asks: Asks, audience: For) -> Labels:
    """The labels of a report: Markdown files for people, and their pages."""
    places = {"published_as": f"weeks/<week>/reports/{files}", "shown_on": f"weeks/<week>/reports/html/{page}"}
    return _labels({"report", "markdown"}, Stage.REPORT, asks, audience, places, BY_MONDAY_NOON)


def page_labels() -> Labels:
    """The labels of the pages."""
    places = {"published_as": "weeks/<week>/reports/html/index.html"}
    return _labels({"dashboard", "html"}, Stage.PAGES, Asks.NOBODY, For.EVERYBODY, places, BY_MONDAY_NOON)


def _labels(
    kinds: set[str], stage: Stage, asks: Asks, audience: For, places: dict[str, str], deadline: dg.FreshnessPolicy | None
) -> Labels:
    tags = {"stage": stage.value, "asks": asks.value, "for": audience.value, "writes": "reports" if stage >= Stage.REPORT else "data"}
    return Labels(owners=OWNERS, kinds=kinds, tags=tags, metadata=places, freshness_policy=deadline, partitions_def=WEEKS)
