"""Why a run failed, from its events: the innermost cause in one line. Not here: which runs there are, who is told."""

from collections.abc import Iterable
from typing import Any

import dagster as dg

from volt_assets.domain.values import clean_text


def failures(events: Iterable[dg.DagsterEvent]) -> list[dg.DagsterEvent]:
    """The steps that failed; where none did, the failure of the run itself."""
    told = list(events)
    steps = [event for event in told if event.is_step_failure]
    return steps or [event for event in told if event.event_type is dg.DagsterEventType.RUN_FAILURE]


def problem(event: dg.DagsterEvent) -> str:
    """The innermost cause of a failed step or run, in one line."""
    error = _error(event)
    while error and error.cause:
        error = error.cause
    text = _line(error.message if error else event.message or "it failed without a message")
    name, _, message = text.partition(": ")
    told = message if message and name.endswith(("Error", "Refused")) and " " not in name else text
    return f"{event.step_key}: {told}" if event.step_key else told


def kinds(event: dg.DagsterEvent) -> set[str | None]:
    """The class names of a failure's error and its causes."""
    error, found = _error(event), set[str | None]()
    while error:
        found.add(error.cls_name)
        error = error.cause
    return found


def _error(event: dg.DagsterEvent) -> Any:
    """The error of a step that failed, or of a run that failed before its first one; None where somebody else marked it."""
    return getattr(event.event_specific_data, "error", None)


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())
