"""How money recovered after the indemnity is shared between insurer and insured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tools.formulas import shown
from tools.invoices import money
from tools.money import Money
from tools.results import Step
from tools.settling import InvoiceRow

Method = Literal["pro_rata", "insurer_first", "insured_pct", "oldest_first"]


@dataclass(frozen=True, kw_only=True)
class Split:
    """The sharing of one recovery by one method."""

    method: Method
    insurer: Money
    insured: Money


@dataclass(frozen=True, kw_only=True)
class RecoverySplit:
    """The sharing by the chosen method, and by the others."""

    method: Method
    received: Money
    costs: Money
    net: Money
    insurer: Money
    insured: Money
    insured_part: Money
    """What falls on the insured part of the debt, before the insured's own share of it is taken out."""
    uninsured_part: Money
    variants: tuple[Split, ...]


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """Who bore what of a debt."""

    total_debt: Decimal
    insured_loss: Decimal
    indemnity: Decimal
    insured_pct: Decimal
    pct_shown: str = ""
    """How a formula writes it."""
    rows: Sequence[InvoiceRow] = ()


@dataclass(frozen=True, kw_only=True)
class Recoveries:
    """Money that came back after the indemnity; `method` is None when nobody said how it is shared."""

    received: Decimal
    costs: Decimal
    method: Method | None = None


def split(money_back: Recoveries, bearing: Bearing, currency: str) -> RecoverySplit | None:
    """Share what came back less its costs: `190,000 × 690,000 ÷ 1,000,000 = 131,100` to the insurer by default.

    `oldest_first` needs the invoices; its variant is left out without them.
    """
    if not money_back.received:
        return None
    net = money_back.received - money_back.costs
    methods: tuple[Method, ...] = ("pro_rata", "insurer_first", "insured_pct", "oldest_first")
    possible = [name for name in methods if name != "oldest_first" or bearing.rows]
    variants = {name: _split(name, net, bearing, currency) for name in possible}
    chosen = variants[money_back.method or "pro_rata"]
    on_insured = net * bearing.insured_loss / bearing.total_debt if bearing.total_debt else Decimal(0)
    insured_part = money(min(on_insured, net), currency)
    return RecoverySplit(
        method=chosen.method,
        received=money(money_back.received, currency),
        costs=money(money_back.costs, currency),
        net=money(net, currency),
        insurer=chosen.insurer,
        insured=chosen.insured,
        insured_part=insured_part,
        uninsured_part=money(net, currency) - insured_part,
        variants=tuple(variants.values()),
    )


def split_steps(shared: RecoverySplit | None, bearing: Bearing) -> Iterable[Step]:
    """The arithmetic of the sharing."""
    if shared is None:
        return
    net, insurer = shared.net.amount, shared.insurer.amount
    if shared.costs.amount:
        formula = f"{shown(shared.received.amount)} - {shown(shared.costs.amount)} = {shown(net)}"
        yield Step(id="net_recovery", formula=formula, result=shared.net)
    formula, share = _to_insurer(shared.method, net, bearing)
    most = min(bearing.indemnity, net)
    formula = f"{formula if share <= most else f'min({formula}; {shown(most)})'} = {shown(insurer)}"
    inputs = {"method": shared.method}
    yield Step(id="recovery_to_insurer", formula=formula, inputs=inputs, result=shared.insurer)
    formula = f"{shown(net)} - {shown(insurer)} = {shown(shared.insured.amount)}"
    yield Step(id="recovery_to_insured", formula=formula, result=shared.insured)


def _split(method: Method, net: Decimal, bearing: Bearing, currency: str) -> Split:
    _, share = _to_insurer(method, net, bearing)
    insurer = money(min(share, bearing.indemnity, net), currency)
    return Split(method=method, insurer=insurer, insured=money(net, currency) - insurer)


def _to_insurer(method: Method, net: Decimal, bearing: Bearing) -> tuple[str, Decimal]:
    """How a method shares `net`, and what that gives the insurer before it is held at the indemnity."""
    if not bearing.total_debt or not bearing.insured_loss:
        return f"{shown(net)} × 0%", Decimal(0)
    if method == "pro_rata":
        return _part(net, bearing.indemnity, bearing.total_debt)
    if method == "insurer_first":
        return f"min({shown(net)}; {shown(bearing.indemnity)})", min(net, bearing.indemnity)
    if method == "insured_pct":
        return f"{shown(net)} × {bearing.pct_shown}", net * bearing.insured_pct / 100
    on_insured = min(_on_eligible(net, bearing.rows), bearing.insured_loss)
    return _part(on_insured, bearing.indemnity, bearing.insured_loss)


def _part(amount: Decimal, numerator: Decimal, denominator: Decimal) -> tuple[str, Decimal]:
    return f"{shown(amount)} × {shown(numerator)} ÷ {shown(denominator)}", amount * numerator / denominator


def _on_eligible(net: Decimal, rows: Sequence[InvoiceRow]) -> Decimal:
    """What of `net` falls on eligible debt when it pays the oldest invoice first."""
    left, eligible = net, Decimal(0)
    for row in sorted(rows, key=lambda row: row.due_on or date.max):
        taken = min(left, row.outstanding)
        if row.outstanding:
            eligible += taken * row.eligible / row.outstanding
        left -= taken
    return eligible
