"""The documents and comments of the made-up entities, in Markdown as Fibery gives it back.

No states and no dates of the entities themselves. `*` bullets, `<br>`, callouts and mentions are Fibery's own (reference/fibery.md 4.1).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from volt_assets.sandbox.catalogue import BUG, FEATURE, SUB_TASK, TASK, TICKET
from volt_assets.sandbox.catalogue_texts import COMMENTS, NOTES, REASONS, REPLIES
from volt_assets.sandbox.chance import chance, stable_uuid
from volt_assets.sandbox.entries import Tracked
from volt_assets.sandbox.fibery_types import USER
from volt_assets.sandbox.models import Progress, Role, Row, WorkItem
from volt_assets.sandbox.people import PEOPLE
from volt_assets.sandbox.planning import test_case_ids, test_case_secret
from volt_assets.sandbox.users import of_role, user_id

_WITH_TEXT: Final = {FEATURE: 1.0, TASK: 0.7, SUB_TASK: 0.25, BUG: 0.9, TICKET: 0.95}
_WITH_COMMENTS: Final = 0.45
_CALLOUT: Final = "> [//]: # (callout;icon-type=icon;icon=info-circle;color=#199EE3)"


def document_secret(item: WorkItem, field: str) -> str:
    """The secret under which that field's text is read."""
    return stable_uuid("secret", item.uuid, field)


def documents(items: tuple[WorkItem, ...], seed: int) -> dict[str, str]:
    """The texts of all entities, by secret; an empty text has an empty document."""
    by_uuid = {item.uuid: item for item in items}
    texts: dict[str, str] = {}
    for item in items:
        parent = by_uuid.get(item.parent or "")
        texts[document_secret(item, "description")] = _description(item, parent, seed)
        if item.database == BUG:
            texts[document_secret(item, "steps")] = _steps(item, seed)
        if item.database == TASK:
            texts |= {test_case_secret(uuid): f"{item.title}: works, and nothing else changes." for uuid in test_case_ids(item)}
        if item.database in (FEATURE, TASK):
            texts[document_secret(item, "acceptance")] = _acceptance(item, seed)
    return texts


def comments(items: tuple[WorkItem, ...], tracked: Tracked, seed: int) -> Iterator[tuple[WorkItem, Row, str]]:
    """The comments with the item each belongs to and its text; a reply names its parent."""
    for item in items:
        random = chance(seed, "comments", item.uuid)
        progress = tracked.progress.get(item.uuid)
        if progress is None or item.database == SUB_TASK or random.random() > _WITH_COMMENTS:
            continue
        first = _comment(item, progress, 0, None, seed)
        yield item, first, random.choice(COMMENTS)
        if random.random() < 0.6:
            yield item, _comment(item, progress, 1, str(first["fibery/id"]), seed), random.choice(REPLIES)


def _description(item: WorkItem, parent: WorkItem | None, seed: int) -> str:
    random = chance(seed, "text", item.uuid)
    if random.random() > _WITH_TEXT.get(item.database, 0.5):
        return ""
    notes = "\n".join(f"* {note}" for note in random.sample(NOTES[item.role], 2))
    lines = {
        FEATURE: f"{item.detail.split('|')[-1]}\n\n## Why now\n\n{random.choice(REASONS)}",
        BUG: f"## Steps\n\n1. Open the latest build.\n2. {item.title}.\n\n## Expected\n\nAs in the help article.",
        TICKET: f"From {item.detail.split('|')[-1]}:\n\n> {item.title}. Could you please have a look?",
    }
    return lines.get(item.database, f"{_mention(parent)}## Notes\n\n{notes}")


def _steps(item: WorkItem, seed: int) -> str:
    random = chance(seed, "steps", item.uuid)
    if random.random() < 0.2:
        return ""
    tester = of_role(Role.QUALITY)
    steps = f"1. Sign in as an office user.\n2. {item.title}.\n3. Do it again.<br>It happens every time."
    return f"{steps}\n\n{_CALLOUT}\n> {random.choice(NOTES[item.role])}\n\nSeen by [[#@{stable_uuid('type', USER)}/{user_id(tester)}]]."


def _mention(parent: WorkItem | None) -> str:
    if parent is None:
        return ""
    return f"Part of [[{parent.database}: {parent.title}#^{stable_uuid('type', parent.database)}/{parent.uuid}]].\n\n"


def _acceptance(item: WorkItem, seed: int) -> str:
    random = chance(seed, "acceptance", item.uuid)
    if item.database == TASK and random.random() < 0.5:
        return ""
    notes = random.sample(NOTES[item.role], 2)
    return "\n".join(f"* [ ] {note}" for note in (*notes, "Reviewed by somebody else."))


def _comment(item: WorkItem, progress: Progress, number: int, parent: str | None, seed: int) -> Row:
    random = chance(seed, "comment", item.uuid, number)
    author = random.choice([person for person in PEOPLE if person.fibery_email])
    span = (progress.last - progress.first) * (0.4 + 0.3 * number)
    moment = progress.first + span + timedelta(minutes=random.randrange(5, 40))
    return {
        "fibery/id": stable_uuid("comment", item.uuid, number),
        "fibery/public-id": "",
        "fibery/creation-date": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "comment/author": stable_uuid("user", author.user_id),
        "comment/document-secret": stable_uuid("comment secret", item.uuid, number),
        "comments/parent": parent,
        "fibery/created-by": stable_uuid("user", author.user_id),
    }
