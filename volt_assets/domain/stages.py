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
