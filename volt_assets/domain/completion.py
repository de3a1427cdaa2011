"""What Fibery proves about when an entity was completed. Not here: how reports say it, what Toggl and Fibery disagree about.

Fibery keeps no history of states. A date field of its own tells the day; the card's last change tells that its state is no younger.
"""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from volt_assets.domain.joining import EntityTime
from volt_assets.domain.weeks import Week, day_in

FINISHED = "Finished"


def is_done(entity: EntityTime) -> bool:
    """Whether its state is a final one now."""
    return bool(entity.is_final) or entity.state_type == FINISHED


def completion_day(entity: EntityTime, week: Week, zone: ZoneInfo) -> date | None:
    """The day of completion by its date field, if it can be one: not after the week, nor before the entity was there or begun."""
    day = entity.dates.actual_end
    created = day_in(entity.created_at, zone) if entity.created_at else date.min
    return day if day and max(created, entity.dates.actual_start or date.min) <= day <= week.sunday else None


def completed_in(entities: Iterable[EntityTime], week: Week, zone: ZoneInfo) -> list[tuple[EntityTime, date]]:
    """The entities that were completed within the week, as far as Fibery proves it, with the day; in the order given.

    The state is final, the date field names a day of the week, and the card changed on that day or later: a card that has not been
    touched since was in its state before, so then the date is a plan or a slip.
    """
    found = [(entity, completion_day(entity, week, zone)) for entity in entities if is_done(entity)]
    return [(entity, day) for entity, day in found if day and day >= week.monday and _changed_since(entity, day, zone)]


def _changed_since(entity: EntityTime, day: date, zone: ZoneInfo) -> bool:
    return entity.modified_at is not None and day_in(entity.modified_at, zone) >= day
