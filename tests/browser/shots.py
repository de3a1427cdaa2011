"""Screenshots: kept by every run beside its other output, and in docs/ on request. Not here: which page is shown."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page

PROJECT = Path(__file__).resolve().parents[2]
KEPT = PROJECT / "build" / "screenshots"
DOCUMENTED = PROJECT / "docs" / "screenshots"
LARGEST_BYTES = 200_000


def keep(page: Page, name: str, *, above: Locator | None = None) -> None:
    """Keeps what the window shows; with VOLT_UPDATE_SCREENSHOTS=1 the documents get it too. Refuses a picture too large for these.

    `above` ends the picture: what stands there is of this machine, such as a path.
    """
    size = page.viewport_size or {"width": 1280, "height": 900}
    end = above.bounding_box() if above else None
    height = min(float(size["height"]), end["y"]) if end else float(size["height"])
    picture = page.screenshot(animations="disabled", clip={"x": 0, "y": 0, "width": float(size["width"]), "height": height})
    for folder in (KEPT, *([DOCUMENTED] if os.environ.get("VOLT_UPDATE_SCREENSHOTS") == "1" else [])):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.png").write_bytes(picture)
    assert len(picture) < LARGEST_BYTES, f"{name}.png has {len(picture)} bytes"
