"""How far a run has come, from its events alone: so it is the same for runs of the command, the UI and schedules. Not here: drawing it."""

import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import dagster as dg

from resources.fibery_tally import BEGINNING
from volt_assets.domain.values import clean_text

POSITION_TAG = "volt/position"
_COUNT = re.compile(r"(?P<name>.+) (?P<done>[0-9]+) of (?P<asked>[0-9]+)\Z")
_FINISHED = {dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.STEP_SKIPPED}
_SHARES: Mapping[str, float] = {
    "raw_toggl_data": 0.24,
    "toggl_aggregated": 0.04,
    "toggl_summary": 0.04,
    "fibery_entities": 0.2,
    "enriched_entities": 0.24,
    "person_reports": 0.06,
    "team_summary": 0.04,
    "report_site": 0.06,
}
_USUAL_SHARE = 0.03
"""What of a week's time each asset takes, where no earlier run tells: a week of the sandbox whose services take their time."""


class Position(NamedTuple):
    """Which of how many weeks a run is, where a command runs several; on the run as a tag."""

    number: int
    of: int

    @property
    def tags(self) -> dict[str, str]:
        """The tag of the run."""
        return {POSITION_TAG: self.text}

    @property
    def text(self) -> str:
        """In words."""
        return f"{self.number} of {self.of}"

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """As the run's tag says it; None for another text."""
        found = re.fullmatch(r"([0-9]{1,6}) of ([0-9]{1,6})", text)
        return cls(int(found[1]), int(found[2])) if found else None


@dataclass
class Counts:
    """Entities of each database: how many were asked for, how many are answered. `since` is when the first line came."""

    since: float = 0.0
    now: float = 0.0
    by_type: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Those that are answered, of all databases."""
        return sum(done for done, _ in self.by_type.values())

    @property
    def asked(self) -> int:
        """Those that were asked for, of all databases."""
        return sum(asked for _, asked in self.by_type.values())

    def per_second(self) -> float | None:
        """How many a second came, between the first line and the latest; None while there is nothing to measure."""
        return self.done / (self.now - self.since) if self.now > self.since and self.done else None


@dataclass
class RunState:
    """A run so far. `took` has the seconds of each stage that has ended; moments are seconds since the epoch, as events have them.

    What is iterated over is replaced and never changed: the display is drawn by another thread.
    """

    title: str
    assets: frozenset[str]
    began: float | None = None
    current: str = ""
    current_since: float = 0.0
    message: str = ""
    took: dict[str, float] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    _started: dict[str, float] = field(default_factory=dict)

    def take(self, entry: dg.EventLogEntry) -> str | None:
        """Takes an event in. Returns the line that a plain display shows for it, if any."""
        event = entry.dagster_event
        if self.began is None:
            self.began = entry.timestamp
        if event is None:
            return self._remark(entry)
        if event.step_key not in self.assets:
            return None
        if event.event_type is dg.DagsterEventType.STEP_START:
            self._start(event.step_key, entry.timestamp)
        elif event.event_type in _FINISHED:
            return self._finish(event, entry.timestamp)
        return None

    def elapsed(self, now: float) -> float:
        """Seconds since the run began."""
        return max(0.0, now - self.began) if self.began is not None else 0.0

    def left(self, now: float, expected: Mapping[str, float]) -> float | None:
        """About how many seconds are left, from what each stage took in earlier runs; else from its usual share. None: not to be told."""
        ahead = [name for name in self.assets if name not in self.took]
        if not ahead:
            return 0.0
        if all(name in expected for name in ahead):
            return sum(self._left_of(name, expected[name], now) for name in ahead)
        shares = {name: _SHARES.get(name, _USUAL_SHARE) for name in self.assets}
        done = sum(shares[name] for name in self.took if name in shares)
        if not done:
            return None
        whole = sum(self.took.values()) / done
        return sum(self._left_of(name, expected.get(name, whole * shares[name]), now) for name in ahead)

    def _left_of(self, name: str, usual: float, now: float) -> float:
        """What is left of a stage: of the running one less, as far as its counts or its time tell."""
        if name != self.current:
            return usual
        gone = max(0.0, now - self.current_since)
        if (rate := self.counts.per_second()) is not None and self.counts.done < self.counts.asked:
            return (self.counts.asked - self.counts.done) / rate
        return max(0.0, usual - gone)

    def _start(self, step: str, at: float) -> None:
        self.current, self.current_since, self.message, self.counts = step, at, "", Counts()
        self._started[step] = at

    def _finish(self, event: dg.DagsterEvent, at: float) -> str:
        step = str(event.step_key)
        seconds = max(0.0, at - self._started.get(step, at))
        self.took = {**self.took, step: seconds}
        how = f"{seconds:.1f} s"
        if event.event_type is dg.DagsterEventType.STEP_FAILURE:
            self.failed, how = (*self.failed, step), "failed"
        elif event.event_type is dg.DagsterEventType.STEP_SKIPPED:
            how = "skipped"
        return f"{self.title} [{len(self.took)}/{len(self.assets)}] {step} {how}"

    def _remark(self, entry: dg.EventLogEntry) -> str | None:
        """What an asset has to say while it works, such as that it waits for a quota. Dagster's own remarks are errors or details."""
        if entry.step_key not in {None, *self.assets} or entry.level != logging.INFO:
            return None
        text = " ".join(clean_text(entry.user_message).split())
        if text.startswith(BEGINNING):
            self._count(text.removeprefix(BEGINNING), entry.timestamp)
            return None
        self.message = text
        return f"{self.title}: {text}"

    def _count(self, counts: str, at: float) -> None:
        found = [match for part in counts.split("; ") if (match := _COUNT.fullmatch(part))]
        self.counts.since = self.counts.since or at
        self.counts.now = at
        new = {match["name"]: (int(match["done"]), int(match["asked"])) for match in found}
        self.counts.by_type = {**self.counts.by_type, **new}


def expected_seconds(instance: dg.DagsterInstance, assets: Iterable[str]) -> dict[str, float]:
    """How long each asset took the last time that it was made, as its materialisation says."""
    keys = [dg.AssetKey(asset) for asset in assets]
    latest = instance.get_latest_materialization_events(keys)
    told = {key.to_user_string(): _seconds(entry) for key, entry in latest.items()}
    return {name: seconds for name, seconds in told.items() if seconds is not None}


def now_seconds() -> float:
    """This moment as events have it."""
    return time.time()


def _seconds(entry: dg.EventLogEntry | None) -> float | None:
    materialization = entry.asset_materialization if entry else None
    value = materialization.metadata.get("seconds_taken") if materialization else None
    return float(value.value) if value is not None and isinstance(value.value, int | float) else None
