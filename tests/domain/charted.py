"""What a report's charts show, as values and as text. Not here: assertions."""

import re
from collections import defaultdict

from volt_assets.domain.charts import Chart, Layout
from volt_assets.domain.drafts import Report, plain_text
from volt_assets.domain.facts import slot_id


def charts_of(report: Report) -> dict[str, Chart]:
    return {chart.id: chart for chart in report.charts}


def stacked_seconds(report: Report) -> dict[str, int]:
    """The seconds of all bars of each chart of parts, by its id; of one that takes several charts, of all of them."""
    seconds: dict[str, int] = defaultdict(int)
    times = {fact.id: int(fact.value) for fact in report.facts if fact.unit == "s"}
    for chart in report.charts:
        if chart.layout is Layout.STACKED:
            seconds[re.sub(r"-\d+\Z", "", chart.id)] += sum(times[slot_id(value)] for bar in chart.bars for value in bar.values)
    return dict(seconds)


def rows_of(report: Report, chart: str) -> list[str]:
    """The bars of a chart as text: what stands at them, and the whole where there is one."""
    facts = {fact.id: fact for fact in report.facts}
    bars = charts_of(report)[chart].bars
    return [" | ".join(plain_text(text, facts) for text in (bar.label, *bar.values, *([bar.whole] if bar.whole else []))) for bar in bars]


def charts_text(report: Report) -> str:
    """All charts of a report to read."""
    facts = {fact.id: fact for fact in report.facts}
    blocks = [f"{report.kind} of {plain_text(report.title, facts)}"]
    for chart in report.charts:
        head = f"{chart.id} in {chart.section}: {chart.title} ({', '.join(chart.series)}, {chart.layout.value})"
        blocks.append("\n".join([head, *(f"  {row}" for row in rows_of(report, chart.id))]))
    return "\n\n".join(blocks) + "\n"
