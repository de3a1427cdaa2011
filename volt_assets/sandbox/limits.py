"""A rate limit as a leaky bucket on the sandbox's clock, for any service.

No answers: what is said to a request that comes too early is each service's own.
"""

import math

from volt_assets.sandbox.gate import Clock


class Limiter:
    """Holds so many requests and runs empty at so many a second; without a rate it never overflows."""

    def __init__(self, rate: float | None, size: float, clock: Clock) -> None:
        self._rate = rate
        self._size = size
        self._clock = clock
        self._level = 0.0
        self._seen = clock.now()

    def overflow(self, amount: int = 1) -> int | None:
        """None when the request may go on; else in how many whole seconds another one may. An empty bucket takes any amount."""
        if self._rate is None:
            return None
        now = self._clock.now()
        self._level = max(0.0, self._level - (now - self._seen) * self._rate)
        self._seen = now
        excess = self._level + min(amount, self._size) - self._size
        if excess > 0:
            return math.ceil(excess / self._rate)
        self._level += amount
        return None
