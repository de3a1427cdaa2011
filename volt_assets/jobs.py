"""The two jobs. Not here: when they run."""

import dagster as dg

MAX_RUNTIME_SECONDS = 2 * 60 * 60
_TAGS = {"dagster/max_runtime": str(MAX_RUNTIME_SECONDS)}

weekly_reports = dg.define_asset_job(
    "weekly_reports",
    selection=dg.AssetSelection.groups("toggl", "fibery"),
    description="A week from Toggl and Fibery to all reports and pages: fetched, matched, joined, written, checked.\n\n"
    "For past weeks choose several: each is a run of its own. A week that is run again keeps a copy of what it replaces.",
    tags={**_TAGS, "asks": "toggl-and-fibery"},
)
fibery_refresh = dg.define_asset_job(
    "fibery_refresh",
    selection=dg.AssetSelection.groups("fibery"),
    description="The Fibery side of a stored week again, without asking Toggl: after an edit in Fibery or in the configuration.\n\n"
    "The week's time entries must be stored: run `weekly_reports` for it first.",
    tags={**_TAGS, "asks": "fibery"},
)
JOBS = (weekly_reports, fibery_refresh)
