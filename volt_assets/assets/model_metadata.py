"""What a run tells of a model that phrased reports: calls, how its answers ended, tokens, cost. Not here: asking, prices.

The same figures with a model and without one, where all are 0. A cost that is not known is no figure, but told in words.
"""

from collections.abc import Mapping

import dagster as dg

from volt_assets.assets.metadata import Figure, Metadata, counts
from volt_assets.domain.drafts import TEMPLATE
from volt_assets.domain.model_calls import ModelLimits, ModelUse, Tokens


def model_metadata(use: ModelUse, writer: str, limits: ModelLimits, *, of_run: Tokens) -> Metadata:
    """What an asset's sections took of the model, and its run so far. Answers from the cache cost nothing."""
    is_asked = writer != TEMPLATE
    return {
        "writer": dg.MetadataValue.text(writer),
        **_cost(Figure.MODEL_COST, use.tokens, limits),
        **counts(**{Figure.MODEL_CALLS: use.calls}, model_answers_from_cache=use.from_cache),
        **counts(sections_phrased=use.accepted + use.repaired, sections_repaired=use.repaired, sections_left_to_the_template=use.left),
        **counts(prompt_tokens=use.tokens.prompt, completion_tokens=use.tokens.completion, tokens_of_run=of_run.total),
        **_cost("model_cost_of_run", of_run, limits),
        "tokens_are_estimated": dg.MetadataValue.bool(use.tokens.estimated),
        **({"model_limits": dg.MetadataValue.text(limits.told)} if is_asked else {}),
    }


def model_by_report(uses: Mapping[str, ModelUse], ids: Mapping[str, int], limits: ModelLimits) -> Metadata:
    """A row for each report, by user id: the UI shows metadata to whoever reaches it."""
    numbers = ("accepted", "repaired", "left", "calls", "from_cache", "prompt_tokens", "completion_tokens")
    records = [
        dg.TableRecord({
            "report": f"user:{ids[subject]}",
            **{name: getattr(use, name) for name in numbers[:5]},
            "prompt_tokens": use.tokens.prompt,
            "completion_tokens": use.tokens.completion,
            "cost": limits.cost_text(use.tokens),
        })
        for subject, use in sorted(uses.items(), key=lambda one: ids[one[0]])
    ]  # fmt: skip
    columns = [dg.TableColumn("report"), *(dg.TableColumn(name, "int") for name in numbers), dg.TableColumn("cost")]
    return {"model_by_report": dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=columns))}


def _cost(name: str, tokens: Tokens, limits: ModelLimits) -> Metadata:
    """A cost by its name; what took no tokens cost nothing, at whatever price."""
    cost = limits.cost(tokens) if tokens.total else 0.0
    if cost is None:
        return {f"{name}_unknown": dg.MetadataValue.text(limits.cost_text(tokens))}
    return {name: dg.MetadataValue.float(cost)}
