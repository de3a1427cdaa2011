"""The stages of a week by name, in the order of the graph. Not here: what they do."""

TOGGL_STAGES = ("raw_toggl_data", "toggl_aggregated", "toggl_summary")
FIBERY_STAGES = (
    "fibery_entities",
    "enriched_entities",
    "enriched_data",
    "work_alignment",
    "coverage_report",
    "person_reports",
    "team_summary",
    "report_site",
)
STAGES = (*TOGGL_STAGES, *FIBERY_STAGES)
RAW = STAGES[0]
"""The one that everything else is made from."""
PHRASED = frozenset({"toggl_summary", "person_reports", "team_summary"})
"""Those in which a model may phrase sections."""
