"""Many weeks read at once from a Toggl with each of its unknowns. Not here: the walk's own cases (`tests/resources`)."""

import asyncio
from collections.abc import Sequence
from typing import Any

import dagster as dg
import pytest

from resources.errors import AnswerError
from resources.toggl_range import RangeRead
from tests.conftest import Served
from tests.weeks import fast_settings
from volt_assets.definitions import build_toggl
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.weeks import Week


async def both_ways(weeks: Sequence[Week]) -> tuple[RangeRead, dict[Week, FetchedWeek | None]]:
    """What one walk proves of these weeks, and each as it is fetched alone; None where that is refused."""
    alone: dict[Week, FetchedWeek | None] = {}
    with dg.build_resources({"toggl": build_toggl(fast_settings())}) as built:
        async with built.toggl.client() as client:
            read = await client.weeks(weeks, keep=lambda _week, _fetched: None)
            for week in weeks:
                try:
                    alone[week] = await client.week(week)
                except AnswerError:
                    alone[week] = None
    return read, alone


@pytest.mark.parametrize(
    ("switches", "doubtful"),
    [
        ({}, 1),  # the timer that is on in the last week
        ({"page_size_cap": 20}, 1),
        ({"entry_day": "stop"}, 2),
        ({"row_offsets": "requester"}, 3),
        ({"lost_rows": 1}, 1),
        ({"totals_off_by_seconds": 1}, 3),
        ({"edit_between_pages": "delete"}, 1),
        ({"enrich_leaves_out": ["email", "project_name", "client_name", "tag_names"]}, 1),
    ],
    ids=str,
)
def test_under_toggls_unknowns_a_proven_week_is_the_week_as_fetched_alone(served: Served, switches: dict[str, Any], doubtful: int) -> None:
    weeks = tuple(Week.from_key(key) for key in ("2025-10-20", "2025-10-27", "2025-11-03"))
    with served(**switches):
        read, alone = asyncio.run(both_ways(weeks))
    assert [week.key for week, fetched in read.proven.items() if alone[week] not in (None, fetched)] == []
    assert len(read.doubtful) == doubtful
    assert {*read.proven, *read.doubtful} == set(weeks)
