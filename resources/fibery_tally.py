"""How far a question about many entities has come, said now and then in one line. Not here: asking (`fibery`), who reads the line."""

import time
from collections import Counter
from collections.abc import Callable, Sequence

from resources.fibery_api import Envelope
from resources.fibery_query import Part

EVERY_SECONDS = 2.0
BEGINNING = "Entities so far: "


class Tally:
    """Counts the ids of each database that were asked for and answered. Tells at the start, then at most every `EVERY_SECONDS`."""

    def __init__(self, tell: Callable[[str], None], parts: Sequence[Part], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._asked, self._answered = Counter[str](), Counter[str]()
        for part in parts:
            self._asked[part.database] += len(part.public_ids)
        self._told_at = clock()
        self._told = ""
        self.say()

    def take(self, parts: Sequence[Part], envelopes: Sequence[Envelope]) -> None:
        """Counts what a request brought. What failed is asked for again in other parts, or stays open."""
        for part, envelope in zip(parts, envelopes, strict=True):
            if envelope.code is None and part.after is None:
                self._answered[part.database] += len(part.public_ids)
        if self._clock() - self._told_at >= EVERY_SECONDS:
            self.say()

    def say(self) -> None:
        """The line, where it says something new."""
        counts = [f"{name} {min(self._answered[name], asked)} of {asked}" for name, asked in sorted(self._asked.items()) if asked]
        line = BEGINNING + "; ".join(counts)
        if counts and line != self._told:
            self._told, self._told_at = line, self._clock()
            self._tell(line)
