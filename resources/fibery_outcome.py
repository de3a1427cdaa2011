"""What a request's commands brought, by the number of their question, and what is to be asked again. Not here: sending (`fibery`).

Facts: `reference/fibery.md` section 1.3: a query may take too long inside a 200, and work in smaller parts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resources.errors import AnswerError, NotAcceptedError, ServiceError, TooLargeError
from resources.fibery_api import UNREADABLE, Envelope
from resources.fibery_documents import Documents
from resources.fibery_query import Part, halves
from resources.fibery_rows import read_record, read_user
from volt_assets.domain.entities import EntityAnswer, EntityRecord, EntityRequest, FiberyUser, Remark, RequestFailure
from volt_assets.domain.fibery_schema import USER_TYPE

NO_STATE_TYPE = "volt/no-state-type"
_IS_BARE = "isBare"


class Outcome:
    """Collects what came. `refusal`: why a whole request was not answered; `is_answered`: whether another one was."""

    def __init__(self) -> None:
        self.rows: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self.is_answered = False
        self.refusal: ServiceError | None = None
        self._failures: defaultdict[int, list[RequestFailure]] = defaultdict(list)
        self._reduced: defaultdict[int, list[RequestFailure]] = defaultdict(list)
        self._asked_again: dict[int, RequestFailure] = {}

    def take(self, parts: Sequence[Part], envelopes: Sequence[Envelope]) -> list[Part]:
        """Keeps the answer of a request; returns the parts that are still to be asked."""
        self.is_answered = True
        return [further for part, envelope in zip(parts, envelopes, strict=True) for further in self._take(part, envelope)]

    def refuse(self, parts: Sequence[Part], error: NotAcceptedError) -> list[tuple[Part, ...]]:
        """Keeps why a request was not accepted; returns the smaller ones in its place."""
        self.refusal = self.refusal or error
        failures = {part.number: _not_accepted(part, error) for part in parts}
        self._asked_again |= failures
        halved = [tuple(part.model_copy(update={"is_smaller": True}) for part in half) for half in halves(tuple(parts))]
        if halved:
            return halved
        [part] = parts
        smaller = part.smaller() if isinstance(error, TooLargeError) else ()
        further = smaller or self._fail(part, failures[part.number])
        return [further] if further else []

    def give_up(self, parts: Iterable[Part], error: ServiceError | None = None) -> None:
        """Keeps that parts which were to be asked again are not, because of `error` or because there were too many of them."""
        self.refusal = self.refusal or error
        for part in parts:
            unknown = _failure(part.database, error.code if error else "unknown", "Fibery could not be asked for all of it")
            if not self._failures[part.number]:
                self._failures[part.number].append(self._asked_again.get(part.number, unknown))

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

    def _take(self, part: Part, envelope: Envelope) -> tuple[Part, ...]:
        if envelope.code is not None:
            failure = _failure(part.database, envelope.code, envelope.reason)
            smaller = part.smaller() if envelope.is_timeout else ()
            if smaller:
                self._asked_again[part.number] = failure
            return smaller or self._fail(part, failure)
        rows = [{**row, _IS_BARE: part.is_bare} for row in envelope.rows]
        self.rows[part.number] += rows
        following = part.following(rows)
        return (following,) if following else ()

    def _fail(self, part: Part, failure: RequestFailure) -> tuple[Part, ...]:
        """Keeps a failure; returns the same part with less asked of each entity, where there is less."""
        bare = part.bare(failure.code)
        kept = self._failures if bare is None else self._reduced
        kept[part.number].append(failure)
        return (bare,) if bare else ()


def _failure(database: str, code: str, reason: str) -> RequestFailure:
    return RequestFailure(database=database, code=code, reason=reason)


def _as_one(failures: Iterable[RequestFailure]) -> RequestFailure | None:
    """What failed of one question, with every reason once; in whatever order the answers came, always the same."""
    distinct = sorted(set(failures), key=lambda failure: (failure.code, failure.reason))
    reasons = "; ".join(dict.fromkeys(failure.reason for failure in distinct))
    return distinct[0].model_copy(update={"reason": reasons}) if distinct else None


def _not_accepted(part: Part, error: NotAcceptedError) -> RequestFailure:
    return _failure(part.database, error.code, f"Fibery did not accept the question ({error.code})")


def _with_reason(record: EntityRecord, row: Mapping[str, Any], reduced: RequestFailure | None) -> EntityRecord:
    """A record that says that, and why, it is not whole."""
    if reduced is None or not row[_IS_BARE]:
        return record
    return record.model_copy(update={"remarks": (*record.remarks, Remark(about="context", reason=reduced.reason))})
