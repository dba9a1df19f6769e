"""What the engine can do for a person: each task joins its needs, a tool call and the words about the result."""

from functools import cache

from assistant.engine.tasks.base import Task
from assistant.engine.tasks.buyers import AssessBuyer, LookUpBuyer
from assistant.engine.tasks.cases import TrackCases
from assistant.engine.tasks.checklist import ClaimChecklist
from assistant.engine.tasks.coverage import CheckCoverage
from assistant.engine.tasks.deadlines import Deadlines
from assistant.engine.tasks.indemnity import ComputeIndemnity, ShareRecoveries
from assistant.engine.tasks.interest import LateInterest
from assistant.engine.tasks.knowledge import Knowledge
from assistant.engine.tasks.policy_terms import PolicyTerms
from assistant.engine.tasks.premium import EstimatePremium
from assistant.engine.tasks.receivables import AnalyseReceivables

__all__ = ["Task", "tasks"]


@cache
def tasks() -> dict[str, Task]:
    """Every task by name, in the order in which an answer treats them."""
    ordered: tuple[Task, ...] = (
        PolicyTerms(),
        TrackCases(),
        LookUpBuyer(),
        AssessBuyer(),
        ShareRecoveries(),
        ComputeIndemnity(),
        CheckCoverage(),
        Deadlines(),
        ClaimChecklist(),
        EstimatePremium(),
        LateInterest(),
        AnalyseReceivables(),
        Knowledge(),
    )
    return {task.name: task for task in ordered}
