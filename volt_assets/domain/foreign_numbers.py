"""Numbers that count something else than an entity: pull requests, rooms, colours. Not here: references themselves.

`#12` is also how other tools and people count (`reference/field.md` sections 6.1 to 6.3), so the words beside a bare number have a say.
Sync tools that take the first number they see pay for it with wrong keys; a number that is passed over here is only left an activity.
"""

import re

_TOOLS = (
    "github|gitlab|bitbucket|gitea|gh|gl|jira|linear|shortcut|clickup|asana|trello|zendesk|intercom|freshdesk|hubspot|salesforce|youtrack|"
    "redmine|sentry|azure devops|servicenow|basecamp|phabricator|gerrit|bugzilla|stack ?overflow|jenkins|teamcity|circleci|npm|pypi|"
    "slack|notion|confluence"
)
_REQUESTS = "prs?|mrs?|pull[ -]requests?|merge[ -]requests?|pull|issues?|commits?|cve|rfc|fixe[sd]|close[sd]|resolve[sd]"
_COLOURS = "colou?rs?|hex|background|border|rgb|css|farbe|цвет"
_MONEY = "invoices?|orders?|receipts?|bills?|payments?|contracts?|offers?|quotes?|po|rechnung|bestellung|angebot|счет|счёт|заказ"
_MACHINES = "builds?|jobs?|runs?|pipelines?|deployments?|releases?|versions?|v|ports?|servers?"
_PLACES = "rooms?|tables?|desks?|floors?|gates?|platforms?|seats?|halls?|stands?|booths?|lanes?|raum|zimmer|tisch|комната|стол"
_ORDINALS = (
    "numbers?|no|nr|num|ranks?|places?|top|prizes?|positions?|steps?|parts?|phases?|rounds?|days?|weeks?|sprints?|iterations?|quarters?|"
    "candidates?|applicants?|teams?|groups?|lessons?|chapters?|pages?|slides?|episodes?|sections?|items?|points?|lines?|rows?|columns?|"
    "figures?|questions?|exercises?|examples?|options?|attempts?|drafts?|volumes?|editions?|workshops?|sessions?|meetings?|calls?|goals?|"
    "reasons?|rules?|are|is|am|be"
)
_COUNTED = "|".join((_TOOLS, _REQUESTS, _COLOURS, _MONEY, _MACHINES, _PLACES, _ORDINALS))
_LISTED = r"(?:#\s?[0-9]+\s*(?:,|and|und|или|и|or|&|\+|/|to|-)\s*)*"
_BEFORE = re.compile(rf"(?:(?:(?<![\w-])(?:{_COUNTED})|№)[\s(:.]*|[$€£'/_=]){_LISTED}\Z", re.IGNORECASE)
_AFTER = re.compile(
    r"[.,:'\u2019][0-9]|\s?[%‰€$£;']|[-.]\w|\s+(?:prio|place\b|rank|choice\b|(?:in|of|on) (?:the|our|my|a)\b)", re.IGNORECASE
)
_DIGITS_GO_ON = re.compile(r"[.,:'\u2019/-][0-9]|\s?[%‰€$£]")
_TOOL_OR_PAPER_BEFORE = re.compile(rf"(?<![\w-])(?:{_TOOLS}|{_REQUESTS}|{_MONEY})[\s(:.]*{_LISTED}\Z", re.IGNORECASE)
_TOOL_BEFORE = re.compile(rf"(?<![\w-])(?:{_TOOLS})[\s(:.]*\Z", re.IGNORECASE)
_TOOL_NAMED = re.compile(rf"(?<![\w.-])(?:{_TOOLS}|upstream|css)(?![\w-])", re.IGNORECASE)
_LOOKED_AT = 80


def counts_something_else(text: str, start: int, end: int) -> bool:
    """Whether the number at this place of the text counts no entity, by the signs and words beside it."""
    return bool(_BEFORE.search(text[max(0, start - _LOOKED_AT) : start])) or is_counted_behind(text, end)


def may_be_another_tools(text: str, start: int) -> bool:
    """Whether the words before this place speak of another tool's number or a paper's, such as `PR` or `invoice`.

    Labels beside a number outweigh all that people count, but not that.
    """
    return bool(_TOOL_OR_PAPER_BEFORE.search(text[max(0, start - _LOOKED_AT) : start]))


def is_counted_behind(text: str, end: int) -> bool:
    """Whether what stands behind the number says what it counts, such as `%`."""
    return bool(_AFTER.match(text, end))


def is_cut_off(text: str, end: int) -> bool:
    """Whether the digits are only the beginning of a number, such as `1,234`, `12.5` or `12 %`."""
    return bool(_DIGITS_GO_ON.match(text, end))


def follows_a_tool(text: str, start: int) -> bool:
    """Whether another tool is named right before this place, as in `gitlab: group/project#12`."""
    return bool(_TOOL_BEFORE.search(text[max(0, start - _LOOKED_AT) : start]))


def names_another_tool(text: str) -> bool:
    """Whether the text speaks of another tracker, so that a bare number in it is likelier that tool's."""
    return bool(_TOOL_NAMED.search(text))
