"""Which insured percentage applies: the general one, a country's own, or that of a discretionary limit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tools.errors import ToolInputError
from tools.formulas import percent, rounded_pct, shown
from tools.invoices import money
from tools.names import country_code
from tools.policy import policy_terms
from tools.results import Assumption, Step
from tools.settling import InvoiceRow

LimitType = Literal["approved", "discretionary"]


@dataclass(frozen=True, kw_only=True)
class InsuredShare:
    """The percentages of one policy. A country's own replaces the general one; a discretionary limit caps both."""

    general: Decimal
    by_country: Mapping[str, Decimal] = field(default_factory=dict)
    limit_type: LimitType | None = None
    dcl_pct: Decimal | None = None
    """Under a discretionary limit; the typical one when nobody stated it."""

    def applied(self, country: str | None, limit_type: LimitType | None = None) -> Decimal:
        """`applied("BR")  # 50, where the schedule gives Brazil 50 % and everyone else 90 %`."""
        own = self.by_country.get(country or "", self.general)
        if (limit_type or self.limit_type) != "discretionary":
            return own
        typical = policy_terms().percent("dcl_pct")
        return min(own, typical if self.dcl_pct is None else self.dcl_pct)

    def blended(self, rows: Sequence[InvoiceRow]) -> Decimal:
        """Over the eligible debt of `rows`, unrounded: a limit above several countries is shared by all."""
        parts = self._parts(rows)
        if len(parts) < 2:
            return next(iter(parts), self.applied(rows[0].country if rows else None))
        return _weighted(parts) / sum(parts.values(), Decimal(0))

    def shown(self, rows: Sequence[InvoiceRow]) -> str:
        """How a formula writes the blended percentage: `74%`, or as a fraction where its decimals do not end."""
        pct, parts = self.blended(rows), self._parts(rows)
        if pct == rounded_pct(pct):
            return percent(pct)
        return f"{shown(_weighted(parts) / 100)} ÷ {shown(sum(parts.values(), Decimal(0)))}"

    def steps(self, rows: Sequence[InvoiceRow], currency: str) -> Iterable[Step]:
        """How several percentages become one; nothing where only one applies."""
        parts = self._parts(rows)
        if len(parts) > 1:
            pct, whole = self.blended(rows), sum(parts.values(), Decimal(0))
            terms = " + ".join(f"{shown(part)} × {percent(one)}" for one, part in parts.items())
            inputs = {"eligible_debt": money(whole, currency)}
            formula = f"({terms}) ÷ {shown(whole)} = {percent(pct)}"
            yield Step(id="blended_percentage", formula=formula, inputs=inputs, result=rounded_pct(pct))

    def assumptions(self) -> Iterable[Assumption]:
        if self.limit_type == "discretionary" and self.dcl_pct is None:
            yield from policy_terms().assumptions("dcl_pct")

    def _parts(self, rows: Sequence[InvoiceRow]) -> dict[Decimal, Decimal]:
        """Eligible debt by the percentage that applies to it."""
        parts: dict[Decimal, Decimal] = {}
        for row in rows:
            if row.eligible:
                pct = self.applied(row.country)
                parts[pct] = parts.get(pct, Decimal(0)) + row.eligible
        return parts


def _weighted(parts: Mapping[Decimal, Decimal]) -> Decimal:
    return sum((pct * part for pct, part in parts.items()), Decimal(0))


def by_country(named: Mapping[str, Decimal] | None) -> dict[str, Decimal]:
    """Percentages by ISO code from names or codes in any language."""
    return {known_country(name, "insured_pct_by_country"): pct for name, pct in (named or {}).items()}


def known_country(name: str, argument: str) -> str:
    """The ISO code of `name`.

    Raises:
        ToolInputError: No country of that name is known.
    """
    code = country_code(name)
    if code is None:
        raise ToolInputError(argument, name, "unknown country; give its ISO code, for example BR.")
    return code
