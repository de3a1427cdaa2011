"""FAITH-52: are Volt's reports true, and would its checker see it if not? Not here: how that is measured (`faith_run`).

Run by `make bench`. No network, no clock in any figure, one seed a week: the same code gives the same table but for its seconds.
`--weeks 4 --large 0` is a short run. Exits with 1 where a bar is missed.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.faith_run import ERRORS_IN_A_REPORT, missed_bars, run
from benchmarks.faith_table import misses, parts, published
from benchmarks.faith_weeks import WEEKS, GeneratedWeek, fixed_weeks, generated_weeks

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "faithfulness.md"
LARGE = 5_000
MOST_EXAMPLES = 20


def main() -> int:
    """Prints the tables; 1 where a bar is missed."""
    chosen = _arguments()
    weeks = [*generated_weeks(chosen.weeks), *_fixed(chosen.large)]
    faith = run(weeks, errors=chosen.errors, progress=_progress(len(weeks)))
    told = parts(faith)
    print("\n\n".join((f"FAITH-{chosen.weeks}", *told.values())))
    if chosen.misses:
        print("\n".join(("\nPlanted errors that were not seen\n", *misses(faith))))
    if chosen.publish:
        DOCUMENT.write_text(published(DOCUMENT.read_text(encoding="utf-8"), told), encoding="utf-8")
    wrong = [*faith.differing[:MOST_EXAMPLES], *(f"{name}: {example}" for name, one in faith.writers.items() for example in one.examples)]
    print("\n".join(("", *wrong)), end="")
    return 1 if missed_bars(faith) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faith", description="Measures how faithful Volt's reports are.")
    parser.add_argument("--weeks", type=int, default=WEEKS, help="how many of the 52 generated weeks (default: all)")
    parser.add_argument("--large", type=int, default=LARGE, help="entries of the large fixed week; 0 leaves it out")
    parser.add_argument("--errors", type=int, default=ERRORS_IN_A_REPORT, help="errors planted in each report, one at a time")
    parser.add_argument("--publish", action="store_true", help="write the tables into docs/faithfulness.md")
    parser.add_argument("--misses", action="store_true", help="list the planted errors that were not seen")
    return parser.parse_args()


def _fixed(large: int) -> Iterator[GeneratedWeek]:
    yield from fixed_weeks(large=large) if large else fixed_weeks(large=12)[:-1]


def _progress(weeks: int) -> Callable[[str], None]:
    """Tells on the error stream which week is at work: one line that changes in a terminal, every tenth week elsewhere."""
    done = 0

    def tell(name: str) -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            print(f"\r\033[K{done} of {weeks}: {name}{'' if done < weeks else chr(10)}", end="", file=sys.stderr, flush=True)
        elif done % 10 == 1:
            print(f"{done} of {weeks}: {name}", file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
