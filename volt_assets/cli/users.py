"""Whom `--users` names, checked before anything runs. Not here: filtering entries."""

import asyncio
from collections.abc import Iterable, Sequence

import dagster as dg

from io_managers.json_io import load_value
from io_managers.week_store import StoreError, WeekStore
from resources.errors import ServiceError
from resources.toggl import TogglResource
from volt_assets.cli.errors import RunProblem, UsageProblem
from volt_assets.definitions import build_resources
from volt_assets.domain.entries import MixedSourcesError, RawTogglData, check_source, people_of
from volt_assets.domain.people import Person, UnknownPersonError, named, select_people
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings


def wanted_people(users: str | None) -> tuple[str, ...]:
    """The names in an option's list with commas; none without the option. Raises UsageProblem for a list without a name."""
    if users is None:
        return ()
    wanted = tuple(user.strip() for user in users.split(",") if user.strip())
    if not wanted:
        raise UsageProblem("--users names nobody: give e-mails or user:<id> with commas, or leave it out for everybody.")
    return wanted


def check_users(wanted: Sequence[str], weeks: Sequence[Week], settings: Settings, *, ask_toggl: bool) -> None:
    """Whether everybody named is known. Toggl is asked only about whom no stored week knows, for it costs a request.

    Raises UsageProblem for an unknown name or a stored week into which some people cannot be fetched, RunProblem where Toggl cannot
    be asked.
    """
    if not wanted:
        return
    held = stored_weeks(weeks, settings)
    if ask_toggl:
        check_sources(held)
    stored = list({person.user_id: person for raw in held for person in people_of(raw.entries)}.values())
    if ask_toggl and not all(named(wish, stored) for wish in wanted):
        stored += toggl_people(settings)
    try:
        select_people(wanted, each_once(stored))
    except UnknownPersonError as error:
        raise UsageProblem(f"--users: {error}") from None


def each_once(people: Iterable[Person]) -> list[Person]:
    """Each account once, as the later source has it. Of accounts that share an e-mail, all but the first go by their id."""
    once: dict[str, Person] = {}
    for person in {person.user_id: person for person in people}.values():
        named = person if person.key not in once else person.model_copy(update={"email": None})
        once[named.key] = named
    return list(once.values())


def check_sources(held: Iterable[RawTogglData]) -> None:
    """Whether some people's entries can be fetched into all these weeks. Raises UsageProblem for the first where they cannot."""
    for raw in held:
        try:
            check_source(raw)
        except MixedSourcesError as error:
            raise UsageProblem(f"--users: {error}") from None


def stored_weeks(weeks: Sequence[Week], settings: Settings) -> list[RawTogglData]:
    """The stored Toggl data of these weeks, as far as there is some. Raises RunProblem for a file that cannot be read."""
    store = WeekStore(settings.data)
    try:
        found = [load_value(store, week.key, "raw_toggl_data", RawTogglData) for week in weeks]
    except StoreError as error:
        raise RunProblem(str(error)) from None
    return [raw for raw in found if raw is not None]


def toggl_people(settings: Settings) -> tuple[Person, ...]:
    """Everybody whom Toggl lists: one request."""

    async def ask(toggl: TogglResource) -> tuple[Person, ...]:
        async with toggl.client() as client:
            return await client.people()

    try:
        with dg.build_resources({"toggl": build_resources(settings)["toggl"]}) as built:
            return asyncio.run(ask(built.toggl))
    except ServiceError as error:
        raise RunProblem(str(error)) from None
