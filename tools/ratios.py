"""Ratios of a balance sheet and a period: DSO, collection effectiveness, liquidity, provisions, replacement sales."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tools.errors import ToolInputError
from tools.formulas import percent, shown
from tools.receivables_result import Bucket, BucketId, Findings
from tools.tables import table

_HUNDRED = Decimal(100)
_DIGITS = 20
"""More digits than any quotient of real amounts has."""


def turnover_ratios(findings: Findings, money: Mapping[str, Decimal | None], days: int | None) -> None:
    """DSO, best possible DSO, days delinquent and CEI, each when its inputs are there."""
    closing, sales, current, opening = (
        money[key] for key in ("receivables", "credit_sales", "current_ar", "opening_ar")
    )
    if closing is None or sales is None:
        return
    if sales <= 0:
        raise ToolInputError("credit_sales", sales, "Give credit sales above 0.")
    if current is not None and current > closing:
        raise ToolInputError("current_ar", current, "The part not yet due cannot exceed receivables.")
    if days is None:
        days = 365
        findings.assume("days", days)
    findings.set(receivables=findings.money(closing))
    dso = rounded(_quotient(closing, sales, "credit_sales") * days)
    findings.set(dso_days=dso)
    findings.step("dso", f"{shown(closing)} ÷ {shown(sales)} × {days} = {shown(dso)}", dso)
    if current is not None:
        best = rounded(current / sales * days)
        findings.set(best_possible_dso_days=best)
        findings.step("best_possible_dso", f"{shown(current)} ÷ {shown(sales)} × {days} = {shown(best)}", best)
        findings.read("average_days_delinquent", dso - best)
        findings.step("average_days_delinquent", f"{shown(dso)} − {shown(best)} = {shown(dso - best)}", dso - best)
    if current is not None and opening is not None and opening + sales > current:
        collected, due = opening + sales - closing, opening + sales - current
        cei = rounded(collected / due * _HUNDRED)
        findings.read("cei_pct", cei)
        total = f"{shown(opening)} + {shown(sales)}"
        findings.step("cei", f"({total} − {shown(closing)}) ÷ ({total} − {shown(current)}) × 100 = {shown(cei)}", cei)


def balance_ratios(findings: Findings, money: Mapping[str, Decimal | None]) -> None:
    """Working capital and the quick ratio, when assets and liabilities are there."""
    assets, liabilities, stock = (money[key] for key in ("current_assets", "current_liabilities", "inventory"))
    if assets is None and liabilities is None:
        return
    if assets is None or liabilities is None or liabilities <= 0:
        field = "current_assets" if assets is None else "current_liabilities"
        raise ToolInputError(field, money[field], "Give current assets and current liabilities, the latter above 0.")
    ratio = rounded(_quotient(assets, liabilities, "current_liabilities"))
    findings.set(working_capital=findings.money(assets - liabilities))
    findings.read("working_capital_ratio", ratio)
    findings.step(
        "working_capital",
        f"{shown(assets)} − {shown(liabilities)} = {shown(assets - liabilities)}",
        assets - liabilities,
    )
    findings.step("working_capital_ratio", f"{shown(assets)} ÷ {shown(liabilities)} = {shown(ratio)}", ratio)
    findings.warn("ratio_bands_depend_on_sector")
    if stock is None:
        return
    if stock > assets:
        raise ToolInputError("inventory", stock, "Stock cannot exceed current assets.")
    quick = rounded((assets - stock) / liabilities)
    findings.read("quick_ratio", quick)
    findings.step("quick_ratio", f"({shown(assets)} − {shown(stock)}) ÷ {shown(liabilities)} = {shown(quick)}", quick)


def aged_totals(findings: Findings, ageing: Mapping[Any, Decimal], own_rates: Mapping[Any, Decimal]) -> None:
    """What is unpaid, what of it is overdue, and the provisions on it."""
    total = sum(ageing.values(), Decimal(0))
    overdue = total - ageing.get("current", Decimal(0))
    findings.set(receivables=findings.money(total), overdue=findings.money(overdue))
    parts = " + ".join(f"{shown(amount)}" for amount in ageing.values())
    findings.step("ageing_total", f"{parts} = {shown(total)}", findings.money(total))
    if total > 0:
        findings.set(overdue_pct=rounded(overdue / total * _HUNDRED))
    _provisions(findings, ageing, own_rates)


def _provisions(findings: Findings, ageing: Mapping[Any, Decimal], own_rates: Mapping[Any, Decimal]) -> None:
    """Provision matrix: 15,000/7,500/4,000/2,500 at 0.5/2.2/2.7/4.5% → 75 + 165 + 108 + 112.50 = 460.50."""
    total = sum(ageing.values(), Decimal(0))
    rows = [row for row in table("receivables")["ageing"]["buckets"] if row["id"] in ageing]
    buckets = [
        _bucket(findings, row["id"], ageing[row["id"]], total, own_rates.get(row["id"], row["loss_pct"]))
        for row in rows
    ]
    summed = sum((bucket.provision.amount for bucket in buckets), Decimal(0))
    findings.set(ageing=tuple(buckets), provision=findings.money(summed))
    findings.step(
        "provision_total",
        " + ".join(f"{shown(b.provision.amount)}" for b in buckets) + f" = {shown(summed)}",
        findings.money(summed),
    )
    if any(bucket.id not in own_rates for bucket in buckets):
        findings.warn("loss_rates_are_an_illustration")


def _bucket(findings: Findings, name: BucketId, amount: Decimal, total: Decimal, rate: Decimal) -> Bucket:
    # a bucket in credit (more credit notes than invoices) needs no provision
    provision = findings.money(max(amount, Decimal(0)) * rate / _HUNDRED)
    owed = shown(amount) if amount >= 0 else f"max({shown(amount)}; 0)"
    findings.step(f"provision_{name}", f"{owed} × {percent(rate)} = {shown(provision.amount)}", provision)
    share = rounded(amount / total * _HUNDRED) if total > 0 else Decimal(0)
    return Bucket(id=name, amount=findings.money(amount), share_pct=share, loss_rate_pct=rate, provision=provision)


def replacement_sales(findings: Findings, loss: Decimal, margin_pct: Decimal | None) -> None:
    """Sales that earn a loss back: 500,000 at 5% → 10,000,000."""
    if margin_pct is None:
        raise ToolInputError("net_margin_pct", None, "Give the net margin in per cent, such as 5.")
    sales = findings.money(_quotient(loss * _HUNDRED, margin_pct, "net_margin_pct"))
    findings.set(extra_sales=sales)
    findings.step("extra_sales", f"{shown(loss)} ÷ {percent(margin_pct)} = {shown(sales.amount)}", sales)


def _quotient(number: Decimal, divisor: Decimal, field: str) -> Decimal:
    """`number ÷ divisor`, where that is a figure anyone could mean."""
    found = number / divisor
    if found.adjusted() > _DIGITS:
        raise ToolInputError(field, divisor, "This is too small to divide by; give it in full.")
    return found


def rounded(number: Decimal, places: int = 2) -> Decimal:
    """Half up."""
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
