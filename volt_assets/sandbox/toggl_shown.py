"""What the Toggl services share: the world by id, its entries as they are now, and whose token asks.

No HTTP, no choice of a report's entries, no JSON.
"""

from datetime import date, timedelta
from typing import Final

from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.options import Options, PeopleList
from volt_assets.sandbox.timesheet import Times, Timesheet
from volt_assets.sandbox.weeks import local_date
from volt_assets.sandbox.world import World

_SECOND: Final = timedelta(seconds=1)


class Shown:
    """One world with its edits, as one token sees it."""

    def __init__(self, world: World, timesheet: Timesheet, options: Options) -> None:
        self.world = world
        self.options = options
        self.me = world.people[0] if options.toggl_admin else world.people[1]
        self.people = {person.user_id: person for person in world.people}
        self.projects = {project.project_id: project for project in world.projects}
        self.clients = {client.client_id: client.name for client in world.clients}
        self.tags = {tag.tag_id: tag.name for tag in world.tags}
        self._timesheet = timesheet

    @property
    def times(self) -> Times:
        """Everybody's entries as they are now."""
        return self._timesheet.now

    def own_entries(self, *, with_deleted: bool) -> list[tuple[Entry, bool]]:
        """The entries of the token's owner, newest start first, each with whether it was deleted."""
        gone = self._timesheet.deleted if with_deleted else ()
        marked = [*((entry, False) for entry in self.times.entries), *((entry, True) for entry in gone)]
        own = [(entry, deleted) for entry, deleted in marked if entry.user_id == self.me.user_id]
        return sorted(own, key=lambda one: one[0].start)[::-1]

    def may_list(self, people: PeopleList) -> bool:
        """Whether the token may have that list of people."""
        return self.options.toggl_admin or people not in self.options.admin_only_lists

    def last_day(self, entry: Entry) -> date:
        """The local day that an entry's last second belongs to; of a running one, the day it began."""
        return entry.day if entry.stop is None else local_date(max(entry.start, entry.stop - _SECOND), self.people[entry.user_id].zone)
