"""Reads the body of a Toggl report request into a checked query, or into the error that Toggl answers.

No data and no answers beyond errors. Unknown keys are refused, so that a misspelt filter cannot pass unnoticed.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from volt_assets.sandbox.answers import JsonObject
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.toggl_choice import ReportQuery

_ID_FILTERS: Final = ("user_ids", "group_ids", "time_entry_ids", "project_ids", "client_ids", "task_ids", "tag_ids")
_ORDERS: Final = ("date", "user", "duration", "description", "last_update")
_ROUNDING_MINUTES: Final = (0, 1, 5, 6, 10, 12, 15, 30, 60, 240)
_KNOWN: Final = frozenset((
    *_ID_FILTERS, "start_date", "end_date", "startTime", "endTime", "description", "billable", "min_duration_seconds",
    "max_duration_seconds", "order_by", "order_dir", "grouped", "enrich_response", "hide_amounts", "rounding",
    "rounding_minutes", "page_size", "first_row_number", "first_id", "first_timestamp", "granularity", "resolution",
    "with_graph", "withInlineRates", "grouping", "sub_grouping", "include_time_entry_ids", "distinguish_rates", "audit",
))  # fmt: skip
_PLAIN_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEFAULT_DAYS: Final = 6


@dataclass(frozen=True)
class BadRequestError(Exception):
    """A request that Toggl refuses with status 400 and this text."""

    text: str


def report_query(body: object, options: Options) -> ReportQuery:
    """The query in a request body; raises BadRequestError with Toggl's text."""
    fields = checked_fields(body)
    start, end = _range(fields, options)
    return ReportQuery(
        start=start,
        end=end,
        ids=tuple((name, _ids(fields, name)) for name in _ID_FILTERS if fields.get(name) is not None),
        description=_text(fields, "description"),
        billable=_switch(fields, "billable"),
        order_by=_word(fields, "order_by", _ORDERS),
        descending=_word(fields, "order_dir", ("ASC", "DESC")) == "DESC",
        grouped=bool(_switch(fields, "grouped")),
        enriched=bool(_switch(fields, "enrich_response")),
        rounding=_choice(fields, "rounding", (-1, 0, 1), options.preferred_rounding),
        rounding_minutes=_choice(fields, "rounding_minutes", _ROUNDING_MINUTES, options.preferred_rounding_minutes),
        empty=_too_long(start, end, options),
    )


def checked_fields(body: object) -> JsonObject:
    """The body as an object with known keys only."""
    if not isinstance(body, dict) or not body:
        raise BadRequestError("At least one parameter must be set")
    unknown = sorted(str(key) for key in body if key not in _KNOWN)
    if unknown:
        raise BadRequestError(f"The '{unknown[0]}' parameter is not supported")
    return body


def whole_number(fields: JsonObject, name: str) -> int | None:
    """A whole number, or None when it is not set."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRequestError(f"Invalid '{name}' value")
    return value


def _range(fields: JsonObject, options: Options) -> tuple[date, date]:
    start = _date(fields, "start_date")
    if start is None:
        raise BadRequestError("Invalid 'start_date' value")
    end = _date(fields, "end_date") or start + timedelta(days=_DEFAULT_DAYS)
    if end < start:
        raise BadRequestError("Invalid date range: 'end_date' must not be before 'start_date'")
    if _too_long(start, end, options) and options.longer_range == "refused":
        raise BadRequestError(f"Invalid date range: the maximum allowed range is {options.longest_range_days} days")
    if start < date(2006, 1, 1) or end > date(2030, 1, 1):
        raise BadRequestError(f"{start} - {end} should be within 2006-01-01 to 2030-01-01")
    return start, end


def _too_long(start: date, end: date, options: Options) -> bool:
    return (end - start).days >= options.longest_range_days


def _date(fields: JsonObject, name: str) -> date | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not _PLAIN_DATE.fullmatch(value):
        raise BadRequestError(f"Invalid '{name}' value")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadRequestError(f"Invalid '{name}' value") from None


def _ids(fields: JsonObject, name: str) -> tuple[int | None, ...]:
    value = fields[name]
    if not isinstance(value, list) or not all(one is None or isinstance(one, int) for one in value):
        raise BadRequestError(f"Invalid '{name}' value")
    return tuple(value)


def _text(fields: JsonObject, name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequestError(f"Invalid '{name}' value")
    return value


def _switch(fields: JsonObject, name: str) -> bool | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadRequestError(f"Invalid '{name}' value")
    return value


def _word(fields: JsonObject, name: str, allowed: tuple[str, ...]) -> str:
    value = _text(fields, name)
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise BadRequestError(f"Invalid '{name}' value, allowed values are: '{', '.join(allowed)}'")
    return value


def _choice(fields: JsonObject, name: str, allowed: tuple[int, ...], default: int) -> int:
    value = whole_number(fields, name)
    if value is None:
        return default
    if value not in allowed:
        shown = ", ".join(str(one) for one in allowed)
        raise BadRequestError(f"Invalid '{name}' value, allowed values are: '{shown}'")
    return value
