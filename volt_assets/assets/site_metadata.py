"""What a run tells of the week's pages: how many, how large, where to begin. Not here: building them, any one report."""

from collections.abc import Mapping

import dagster as dg

from io_managers.week_store import WeekStore
from volt_assets.assets.metadata import Figure, Metadata, counts
from volt_assets.assets.previews import lines
from volt_assets.assets.publishing import page_links, site_links
from volt_assets.settings import Settings

_BYTES_IN_KILOBYTE = 1000
_INDEX = "index.html"


def site_metadata(html: Mapping[str, str], folder: WeekStore, settings: Settings, week: str, *, people: int, edited: int) -> Metadata:
    """The week's pages by file name: their number and weight, and where to begin. `edited` of them show a text that a person changed."""
    sizes = [len(text.encode()) / _BYTES_IN_KILOBYTE for text in html.values()]
    told = f"{len(sizes)} pages, {sum(sizes):.0f} kB. Begin at index.html: it leads to the team's report and to those of {people} people."
    return {
        "preview": lines(told, [f"show a text that a person edited: {edited}"] if edited else []),
        **page_links(folder, settings, week, _INDEX),
        **site_links(settings, {"all_weeks": _INDEX}),
        **counts(pages=len(sizes), **{Figure.PEOPLE: people}, pages_edited=edited),
        "kilobytes": dg.MetadataValue.float(round(sum(sizes), 1)),
        "kilobytes_of_largest_page": dg.MetadataValue.float(round(max(sizes, default=0), 1)),
    }
