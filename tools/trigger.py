"""Whether a loss exists yet: a covered cause, and a date of loss that has come."""

from dataclasses import dataclass
from datetime import date, timedelta

from tools.causes import LossCause, cause_cautions
from tools.policy import policy_terms
from tools.results import Assumption, Caution


@dataclass(frozen=True, kw_only=True)
class Trigger:
    triggered: bool | None
    date_of_loss: date | None
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Caution, ...] = ()


def find_trigger(
    cause: LossCause | None, date_of_loss: date | None, due: date | None, waiting_days: int | None, today: date | None
) -> Trigger:
    """Whether a loss exists: a covered cause and a date of loss that has come."""
    if cause is None:
        return Trigger(triggered=None, date_of_loss=date_of_loss, warnings=(Caution(id="cause_not_stated"),))
    warnings = cause_cautions(cause)
    if cause == "dispute":
        return Trigger(triggered=False, date_of_loss=date_of_loss, warnings=warnings)
    assumed: tuple[Assumption, ...] = ()
    if date_of_loss is None and cause in ("protracted_default", "political") and due is not None:
        terms = policy_terms().given(waiting_days=waiting_days)
        date_of_loss = due + timedelta(days=terms.days("waiting_days"))
        assumed = terms.assumptions("waiting_days")
    if cause == "insolvency" or date_of_loss is None:
        triggered = True if cause == "insolvency" else None
    else:
        triggered = None if today is None else today >= date_of_loss
    if triggered is False and date_of_loss is not None:
        warnings = (*warnings, Caution(id="not_yet_payable", values={"date_of_loss": date_of_loss}))
    return Trigger(triggered=triggered, date_of_loss=date_of_loss, assumptions=assumed, warnings=warnings)
