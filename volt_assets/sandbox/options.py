"""The switches of the sandbox servers and what they keep of each request.

No behaviour: the services read the switches, `switches.py` reads them from a command line, `gate.py` writes the log.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

PeopleList = Literal["users", "workspace_users", "organization_users", "filters_users", "search_users"]
"""The five lists of people: three of Track v9, two of Reports v3."""

FiberyFault = Literal[
    "truncated", "html_200", "text_403", "json_403", "text_404", "json_500", "html_502", "html_503", "html_504", "not_an_array",
]  # fmt: skip
"""Answers of a Fibery that is not well: a status with the form of its body, or the true answer cut or replaced by an object."""


class Options(BaseModel):
    """How the servers behave where the real ones differ, or where their behaviour is not known for certain.

    The defaults are what reference/toggl.md and fibery.md recorded or hold for likely; toggl.md 13 and 14, and fibery.md 11
    and 12, ask for the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Who asks, and what they may see.
    toggl_admin: bool = Field(default=True, description="Whether the token is an admin's; a plain user silently gets their own rows only.")
    wrong_token_status: Literal[403, 401] = Field(default=403, description="The status that answers a wrong token.")
    admin_only_lists: frozenset[PeopleList] = Field(
        default=frozenset({"organization_users"}), description="The lists of people that answer 403 to a token that is no admin's."
    )

    # How often one may ask.
    requests_per_second: float | None = Field(
        default=None, gt=0, description="More than that is answered 429 with nginx's page, and counts against the quota all the same."
    )
    requests_at_once: int = Field(default=1, ge=1, description="How many requests may come at once before that limit counts.")
    retry_after_429: bool = Field(default=False, description="Whether that 429 says Retry-After.")
    quota_per_hour: int = Field(default=10_000, ge=0, description="Requests an hour about the organization.")
    me_quota_per_hour: int = Field(default=10_000, ge=0, description="Requests an hour about the user only: /me and below.")
    quota_enforced: bool = Field(default=True, description="Whether a used-up quota refuses; else what remains goes below zero.")
    quota_text: Literal["json", "bare", "longer"] = Field(
        default="json", description="The body of a quota 402: a JSON string, bare text, or a JSON string that goes on about plans."
    )
    quota_headers: bool = Field(default=True, description="Whether answers carry X-Toggl-Quota-Remaining and -Resets-In.")
    quota_retry_after: bool = Field(default=False, description="Whether a quota 402 says Retry-After.")
    quota_list: Literal["array", "items"] = Field(default="array", description='/me/quota as an array or as {"items": [...]}.')
    quota_list_costs: bool = Field(default=True, description="Whether asking for /me/quota costs quota itself.")
    proxy_fails_every: int = Field(
        default=0, ge=0, description="Every so many requests to Toggl one is answered 502 with nginx's page; 0: none is."
    )
    paid_paths: frozenset[str] = Field(
        default=frozenset(), description="Parts of Toggl paths that answer 402 because the plan lacks the feature, as in summary,clients."
    )

    # The pages of the detailed report, and their sum.
    page_size_cap: int = Field(default=50, gt=0, description="The largest page of a detailed report.")
    page_size_above_cap: Literal["capped", "refused"] = Field(default="capped", description="A larger page_size is cut to the cap, or 400.")
    first_id_alone: Literal["empty", "honoured"] = Field(
        default="empty", description="A cursor with first_id and no first_timestamp: silently no rows, or the rows asked for."
    )
    paging_fault: Literal["none", "repeats", "empty", "shrinks"] = Field(
        default="none",
        description="One page's cursor leads to itself again, or the page is empty, or lacks its last row, with more to come.",
    )
    edit_between_pages: Literal["none", "insert", "change", "delete"] = Field(
        default="none",
        description="Once, before a second page is answered, somebody adds, changes or deletes an entry of the last finished week.",
    )
    paging_fault_page: int = Field(default=2, ge=1, description="The page that has the paging fault.")
    lost_rows: int = Field(default=0, ge=0, description="That many of the last rows are silently left out of the detailed report.")
    totals_off_by_seconds: int = Field(default=0, description="Added to what the totals say.")
    longest_range_days: int = Field(default=366, ge=1, description="The longest range of a report.")
    longer_range: Literal["refused", "empty"] = Field(default="refused", description="A longer range: 400, or silently nothing.")

    # What a row says.
    preferred_rounding: Literal[-1, 0, 1] = Field(
        default=1, description="What the token's owner prefers, down, none or up, and so the rounding of a request that says nothing."
    )
    preferred_rounding_minutes: Literal[0, 1, 5, 6, 10, 12, 15, 30, 60, 240] = Field(
        default=15, description="The minutes of that preference."
    )
    row_offsets: Literal["owner", "requester"] = Field(
        default="owner", description="Whose time zone start and stop are written in; the days of a report are the owners' all the same."
    )
    entry_day: Literal["start", "stop", "touched"] = Field(
        default="start",
        description="An entry across midnight belongs to the local day of its start, of its stop, or to each day it touches.",
    )
    running_entries: bool = Field(default=True, description="Whether reports show entries whose timer is still on.")
    running_seconds: Literal["negative", "null"] = Field(default="negative", description="The seconds of such a row.")
    running_seconds_in_totals: int = Field(default=0, ge=0, description="Seconds of each running entry that totals already hold.")
    grouped_by_tags: bool = Field(default=True, description="Whether grouped rows keep entries with different tags apart.")
    untagged: Literal["list", "null"] = Field(default="list", description="The tag_ids of a row without tags.")
    no_description: Literal["as_entered", "null", "empty"] = Field(
        default="as_entered",
        description="How a missing description comes: null or empty as it was entered, or always null, or always empty.",
    )
    enrich_leaves_out: frozenset[str] = Field(default=frozenset(), description="Fields that an enriched report leaves out all the same.")
    enrich_nulls: frozenset[str] = Field(default=frozenset(), description="Fields that an enriched report gives as null.")
    summary_ids_field: str = Field(default="ids", min_length=1, description="The list of a summary with include_time_entry_ids.")

    # Track v9.
    lists: Literal["array", "items"] = Field(default="array", description='Track lists as an array or as {"items": [...]}.')
    empty_lists: Literal["array", "null"] = Field(default="array", description="An empty Track list: [] or null.")
    own_end_date: Literal["exclusive", "inclusive"] = Field(
        default="exclusive", description="Whether the plain end_date of /me/time_entries is a day of its range."
    )

    # Fibery: who asks, how often, and how the answer comes.
    fibery_schemes: frozenset[Literal["Token", "Bearer"]] = Field(
        default=frozenset({"Token", "Bearer"}), description="The words before the token that Fibery accepts."
    )
    fibery_requests_per_second: float | None = Field(
        default=None, gt=0, description="The requests a second of one token; so many may come at once. Fibery says 3."
    )
    fibery_workspace_requests_per_second: float | None = Field(
        default=None, gt=0, description="The requests a second of all tokens of the workspace together. Fibery says 7."
    )
    fibery_commands_count: bool = Field(default=False, description="Whether each command of a POST counts against these limits.")
    fibery_retry_after: Literal["absent", "seconds", "date"] = Field(default="absent", description="The Retry-After of Fibery's 429.")
    fibery_429_body: Literal["text", "empty", "html"] = Field(default="text", description="The body of Fibery's 429.")
    fibery_answer_seconds: float = Field(default=0, ge=0, description="How long every Fibery answer takes, on the sandbox's own clock.")
    fibery_fault: FiberyFault | Literal["none"] = Field(
        default="none", description="What comes in place of the true answer, with every so-many-th request."
    )
    fibery_fault_every: int = Field(default=2, ge=1, description="With every how-many-th request the Fibery fault comes; 1: always.")
    fibery_fault_in: Literal["all", "schema", "commands", "documents"] = Field(
        default="all", description="Which requests the Fibery fault is for, and which are counted for it."
    )
    fibery_result: Literal["list", "data"] = Field(default="list", description='Rows as a list, or as {"data": [...], "meta": {}}.')
    fibery_batch: Literal["independent", "atomic"] = Field(
        default="independent", description="Whether a failure inside fibery.command/batch fails the whole batch."
    )
    fibery_largest_body: int | None = Field(default=None, ge=1, description="A longer body, in bytes, is answered 413.")
    fibery_most_commands: int | None = Field(default=None, ge=1, description="More commands in one POST are answered 500 in JSON.")

    # Fibery: queries.
    fibery_refuses: frozenset[tuple[str, str]] = Field(
        default=frozenset(),
        description='Databases whose queries fail, each with an error code: [["Scrum/Bug", "entity.error/schema-field-not-found"]].',
    )
    fibery_revoked: frozenset[str] = Field(
        default=frozenset(),
        description="Commands that the plan lacks, as in fibery.entity/query; they fail by account-capability-was-revoked.",
    )
    fibery_slow_above: int | None = Field(
        default=None, ge=0, description="A query that names more ids or gives more rows fails inside a 200 with a message of a timeout."
    )
    largest_limit: int = Field(default=1001, ge=1, description="The largest q/limit; 1000, 1001 and 3001 have been seen.")
    limit_above: Literal["refused", "capped"] = Field(
        default="refused", description="A larger q/limit fails its query, or is cut silently."
    )
    no_limit_in_sub_queries: Literal["honoured", "refused"] = Field(
        default="honoured", description="q/no-limit in a sub-query, which Fibery plans to remove."
    )
    nested_select: Literal["honoured", "refused"] = Field(
        default="honoured", description="An object inside the inner array of an array-form select."
    )
    collection_vector: Literal["refused", "columns"] = Field(
        default="refused", description='A collection selected without a sub-query fails, or gives {"fibery/id": [...]}.'
    )
    empty_relation: Literal["null", "object"] = Field(default="null", description="How Fibery gives a relation to nothing.")
    decimals: Literal["text", "number"] = Field(default="text", description="Decimals as texts or as JSON numbers.")
    hidden_entities: frozenset[tuple[str, str]] = Field(
        default=frozenset(), description='Databases and public ids that the Fibery token may not see: [["Scrum/Task", "1190"]].'
    )
    deleted_entities: frozenset[tuple[str, str]] = Field(
        default=frozenset(), description="Databases and public ids of entities that somebody deleted, written like hidden_entities."
    )

    # Fibery: the schema and the texts.
    soft_deleted: Literal["as_asked", "always", "never"] = Field(
        default="as_asked",
        description="Whether the schema shows deleted types and fields; asked by with-soft-deleted, which is on unless false.",
    )
    schema_etag: bool = Field(default=True, description="Whether GET /api/schema has an ETag and honours If-None-Match.")
    unknown_secret: Literal["left_out", "empty", "null", "refused"] = Field(
        default="left_out",
        description="A secret without a text: no item (alone a 404), an empty text, null, or a 404 for all that were asked for.",
    )
    lost_texts: frozenset[tuple[str, str]] = Field(
        default=frozenset(), description="Databases and public ids of entities whose texts' secrets answer nothing."
    )
    lost_texts_secret: Literal["kept", "null"] = Field(default="kept", description="Whether such an entity still has its secrets.")
    long_texts: frozenset[tuple[str, str]] = Field(
        default=frozenset(), description="Databases and public ids of entities each of whose texts is as long as long_text_bytes."
    )
    long_text_bytes: int = Field(default=2_000_000, ge=0, description="The length of these texts.")
    documents_order: Literal["asked", "reversed"] = Field(default="asked", description="The order in which get-documents answers.")
    most_documents: int | None = Field(default=None, ge=1, description="The most secrets that get-documents takes at once.")
    documents_above: Literal["refused", "cut"] = Field(default="refused", description="More secrets: an error, or silently only the first.")

    # Slack.
    slack: Literal["ok", "no_service", "rate_limited", "error", "garbage", "hang"] = Field(
        default="ok", description="What the webhook answers: ok, a 404, a 429 that asks for 30 s, a 500, another page, or nothing."
    )


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request that a server answered. `path` is without the service's prefix; `commands` counts Fibery commands."""

    service: str
    method: str
    path: str
    status: int
    commands: int = 0
