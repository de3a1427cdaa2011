"""Fibery: the schema and entities of many databases in one request, and the Dagster resource that builds the client.

Not here: how commands are written (`fibery_query`), what they brought (`fibery_outcome`), statuses (`fibery_api`), which entities
matter. Facts: `reference/fibery.md` sections 1 to 4 and 6.
"""

import contextlib
import functools
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import dagster as dg
import httpx
from pydantic import Field, PrivateAttr

from resources.errors import AnswerError, ConfigurationMissingError, NotAcceptedError, ServiceError, UnavailableError, require
from resources.fibery_api import SERVICE, FiberyApi, is_transient
from resources.fibery_documents import Documents
from resources.fibery_flight import Extra, Flight
from resources.fibery_outcome import Outcome
from resources.fibery_query import Part, halves, parts_of
from resources.fibery_rows import secrets_of
from resources.fibery_schema_cache import SchemaCache
from resources.fibery_tally import Tally
from resources.http import HttpPolicy, HttpSession
from resources.pacing import account_turns
from resources.places import Place
from volt_assets.domain.entities import EntityAnswer, EntityRequest, FiberyUser, RequestFailure
from volt_assets.domain.fibery_schema import Schema, read_schema
from volt_assets.domain.name_history import NameHistory
from volt_assets.domain.values import Value
from volt_assets.domain.workspaces import workspace_problem

_SCHEMA_PATH = "/api/schema?with-description=false&with-soft-deleted=false"
_COMMANDS_PER_POST = 100
_DOCUMENTS_PER_POST = 50
_EXTRA_REQUESTS = 100
"""How many requests one asset may send because others were too much: forty seconds of Fibery's patience."""


class Answers(Value):
    """What Fibery told: an answer for each request, in order, and the people of the workspace if they were asked for."""

    answers: tuple[EntityAnswer, ...]
    users: tuple[FiberyUser, ...] = ()
    users_failure: RequestFailure | None = None


class FiberyClient:
    """Reads one workspace. `known_schema` is what was read of it so far; `place` keeps the schema for later runs.

    `tell` gets a line now and then that says how far it has come.
    """

    def __init__(
        self,
        session: HttpSession,
        *,
        batch_size: int = 500,
        known_schema: Schema | None = None,
        place: Place | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.known_schema = known_schema
        self.documents_asked = 0
        self._api = FiberyApi(session)
        self._batch_size = batch_size
        self._cache = SchemaCache(place)
        self._extra = Extra(_EXTRA_REQUESTS)
        self._tell = tell

    @property
    def requests_made(self) -> int:
        """How many requests went out, retries included."""
        return self._api.session.requests_made

    async def schema(self) -> Schema:
        """The databases of the workspace; asked once. Raises RefusedError for a wrong token or workspace, AnswerError."""
        if self.known_schema is None:
            self.known_schema = await self._schema()
        return self.known_schema

    async def ask(
        self, requests: Sequence[EntityRequest], *, with_users: bool = False, max_concurrent: Mapping[str, int] | None = None
    ) -> Answers:
        """The answers to many questions, in one POST as a rule. A question that fails does not touch the others.

        Ids that Fibery does not know are simply not among the records: deleted, or hidden from the token's user.
        `max_concurrent` is by database. Raises a ServiceError only where nothing can be answered.
        """
        most = max_concurrent or {}
        outcome = await self._outcome([*self._parts(requests), *_user_parts(len(requests), with_users=with_users)], most)
        secrets = {
            secret: request.database.name
            for number, request in enumerate(requests)
            for row in outcome.rows[number]
            for secret in secrets_of(row, request)
        }
        documents = await self._documents(secrets, most)
        answers = tuple(outcome.answer(number, request, documents) for number, request in enumerate(requests))
        users, users_failure = outcome.users(len(requests))
        return Answers(answers=answers, users=users, users_failure=users_failure)

    async def _schema(self) -> Schema:
        """The schema as it is now, the kept one where Fibery says that it has not changed, with what was renamed since earlier ones."""
        kept = self._cache.read()
        known = _read_or_none(kept[1]) if kept else None
        document, tag = await self._api.get(_SCHEMA_PATH, known=kept[0] if kept and known else None)
        if document is None and known:
            return self._remembered([kept[1]] if kept else []).of(known)
        schema = _schema(document)
        history = self._remembered([*([kept[1]] if kept and known else []), document])
        self._cache.write(tag, document)
        return history.of(schema)

    def _remembered(self, documents: Sequence[Any]) -> NameHistory:
        """The names so far with those of these schemas, kept for the next time."""
        before = self._cache.history()
        history = functools.reduce(NameHistory.after, documents, before)
        if history != before:
            self._cache.write_history(history)
        return history

    def _parts(self, requests: Sequence[EntityRequest]) -> Iterator[Part]:
        for number, request in enumerate(requests):
            if not (request.started_only and not request.database.has_state_type):
                yield from parts_of(number, request, self._batch_size)

    async def _outcome(self, parts: Sequence[Part], most: Mapping[str, int]) -> Outcome:
        """Sends the parts, then what they leave open: further pages, halves of what was too much, less of what failed.

        Raises a ServiceError where no request at all was answered.
        """
        outcome, tally = Outcome(), Tally(self._tell, parts)

        async def send(group: Sequence[Part]) -> Iterable[Sequence[Part]]:
            is_extra = any(part.is_smaller for part in group)
            if is_extra and not self._extra.take():
                outcome.give_up(part for part in group if part.is_smaller)
                return _groups([part for part in group if not part.is_smaller], _COMMANDS_PER_POST)
            try:
                envelopes = await self._api.commands([part.command() for part in group])
            except NotAcceptedError as error:
                return outcome.refuse(group, error)
            except (AnswerError, UnavailableError) as error:
                if not is_extra:
                    raise
                self._extra.end()
                outcome.give_up(group, error)
                return ()
            tally.take(group, envelopes)
            return _groups(outcome.take(group, envelopes), _COMMANDS_PER_POST)

        flight = Flight[Sequence[Part]](most, types=lambda group: [part.database for part in group], send=send)
        await flight.run(_groups(parts, _COMMANDS_PER_POST))
        tally.say()
        if outcome.refusal and not outcome.is_answered:
            raise outcome.refusal
        return outcome

    async def _documents(self, secrets: Mapping[str, str], most: Mapping[str, int]) -> Documents:
        """The rich texts with these secrets, each of a database. What Fibery does not send is missing with the reason."""
        documents = Documents()
        self.documents_asked += len(secrets)

        async def send(wanted: _Texts) -> Iterable[_Texts]:
            if wanted.is_extra and not self._extra.take():
                return ()
            body = {"command": "get-documents", "args": [{"secret": secret} for secret in wanted.secrets]}
            try:
                answer = await self._api.post("/api/documents/commands?format=md", body)
            except NotAcceptedError as error:
                documents.lose(wanted.secrets, error.code)
                return [_Texts(half, is_extra=True) for half in halves(wanted.secrets)]
            except ServiceError as error:
                self._extra.end()
                documents.lose(wanted.secrets, error.code)
            else:
                documents.take(wanted.secrets, answer if isinstance(answer, list) else [])
            return ()

        flight = Flight[_Texts](most, types=lambda wanted: [secrets[secret] for secret in wanted.secrets], send=send)
        await flight.run(_Texts(tuple(group)) for group in _groups(list(secrets), _DOCUMENTS_PER_POST))
        return documents


class _Texts(NamedTuple):
    """Documents that one request asks for. An extra one asks again for some of those that were too many."""

    secrets: tuple[str, ...]
    is_extra: bool = False


class FiberyResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A Fibery workspace, seen with the rights of the token's user."""

    api_url: str = Field(default="", description="Fibery's address, where it is not that of the workspace; FIBERY_API_URL.")
    workspace: str = Field(default="", description="The name before .fibery.io; FIBERY_WORKSPACE_NAME.")
    token: str = Field(default="", repr=False, description="The API token of a user who may read what reports show; FIBERY_API_TOKEN.")
    requests_per_second: float = Field(default=2.5, gt=0, description="Shared by all processes of this machine.")
    batch_size: int = Field(default=500, ge=1, le=1000, description="Ids in one query.")

    _known_schema: Schema | None = PrivateAttr(default=None)

    @property
    def account(self) -> str:
        """A name for this token and workspace that does not give the token away: what one account may see is not another's."""
        return hashlib.sha256(f"{self.api_url}\n{self.token}".encode()).hexdigest()

    @contextlib.asynccontextmanager
    async def client(
        self,
        *,
        place: Place | None = None,
        tell: Callable[[str], None] = lambda _: None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> AsyncIterator[FiberyClient]:
        """A client for one asset; the schema it reads is kept for the next. `place`, the account's own, keeps it for later runs.

        `tell` gets a line now and then that says how far it has come.
        Raises ConfigurationMissingError.
        """
        token = require(self.token, "FIBERY_API_TOKEN", "a Fibery API token (Fibery: Settings, API keys)")
        async with HttpSession(
            service=SERVICE,
            base_url=self._address(),
            policy=HttpPolicy(requests_per_second=self.requests_per_second),
            headers={"Authorization": f"Token {token}"},
            secrets=(token,),
            is_transient=is_transient,
            turns=account_turns(self._address(), token),
            transport=transport,
        ) as session:
            client = FiberyClient(session, batch_size=self.batch_size, known_schema=self._known_schema, place=place, tell=tell)
            try:
                yield client
            finally:
                self._known_schema = client.known_schema

    def _address(self) -> str:
        """The address; without a workspace name it is empty or begins with a dot. Nothing is sent where the name cannot be right."""
        if problem := workspace_problem(self.workspace):
            raise ConfigurationMissingError(problem)
        has_name = re.match(r"https?://[^./{]", self.api_url.strip())
        purpose = "the first part of the workspace's address, as in https://<name>.fibery.io"
        return require(self.api_url if has_name else "", "FIBERY_WORKSPACE_NAME", purpose)


def _schema(document: Any) -> Schema:
    try:
        return read_schema(document)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        problem = type(error).__name__
    raise AnswerError(f"Fibery sent something else than a schema ({problem}). Check the address; try again later.")


def _read_or_none(document: Any) -> Schema | None:
    try:
        return _schema(document)
    except AnswerError:
        return None


def _user_parts(number: int, *, with_users: bool) -> tuple[Part, ...]:
    return (Part(number=number, request=None),) if with_users else ()


Item = TypeVar("Item")


def _groups(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
