"""Which weeks are left with a failed run, in words. Not here: how Dagster is asked."""

from collections.abc import Mapping, Sequence

from volt_assets.domain.conservation import Finding

MOST_NAMED = 20
_RECOVERY = (
    "Run them again: `volt-agent backfill --from D --to D --only failed`, or in the UI with the partitions that are marked as failed."
)


def judge_left_failed(failed: Mapping[str, Sequence[str]]) -> Finding:
    """Whether no week is left failed. `failed` has the assets of each such week in the graph's order; the count is exact, few are named."""
    numbers = {"weeks_left_failed": len(failed)}
    if not failed:
        return Finding(passed=True, message="No week is left failed.", numbers=numbers)
    named = [f"{week} ({assets[0]})" for week, assets in sorted(failed.items(), reverse=True)[:MOST_NAMED]]
    more = f" and {len(failed) - len(named)} more" if len(failed) > len(named) else ""
    weeks = "1 week is" if len(failed) == 1 else f"{len(failed)} weeks are"
    told = f"{weeks} left failed, with the first asset that failed: {', '.join(named)}{more}."
    return Finding(passed=False, message=f"{told} {_RECOVERY}", numbers=numbers)
