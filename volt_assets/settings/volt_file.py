"""`volt.yaml` as a whole. Not here: its sections."""

from volt_assets.settings.delivery_sections import DeliveriesSettings
from volt_assets.settings.sections import (
    AlignmentSettings,
    DataQualitySettings,
    FiberySettings,
    LateEditsSettings,
    LlmSettings,
    MatchingSettings,
    PeopleSettings,
    RetrySettings,
    SiteSettings,
    Strict,
    TogglSettings,
    WeekSettings,
)


class VoltFile(Strict):
    """`volt.yaml`."""

    week: WeekSettings
    toggl: TogglSettings = TogglSettings()
    people: PeopleSettings = PeopleSettings()
    fibery: FiberySettings = FiberySettings()
    data_quality: DataQualitySettings = DataQualitySettings()
    matching: MatchingSettings = MatchingSettings()
    alignment: AlignmentSettings = AlignmentSettings()
    llm: LlmSettings = LlmSettings()
    site: SiteSettings = SiteSettings()
    retries: RetrySettings = RetrySettings()
    late_edits: LateEditsSettings = LateEditsSettings()
    deliveries: DeliveriesSettings = DeliveriesSettings()
