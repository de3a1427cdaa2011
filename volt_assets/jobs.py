"""The jobs. Not here: when they run."""

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
late_edits = dg.define_asset_job(
    "late_edits",
    selection=dg.AssetSelection.assets("raw_toggl_data"),
    description="A stored week's time entries again from Toggl, and nothing else. Where they have changed since, `late_edits_found` asks "
    "for `after_late_edits`.\n\nThe schedule `daily_late_edits` asks for it; by hand, `weekly_reports` does all at once.",
    tags={**_TAGS, "asks": "toggl"},
)
after_late_edits = dg.define_asset_job(
    "after_late_edits",
    selection=dg.AssetSelection.groups("toggl", "fibery") - dg.AssetSelection.assets("raw_toggl_data"),
    description="All that is made of a week's time entries: what `late_edits` is followed by where the entries have changed.",
    tags={**_TAGS, "asks": "fibery"},
)
JOBS = (weekly_reports, fibery_refresh, late_edits, after_late_edits)
