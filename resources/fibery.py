"""Fibery: the schema and entities of many databases in one request, and the Dagster resource that builds the client.

Not here: how commands are written (`fibery_query`), rows read (`fibery_rows`), statuses (`fibery_api`), which entities
matter. Facts: `reference/fibery.md` sections 1 to 4 and 6.
"""

import contextlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import dagster as dg
import httpx
from pydantic import Field, PrivateAttr

from resources.errors import AnswerError, require
from resources.fibery_api import SERVICE, Envelope, FiberyApi, is_transient
from resources.fibery_query import Part, parts_of
from resources.fibery_rows import read_record, read_user, secrets_of
from resources.http import HttpPolicy, HttpSession
from resources.pacing import account_turns
from volt_assets.domain.entities import EntityAnswer, EntityRequest, FiberyUser, RequestFailure
from volt_assets.domain.fibery_schema import USER_TYPE, Schema, read_schema
from volt_assets.domain.values import Value, clean_text

_SCHEMA_PATH = "/api/schema?with-description=false&with-soft-deleted=false"
_COMMANDS_PER_POST = 100
_DOCUMENTS_PER_POST = 50
_DOCUMENT_CHARACTERS = 2000
NO_STATE_TYPE = "volt/no-state-type"
UNREADABLE = "volt/unreadable"


class Answers(Value):
    """What Fibery told: an answer for each request, in order, and the people of the workspace if they were asked for."""

    answers: tuple[EntityAnswer, ...]
    users: tuple[FiberyUser, ...] = ()
    users_failure: RequestFailure | None = None


class FiberyClient:
    """Reads one workspace. `known_schema` is what was read of it so far."""

    def __init__(self, session: HttpSession, *, batch_size: int = 500, known_schema: Schema | None = None) -> None:
        self.known_schema = known_schema
        self._api = FiberyApi(session)
        self._batch_size = batch_size

    @property
    def requests_made(self) -> int:
        """How many requests went out, retries included."""
        return self._api.session.requests_made

    async def schema(self) -> Schema:
        """The databases of the workspace; asked once. Raises RefusedError for a wrong token or workspace, AnswerError."""
        if self.known_schema is None:
            self.known_schema = _schema(await self._api.get(_SCHEMA_PATH))
        return self.known_schema

    async def ask(self, requests: Sequence[EntityRequest], *, with_users: bool = False) -> Answers:
        """The answers to many questions, in one POST as a rule. A question that fails does not touch the others.

        Ids that Fibery does not know are simply not among the records: deleted, or hidden from the token's user.
        Raises a ServiceError only where nothing can be answered.
        """
        outcome = await self._outcome([*self._parts(requests), *_user_parts(len(requests), with_users=with_users)])
        documents = await self._documents(
            secret for number, request in enumerate(requests) for row in outcome.rows[number] for secret in secrets_of(row, request)
        )
        answers = tuple(outcome.answer(number, request, documents) for number, request in enumerate(requests))
        users, users_failure = outcome.users(len(requests))
        return Answers(answers=answers, users=users, users_failure=users_failure)

    def _parts(self, requests: Sequence[EntityRequest]) -> Iterator[Part]:
        for number, request in enumerate(requests):
            if not (request.started_only and not request.database.has_state_type):
                yield from parts_of(number, request, self._batch_size)

    async def _outcome(self, parts: Sequence[Part]) -> "_Outcome":
        """Sends the parts, then what they leave open: further pages, and halves of what took too long."""
        outcome = _Outcome()
        pending = list(parts)
        while pending:
            envelopes = [
                envelope
                for group in _groups(pending, _COMMANDS_PER_POST)
                for envelope in await self._api.commands([part.command() for part in group])
            ]
            pending = [left for part, envelope in zip(pending, envelopes, strict=True) for left in outcome.take(part, envelope)]
        return outcome

    async def _documents(self, secrets: Iterable[str]) -> dict[str, str]:
        """The beginning of each rich text, by secret; a text that Fibery does not send is missing here too."""
        texts: dict[str, str] = {}
        for group in _groups(list(dict.fromkeys(secrets)), _DOCUMENTS_PER_POST):
            body = {"command": "get-documents", "args": [{"secret": secret} for secret in group]}
            answer = await self._api.post("/api/documents/commands?format=md", body)
            if not isinstance(answer, list):
                raise AnswerError(f"Fibery sent a {type(answer).__name__} where a list of texts was due. Try again later.")
            texts |= dict(_document(item) for item in answer if _is_document(item))
        return texts


class _Outcome:
    """Collects what the commands brought, by the number of their question."""

    def __init__(self) -> None:
        self.rows: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self._failures: dict[int, RequestFailure] = {}

    def take(self, part: Part, envelope: Envelope) -> tuple[Part, ...]:
        """Keeps an envelope; returns the parts that are still to be asked."""
        if envelope.is_timeout and not part.is_second_try:
            return part.smaller()
        if envelope.code is not None:
            self._failures[part.number] = _failure(part.database, envelope.code, envelope.reason)
            return ()
        rows = list(envelope.rows)
        self.rows[part.number] += rows
        following = part.following(rows)
        return (following,) if following else ()

    def answer(self, number: int, request: EntityRequest, documents: dict[str, str]) -> EntityAnswer:
        """The answer to a question: what could be read, and why the rest could not."""
        failure = self._failures.get(number)
        if request.started_only and not request.database.has_state_type:
            reason = "this database does not say which of its states count as started"
            failure = _failure(request.database.name, NO_STATE_TYPE, reason)
        try:
            records = tuple(read_record(row, request, documents) for row in self.rows[number])
        except AnswerError as error:
            records, failure = (), _failure(request.database.name, UNREADABLE, str(error))
        return EntityAnswer(request=request, records=records, failure=failure)

    def users(self, number: int) -> tuple[tuple[FiberyUser, ...], RequestFailure | None]:
        """The people, or why they are not known."""
        try:
            return tuple(read_user(row) for row in self.rows[number]), self._failures.get(number)
        except AnswerError as error:
            return (), _failure(USER_TYPE, UNREADABLE, str(error))


class FiberyResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A Fibery workspace, seen with the rights of the token's user."""

    api_url: str = ""
    token: str = Field(default="", repr=False)
    requests_per_second: float = Field(default=2.5, gt=0)
    batch_size: int = Field(default=500, ge=1, le=1000)

    _known_schema: Schema | None = PrivateAttr(default=None)

    @contextlib.asynccontextmanager
    async def client(self, *, transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[FiberyClient]:
        """A client for one asset; the schema it reads is kept for the next. Raises ConfigurationMissingError."""
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
            client = FiberyClient(session, batch_size=self.batch_size, known_schema=self._known_schema)
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
    except (KeyError, TypeError, AttributeError) as error:
        problem = type(error).__name__
    raise AnswerError(f"Fibery sent something else than a schema ({problem}). Check the address; try again later.")


def _user_parts(number: int, *, with_users: bool) -> tuple[Part, ...]:
    return (Part(number=number, request=None),) if with_users else ()


def _failure(database: str, code: str, reason: str) -> RequestFailure:
    return RequestFailure(database=database, code=code, reason=reason)


def _is_document(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("secret"), str) and isinstance(item.get("content"), str)


def _document(item: dict[str, str]) -> tuple[str, str]:
    return item["secret"], clean_text(item["content"])[:_DOCUMENT_CHARACTERS]


Item = TypeVar("Item")


def _groups(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
