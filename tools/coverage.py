"""Is this debt insured? A tree of policy conditions, each met, not met or unknown from the facts given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tools.errors import ToolInputError
from tools.results import Assumption, Caution, Result, jsonable
from tools.tables import table
from tools.toolset import MoneyArgument, MoneyIn

State = Literal["met", "not_met", "unknown"]
Verdict = Literal["not_covered", "partly", "unclear", "conditions_met"]
Cause = Literal[
    "insolvency",
    "protracted_default",
    "political",
    "refusal",
    "pre_shipment",
    "letter_of_credit",
    "dispute",
    "fraud",
    "other",
]
LimitStatus = Literal[
    "approved", "discretionary", "temporary", "withdrawn_after_delivery", "withdrawn_before_delivery", "zero", "none"
]
PaymentForm = Literal[
    "open_account",
    "documents_against_acceptance",
    "documents_against_payment",
    "unconfirmed_lc",
    "confirmed_lc",
    "prepaid",
    "cash",
]
Days = Annotated[int, Field(ge=0, le=36_500)]
QUESTIONS = 5
"""Most open questions handed back."""
_BOUNDS = ("at_most", "from", "to")
"""Parts of a rule that name further facts."""


class Facts(BaseModel):
    """What is known about the debt and the policy; leave out what is not known."""

    model_config = ConfigDict(extra="forbid")

    cause: Annotated[Cause | None, Field(description="Why the buyer does not pay.")] = None
    has_political_risk_endorsement: Annotated[bool | None, Field(description="Endorsement E1 is in the policy.")] = None
    has_refusal_endorsement: Annotated[bool | None, Field(description="Endorsement E4 is in the policy.")] = None
    has_pre_shipment_endorsement: Annotated[bool | None, Field(description="Endorsement E2 is in the policy.")] = None
    has_vat_endorsement: Annotated[bool | None, Field(description="Endorsement E3 is in the policy.")] = None
    days_overdue: Annotated[Days | None, Field(description="Days since the original due date.")] = None
    waiting_days: Annotated[Days | None, Field(description="Waiting period of the policy, from the due date.")] = None
    is_waiting_period_over: Annotated[bool | None, Field(description="The waiting period has run out.")] = None
    is_related_buyer: Annotated[bool | None, Field(description="Parent, subsidiary or common control.")] = None
    is_private_individual: Annotated[bool | None, Field(description="The buyer is a consumer.")] = None
    is_public_buyer: Annotated[bool | None, Field(description="The buyer is a state body.")] = None
    is_export: Annotated[bool | None, Field(description="The goods were delivered to another country.")] = None
    is_country_insured: Annotated[bool | None, Field(description="The buyer's country is in the schedule.")] = None
    is_sanctioned: Annotated[bool | None, Field(description="Payment would breach sanctions.")] = None
    limit_status: Annotated[LimitStatus | None, Field(description="The credit limit when the goods went out.")] = None
    are_discretionary_rules_met: Annotated[bool | None, Field(description="Evidence for the own limit is on file.")] = (
        None
    )
    is_limit_for_exact_entity: Annotated[bool | None, Field(description="Limit and invoice name one legal entity.")] = (
        None
    )
    limit: Annotated[MoneyIn | None, Field(description="Amount of the limit.")] = None
    debt: Annotated[MoneyIn | None, Field(description="Whole debt of the buyer.")] = None
    is_within_limit: Annotated[bool | None, Field(description="The debt does not exceed the limit.")] = None
    is_delivered: Annotated[bool | None, Field(description="Goods delivered or services performed.")] = None
    has_proof_of_delivery: Annotated[bool | None, Field(description="Signed note, bill of lading or the like.")] = None
    delivered_on: Annotated[date | None, Field(description="Day of delivery.")] = None
    policy_start: Annotated[date | None, Field(description="First day of the policy period.")] = None
    policy_end: Annotated[date | None, Field(description="Last day of the policy period.")] = None
    is_delivered_in_period: Annotated[bool | None, Field(description="Delivered within the policy period.")] = None
    is_delivered_after_stop: Annotated[bool | None, Field(description="Delivered after stop-shipment.")] = None
    stop_shipment_date: Annotated[date | None, Field(description="Last day on which deliveries are insured.")] = None
    is_invoiced_on_time: Annotated[bool | None, Field(description="Invoiced within the time the policy sets.")] = None
    payment_terms_days: Annotated[Days | None, Field(description="Credit period agreed with the buyer.")] = None
    max_terms_days: Annotated[Days | None, Field(description="Longest credit period the policy allows.")] = None
    is_within_max_terms: Annotated[bool | None, Field(description="Terms do not exceed the maximum.")] = None
    payment_form: Annotated[PaymentForm | None, Field(description="How the buyer was to pay.")] = None
    disputed: Annotated[Literal["no", "partly", "fully"] | None, Field(description="The buyer contests the debt.")] = (
        None
    )
    is_seller_in_breach: Annotated[
        bool | None, Field(description="The seller broke the contract or lacked a licence.")
    ] = None
    is_vat_included: Annotated[bool | None, Field(description="The debt includes VAT.")] = None
    includes_interest_or_penalties: Annotated[
        bool | None, Field(description="Interest or penalties are in the debt.")
    ] = None
    is_rent_or_leasing: Annotated[bool | None, Field(description="The debt is rent or property leasing.")] = None
    is_premium_paid: Annotated[bool | None, Field(description="Premium is paid to date.")] = None
    is_turnover_declared: Annotated[bool | None, Field(description="The sale is in the turnover declaration.")] = None
    is_overdue_notice_on_time: Annotated[bool | None, Field(description="The overdue was reported in time.")] = None
    is_adverse_news_reported_on_time: Annotated[bool | None, Field(description="Bad news was reported in time.")] = None
    has_unapproved_repayment_plan: Annotated[bool | None, Field(description="A plan was agreed without consent.")] = (
        None
    )
    are_material_facts_disclosed: Annotated[
        bool | None, Field(description="The insurer was told all material facts.")
    ] = None
    is_claim_filed_on_time: Annotated[
        bool | None, Field(description="The claim is, or still can be, filed in time.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition of cover and what the facts say about it."""

    id: str
    group: str
    """cause | buyer | limit | delivery | terms | debt | duties."""
    clause: str
    state: State
    effect: Literal["excludes", "suspends", "reduces", "delays"]
    facts: tuple[str, ...]
    """Facts that settle it, the one to ask for first."""


@dataclass(frozen=True, kw_only=True)
class Coverage(Result):
    """The conditions of cover; the verdict never says "covered", only that no condition is known to fail."""

    verdict: Verdict
    conditions: tuple[Condition, ...]
    not_met: tuple[str, ...]
    unknown: tuple[str, ...]
    next_questions: tuple[str, ...]
    """Facts still missing, most decisive first."""
    facts_used: Mapping[str, Any]


def check_coverage(facts: Facts) -> Coverage:
    """Check whether a debt meets the conditions of cover of the whole-turnover policy.

    Use it for "am I covered", "will this be paid". Give only facts the user stated; never guess one. The verdict is
    not_covered (a condition that excludes fails), unclear (something is unknown or disputed), partly (only conditions
    that reduce the payment fail) or conditions_met. It is not a coverage decision.

    Args:
        facts: What is known, by name; leave out what is not known.
    """
    known = facts.model_dump(exclude_none=True) | {
        name: value for name, value in vars(facts).items() if isinstance(value, MoneyArgument)
    }
    if facts.policy_start and facts.policy_end and facts.policy_start > facts.policy_end:
        raise ToolInputError("facts.policy_start", facts.policy_start, "give a day that is not after `policy_end`.")
    rows = [row for row in table("coverage")["condition"] if _applies(row, known)]
    conditions = tuple(
        Condition(
            id=row["id"],
            group=row["group"],
            clause=row["clause"],
            state=_state(row, known),
            effect=row["effect"],
            facts=tuple(row["asks"]),
        )
        for row in rows
    )
    unknown = [row for row, condition in zip(rows, conditions, strict=True) if condition.state == "unknown"]
    return Coverage(
        verdict=_verdict(conditions),
        conditions=conditions,
        not_met=tuple(condition.id for condition in conditions if condition.state == "not_met"),
        unknown=tuple(row["id"] for row in unknown),
        next_questions=_questions(unknown, known),
        facts_used=jsonable(
            known | {key: vars(value) for key, value in known.items() if isinstance(value, MoneyArgument)}
        ),
        assumptions=(Assumption(parameter="policy_wording", value="wt-2026", clause=None, source="typical"),),
        warnings=tuple(_cautions(rows, conditions, known)),
    )


def _applies(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    cases = [case for case in row.get("when", ()) if case["fact"] in known]
    if not cases:
        return "when" not in row or row.get("when_unknown") == "ask"
    return any(known[case["fact"]] in case["is"] for case in cases)


def _state(row: Mapping[str, Any], known: Mapping[str, Any]) -> State:
    found = _found(row, known)
    if len(found) != 1 or _clashes(row, known):
        return "unknown"
    lifted = row.get("lifted_by")
    is_lifted = lifted is not None and known.get(lifted["fact"]) in lifted["is"]
    return "met" if found == {True} or is_lifted else "not_met"


def _found(row: Mapping[str, Any], known: Mapping[str, Any]) -> set[bool]:
    """What the rules say whose facts are all known: nothing, one answer, or two that contradict each other."""
    return {
        _holds(rule, known)
        for rule in row["rules"]
        if all(name in known for name in (rule["fact"], *(rule[key] for key in _BOUNDS if key in rule)))
    }


def _clashes(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether facts are given that cannot be true together."""
    return len(_found(row, known)) > 1 or any(
        all(known.get(fact) == value for fact, value in clash.items()) for clash in row.get("clashes", ())
    )


def _holds(rule: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    value = known[rule["fact"]]
    if "met" in rule:
        return value in rule["met"]
    if "not_met" in rule:
        return value not in rule["not_met"]
    if "at_most" in rule:
        bound = known[rule["at_most"]]
        if isinstance(value, MoneyArgument) and isinstance(bound, MoneyArgument):
            return _amount(value, bound, rule["fact"]) <= bound.amount
        return bool(value <= bound)
    return bool(known[rule["from"]] <= value <= known[rule["to"]])


def _amount(value: MoneyArgument, bound: MoneyArgument, field: str) -> Decimal:
    if value.currency != bound.currency and "XXX" not in (value.currency, bound.currency):
        raise ToolInputError(f"facts.{field}", value.currency, f"Give it in {bound.currency}, like the limit.")
    return value.amount


def _verdict(conditions: tuple[Condition, ...]) -> Verdict:
    failed = {condition.effect for condition in conditions if condition.state == "not_met"}
    if "excludes" in failed:
        return "not_covered"
    if "suspends" in failed or any(condition.state == "unknown" for condition in conditions):
        return "unclear"
    return "partly" if "reduces" in failed else "conditions_met"


def _questions(unknown: list[dict[str, Any]], known: Mapping[str, Any]) -> tuple[str, ...]:
    """The first missing fact of each unknown condition, heaviest condition first, each once."""
    facts = [
        next((fact for fact in row["asks"] if fact not in known), row["asks"][0])
        for row in sorted(unknown, key=lambda row: -row["weight"])
    ]
    return tuple(dict.fromkeys(facts))[:QUESTIONS]


def _cautions(
    rows: list[dict[str, Any]], conditions: tuple[Condition, ...], known: Mapping[str, Any]
) -> Iterator[Caution]:
    state = {condition.id: condition.state for condition in conditions}
    yield Caution(id="policy_decides_coverage")
    for row in rows:
        if _clashes(row, known):
            yield Caution(id="facts_contradict", values={"condition": row["id"], "clause": row["clause"]})
    if known.get("cause") == "dispute" or known.get("disputed") in ("partly", "fully"):
        yield Caution(id="dispute_suspends_cover")
    if state.get("waiting_period_over") == "not_met":
        yield Caution(id="not_payable_yet")
    if state.get("buyer_not_public") == "not_met":
        yield Caution(id="public_buyer_needs_endorsement", values={"clause": "wt-2026:E1"})
    if known.get("limit_status") == "withdrawn_before_delivery":
        yield Caution(id="binding_contracts_run_on", values={"clause": "wt-2026:3.7"})
    is_insolvent = known.get("cause") == "insolvency"
    if is_insolvent or {state.get("delivered_before_stop_shipment"), state["limit_in_force"]} != {"met"}:
        yield Caution(id="stop_shipments_until_clear")
    if is_insolvent and "is_adverse_news_reported_on_time" not in known:
        yield Caution(id="report_insolvency_now")
