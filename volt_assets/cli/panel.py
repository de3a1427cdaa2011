"""The live display of a run: a few lines at the foot of the terminal. Not here: where the figures come from, keys.

Names and messages come from outside: they are shown as they are, never as markup, and without what a terminal would obey.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self

import dagster as dg
from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from volt_assets.cli.keys import is_behind
from volt_assets.cli.progress import Position, RunState, now_seconds
from volt_assets.cli.run_texts import seconds_text, short

_MOST_TYPES = 8
_BAR, _ASCII_BAR = ("━", "─"), ("#", "-")
_LONGEST_BAR, _LONGEST_NAME = 30, 34
_NARROW = 80


class Shown(NamedTuple):
    """What is drawn besides the state: the run's id, which of several weeks it is, the keys, what earlier runs took."""

    run_id: str = ""
    position: Position | None = None
    keys: str = ""
    expected: Mapping[str, float] = {}


def draw(state: RunState, shown: Shown, *, now: float, width: int, ascii_only: bool = False) -> Group:
    """The display at a moment, no line wider than the terminal."""
    lines = [_head(state, shown), _bar(state, shown, now, width, ascii_only), *_stage(state, now, ascii_only)]
    if shown.keys:
        lines.append(Text(shown.keys, style="dim"))
    for line in lines:
        line.no_wrap = True
        line.truncate(width - 1, overflow="crop" if ascii_only else "ellipsis")
    return Group(*lines)


def _head(state: RunState, shown: Shown) -> Text:
    position = f"  {shown.position.number} of {shown.position.of} weeks" if shown.position else ""
    return Text.assemble((state.title, "bold"), position, (f"  run {short(shown.run_id)}" if shown.run_id else "", "dim"))


def _bar(state: RunState, shown: Shown, now: float, width: int, ascii_only: bool) -> Text:
    """The bar of stages, how many have ended, how long it has gone on and about how long it will."""
    done, rest = _ASCII_BAR if ascii_only else _BAR
    total = max(1, len(state.assets))
    length = _LONGEST_BAR if width >= _NARROW else max(8, width - 54)
    filled = length * len(state.took) // total
    told = f"  {len(state.took)} of {len(state.assets)} stages, {seconds_text(state.elapsed(now))}{_left(state, shown, now)}"
    return Text.assemble((done * filled, "red" if state.failed else "green"), (rest * (length - filled), "dim"), told)


def _left(state: RunState, shown: Shown, now: float) -> str:
    left = state.left(now, shown.expected)
    if left is None:
        return ""
    weeks_left = shown.position.of - shown.position.number if shown.position else 0
    whole = sum(shown.expected.get(name, 0.0) for name in state.assets) or state.elapsed(now) + left
    seconds = round(left + weeks_left * whole)
    if seconds < 1:  # it takes longer than it used to
        return ""
    return f", about {seconds_text(seconds)} left"


def _stage(state: RunState, now: float, ascii_only: bool) -> list[Text]:
    """The stage that runs, what it said last, and how many entities of each type it has."""
    if not state.current or len(state.took) == len(state.assets):
        return []
    is_running = state.current not in state.took
    time_text = f"  {seconds_text(now - state.current_since)}" if is_running else ""
    lines = [Text.assemble((state.current, "cyan"), time_text, f"  {state.message}" if state.message else "")]
    counts = sorted(state.counts.by_type.items(), key=lambda item: (-item[1][1], item[0]))
    shown, more = counts[:_MOST_TYPES], counts[_MOST_TYPES:]
    if more:
        shown.append((f"and {len(more)} more types", (sum(one[0] for _, one in more), sum(one[1] for _, one in more))))
    names = min(_LONGEST_NAME, max((cell_len(name) for name, _ in shown), default=0))
    lines += [Text(f"  {set_cell_size(_plain(name, ascii_only), names)}  {done:>5} of {asked}") for name, (done, asked) in shown]
    if counts:
        rate = state.counts.per_second()
        lines.append(Text(f"  {state.counts.done} of {state.counts.asked} entities{f', {rate:.1f} a second' if rate else ''}"))
    return lines


def _plain(name: str, ascii_only: bool) -> str:
    return name.encode("ascii", "replace").decode() if ascii_only else name


def is_ascii(console: Console) -> bool:
    """Whether the terminal may not show the bar's characters."""
    return not console.encoding.lower().startswith("utf")


def has_display(console: Console) -> bool:
    """Whether lines can be drawn over again there: in the background somebody types between them."""
    return console.is_terminal and not console.is_dumb_terminal and not is_behind()


class RunProgress:
    """Follows the events of one run that this process carries: plain lines, or the display in a terminal.

    Used as a context manager; `on_event` goes to the instance as a listener. A `brief` one has no plain line for each asset.
    """

    def __init__(
        self,
        console: Console,
        title: str,
        assets: frozenset[str],
        shown: Shown = Shown(),  # noqa: B008 - it is frozen
        *,
        brief: bool = False,
    ) -> None:
        self._console = console
        self._brief = brief
        self._state = RunState(title, assets)
        self._shown = shown
        self._live = Live(console=console, get_renderable=self._draw, transient=True) if has_display(console) else None

    def __enter__(self) -> Self:
        """Starts the display where there is a terminal."""
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Ends the display."""
        if self._live:
            self._live.stop()

    def on_event(self, entry: dg.EventLogEntry) -> None:
        """Shows an asset that starts, ends or fails; everything else of the log stays in the log."""
        line = self._state.take(entry)
        is_stage = entry.dagster_event is not None
        if line and not self._live and not (is_stage and self._brief):
            self._console.print(line, markup=False)

    def _draw(self) -> RenderableType:
        return draw(self._state, self._shown, now=now_seconds(), width=self._console.width, ascii_only=is_ascii(self._console))
