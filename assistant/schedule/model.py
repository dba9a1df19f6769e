"""What reading a policy schedule yields: parameters with their values, the words they stand in, and doubts."""

from dataclasses import dataclass
from typing import Any, Literal

from knowledge.model import Span

Section = Literal["", "domestic", "export", "political", "refusal"]
Doubt = Literal[
    "conflict",
    "several_values",
    "range",
    "ambiguous",
    "no_basis",
    "unit_unclear",
    "unit_converted",
    "out_of_bounds",
    "working_days",
    "computed",
]
"""Why a person should look twice: see `doubt.*` in `assistant/wording`."""


@dataclass(frozen=True, kw_only=True)
class FoundTerm:
    """One value that the schedule states."""

    parameter: str
    section: Section = ""
    """Section of the policy the value belongs to; empty: all of it."""
    value: Any
    """JSON data: a number (percent, days, a multiple), `{"amount", "currency"}`, an ISO date, a code, or codes."""
    quote: Span
    """The words it was read from, in the document's canonical text."""
    clause: str = ""
    passage_id: str = ""
    doubts: tuple[Doubt, ...] = ()
    is_label: bool = True
    """Read at a label of the schedule, rather than in running text."""

    @property
    def key(self) -> str:
        """`insured_pct`, or `insured_pct.export` for a section's own value."""
        return f"{self.parameter}.{self.section}" if self.section else self.parameter


@dataclass(frozen=True, kw_only=True)
class ScheduleReading:
    """Everything a schedule says about its parameters."""

    terms: tuple[FoundTerm, ...]
    """In reading order; two with one key and different values are a conflict that a person settles."""
    missing: tuple[str, ...]
    """Parameters that the document does not state, as far as it could be read."""

    def of(self, key: str) -> tuple[FoundTerm, ...]:
        """Every value stated for `key`."""
        return tuple(term for term in self.terms if term.key == key)
