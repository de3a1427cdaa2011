"""Toggl Track: a week of everybody's time entries, proven complete, and the Dagster resource that builds the client.

Not here: how answers are read (`toggl_rows`), retries and pacing (`http`), what is done with the entries.
Facts: `reference/toggl.md` sections 1 to 8.
"""

import contextlib
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

import dagster as dg
import httpx
from pydantic import Field

from resources.errors import (
    AnswerError,
    ConfigurationMissingError,
    GarbledError,
    QuotaError,
    RefusedError,
    UnavailableError,
    require,
)
from resources.http import HttpPolicy, HttpSession
from resources.pacing import account_turns
from resources.places import Scratch
from resources.toggl_api import SERVICE, TogglApi, is_transient
from resources.toggl_proven import ProvenWeek, ProvenWeeks
from resources.toggl_quota import QuotaLedger, QuotaPatience
from resources.toggl_range import RangeRead, RangeReader, Tell
from resources.toggl_report import DetailedReport
from resources.toggl_rows import (
    Account,
    Names,
    ReportedQuota,
    Workspace,
    build_entry,
    read_part,
    read_people,
    read_quotas,
    unlisted_owners,
    unlisted_person,
)
from resources.toggl_unfinished import UnfinishedFetch
from resources.toggl_walk import FoundEntry, Walk, week_filters
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.label_aliases import Described
from volt_assets.domain.people import Person, select_people
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

_USER_ID = re.compile(r"\s*user:([0-9]{1,18})\s*")


class Rights(Value):
    """What the token may see: everybody's time as an admin, else only its owner's."""

    workspace_id: int
    is_admin: bool
    organization_id: int | None = None


def _now() -> datetime:
    return datetime.now(UTC)


class TogglClient:
    """Reads one workspace. `scratch` keeps what an interrupted fetch had read; without it every fetch begins anew.

    `proven` are weeks that a walk over many has read already: those are not asked for again.
    """

    def __init__(
        self,
        session: HttpSession,
        *,
        workspace_id: int,
        page_size: int = 50,
        allow_own_entries_only: bool = False,
        scratch: Scratch | None = None,
        proven: ProvenWeeks | None = None,
        patience: QuotaPatience | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._unfinished = UnfinishedFetch(scratch, now)
        self._ledger = QuotaLedger(now)
        self._api = TogglApi(
            session, workspace_id, unfinished=self._unfinished, ledger=self._ledger, patience=patience or QuotaPatience(now=now)
        )
        self._report = DetailedReport(self._api, page_size=page_size, now=now)
        self.handed_out: ProvenWeek | None = None
        self._proven = proven
        self._allow_own_entries_only = allow_own_entries_only

    @property
    def requests_made(self) -> int:
        """How many requests went out, retries included: each counts against the quota."""
        return self._api.session.requests_made

    @property
    def quota_remaining(self) -> int | None:
        """How many requests Toggl said are left in this hour; None where it did not say."""
        return self._ledger.remaining()

    @property
    def answers_recalled(self) -> int:
        """How many answers an earlier, interrupted fetch had already paid for."""
        return self._unfinished.recalled

    @property
    def oldest_answer(self) -> datetime | None:
        """When the oldest of them was read: an edit since then that left the week's sum as it was is not seen. None without any."""
        return self._unfinished.oldest

    async def rights(self) -> Rights:
        """Whether the token sees everybody's time. Raises RefusedError where it does not, unless that is allowed."""
        workspace = read_part(Workspace, await self._api.get("", fresh=True), "the workspace")
        is_admin = bool(workspace.admin) or workspace.role == "admin"
        if not is_admin and not self._allow_own_entries_only:
            raise RefusedError(
                "Toggl shows this token only its owner's hours: the owner is no admin of workspace "
                f"{self._api.workspace_id}. Set TOGGL_API_TOKEN to the API token of a workspace admin, or, for a "
                "report on these hours alone, toggl.allow_own_entries_only to true in volt.yaml."
            )
        return Rights(workspace_id=self._api.workspace_id, is_admin=is_admin, organization_id=workspace.organization_id)

    async def people(self) -> tuple[Person, ...]:
        """Everybody in the workspace, deactivated people too. Deleted people are not in Toggl's list."""
        return read_people(await self._api.get("/users"))

    async def quota(self) -> tuple[ReportedQuota, ...]:
        """What is left of the hour in each bucket: one request, which the user's own bucket pays."""
        return read_quotas(await self._api.get_own("/quota"))

    async def descriptions(self, week: Week, *, entries_expected: int = 0) -> tuple[Described, ...]:
        """What the week's entries say and how long they are, proven complete. Costs one request for each page and one more.

        So many entries must fit into the quota. Raises a ServiceError.
        """
        walk = await self._report.proven_walk(week_filters(week, ()), entries_expected)
        return tuple(Described(description=row.description or "", seconds=part.stopped_seconds) for row, part in walk.found.values())

    async def week(
        self, week: Week, *, only: Sequence[str] = (), expected: Mapping[int, int] | None = None, known: Sequence[Person] = ()
    ) -> FetchedWeek:
        """Every entry of the week, of everybody or of the people that `only` names by e-mail or `user:<id>`.

        Costs one request for each page and three more; what a fetch of the last two hours had read before it was
        interrupted costs nothing again. `expected` is how many entries each user id had when the week was last stored:
        so many pages must fit into the quota. `known` are people of the stored week, whom Toggl may not list any more.
        `people` are all of them, those that Toggl lists, and those known only from entries or from `only`. Raises
        UnknownPersonError, or a ServiceError; AnswerError where the entries do not add up to Toggl's own total, even on a
        second walk.
        """
        held = self._proven.recall(week) if self._proven and not only else None
        if held and (self._allow_own_entries_only or not held.fetched.own_entries_only):
            self.handed_out = held
            return held.known_to(known)
        with self._kept_if_passing():
            fetched = await self._fetch(week, only, expected or {}, known)
        self._unfinished.finish()
        return fetched

    async def weeks(self, weeks: Sequence[Week], *, keep: Callable[[Week, FetchedWeek], None], tell: Tell = lambda _: None) -> RangeRead:
        """Weeks in a row that have ended, of everybody, from one walk: as many of them, from the first, as it comes to.

        Costs one request for each page and three more. `keep` gets each week that is proven before what was read is forgotten;
        `doubtful` are those that have to be fetched alone. Raises a ServiceError; what an interrupted walk of the last two
        hours had read is not asked for again.
        """
        with self._kept_if_passing():
            read = await self._fetch_range(tuple(weeks), tell)
        for week, fetched in read.proven.items():
            keep(week, fetched)
        self._unfinished.finish()
        return read

    @contextlib.contextmanager
    def _kept_if_passing(self) -> Iterator[None]:
        try:
            yield
        except (QuotaError, UnavailableError, GarbledError):
            raise  # what was read stays true, and the next fetch goes on from there
        except Exception:
            self._unfinished.forget()
            raise

    async def _fetch(self, week: Week, only: Sequence[str], expected: Mapping[int, int], stored: Sequence[Person]) -> FetchedWeek:
        rights = await self.rights()
        listed = {person.user_id: person for person in await self._people_for(rights)}
        known = {**{person.user_id: person for person in stored}, **listed}
        choice = {**_asked_by_id(only), **known}
        chosen = frozenset(person.user_id for person in select_people(only, choice.values()))
        if chosen and not rights.is_admin:
            await self._check_own(chosen)
        entries_expected = sum(count for user_id, count in expected.items() if not chosen or user_id in chosen)
        walk = await self._report.proven_walk(week_filters(week, chosen), entries_expected)
        _refuse_strangers(walk, chosen)
        names = await self._report.names_for(walk.rows)
        return _fetched(walk.found, rights, listed, names, asked=_asked_by_id(only), stored=stored)

    async def _fetch_range(self, weeks: tuple[Week, ...], tell: Tell) -> RangeRead:
        rights = await self.rights()
        listed = {person.user_id: person for person in await self._people_for(rights)}
        parts, proven = await RangeReader(self._report, self._unfinished, self._ledger).read(weeks, tell)
        rows = [row for part in parts if part.week in proven for row, _ in part.found.values()]
        names = await self._report.names_for(rows)
        fetched = {part.week: _fetched(part.found, rights, listed, names) for part in parts if part.week in proven}
        return RangeRead(proven=fetched, doubtful=tuple(part.week for part in parts if part.week not in proven))

    async def _check_own(self, chosen: frozenset[int]) -> None:
        """Toggl answers a question about others with no hours at all, which is no proof that they have none."""
        owner = read_part(Account, await self._api.get_own(""), "the token's owner").id
        if chosen != {owner}:
            raise RefusedError(
                "Toggl shows this token only its owner's hours, so the hours of the chosen people cannot be read. Set TOGGL_API_TOKEN "
                f"to the API token of an admin of workspace {self._api.workspace_id}, or choose user:{owner} alone."
            )

    async def _people_for(self, rights: Rights) -> tuple[Person, ...]:
        try:
            return await self.people()
        except RefusedError:
            if rights.is_admin:
                raise
            return ()  # Toggl may keep the list from somebody who is no admin; the rows name their owner.


class TogglResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A Toggl workspace. The token needs an admin's rights; without, Toggl silently leaves out everybody else's hours."""

    api_url: str = Field(default="https://api.track.toggl.com", description="Toggl's address; TOGGL_API_URL.")
    token: str = Field(default="", repr=False, description="The API token of a workspace admin; TOGGL_API_TOKEN.")
    workspace_id: str = Field(default="", description="The number in the workspace's address; TOGGL_WORKSPACE_ID.")
    page_size: int = Field(default=50, ge=1, description="Entries in one answer.")
    requests_per_second: float = Field(default=1.0, gt=0, description="Shared by all processes of this machine.")
    max_quota_wait_seconds: int = Field(
        default=60, ge=0, description="A reset of the hourly quota that is this near is waited for; else the run fails and says when."
    )
    timezone: str = Field(default="UTC", description="The zone by which a week has ended.")
    allow_own_entries_only: bool = Field(default=False, description="Accept a token that is no admin's: it sees its owner's hours alone.")

    @contextlib.asynccontextmanager
    async def client(
        self,
        *,
        scratch: Scratch | None = None,
        proven: ProvenWeeks | None = None,
        tell: Callable[[str], None] = lambda _: None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> AsyncIterator[TogglClient]:
        """A client for one asset. `tell` gets lines for the user, as while it waits for the quota.

        Raises ConfigurationMissingError where the token or the workspace is not set.
        """
        token = require(self.token, "TOGGL_API_TOKEN", "the API token of a workspace admin (Toggl: Profile settings)")
        async with HttpSession(
            service=SERVICE,
            base_url=self.api_url,
            policy=HttpPolicy(requests_per_second=self.requests_per_second),
            auth=httpx.BasicAuth(token, "api_token"),
            secrets=(token,),
            is_transient=is_transient,
            turns=account_turns(self.api_url, token),
            transport=transport,
        ) as session:
            yield TogglClient(
                session,
                workspace_id=self._workspace_number(),
                page_size=self.page_size,
                allow_own_entries_only=self.allow_own_entries_only,
                scratch=scratch,
                proven=proven,
                patience=QuotaPatience(longest_seconds=self.max_quota_wait_seconds, timezone=self.timezone, tell=tell),
            )

    @property
    def account(self) -> str:
        """A name for this token and workspace that does not give the token away: what one account read is not another's."""
        return hashlib.sha256(f"{self.api_url}\n{self.token}\n{self.workspace_id}".encode()).hexdigest()

    def _workspace_number(self) -> int:
        purpose = "the number after toggl.com/ in the address of the workspace's settings"
        setting = require(self.workspace_id, "TOGGL_WORKSPACE_ID", purpose)
        if not re.fullmatch(r"[0-9]{1,18}", setting):
            raise ConfigurationMissingError(f"TOGGL_WORKSPACE_ID is {setting[:40]!r}, but it must be {purpose}.")
        return int(setting)


def _fetched(
    found: Mapping[int, FoundEntry],
    rights: Rights,
    listed: Mapping[int, Person],
    names: Names,
    *,
    asked: Mapping[int, Person] = MappingProxyType({}),
    stored: Sequence[Person] = (),
) -> FetchedWeek:
    """The entries that a walk found, with everybody whom Toggl's list, the stored week, the entries or the question name."""
    entries = tuple(build_entry(row, part, listed, names) for row, part in found.values())
    running = frozenset(part.id for _, part in found.values() if part.is_running)
    everybody = {**asked, **unlisted_owners(entries, listed), **{person.user_id: person for person in stored}, **listed}
    return FetchedWeek(
        workspace_id=rights.workspace_id,
        entries=tuple(entry for entry in entries if entry.id not in running),
        running=tuple(entry for entry in entries if entry.id in running),
        people=tuple(everybody[user_id] for user_id in sorted(everybody)),
        own_entries_only=not rights.is_admin,
    )


def _asked_by_id(only: Iterable[str]) -> dict[int, Person]:
    """Who is asked for as `user:<id>`: allowed even if deleted from the workspace, for the hours are still there."""
    matches = [_USER_ID.fullmatch(wish) for wish in only]
    return {int(match[1]): unlisted_person(int(match[1])) for match in matches if match}


def _refuse_strangers(walk: Walk, chosen: frozenset[int]) -> None:
    """Hours of people who were not asked for would be stored a second time beside those that are there."""
    strangers = {row.user_id for row in walk.rows} - chosen
    if chosen and strangers:
        raise AnswerError(
            f"Toggl ignored the choice of people: it sent hours of {len(strangers)} others. Nothing was stored; run the week for everybody."
        )
