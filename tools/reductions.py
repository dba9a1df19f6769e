"""For what a claim may be cut, suspended or refused, judged by the facts given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tools.causes import LossCause
from tools.results import Caution, Scalar
from tools.tables import table

_LATE = ("deadline_passed", "done_late")


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """Something in the facts for which claims are cut, suspended or refused."""

    id: str
    effect: str
    """reduced_or_refused, refused, suspended, deliveries_excluded, invoices_excluded or excess_excluded."""
    clause: str
    source: str
    values: Mapping[str, Scalar]


class ClaimFacts(BaseModel):
    """What is known about how the policy was followed; leave out what is not known."""

    model_config = ConfigDict(extra="forbid")

    notice_days_late: Annotated[int, Field(ge=0, le=3650)] | None = Field(None, description="Days the notice was late.")
    claim_days_late: Annotated[int, Field(ge=0, le=3650)] | None = Field(None, description="Days the claim was late.")
    shipped_after_stop: bool | None = Field(None, description="Goods were shipped after stop-shipment.")
    over_limit: bool | None = Field(None, description="The balance was above the credit limit.")
    dcl_not_justified: bool | None = Field(None, description="A discretionary limit was used without proof on file.")
    wrong_entity: bool | None = Field(None, description="The invoiced company is not the one with the limit.")
    terms_too_long: bool | None = Field(None, description="Payment terms were longer than the policy allows.")
    no_proof_of_delivery: bool | None = Field(None, description="There is no proof of delivery.")
    unresolved_dispute: bool | None = Field(None, description="The buyer contests the debt.")
    not_declared: bool | None = Field(None, description="Turnover or shipments were not declared.")
    premium_unpaid: bool | None = Field(None, description="Premium is unpaid.")
    plan_without_consent: bool | None = Field(None, description="A repayment plan was agreed without consent.")
    not_disclosed: bool | None = Field(None, description="A material fact was not disclosed.")
    lost_recovery_rights: bool | None = Field(None, description="Rights against the buyer were given up or lost.")


def likely_reductions(
    cause: LossCause, facts: ClaimFacts, warnings: Iterable[Caution], held: frozenset[str]
) -> Iterable[Reduction]:
    """In the order in which claims are cut most often; what is stated goes before what the dates show."""
    late = {str(item.values["duty"]): item.values["days"] for item in warnings if item.id in _LATE}
    given: dict[str, Scalar] = facts.model_dump()
    given["late_notice"] = _first_known(facts.notice_days_late, late.get("overdue_notice"), late.get("adverse_notice"))
    given["late_claim"] = _first_known(facts.claim_days_late, late.get("claim"))
    if facts.unresolved_dispute is None:
        given["unresolved_dispute"] = cause == "dispute" and "award" not in held
    for name, row in table("checklists")["reductions"].items():
        if given[name]:
            values = {"days": given[name]} if name in {"late_notice", "late_claim"} else {}
            yield Reduction(id=name, effect=row["effect"], clause=row["clause"], source=row["source"], values=values)


def open_warnings(warnings: Iterable[Caution], facts: ClaimFacts, held: frozenset[str]) -> tuple[Caution, ...]:
    """Warnings without those that the file answers: a notice or claim that was sent, a dispute that is decided.

    Of a notice on file only its own date would show that it was late.
    """
    is_sent = {
        "overdue_notice": facts.notice_days_late is not None or "overdue_notice" in held,
        "adverse_notice": facts.notice_days_late is not None,
        "claim": facts.claim_days_late is not None,
    }
    is_decided = "award" in held or facts.unresolved_dispute is False
    return tuple(
        item
        for item in warnings
        if not (item.id.startswith("deadline_") and is_sent.get(str(item.values["duty"])))
        and not (item.id == "dispute_suspends_the_claim" and is_decided)
    )


def _first_known(*days: Scalar) -> Scalar:
    return next((value for value in days if value is not None), None)
