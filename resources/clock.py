"""What time it is, so that a test can say so. Not here: time zones, weeks."""

from datetime import UTC, datetime

import dagster as dg
from pydantic import Field


class ClockResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The current moment. `fixed` is an ISO instant that stands still, empty for the real time."""

    fixed: str = Field(default="", description="An ISO instant that stands still, for tests; empty: the real time.")

    def now(self) -> datetime:
        """Now, with a zone."""
        return datetime.fromisoformat(self.fixed) if self.fixed else datetime.now(UTC)
