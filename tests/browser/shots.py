"""Screenshots: kept by every run beside its other output, and in docs/ on request. Not here: which page is shown."""

import os
from pathlib import Path

from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[2]
KEPT = PROJECT / "build" / "screenshots"
DOCUMENTED = PROJECT / "docs" / "screenshots"
LARGEST_BYTES = 200_000


def keep(page: Page, name: str) -> None:
    """Keeps what the window shows; with VOLT_UPDATE_SCREENSHOTS=1 the documents get it too. Refuses a picture too large for these."""
    picture = page.screenshot(animations="disabled")
    for folder in (KEPT, *([DOCUMENTED] if os.environ.get("VOLT_UPDATE_SCREENSHOTS") == "1" else [])):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.png").write_bytes(picture)
    assert len(picture) < LARGEST_BYTES, f"{name}.png has {len(picture)} bytes"
