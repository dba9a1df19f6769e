"""Receivables read as a credit manager reads them: ageing, DSO, CEI, ratios, provisions, who to chase."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from tools.dunning import Action, PlannedStage, dunning_plan, overdue_actions
from tools.errors import ToolInputError
from tools.ledger import BadRow, DateOrder, Ledger, read_ledger
from tools.ledger_figures import BuyerPosition, LedgerFigures, figures_of
from tools.money import UNSTATED, Money, common_currency
from tools.results import Assumption, Caution, Result, Step
from tools.tables import table
from tools.toolset import MoneyArgument, MoneyIn, NumberIn, PercentIn

BucketId = Literal["current", "days_1_30", "days_31_60", "days_61_90", "over_90"]
Days = Annotated[int, Field(ge=1, le=3_660)]
Cell = str | int | float | bool | None
_HUNDRED = Decimal(100)
SHOWN_BAD_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """One ageing bucket, with its provision."""

    id: BucketId
    amount: Money
    share_pct: Decimal
    loss_rate_pct: Decimal
    provision: Money


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A figure and the band it falls in; worded by `metric` and `band`."""

    metric: str
    value: Decimal
    band: str


@dataclass(frozen=True, kw_only=True)
class LedgerSummary:
    """How the ledger was read."""

    row_count: int
    used_rows: int
    columns: Mapping[str, str]
    date_order: DateOrder
    bad_row_count: int
    bad_rows: tuple[BadRow, ...]
    """The first of them."""


@dataclass(frozen=True, kw_only=True)
class Receivables(Result):
    """Every figure that the input allows; None where it does not."""

    as_of: date | None = None
    currency: str = UNSTATED
    receivables: Money | None = None
    overdue: Money | None = None
    overdue_pct: Decimal | None = None
    ageing: tuple[Bucket, ...] = ()
    provision: Money | None = None
    dso_days: Decimal | None = None
    dso_countback_days: Decimal | None = None
    best_possible_dso_days: Decimal | None = None
    average_days_delinquent: Decimal | None = None
    average_days_late: Decimal | None = None
    """Of settled invoices, early payment counted as 0, weighted by number."""
    cei_pct: Decimal | None = None
    working_capital: Money | None = None
    working_capital_ratio: Decimal | None = None
    quick_ratio: Decimal | None = None
    hhi: Decimal | None = None
    """Sum of squared buyer shares, 0 to 1."""
    largest_buyer_pct: Decimal | None = None
    extra_sales: Money | None = None
    """Sales needed to earn a loss back at the net margin."""
    readings: tuple[Reading, ...] = ()
    buyers: tuple[BuyerPosition, ...] = ()
    actions: tuple[Action, ...] = ()
    action_count: int = 0
    dunning_plan: tuple[PlannedStage, ...] = ()
    ledger: LedgerSummary | None = None


def analyse_receivables(
    ledger: str | list[dict[str, Cell]] | None = None,
    columns: dict[str, str] | None = None,
    receivables: MoneyIn | None = None,
    credit_sales: MoneyIn | None = None,
    days: Days | None = None,
    opening_ar: MoneyIn | None = None,
    current_ar: MoneyIn | None = None,
    current_assets: MoneyIn | None = None,
    current_liabilities: MoneyIn | None = None,
    inventory: MoneyIn | None = None,
    ageing: dict[BucketId, MoneyIn] | None = None,
    loss_rates_pct: dict[BucketId, PercentIn] | None = None,
    loss: MoneyIn | None = None,
    net_margin_pct: Annotated[NumberIn, Field(gt=0, le=100)] | None = None,
    due_date: date | None = None,
    mep_days: Annotated[int, Field(ge=0, le=720)] | None = None,
    limits: dict[str, MoneyIn] | None = None,
    today: date | None = None,
) -> Receivables:
    """Analyse receivables from a ledger or from totals, whichever figures are at hand.

    Use it for ageing, DSO, collection effectiveness, working-capital and quick ratios, provisions, concentration, the
    sales needed to replace a loss, and who to remind when. Every figure whose inputs are given is computed.

    Args:
        ledger: Invoice rows as objects, or CSV text with a header line (Chinese or English headers).
        columns: Overrules the guessed columns: our field (buyer, invoice, invoice_date, due_date, amount, paid,
            paid_date, open, currency, disputed, limit) to the ledger's header.
        receivables: Total unpaid at the end of the period.
        credit_sales: Credit sales of the period.
        days: Length of the period in days, such as 90 or 365.
        opening_ar: Total unpaid at the start of the period.
        current_ar: Unpaid and not yet due at the end of the period.
        current_assets: Current assets.
        current_liabilities: Current liabilities.
        inventory: Stock, left out of the quick ratio.
        ageing: Unpaid amounts by age, for provisions.
        loss_rates_pct: Own loss rates by age, instead of the published illustration.
        loss: A bad debt to be earned back.
        net_margin_pct: Net profit as a percentage of sales.
        due_date: Due date of one invoice, for its dunning plan.
        mep_days: Maximum extension period of the policy, in days after the due date.
        limits: Credit limit by buyer name as written in the ledger.
        today: Day of the analysis; the ledger's latest date when left out.
    """
    named = {
        "receivables": receivables,
        "credit_sales": credit_sales,
        "opening_ar": opening_ar,
        "current_ar": current_ar,
        "current_assets": current_assets,
        "current_liabilities": current_liabilities,
        "inventory": inventory,
        "loss": loss,
    }
    draft = _Draft(_currency([*named.values(), *(ageing or {}).values(), *(limits or {}).values()]))
    money = {name: None if value is None else value.amount for name, value in named.items()}
    if ledger is not None:
        own_limits = {name: value.amount for name, value in (limits or {}).items()}
        _from_ledger(
            draft, read_ledger(ledger, columns=columns), days, today, mep_days, own_limits, loss_rates_pct or {}
        )
    elif ageing:
        _provision(draft, {key: value.amount for key, value in ageing.items()}, loss_rates_pct or {})
    _turnover_ratios(draft, money, days)
    _balance_ratios(draft, money)
    if loss is not None:
        _replacement_sales(draft, loss.amount, net_margin_pct)
    if due_date is not None:
        draft.set(dunning_plan=dunning_plan(due_date, mep_days), as_of=draft.fields.get("as_of", today))
    if not draft.fields:
        remedy = "Give a ledger, or totals: receivables with credit_sales, or current_assets with current_liabilities."
        raise ToolInputError("receivables", None, remedy)
    return draft.result()


def analyse_ledger(
    ledger: Ledger, *, today: date | None = None, days: int | None = None, mep_days: int | None = None
) -> Receivables:
    """The same analysis for a ledger already read from a file (`read_ledger(path)`)."""
    draft = _Draft(UNSTATED)
    _from_ledger(draft, ledger, days, today, mep_days, {}, {})
    return draft.result()


class _Draft:
    """Collects fields, steps, readings and notes while the analysis goes on."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.fields: dict[str, Any] = {}
        self._steps: list[Step] = []
        self._readings: list[Reading] = []
        self._assumptions: list[Assumption] = []
        self._cautions: list[Caution] = []

    def set(self, **fields: Any) -> None:
        self.fields.update(fields)

    def money(self, amount: Decimal) -> Money:
        return Money(amount=amount, currency=self.currency).rounded()

    def step(self, name: str, formula: str, result: Decimal | Money) -> None:
        self._steps.append(Step(id=name, formula=formula, result=result))

    def read(self, metric: str, value: Decimal) -> None:
        """Keep the figure and, where bands exist, its reading."""
        self.fields[metric] = value
        rows = table("receivables")["bands"].get(metric, {}).get("rows", ())
        for row in rows:
            if ("below" in row and value < row["below"]) or ("up_to" in row and value <= row["up_to"]):
                break
            if "below" not in row and "up_to" not in row:
                break
        else:
            return
        self._readings.append(Reading(metric=metric, value=value, band=row["id"]))

    def assume(self, parameter: str, value: Any) -> None:
        self._assumptions.append(Assumption(parameter=parameter, value=value, clause=None, source="typical"))

    def warn(self, caution: str, **values: Any) -> None:
        self._cautions.append(Caution(id=caution, values=values))

    def result(self) -> Receivables:
        return Receivables(
            **self.fields,
            currency=self.currency,
            readings=tuple(self._readings),
            steps=tuple(self._steps),
            assumptions=tuple(self._assumptions),
            warnings=tuple(self._cautions),
        )


def _from_ledger(
    draft: _Draft,
    ledger: Ledger,
    days: int | None,
    today: date | None,
    mep_days: int | None,
    limits: Mapping[str, Decimal],
    loss_rates: Mapping[Any, Decimal],
) -> None:
    if not ledger.invoices:
        first = ledger.bad_rows[0] if ledger.bad_rows else None
        got = f"line {first.line}, {first.field}: {first.value!r}" if first else "no rows"
        raise ToolInputError("ledger", got, "Give at least one row with a due date and an amount.")
    period = days or table("receivables")["period"]["days"]
    if days is None:
        draft.assume("days", period)
    figures = figures_of(ledger, period, today, limits)
    if today is None:
        draft.assume("today", figures.as_of)
    if draft.currency == UNSTATED:
        draft.currency = figures.currency or UNSTATED
    _ledger_notes(draft, ledger, figures)
    _ledger_totals(draft, figures, loss_rates)
    _ledger_ratios(draft, figures, period)
    unpaid = [(invoice, amount) for invoice, amount in figures.unpaid if not invoice.is_disputed]
    actions = overdue_actions(unpaid, figures.as_of, mep_days)
    draft.set(
        as_of=figures.as_of,
        buyers=figures.buyers[:50],
        actions=actions,
        action_count=sum(
            1 for invoice, amount in unpaid if amount > 0 and (figures.as_of - invoice.due_date).days >= -15
        ),
        ledger=LedgerSummary(
            row_count=ledger.row_count,
            used_rows=len(ledger.invoices) - figures.other_currency_rows,
            columns=ledger.columns,
            date_order=ledger.date_order,
            bad_row_count=len(ledger.bad_rows),
            bad_rows=ledger.bad_rows[:SHOWN_BAD_ROWS],
        ),
    )
    if actions and mep_days is None:
        draft.assume(
            "mep_days", next(row["offset_days"] for row in table("receivables")["dunning"] if "follows_mep" in row)
        )


def _ledger_notes(draft: _Draft, ledger: Ledger, figures: LedgerFigures) -> None:
    if ledger.bad_rows:
        draft.warn("ledger_rows_left_out", count=len(ledger.bad_rows), first_line=ledger.bad_rows[0].line)
    if not ledger.is_date_order_certain:
        draft.warn("ledger_date_order_guessed", date_order=ledger.date_order)
    if figures.other_currency_rows:
        draft.warn("ledger_other_currencies_left_out", count=figures.other_currency_rows, currency=figures.currency)
    if figures.duplicates:
        draft.warn("ledger_duplicate_invoices", count=figures.duplicates)
    over = [buyer for buyer in figures.buyers if buyer.headroom is not None and buyer.headroom < 0]
    if over:
        draft.warn(
            "buyers_over_limit",
            count=len(over),
            buyer=over[0].buyer,
            excess=draft.money(-(over[0].headroom or Decimal(0))),
        )


def _ledger_totals(draft: _Draft, figures: LedgerFigures, loss_rates: Mapping[Any, Decimal]) -> None:
    total = sum(figures.ageing.values(), Decimal(0))
    overdue = total - figures.ageing["current"]
    draft.set(receivables=draft.money(total), overdue=draft.money(overdue))
    parts = " + ".join(f"{amount:,}" for amount in figures.ageing.values())
    draft.step("ageing_total", f"{parts} = {total:,}", draft.money(total))
    if total > 0:
        draft.set(overdue_pct=_rounded(overdue / total * _HUNDRED))
    _provision(draft, figures.ageing, loss_rates)
    if figures.hhi is not None:
        draft.read("hhi", _rounded(figures.hhi, 4))
        draft.set(largest_buyer_pct=_rounded(figures.buyers[0].share_pct))
    if figures.average_days_late is not None:
        draft.set(average_days_late=_rounded(figures.average_days_late))


def _ledger_ratios(draft: _Draft, figures: LedgerFigures, days: int) -> None:
    total = sum(figures.ageing.values(), Decimal(0))
    if figures.credit_sales is None or figures.credit_sales <= 0:
        draft.warn("no_sales_in_period", days=days)
        return
    money = {
        "receivables": total,
        "credit_sales": figures.credit_sales,
        "current_ar": figures.ageing["current"],
        "opening_ar": figures.opening_ar,
    }
    _turnover_ratios(draft, money, days)
    if figures.countback_days is not None:
        draft.set(dso_countback_days=_rounded(figures.countback_days))


def _turnover_ratios(draft: _Draft, money: Mapping[str, Decimal | None], days: int | None) -> None:
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
        draft.assume("days", days)
    draft.set(receivables=draft.money(closing))
    dso = _rounded(closing / sales * days)
    draft.set(dso_days=dso)
    draft.step("dso", f"{closing:,} ÷ {sales:,} × {days} = {dso:,}", dso)
    if current is not None:
        best = _rounded(current / sales * days)
        draft.set(best_possible_dso_days=best)
        draft.step("best_possible_dso", f"{current:,} ÷ {sales:,} × {days} = {best:,}", best)
        draft.read("average_days_delinquent", dso - best)
        draft.step("average_days_delinquent", f"{dso:,} − {best:,} = {dso - best:,}", dso - best)
    if current is not None and opening is not None and opening + sales > current:
        collected, due = opening + sales - closing, opening + sales - current
        cei = _rounded(collected / due * _HUNDRED)
        draft.read("cei_pct", cei)
        total = f"{opening:,} + {sales:,}"
        draft.step("cei", f"({total} − {closing:,}) ÷ ({total} − {current:,}) × 100 = {cei:,}", cei)


def _balance_ratios(draft: _Draft, money: Mapping[str, Decimal | None]) -> None:
    assets, liabilities, stock = (money[key] for key in ("current_assets", "current_liabilities", "inventory"))
    if assets is None and liabilities is None:
        return
    if assets is None or liabilities is None or liabilities <= 0:
        field = "current_assets" if assets is None else "current_liabilities"
        raise ToolInputError(field, money[field], "Give current assets and current liabilities, the latter above 0.")
    ratio = _rounded(assets / liabilities)
    draft.set(working_capital=draft.money(assets - liabilities))
    draft.read("working_capital_ratio", ratio)
    draft.step("working_capital", f"{assets:,} − {liabilities:,} = {assets - liabilities:,}", assets - liabilities)
    draft.step("working_capital_ratio", f"{assets:,} ÷ {liabilities:,} = {ratio}", ratio)
    draft.warn("ratio_bands_depend_on_sector")
    if stock is None:
        return
    if stock > assets:
        raise ToolInputError("inventory", stock, "Stock cannot exceed current assets.")
    quick = _rounded((assets - stock) / liabilities)
    draft.read("quick_ratio", quick)
    draft.step("quick_ratio", f"({assets:,} − {stock:,}) ÷ {liabilities:,} = {quick}", quick)


def _provision(draft: _Draft, ageing: Mapping[Any, Decimal], own_rates: Mapping[Any, Decimal]) -> None:
    """Provision matrix: 15,000/7,500/4,000/2,500 at 0.5/2.2/2.7/4.5% → 75 + 165 + 108 + 112.50 = 460.50."""
    total = sum(ageing.values(), Decimal(0))
    buckets = []
    for row in table("receivables")["ageing"]["buckets"]:
        amount = ageing.get(row["id"])
        if amount is None:
            continue
        rate = own_rates.get(row["id"], row["loss_pct"])
        # A bucket in credit (more credit notes than invoices) needs no provision.
        provision = draft.money(max(amount, Decimal(0)) * rate / _HUNDRED)
        share = _rounded(amount / total * _HUNDRED) if total > 0 else Decimal(0)
        money = draft.money(amount)
        bucket = Bucket(id=row["id"], amount=money, share_pct=share, loss_rate_pct=rate, provision=provision)
        draft.step(f"provision_{row['id']}", f"{amount:,} × {rate}% = {provision.amount:,}", provision)
        buckets.append(bucket)
    summed = sum((bucket.provision.amount for bucket in buckets), Decimal(0))
    draft.set(ageing=tuple(buckets), provision=draft.money(summed))
    draft.step(
        "provision_total",
        " + ".join(f"{b.provision.amount:,}" for b in buckets) + f" = {summed:,}",
        draft.money(summed),
    )
    if any(bucket.id not in own_rates for bucket in buckets):
        draft.warn("loss_rates_are_an_illustration")


def _replacement_sales(draft: _Draft, loss: Decimal, margin_pct: Decimal | None) -> None:
    if margin_pct is None:
        raise ToolInputError("net_margin_pct", None, "Give the net margin in per cent, such as 5.")
    sales = draft.money(loss * _HUNDRED / margin_pct)
    draft.set(extra_sales=sales)
    draft.step("extra_sales", f"{loss:,} ÷ {margin_pct}% = {sales.amount:,}", sales)


def _currency(amounts: Sequence[MoneyArgument | None]) -> str:
    try:
        return common_currency(None if amount is None else amount.money() for amount in amounts)
    except ValueError as error:
        raise ToolInputError("currency", str(error), "Give all amounts in one currency.") from error


def _rounded(number: Decimal, places: int = 2) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
