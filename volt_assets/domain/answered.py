"""Whether the databases of a week's references told what was asked. Not here: asking, what was found in those that did (`matching`)."""

from collections.abc import Iterable, Mapping, Sequence

from volt_assets.domain.conservation import Finding
from volt_assets.domain.fibery_schema import normal_name
from volt_assets.domain.matching import FiberyEntities, Outcome, Resolution
from volt_assets.domain.report_parts import listed
from volt_assets.domain.rounding import duration_text

_NAMED = 5
_OF_RIGHTS = ("permission", "forbidden", "access")


def check_databases(data: FiberyEntities) -> Finding:
    """Whether every configured database is there and every one that was asked has answered; else the time that this concerns."""
    silent = {one.database: one.reason for one in data.failures}
    named = {name: _of_database(data.resolutions, name) for name in (*silent, *data.missing_databases)}
    unsure = {Outcome.UNREACHABLE, *((Outcome.NOT_FOUND, Outcome.AMBIGUOUS) if data.missing_databases else ())}
    elsewhere = [one for one in data.resolutions if one.entity is None and one.outcome in unsure]
    rows = [*(row for rows in named.values() for row in rows), *elsewhere]
    numbers = {
        "databases_not_answered": len(silent),
        "databases_missing": len(data.missing_databases),
        "references": len(rows),
        "seconds": _seconds(rows),
    }
    told = [
        *(f"{name} could not be asked ({reason.rstrip('.')}): {_amount(named[name])}" for name, reason in silent.items() if named[name]),
        *_without_loss({name: reason for name, reason in silent.items() if not named[name]}),
        *(f"{name} is configured, but not in Fibery{_nearest(data, name)}: {_amount(named[name])}" for name in data.missing_databases),
    ]
    message = " ".join((f"{_shortened(told)}.", *_besides(data, elsewhere), *_remedies(data))) if told else _answered(data)
    return Finding(passed=not told, message=message, numbers=numbers)


def _answered(data: FiberyEntities) -> str:
    sums = data.statistics
    return f"Every database has answered: {sums.references} references, {sums.entities} entities in {len(data.entities)} databases."


def _of_database(resolutions: Iterable[Resolution], name: str) -> list[Resolution]:
    """The rows that name an entity of this database, and could not be matched for it. People write a database's name in their own way."""
    space, _, database = name.partition("/")
    wanted = (normal_name(space), normal_name(database))
    lost = (one for one in resolutions if one.entity and one.outcome in {Outcome.UNREACHABLE, Outcome.UNKNOWN_TYPE})
    return [one for one in lost if one.entity and (normal_name(one.entity.space), normal_name(one.entity.database)) == wanted]


def _without_loss(silent: Mapping[str, str]) -> list[str]:
    """The databases that no reference is lost by, such as those that only did not tell what was open in them."""
    alike = {reason: [name for name, why in silent.items() if why == reason] for reason in dict.fromkeys(silent.values())}
    return [
        f"{listed(names)} could not be asked for all ({reason.rstrip('.')}), but no reference names what is missing"
        for reason, names in alike.items()
    ]


def _nearest(data: FiberyEntities, name: str) -> str:
    absent = next((one for one in data.absent_databases if one.database == name and one.nearest), None)
    words = "renamed to" if absent and absent.is_renamed else "the nearest name is"
    return f" ({words} {absent.nearest})" if absent else ""


def _besides(data: FiberyEntities, elsewhere: Sequence[Resolution]) -> list[str]:
    beside = [f"Besides, {_amount(elsewhere)} without a database's name may be of it."] if elsewhere else []
    return [*beside, "No title was compared."] if data.titles_not_compared else beside


def _remedies(data: FiberyEntities) -> list[str]:
    said = " ".join(f"{one.code} {one.reason}" for one in data.failures).casefold()
    rights = "; if it stays, give the user of FIBERY_API_TOKEN the right to read it" if any(word in said for word in _OF_RIGHTS) else ""
    again = f"Run this week again with --start-from fibery (in the UI: the job fibery_refresh for {data.week}){rights}."
    correct = "Correct its name in enrichment_config.yaml (coverage_report.md has the fix), or give the token's user access to its space."
    return [*([again] if data.failures else []), *([correct] if data.missing_databases else [])]


def _shortened(told: Sequence[str]) -> str:
    return "; ".join((*told[:_NAMED], *([f"{len(told) - _NAMED} more"] if len(told) > _NAMED else [])))


def _amount(rows: Sequence[Resolution]) -> str:
    return f"{len(rows)} {'reference' if len(rows) == 1 else 'references'} with {duration_text(_seconds(rows))}"


def _seconds(rows: Iterable[Resolution]) -> int:
    return sum(one.duration_seconds for one in rows)
