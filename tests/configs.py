"""Configurations for tests. Not here: tests of the settings."""

import re
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[1] / "config"


def unhurried_config(folder: Path) -> Path:
    """A copy of the shipped configuration without the pacing that real services need."""
    (folder / "prompts").mkdir(parents=True)
    for file in (*SHIPPED.glob("*.yaml"), *SHIPPED.glob("prompts/*.md")):
        text = re.sub(r"max_requests_per_second: \d+", "max_requests_per_second: 10000", file.read_text(encoding="utf-8"))
        (folder / file.relative_to(SHIPPED)).write_text(text, encoding="utf-8")
    return folder
