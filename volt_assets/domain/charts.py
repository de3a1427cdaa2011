"""What a chart shows: bars over the facts of its report. Not here: how it is drawn (the site), which charts a report has.

A chart has no figure of its own: every label and every length is a fact of the report that it stands in.
"""

from enum import StrEnum

from volt_assets.domain.values import Value


class Layout(StrEnum):
    """How the series of a bar stand: as parts of one whole, or beside each other to be compared."""

    STACKED = "stacked"
    BESIDE = "beside"


class Bar(Value):
    """One thing that was measured: its label as slot text, and a slot of a time for each series, empty where it has none.

    `whole` is the slot of the time that stacked values make up together; empty where they stand beside each other.
    """

    label: str
    values: tuple[str, ...]
    whole: str = ""


class Chart(Value):
    """Bars under a title, in the order in which they are shown. `section` is the id of the section that it is shown in.

    `series` are code's own words for what the values of each bar are.
    """

    id: str
    section: str
    title: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    layout: Layout = Layout.STACKED
