"""Every tool the product has, composed in one place."""

from typing import TYPE_CHECKING

from tools.claims import claim_checklist
from tools.coverage import check_coverage
from tools.deadlines import compute_deadlines
from tools.indemnity import compute_indemnity
from tools.interest import late_interest
from tools.knowledge_search import KnowledgeTools
from tools.premium import estimate_premium
from tools.receivables import analyse_receivables
from tools.toolset import Tool, Toolset

if TYPE_CHECKING:
    from knowledge.search import KnowledgeIndex
    from tools.buyers import Registry
    from tools.cases_store import CaseStore


def build_toolset(
    index: "KnowledgeIndex",
    registry: "Registry | None" = None,
    *,
    premium_estimates: bool = True,
    cases: "CaseStore | None" = None,
) -> Toolset:
    """The tools over a document index and a buyer registry.

    Args:
        index: Documents that `search_knowledge` reads.
        registry: Companies that the buyer tools look up; without one those tools are absent.
        premium_estimates: False where trial premium calculation needs a licence that the deployment does not hold:
            `estimate_premium` is then absent.
        cases: Where cases are kept; without it the case tools are absent.
    """
    tools = [Tool(KnowledgeTools(index).search_knowledge)]
    if registry is not None:
        from tools.buyers import make_assess_buyer, make_lookup_buyer

        tools += [Tool(make_lookup_buyer(registry)), Tool(make_assess_buyer(registry))]
    if premium_estimates:
        tools.append(Tool(estimate_premium))
    tools += [
        Tool(claim_checklist),
        Tool(compute_deadlines),
        Tool(compute_indemnity),
        Tool(check_coverage),
        Tool(late_interest),
        Tool(analyse_receivables),
    ]
    if cases is not None:
        from tools.cases import CaseTools

        kept = CaseTools(cases)
        tools += [
            Tool(kept.track_case),
            Tool(kept.create_case, needs_confirmation=True),
            Tool(kept.update_case, needs_confirmation=True),
        ]
    return Toolset(tools)
