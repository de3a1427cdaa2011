"""Where Toggl and Fibery disagree about the week's work. Not here: by which rules, how reports say it."""

from collections.abc import Set as AbstractSet
from datetime import date

from volt_assets.domain.aggregation import ConservationError
from volt_assets.domain.alignment_report import write_alignment
from volt_assets.domain.alignment_rules import Alignment, AlignmentLimits, Category, judge
from volt_assets.domain.drafts import Report
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.values import Value


class AlignmentStatistics(Value):
    """Entities, seconds and things to do per category. `to_do_by_person` counts those that concern a person."""

    entities: dict[str, int]
    seconds: dict[str, int]
    to_do: dict[str, int]
    to_do_by_person: dict[str, int]


class WorkAlignment(Value):
    """Every entity with time, and started ones of the week's people without, by category. The categories share all time on entities."""

    week: date
    alignments: tuple[Alignment, ...]
    statistics: AlignmentStatistics
    report: Report


def align(
    data: EnrichedData, frame: Frame, limits: AlignmentLimits | None = None, *, no_report: AbstractSet[str] = frozenset()
) -> WorkAlignment:
    """The week's entities by category, and the report about them, without a part for those in `no_report`.

    Raises ConservationError when the categories would hold other time than the week's entities.
    """
    alignments = judge(data, frame, limits or AlignmentLimits())
    statistics = _statistics(data, alignments)
    if sum(statistics.seconds.values()) != data.statistics.matched_duration_seconds:
        raise ConservationError(
            f"Week {data.week}: the categories of work_alignment hold {sum(statistics.seconds.values())} s, "
            f"the week's entities {data.statistics.matched_duration_seconds} s. Nothing was stored."
        )
    report = write_alignment(data, alignments, frame, no_report=no_report)
    return WorkAlignment(week=data.week, alignments=alignments, statistics=statistics, report=report)


def _statistics(data: EnrichedData, alignments: tuple[Alignment, ...]) -> AlignmentStatistics:
    by_category = {category.value: [one for one in alignments if one.category is category] for category in Category}
    return AlignmentStatistics(
        entities={name: len(group) for name, group in by_category.items()},
        seconds={name: sum(one.duration_seconds for one in group) for name, group in by_category.items()},
        to_do={name: sum(1 for one in group if one.to_do) for name, group in by_category.items()},
        to_do_by_person={key: sum(1 for one in alignments if key in one.concerned) for key in data.people},
    )
