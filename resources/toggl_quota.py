"""Toggl's hourly quota: what is left in each of its buckets, and waiting for its reset.

Not here: requests (`toggl_api`), the short pauses between them (`pacing`). Facts: `reference/toggl.md` section 6.
"""

import math
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import anyio

from resources.errors import QuotaError
from volt_assets.domain.values import Value

WHOLE_HOUR_SECONDS = 3600
_TICK_SECONDS = 5
_MARGIN_SECONDS = 1  # Toggl tells whole seconds
_WAITS_IN_A_ROW = 3
_FRESH_HOUR_SECONDS = WHOLE_HOUR_SECONDS - 60


class Bucket(StrEnum):
    """Toggl counts requests about the user alone apart from those about a workspace or organization."""

    ORGANIZATION = "organization"
    USER = "user"


class Budget(Value):
    """What Toggl last said of one bucket. `resets_at` is None where it did not say."""

    remaining: int
    resets_at: datetime | None


class QuotaLedger:
    """Each bucket's last known budget, from the headers of every answer; counts itself where an answer has none."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._budgets: dict[Bucket, Budget] = {}

    def note(self, path: str, headers: Mapping[str, str]) -> None:
        """Reads an answer's headers. Each answer costs one request, a failed one too."""
        bucket = bucket_of(path)
        before = self._budgets.get(bucket)
        remaining, resets_in = whole(headers.get("X-Toggl-Quota-Remaining")), whole(headers.get("X-Toggl-Quota-Resets-In"))
        if remaining is not None:
            resets_at = None if resets_in is None else self._now() + timedelta(seconds=within_an_hour(resets_in))
            self._budgets[bucket] = Budget(remaining=remaining, resets_at=resets_at)
        elif before is not None:
            left = max(0, before.remaining - 1) if before.remaining >= 0 else before.remaining
            self._budgets[bucket] = before.model_copy(update={"remaining": left})

    def remaining(self, bucket: Bucket = Bucket.ORGANIZATION) -> int | None:
        """How many requests are left in this hour; None where Toggl did not say."""
        budget = self._budgets.get(bucket)
        return budget.remaining if budget else None

    def seconds_until_enough(self, requests: int, bucket: Bucket = Bucket.ORGANIZATION) -> int:
        """How long to wait so that this many requests fit; 0 where they fit, or where waiting would not help.

        It does not help in an hour that has just begun: then no hour holds so many, and the walk has to go over several.
        A negative number of remaining requests means that Toggl does not enforce the quota (section 6).
        """
        budget = self._budgets.get(bucket)
        if budget is None or budget.resets_at is None or not 0 <= budget.remaining < requests:
            return 0
        seconds = math.ceil((budget.resets_at - self._now()).total_seconds())
        return max(0, seconds) if seconds < _FRESH_HOUR_SECONDS else 0


class QuotaPatience:
    """Waits for a reset that is near, in sight of the user; refuses to wait for one that is not.

    `tell` gets a line every few seconds of waiting. Times are told in `timezone`.
    """

    def __init__(
        self,
        *,
        longest_seconds: int = 0,
        timezone: str = "UTC",
        tell: Callable[[str], None] = lambda _: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._longest_seconds = longest_seconds
        self._zone = ZoneInfo(timezone)
        self._tell = tell
        self._now = now
        self._sleep = sleep
        self._in_a_row = 0

    def answered(self) -> None:
        """Toggl answered: the next wait is a new one."""
        self._in_a_row = 0

    async def wait(self, seconds: int, *, problem: str) -> None:
        """Waits until the reset. Raises QuotaError where it is too far away, or where waiting did not help before."""
        if seconds > self._longest_seconds or self._in_a_row >= _WAITS_IN_A_ROW:
            raise QuotaError(self._refusal(seconds, problem), resets_in_seconds=seconds)
        self._in_a_row += 1
        left = float(seconds + _MARGIN_SECONDS)
        while left > 0:
            self._tell(f"Toggl's {problem}; going on in {math.ceil(left)} s, at {self._clock(left)}.")
            pause = min(_TICK_SECONDS, left)
            await self._sleep(pause)
            left -= pause

    def _refusal(self, seconds: int, problem: str) -> str:
        return (
            f"Toggl's {problem}; it resets at {self._clock(seconds)} ({self._zone.key}), in {_minutes(seconds)}. "
            "A week needs 3 requests and one for each page of entries. Run it again after that: what was read in the last two hours is "
            f"not read again. Resets within {self._longest_seconds} s are waited for (toggl.max_quota_wait_seconds in volt.yaml)."
        )

    def _clock(self, seconds: float) -> str:
        return f"{(self._now() + timedelta(seconds=seconds)).astimezone(self._zone):%H:%M:%S}"


def bucket_of(path: str) -> Bucket:
    """Which bucket a request is counted in."""
    return Bucket.USER if re.match(r"/api/v9/me(?:[/?]|\Z)", path) else Bucket.ORGANIZATION


def within_an_hour(seconds: int) -> int:
    """How long a reset can be away: the window is an hour (section 6), whatever a header says."""
    return min(max(0, seconds), WHOLE_HOUR_SECONDS)


def whole(header: str | None) -> int | None:
    """A whole number in a header; None for anything else."""
    return int(header) if header and re.fullmatch(r"\s*-?\d{1,18}\s*", header) else None


def _minutes(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
