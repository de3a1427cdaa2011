"""Whether a model's answers could be used in a week's reports. Not here: judging an answer, asking."""

from collections import Counter
from collections.abc import Iterable

from volt_assets.domain.conservation import Finding
from volt_assets.domain.drafts import TEMPLATE, Report

_NAMED = 3
_REMEDY = (
    "The reports are complete and true as they are. To ask again: run the week with ask_again (volt-agent run --ask-again); "
    "where a limit was used up, raise it in volt.yaml first (llm.budget_per_run, llm.max_tokens_per_run)."
)


def judge_model_answers(reports: Iterable[Report]) -> Finding:
    """Whether no section was left to the template although a model was asked; the reasons, most frequent first."""
    sections = [section for report in reports for section in report.sections]
    reasons = Counter(section.fallback for section in sections if section.fallback)
    phrased, left = sum(section.writer != TEMPLATE for section in sections), reasons.total()
    numbers = {"sections_phrased": phrased, "sections_left_to_the_template": left}
    if left:
        return Finding(passed=False, message=_told(left, phrased + left, reasons), numbers=numbers)
    wrote = f"No model was asked: templates wrote all {len(sections)} sections."
    said = f"The model phrased all {phrased} sections that it was asked for." if phrased else wrote
    return Finding(passed=True, message=said, numbers=numbers)


def _told(left: int, asked: int, reasons: Counter[str]) -> str:
    named = [f"{reason} ({count})" for reason, count in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))]
    more = f"; and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    kept = f"{left} of {asked} sections kept the template's text although a model was asked: {'; '.join(named[:_NAMED])}{more}."
    return f"{kept} {_REMEDY}"
