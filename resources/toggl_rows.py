"""What Toggl's answers look like and how they become people and time entries.

Not here: requests, statuses, the walk over pages (`toggl`). Facts: `reference/toggl.md` sections 2, 3 and 8.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
)

from resources.errors import AnswerError
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.people import Person, normal_email, shown_name
from volt_assets.domain.values import Value, clean_text


def _cleaned(value: object) -> object:
    """Cleaned before pydantic looks, which refuses lone surrogates: one odd description must not cost the week."""
    return clean_text(value) if isinstance(value, str) else value


def _written(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise ValueError("a date and time must be text")
    return value


Text = Annotated[StrictStr, BeforeValidator(_cleaned)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]


class _Answer(BaseModel):
    """A part of an answer: keys that are not named here are ignored, for Toggl adds some every year."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReportedEntry(_Answer):
    """One entry of a row. `stop` may be null but not missing: that would turn hours into running time."""

    id: StrictInt
    seconds: StrictInt | None
    start: Moment
    stop: Moment | None
    at: Moment | None = None

    @property
    def is_running(self) -> bool:
        """Without an end, or with a negative duration; either is all that Toggl promises."""
        return self.stop is None or self.seconds is None or self.seconds < 0

    @property
    def stopped_seconds(self) -> int:
        """What counts in totals: Toggl's own seconds, nothing while it runs."""
        return 0 if self.is_running else self.seconds or 0


class ReportedRow(_Answer):
    """One row of the detailed report: what its entries share. Names come with `enrich_response`, but not always."""

    user_id: StrictInt
    username: Text | None = None
    email: Text | None = None
    description: Text | None
    billable: StrictBool | None = None
    project_id: StrictInt | None = None
    project_name: Text | None = None
    client_name: Text | None = None
    tag_ids: tuple[StrictInt, ...] | None = None
    tag_names: tuple[Text, ...] | None = None
    time_entries: tuple[ReportedEntry, ...]

    @property
    def lacks_project(self) -> bool:
        """The row has a project but not its name."""
        return self.project_id is not None and not self.project_name

    @property
    def tells_client(self) -> bool:
        """Whether a client of null means that there is none, rather than that Toggl left it out."""
        return "client_name" in self.model_fields_set

    @property
    def lacks_tags(self) -> bool:
        """The row has tags but not all their names."""
        return len(self.tag_ids or ()) > len(self.tag_names or ())


class Workspace(_Answer):
    """A workspace as the token sees it."""

    organization_id: StrictInt | None = None
    admin: StrictBool | None = None
    role: Text | None = None


class ReportedQuota(_Answer):
    """One bucket of the hourly quota. Without an organization it is the user's own; `remaining` is negative where nothing is enforced."""

    organization_id: StrictInt | None = None
    remaining: StrictInt
    total: StrictInt | None = None
    resets_in_secs: StrictInt | None = None


class Account(_Answer):
    """The token's owner."""

    id: StrictInt


class Total(_Answer):
    """Toggl's own sum over the same filters."""

    seconds: StrictInt | None


class _GraphDay(_Answer):
    seconds: StrictInt


class _DayGraph(_Answer):
    seconds: StrictInt
    resolution: Text
    graph: tuple[_GraphDay, ...]


class _ListedUser(_Answer):
    id: StrictInt
    fullname: Text | None = None
    email: Text | None = None


class _Named(_Answer):
    id: StrictInt
    name: Text
    client_id: StrictInt | None = None


class Names(Value):
    """The workspace's own lists, asked for only where rows lack names."""

    projects: Mapping[int, _Named] = {}
    clients: Mapping[int, _Named] = {}
    tags: Mapping[int, _Named] = {}


AnswerPart = TypeVar("AnswerPart", bound=_Answer)


def read_part(kind: type[AnswerPart], answer: object, where: str) -> AnswerPart:
    """One part of an answer. Raises AnswerError that says where and which key is missing or of the wrong type."""
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(step) for step in first["loc"]) or "object"
        problem = f"{key!r} is not as agreed ({first['msg']})"
    raise AnswerError(f"Toggl sent an answer that cannot be read: in {where}, {problem}. Nothing was stored.")


def read_day_sums(answer: object, days: int) -> tuple[int, ...] | None:
    """The seconds of each of so many days from a total that tells them; None unless they are all there and make up the total.

    Nobody has recorded such an answer (`reference/toggl.md` section 4.1), so any other form is no error: it only proves nothing.
    """
    try:
        told = _DayGraph.model_validate(answer)
    except ValidationError:
        return None
    sums = tuple(day.seconds for day in told.graph)
    fits = told.resolution == "day" and len(sums) == days > 0 and sum(sums) == told.seconds
    return sums if fits else None


def read_list(answer: Any, what: str) -> list[Any]:
    """The items of a list: bare, within `items`, or null where there are none (`reference/toggl.md` section 5.4)."""
    items = answer.get("items", answer) if isinstance(answer, dict) else answer
    if items is None:
        return []
    if not isinstance(items, list):
        raise AnswerError(f"Toggl sent no list of {what} but {type(items).__name__}. Nothing was stored.")
    return items


def read_rows(answer: object, first_row: int) -> tuple[ReportedRow, ...]:
    """The rows of one page whose first row has this number."""
    items = read_list(answer, "time entries")
    return tuple(read_part(ReportedRow, item, f"row {number}") for number, item in enumerate(items, start=first_row))


def read_people(answer: object) -> tuple[Person, ...]:
    """The people of the workspace, by user id."""
    users = [read_part(_ListedUser, item, "the list of people") for item in read_list(answer, "people")]
    people = {user.id: _person(user.id, user.fullname, user.email) for user in users}
    return tuple(people[user_id] for user_id in sorted(people))


def read_quotas(answer: object) -> tuple[ReportedQuota, ...]:
    """The buckets of `/me/quota`, in either of its two forms (`reference/toggl.md` section 6)."""
    return tuple(read_part(ReportedQuota, item, "the quota") for item in read_list(answer, "quotas"))


def read_named(answer: object, what: str) -> dict[int, _Named]:
    """Projects, clients or tags by id."""
    items = [read_part(_Named, item, f"the list of {what}") for item in read_list(answer, what)]
    return {item.id: item for item in items}


def build_entry(row: ReportedRow, part: ReportedEntry, listed: Mapping[int, Person], names: Names) -> TimeEntry:
    """The domain's entry. People come from the workspace's list first, then from the row: who left is only there."""
    owner = listed.get(row.user_id) or _person(row.user_id, row.username, row.email)
    return TimeEntry(
        id=part.id,
        user_id=row.user_id,
        user_email=owner.email or normal_email(row.email),
        user_name=owner.name,
        description=row.description or "",
        start=part.start,
        stop=None if part.is_running else part.stop,
        seconds=part.stopped_seconds,
        billable=bool(row.billable),
        project=_project(row, names),
        client=_client(row, names),
        tags=_tags(row, names),
        updated_at=part.at,
    )


def unlisted_person(user_id: int) -> Person:
    """Somebody of whom only the id is known."""
    return _person(user_id, None, None)


def unlisted_owners(entries: Iterable[TimeEntry], listed: Mapping[int, Person]) -> dict[int, Person]:
    """Who has entries but is in no list any more."""
    return {entry.user_id: entry.person for entry in entries if entry.user_id not in listed}


def _person(user_id: int, name: str | None, email: str | None) -> Person:
    address = normal_email(email)
    return Person(user_id=user_id, name=shown_name(name) or shown_name(address) or f"user {user_id}", email=address)


def _project(row: ReportedRow, names: Names) -> str | None:
    if row.project_id is None or row.project_name:
        return row.project_name or None
    known = names.projects.get(row.project_id)
    return known.name if known else f"project {row.project_id}"


def _client(row: ReportedRow, names: Names) -> str | None:
    if row.project_id is None or row.client_name:
        return row.client_name or None
    project = names.projects.get(row.project_id)
    if project is None or project.client_id is None:
        return None
    client = names.clients.get(project.client_id)
    return client.name if client else f"client {project.client_id}"


def _tags(row: ReportedRow, names: Names) -> tuple[str, ...]:
    if not row.lacks_tags:
        return row.tag_names or ()
    known = ((tag_id, names.tags.get(tag_id)) for tag_id in row.tag_ids or ())
    return tuple(tag.name if tag else f"tag {tag_id}" for tag_id, tag in known)
