"""Policy parameters, each with its clause and where its value came from: the schedule, the user, or what is typical."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from tools.errors import ToolInputError
from tools.results import Assumption, Origin, Scalar
from tools.tables import table

Parameter = Literal[
    "insured_pct",
    "dcl_pct",
    "mep_days",
    "notice_days",
    "notice_basis",
    "adverse_days",
    "collection_days",
    "waiting_days",
    "waiting_basis",
    "claim_months",
    "claim_days",
    "claim_basis",
    "max_terms_days",
    "invoicing_days",
    "calendar",
    "adverse_calendar",
]


@dataclass(frozen=True, kw_only=True)
class Term:
    """One policy parameter."""

    value: Scalar
    clause: str | None
    origin: Origin
    source: str
    """Source codes of the data table, or empty when the user gave the value."""
    confidence: str
    """H, M or L; empty when the user gave the value."""


@dataclass(frozen=True, kw_only=True)
class PolicyTerms:
    """The parameters of one policy, complete except where a set leaves one out (`claim_days`)."""

    set_name: str
    confidence: str
    terms: Mapping[str, Term]

    def given(self, origin: Origin = "user", /, **values: Scalar) -> "PolicyTerms":
        """These terms with the values that are not None replaced; their clause stays."""
        stated = {name: value for name, value in values.items() if value is not None}
        clauses = {name: term.clause for name, term in self.terms.items()}
        changed = {
            name: Term(value=value, clause=clauses.get(name), origin=origin, source="", confidence="")
            for name, value in stated.items()
        }
        return replace(self, terms={**self.terms, **changed})

    def has(self, name: Parameter) -> bool:
        return name in self.terms

    def is_assumed(self, name: Parameter) -> bool:
        """True when nobody stated the parameter and its value is only what is typical."""
        return name in self.terms and self.terms[name].origin == "typical"

    def days(self, name: Parameter) -> int:
        """A whole number of days or months."""
        return int(str(self.terms[name].value))

    def percent(self, name: Parameter) -> Decimal:
        return Decimal(str(self.terms[name].value))

    def text(self, name: Parameter) -> str:
        return str(self.terms[name].value)

    def assumptions(self, *names: Parameter) -> tuple[Assumption, ...]:
        """One assumption for each of `names` that was not stated."""
        return tuple(
            Assumption(parameter=name, value=self.terms[name].value, clause=self.terms[name].clause, source="typical")
            for name in names
            if self.is_assumed(name)
        )


def set_names() -> tuple[str, ...]:
    """Names of the packaged parameter sets."""
    return tuple(table("policy_typical"))


def set_title(set_name: str) -> Mapping[str, str]:
    """What people call a packaged set, by language."""
    title: Mapping[str, str] = table("deadline_sets")["sets"][set_name]
    return title


@cache
def policy_terms(set_name: str = "typical") -> PolicyTerms:
    """A packaged parameter set, filled up with typical values where the set is silent.

    Raises:
        ToolInputError: No such set.
    """
    sets = table("policy_typical")
    if set_name not in sets:
        raise ToolInputError("terms_set", set_name, f"use one of: {', '.join(sets)}.")
    # `claim_days` and `claim_months` say the same thing in two units: a set that has days drops the typical months
    own = sets[set_name]["terms"]
    silent = {"claim_months"} if "claim_days" in own else set()
    rows = {name: row for name, row in sets["typical"]["terms"].items() if name not in silent} | own
    terms = {
        name: Term(
            value=row["value"],
            clause=row.get("clause"),
            origin="typical",
            source=row["source"],
            confidence=row["confidence"],
        )
        for name, row in rows.items()
    }
    return PolicyTerms(set_name=set_name, confidence=sets[set_name]["confidence"], terms=terms)
