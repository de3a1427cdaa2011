"""The words that people type or paste into Toggl for a piece of work, in all the ways the team does it.

No times and no choice of work. The forms are those of reference/toggl.md 10 and reference/fibery.md 7.
"""

import re
from random import Random
from typing import Final

from volt_assets.sandbox.catalogue import SUB_TASK, TASK, TICKET, WORK_VERSION
from volt_assets.sandbox.constants import FIBERY_WORKSPACE
from volt_assets.sandbox.models import WorkItem

_STYLES: Final = ("full", "url", "bare", "title", "one label", "empty project")
_SHARES: Final = (0.80, 0.06, 0.06, 0.055, 0.015, 0.015)
_ESCAPING: Final = (TASK, SUB_TASK)
_UNSAFE: Final = re.compile(r"[^a-zA-Z0-9$\-_.+!*'(),]+")


def entity_slug(title: str, public_id: str) -> str:
    """The last part of an entity's link, built as Fibery builds it; a title without Latin letters leaves the id."""
    slug = _UNSAFE.sub(" ", title).strip().replace(" ", "_")[:100]
    return f"{slug}-{public_id}" if slug else public_id


def entity_path(database: str, title: str, public_id: str) -> str:
    """The path of an entity's page below the workspace's address."""
    return f"/{database.replace(' ', '_')}/{entity_slug(title, public_id)}"


def describe(item: WorkItem, random: Random, *, early: bool) -> str:
    """What somebody wrote for this item; `early` weeks have the older label of a renamed database."""
    style = random.choices(_STYLES, _SHARES)[0]
    if style == "url":
        return _with_link(item, random)
    if style == "bare":
        return random.choice((f"#{item.public_id}", f"#{item.public_id}", f"{_shortened(item.title)} #{item.public_id}"))
    if style == "title":
        return item.title
    return _convention(item, style, random, early=early)


def reference(item: WorkItem, *, early: bool = False) -> str:
    """The text that Fibery's formula composes for this item."""
    return f"{item.title} {_tail(item, item.project, early=early)}"


def _convention(item: WorkItem, style: str, random: Random, *, early: bool) -> str:
    if style == "one label":
        return f"{item.title} #{item.public_id} [{item.label}]"
    if style == "empty project":
        return f"{item.title} {_tail(item, '', early=early)}"
    if "&" in item.title and item.database not in _ESCAPING and random.random() < 0.5:
        return item.title.split("&", maxsplit=1)[0].strip()
    if item.database == TICKET and random.random() < 0.15:
        return f"{item.title} #{item.public_id} [{item.label}] [{item.project}]"
    return _edited(item, reference(item, early=early), random)


def _edited(item: WorkItem, text: str, random: Random) -> str:
    chosen = random.random()
    if chosen < 0.03:
        return text.removeprefix(f"{item.title} ")
    if chosen < 0.06:
        return f"{text} {random.choice(('- follow-up', 'tests', 'with Pavel', '🚀'))}"
    if chosen < 0.09:
        return f"{random.choice(('Review:', 'WIP', '🐛', 'Tests for'))} {text}"
    return text


def _tail(item: WorkItem, project: str, *, early: bool) -> str:
    label = "Work version" if early and item.database == WORK_VERSION else item.label
    return f"#{item.public_id} [{item.space}] [{label}] [{project}]"


def _with_link(item: WorkItem, random: Random) -> str:
    last = random.choice((entity_slug(item.title, item.public_id), entity_slug(item.title, item.public_id), item.public_id))
    link = f"https://{FIBERY_WORKSPACE}.fibery.io/{item.database.replace(' ', '_')}/{last}"
    return random.choice((link, link, f"{_shortened(item.title)} {link}"))


def _shortened(title: str) -> str:
    return " ".join(title.split()[:3])
