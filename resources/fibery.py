"""Fibery: the schema and entities of many databases in one request, and the Dagster resource that builds the client.

Not here: how commands are written (`fibery_query`), rows read (`fibery_rows`), statuses (`fibery_api`), which entities
matter. Facts: `reference/fibery.md` sections 1 to 4 and 6.
"""

import contextlib
import hashlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import dagster as dg
import httpx
from pydantic import Field, PrivateAttr

from resources.errors import AnswerError, ServiceError, require
from resources.fibery_api import SERVICE, UNREADABLE, Envelope, FiberyApi, is_transient
from resources.fibery_documents import Documents
from resources.fibery_flight import Flight
from resources.fibery_query import Part, parts_of
from resources.fibery_rows import read_record, read_user, secrets_of
from resources.fibery_schema_cache import SchemaCache
from resources.http import HttpPolicy, HttpSession
from resources.pacing import account_turns
from resources.places import Place
from volt_assets.domain.entities import EntityAnswer, EntityRecord, EntityRequest, FiberyUser, Remark, RequestFailure
from volt_assets.domain.fibery_schema import USER_TYPE, Schema, read_schema
from volt_assets.domain.values import Value

_SCHEMA_PATH = "/api/schema?with-description=false&with-soft-deleted=false"
_COMMANDS_PER_POST = 100
_DOCUMENTS_PER_POST = 50
NO_STATE_TYPE = "volt/no-state-type"
_IS_BARE = "isBare"


class Answers(Value):
    """What Fibery told: an answer for each request, in order, and the people of the workspace if they were asked for."""

    answers: tuple[EntityAnswer, ...]
    users: tuple[FiberyUser, ...] = ()
    users_failure: RequestFailure | None = None


class FiberyClient:
    """Reads one workspace. `known_schema` is what was read of it so far; `place` keeps the schema for later runs."""

    def __init__(
        self, session: HttpSession, *, batch_size: int = 500, known_schema: Schema | None = None, place: Place | None = None
    ) -> None:
        self.known_schema = known_schema
        self.documents_asked = 0
        self._api = FiberyApi(session)
        self._batch_size = batch_size
        self._cache = SchemaCache(place)

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
        """The schema as it is now: the kept one where Fibery says that it has not changed."""
        kept = self._cache.read()
        known = _read_or_none(kept[1]) if kept else None
        document, tag = await self._api.get(_SCHEMA_PATH, known=kept[0] if kept and known else None)
        if document is None and known:
            return known
        schema = _schema(document)
        self._cache.write(tag, document)
        return schema

    def _parts(self, requests: Sequence[EntityRequest]) -> Iterator[Part]:
        for number, request in enumerate(requests):
            if not (request.started_only and not request.database.has_state_type):
                yield from parts_of(number, request, self._batch_size)

    async def _outcome(self, parts: Sequence[Part], most: Mapping[str, int]) -> "_Outcome":
        """Sends the parts, then what they leave open: further pages, halves of what took too long, less of what failed."""
        outcome = _Outcome()

        async def send(group: Sequence[Part]) -> Iterable[Sequence[Part]]:
            envelopes = await self._api.commands([part.command() for part in group])
            left = [further for part, envelope in zip(group, envelopes, strict=True) for further in outcome.take(part, envelope)]
            return _groups(left, _COMMANDS_PER_POST)

        flight = Flight[Sequence[Part]](most, types=lambda group: [part.database for part in group], send=send)
        await flight.run(_groups(parts, _COMMANDS_PER_POST))
        return outcome

    async def _documents(self, secrets: Mapping[str, str], most: Mapping[str, int]) -> Documents:
        """The rich texts with these secrets, each of a database. What Fibery does not send is missing with the reason."""
        documents = Documents()
        self.documents_asked += len(secrets)

        async def send(group: Sequence[str]) -> Iterable[Sequence[str]]:
            body = {"command": "get-documents", "args": [{"secret": secret} for secret in group]}
            try:
                answer = await self._api.post("/api/documents/commands?format=md", body)
            except ServiceError as error:
                documents.lose(group, str(error))
            else:
                documents.take(group, answer if isinstance(answer, list) else [])
            return ()

        flight = Flight[Sequence[str]](most, types=lambda group: [secrets[secret] for secret in group], send=send)
        await flight.run(_groups(list(secrets), _DOCUMENTS_PER_POST))
        return documents


class _Outcome:
    """Collects what the commands brought, by the number of their question."""

    def __init__(self) -> None:
        self.rows: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self._failures: defaultdict[int, list[RequestFailure]] = defaultdict(list)
        self._reduced: defaultdict[int, list[RequestFailure]] = defaultdict(list)

    def take(self, part: Part, envelope: Envelope) -> tuple[Part, ...]:
        """Keeps an envelope; returns the parts that are still to be asked."""
        if envelope.is_timeout and not part.is_second_try:
            return part.smaller()
        if envelope.code is not None:
            bare, failure = part.bare(envelope.code), _failure(part.database, envelope.code, envelope.reason)
            kept = self._failures if bare is None else self._reduced
            kept[part.number].append(failure)
            return (bare,) if bare else ()
        rows = [{**row, _IS_BARE: part.is_bare} for row in envelope.rows]
        self.rows[part.number] += rows
        following = part.following(rows)
        return (following,) if following else ()

    def answer(self, number: int, request: EntityRequest, documents: Documents) -> EntityAnswer:
        """The answer to a question: what could be read, and why the rest could not. In whatever order it came, always the same."""
        failure, reduced = _as_one(self._failures[number]), _as_one(self._reduced[number])
        if request.started_only and not request.database.has_state_type:
            reason = "this database does not say which of its states count as started"
            failure = _failure(request.database.name, NO_STATE_TYPE, reason)
        try:
            rows = sorted(self.rows[number], key=lambda row: not row[_IS_BARE])  # of one entity found twice, the whole record stays
            records = [_with_reason(read_record(row, request, documents), row, reduced) for row in rows]
        except AnswerError as error:
            records, failure = [], _failure(request.database.name, UNREADABLE, str(error))
        once = {record.key: record for record in records}
        ordered = tuple(sorted(once.values(), key=lambda record: record.key.sort_key))
        return EntityAnswer(request=request, records=ordered, failure=failure, reduced=reduced)

    def users(self, number: int) -> tuple[tuple[FiberyUser, ...], RequestFailure | None]:
        """The people, or why they are not known."""
        try:
            return tuple(read_user(row) for row in self.rows[number]), _as_one(self._failures[number])
        except AnswerError as error:
            return (), _failure(USER_TYPE, UNREADABLE, str(error))


class FiberyResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A Fibery workspace, seen with the rights of the token's user."""

    api_url: str = ""
    token: str = Field(default="", repr=False)
    requests_per_second: float = Field(default=2.5, gt=0)
    batch_size: int = Field(default=500, ge=1, le=1000)

    _known_schema: Schema | None = PrivateAttr(default=None)

    @property
    def account(self) -> str:
        """A name for this token and workspace that does not give the token away: what one account may see is not another's."""
        return hashlib.sha256(f"{self.api_url}\n{self.token}".encode()).hexdigest()

    @contextlib.asynccontextmanager
    async def client(self, *, place: Place | None = None, transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[FiberyClient]:
        """A client for one asset; the schema it reads is kept for the next. `place`, the account's own, keeps it for later runs.

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
            client = FiberyClient(session, batch_size=self.batch_size, known_schema=self._known_schema, place=place)
            try:
                yield client
            finally:
                self._known_schema = client.known_schema

    def _address(self) -> str:
        """The address; without a workspace name it is empty or begins with a dot."""
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


def _failure(database: str, code: str, reason: str) -> RequestFailure:
    return RequestFailure(database=database, code=code, reason=reason)


def _as_one(failures: Iterable[RequestFailure]) -> RequestFailure | None:
    """What failed of one question, with every reason once; in whatever order the answers came, always the same."""
    distinct = sorted(set(failures), key=lambda failure: (failure.code, failure.reason))
    reasons = "; ".join(dict.fromkeys(failure.reason for failure in distinct))
    return distinct[0].model_copy(update={"reason": reasons}) if distinct else None


def _with_reason(record: EntityRecord, row: Mapping[str, Any], reduced: RequestFailure | None) -> EntityRecord:
    """A record that says that, and why, it is not whole."""
    if reduced is None or not row[_IS_BARE]:
        return record
    return record.model_copy(update={"remarks": (*record.remarks, Remark(about="context", reason=reduced.reason))})


Item = TypeVar("Item")


def _groups(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
