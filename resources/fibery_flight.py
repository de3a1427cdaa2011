"""How many requests about one type are out at the same time: a rolling window, the next starts as one ends; and how many extra ones.

Not here: what is sent, when the next request may go out at all (`pacing`).
"""

import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Generic, TypeVar

import anyio

from resources.errors import ServiceError

Job = TypeVar("Job")
USUAL = 3


class Extra:
    """How many requests may still go out only because earlier ones were too much for Fibery."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self) -> bool:
        """Whether there is one more, which is then used."""
        self._left -= 1
        return self._left >= 0

    def end(self) -> None:
        """There are no more: who does not answer is not asked for what is missing piece by piece."""
        self._left = 0


class Flight(Generic[Job]):
    """Sends jobs. `most` is by type; a job about several types has a place of each. `send` returns what a job leaves to do."""

    def __init__(
        self, most: Mapping[str, int], *, types: Callable[[Job], Iterable[str]], send: Callable[[Job], Awaitable[Iterable[Job]]]
    ) -> None:
        self._most = most
        self._types = types
        self._send = send
        self._limiters: dict[str, anyio.CapacityLimiter] = {}

    async def run(self, jobs: Iterable[Job]) -> None:
        """All jobs and what they leave to do. Raises the first ServiceError, and then sends nothing more."""
        failures: list[ServiceError] = []
        async with anyio.create_task_group() as tasks:

            async def run_one(job: Job) -> None:
                async with contextlib.AsyncExitStack() as places:
                    for name in sorted(set(self._types(job))):  # in one order, so that no two jobs wait for each other
                        await places.enter_async_context(self._limiter(name))
                    try:
                        left = await self._send(job)
                    except ServiceError as error:  # a task group would wrap it
                        failures.append(error)
                        tasks.cancel_scope.cancel()
                        return
                for further in left:
                    tasks.start_soon(run_one, further)

            for job in jobs:
                tasks.start_soon(run_one, job)
        if failures:
            raise failures[0]

    def _limiter(self, name: str) -> anyio.CapacityLimiter:
        if name not in self._limiters:
            self._limiters[name] = anyio.CapacityLimiter(self._most.get(name, USUAL))
        return self._limiters[name]
