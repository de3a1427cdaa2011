"""Whether a report says what its facts say and nothing else, whoever wrote it (`reference/field.md` section 3.2). Not here: mending it.

The ledger is the closed world: a figure, name, state or link that is no fact of the report is wrong, and so is a fact that is told of
somebody else. What a model writes passes `phrasing` before; this gate also holds for what code wrote.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from volt_assets.domain.conservation import Finding
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.grounding_charts import chart_problems
from volt_assets.domain.grounding_claims import LONGEST_TOLD, Claim, Problem, claims_of, section_claims, shown
from volt_assets.domain.grounding_markup import markup_problems
from volt_assets.domain.grounding_places import place_problems, row_problems
from volt_assets.domain.grounding_scope import Ledger, scope_problems, word_problems
from volt_assets.domain.grounding_sums import sum_problems
from volt_assets.domain.grounding_values import fact_problems, literal_problems
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.phrasing import Phrasing, refused, rephrased
from volt_assets.domain.values import Value

_GRAVE = frozenset({Check.VALUE, Check.ENTITY, Check.IDENTITY, Check.MARKUP})
_NAMED = 3
_NOBODY: Mapping[str, int] = MappingProxyType({})
_REPORT_IT = "Materialising the asset again helps where its inputs have changed since; if it stays, report it as a fault of Volt."
_GRAVELY = f"Do not hand these reports on before that is corrected: the text says what the data does not. {_REPORT_IT}"
_MILDLY = (
    f"Every figure is the data's, but these places may tell it of the wrong one or in the wrong direction: read them again. {_REPORT_IT}"
)


class Grounding(Value):
    """What was found wrong in a report, and of how much. `claims` are the facts told in its `sentences`, bullets, rows and headings."""

    sentences: int
    claims: int
    problems: tuple[Problem, ...]


def check_report_grounded(report: Report, hosts: Collection[str]) -> Grounding:
    """Everything that a report says and its facts do not. Links may lead to `hosts` only."""
    claims, ledger = [*claims_of(report)], Ledger(report)
    problems = [problem for claim in claims for problem in _claim_problems(claim, ledger, hosts)]
    told = sum(len(claim.facts) for claim in claims)
    found = (*problems, *fact_problems(report), *sum_problems(report), *row_problems(report), *chart_problems(report))
    return Grounding(sentences=len(claims), claims=told, problems=tuple(dict.fromkeys(found)))


def section_problems(report: Report, section: Section, hosts: Collection[str]) -> tuple[Problem, ...]:
    """What a section of a report, as somebody else wrote it, says and the report's facts do not."""
    facts, ledger = {fact.id: fact for fact in report.facts}, Ledger(report)
    return tuple(problem for claim in section_claims(section, facts) for problem in _claim_problems(claim, ledger, hosts))


def grounded(report: Report, section: Section, phrasing: Phrasing, hosts: Collection[str]) -> Phrasing:
    """A model's phrasing of a section, or the refusal where it says what the report's facts do not."""
    problems = () if phrasing.refusal else section_problems(report, rephrased(section, phrasing, "model"), hosts)
    if not problems:
        return phrasing
    facts = {fact.id: fact for fact in report.facts}
    places = {shown(text, facts)[:LONGEST_TOLD]: number for number, text in enumerate(phrasing.sentences, start=1)}
    told = [f"sentence {places.get(problem.sentence, '?')}: {problem.what} ({problem.check.value})" for problem in problems]
    return refused(f"the answer says what the facts do not: {problems[0].what} ({problems[0].check.value})", told)


def judge_grounded(reports: Iterable[Report], hosts: Collection[str], user_ids: Mapping[str, int] = _NOBODY) -> Finding:
    """Whether all that these reports say is in their facts, in words and counts. Problems of scope, state and sign alone only warn.

    A person's report is told by the user id of its subject, where `user_ids` has it.
    """
    found = [(report, check_report_grounded(report, hosts)) for report in reports]
    problems = [(report, problem) for report, one in found for problem in one.problems]
    counts = Counter(problem.check for _, problem in problems)
    numbers = {"sentences": sum(one.sentences for _, one in found), "claims": sum(one.claims for _, one in found)}
    wrong = {f"problems_{check.value}": counts[check] for check in Check}
    told = f"{numbers['claims']} facts told in {numbers['sentences']} sentences and rows"
    is_grave = any(problem.check in _GRAVE for _, problem in problems)
    message = (
        f"{told}; {_told(problems, user_ids)} {_GRAVELY if is_grave else _MILDLY}" if problems else f"{told}, all as the data has them."
    )
    return Finding(passed=not problems, message=message, numbers={**numbers, **wrong}, warns=bool(problems) and not is_grave)


def _claim_problems(claim: Claim, ledger: Ledger, hosts: Collection[str]) -> Iterator[Problem]:
    yield from literal_problems(claim)
    yield from scope_problems(claim, ledger)
    yield from word_problems(claim, ledger)
    yield from place_problems(claim, ledger.week)
    yield from markup_problems(claim, hosts)


def _told(problems: Sequence[tuple[Report, Problem]], user_ids: Mapping[str, int]) -> str:
    lines = [
        f"{_named(report, user_ids)}, {one.section or 'figures'}: {one.what} ({one.check.value}: {one.sentence})"
        for report, one in problems
    ]
    rest = len(lines) - _NAMED
    return f"{len(lines)} wrong: {' '.join(lines[:_NAMED])}{f' And {rest} more.' if rest > 0 else ''}"


def _named(report: Report, user_ids: Mapping[str, int]) -> str:
    whose = f" of user:{user_ids[report.subject]}" if report.subject in user_ids else ""
    return f"{report.kind}{whose} of week {report.week}"
