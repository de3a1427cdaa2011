"""Reports put into a week's folder, and what is told of that: where they and their pages are. Not here: what a report or page says."""

from collections.abc import Mapping
from urllib.parse import quote

import dagster as dg

from io_managers.json_io import WeekStoreResource
from io_managers.week_store import Published, WeekStore
from volt_assets.assets.metadata import Metadata, counts
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.report_file import report_json
from volt_assets.settings import Settings

REPORT_FOLDER = "reports"
PAGE_FOLDER = f"{REPORT_FOLDER}/html"


def publish_report(context: dg.AssetExecutionContext, store: WeekStoreResource, settings: Settings, report: Report) -> Metadata:
    """Puts a report's Markdown and its figures into the week's folder, and tells where it and its page are."""
    folder, week, name = store.for_run(context.run.run_id), context.partition_key, f"{REPORT_FOLDER}/{report.kind}"
    text = folder.publish_file(week, f"{name}.md", render_markdown(report))
    figures = folder.publish_file(week, f"{name}.json", report_json(report))
    published = Published(files=text.files, edited=(*text.edited, *figures.edited), retired=(*text.retired, *figures.retired))
    return {**page_links(folder, settings, week, f"{report.kind}.html"), **publication_metadata(folder, week, published)}


def page_links(folder: WeekStore, settings: Settings, week: str, page: str) -> Metadata:
    """Where a page of the week is: its path, and its address where pages are served. A browser opens no file from a web page."""
    path: Metadata = {"page_path": dg.MetadataValue.path(str(folder.path(week, f"{PAGE_FOLDER}/{page}")))}
    return {**site_links(settings, {"page": f"{week}/{PAGE_FOLDER}/{page}"}), **path}


def site_links(settings: Settings, pages: Mapping[str, str]) -> Metadata:
    """The addresses of pages by name, given by their paths below `weeks`; none where no pages are served."""
    return {name: dg.MetadataValue.url(f"{settings.site_url}/weeks/{quote(path)}") for name, path in pages.items() if settings.site_url}


def publication_metadata(store: WeekStore, week: str, published: Published) -> Metadata:
    """Where the files are, and what was left alone because a person had edited it."""
    told: Metadata = {}
    if published.files:
        first = store.path(week, published.files[0])
        told["report_path"] = dg.MetadataValue.path(str(first if len(published.files) == 1 else first.parent))
    if published.edited:
        told["edited_by_hand"] = dg.MetadataValue.text(", ".join(published.edited))
    return {**told, **counts(files=len(published.files), files_edited=len(published.edited), moved_to_history=len(published.retired))}
