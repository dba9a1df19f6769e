"""What an insurer would pay on a loss: eligible debt, limit, percentage, deductibles, caps, later recoveries."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tools.causes import LossCause
from tools.clocks import Days
from tools.eligibility import Rules
from tools.errors import ToolInputError
from tools.insured_share import InsuredShare, LimitType, by_country, known_country
from tools.invoices import DateIn, InvoiceArgument, ReceiptArgument, ReceiptsIn
from tools.loss import Loss
from tools.loss_year import LossArgument, LossIn, Year
from tools.net_payment import Charges
from tools.payout import DeductibleOrder, PolicyCaps
from tools.recoveries import Method, Recoveries
from tools.settlement import Indemnity
from tools.toolset import Arguments, InsuredPctIn, MoneyArgument, MoneyIn, PercentIn
from tools.trigger import Trigger, find_trigger


class IndemnityArguments(Arguments):
    """The debt, the policy and what is known of the loss."""

    debt: MoneyIn | None = Field(
        None, description="Unpaid debt of one buyer including VAT if any, before `receipts` are taken off."
    )
    invoices: Annotated[list[InvoiceArgument], Field(max_length=5_000)] | None = Field(
        None, description="The unpaid invoices of one buyer, each with its dates, instead of `debt`."
    )
    losses: Annotated[list[LossIn], Field(max_length=1_000)] | None = Field(
        None,
        description="Several losses of one policy year in order, instead of `debt`; first losses and caps run across "
        "them.",
    )
    limit: MoneyIn | None = Field(
        None, description="Approved credit limit on the buyer; 0 for a refused or cancelled one."
    )
    limit_type: LimitType | None = Field(
        None, description="`approved` by the insurer, or `discretionary`: set by the insured under the policy."
    )
    insured_pct: InsuredPctIn | None = Field(
        None, description="Insured percentage, 0-100, from the schedule; the general one where others apply to some."
    )
    dcl_pct: InsuredPctIn | None = Field(
        None, description="Insured percentage under a discretionary limit, from the schedule."
    )
    insured_pct_by_country: dict[str, InsuredPctIn] | None = Field(
        None, max_length=250, description="Insured percentages of the countries that have their own in the schedule."
    )
    country: str | None = Field(
        None, max_length=80, description="Country of the buyer, where percentages differ by country."
    )
    receipts: ReceiptsIn | None = Field(
        None,
        description="Money received from the buyer before the date of loss: one sum, or a list with dates and "
        "invoices.",
    )
    nql: MoneyIn | None = Field(None, description="Non-qualifying loss: a loss at or below it is not paid.")
    eefl: MoneyIn | None = Field(None, description="Each-and-every first loss, taken off each loss.")
    afl_remaining: MoneyIn | None = Field(None, description="What is left of the aggregate first loss of the year.")
    max_liability_remaining: MoneyIn | None = Field(
        None, description="What is left of the insurer's maximum liability for the year."
    )
    deductible_order: DeductibleOrder | None = Field(
        None, description="`pct_then_eefl` or `eefl_then_pct`; both are shown when it is not stated."
    )
    vat: MoneyIn | None = Field(None, description="VAT contained in `debt`.")
    vat_covered: bool | None = Field(None, description="Whether the policy covers VAT; typically not.")
    disputed_amount: MoneyIn | None = Field(None, description="Part of `debt` that the buyer contests.")
    security_proceeds: MoneyIn | None = Field(
        None, description="Money from guarantees, retained title or resale before the loss, taken off the debt."
    )
    saved_costs: MoneyIn | None = Field(None, description="Costs the seller saved, taken off the debt.")
    unpaid_premium: MoneyIn | None = Field(
        None, description="Premium still owed to the insurer, taken off the payment."
    )
    collection_costs: MoneyIn | None = Field(
        None,
        description="Collection costs the insurer approved; it bears the proportion of insured loss to total debt.",
    )
    recoveries: ReceiptsIn | None = Field(
        None, description="Money recovered after the date of loss: one sum, or a list."
    )
    recovery_costs: MoneyIn | None = Field(None, description="Costs of getting the recoveries.")
    recovery_costs_pct: PercentIn | None = Field(None, description="The same as a percentage of the recoveries.")
    recovery_method: Method | None = Field(
        None,
        description="How recoveries are shared: `pro_rata` on the total debt (default), "
        "`insurer_first`, `insured_pct`, or `oldest_first` (needs `invoices`); all possible ones are shown.",
    )
    cause: LossCause | None = Field(None, description="Cause of loss.")
    date_of_loss: DateIn | None = Field(
        None,
        description="Day the loss counts as happened, ISO date; compute_deadlines gives it for a protracted default.",
    )
    due_date: DateIn | None = Field(
        None, description="Original due date of the oldest unpaid invoice, when `debt` is given instead of invoices."
    )
    today: DateIn | None = Field(None, description="Today, ISO date; tells whether the loss exists already.")
    mep_days: Days | None = Field(
        None, description="Maximum extension period; deliveries after its end for the oldest invoice are not covered."
    )
    waiting_days: Days | None = Field(
        None,
        description="Waiting period from the original due date, for a protracted default or political risk without "
        "`date_of_loss`.",
    )
    max_terms_days: Days | None = Field(
        None, description="Longest payment terms from delivery the policy allows; longer invoices are not eligible."
    )
    invoicing_days: Days | None = Field(None, description="Days after delivery within which an invoice must be issued.")
    stop_shipment_date: DateIn | None = Field(
        None, description="Last day of covered deliveries, where it is known; otherwise derived from `mep_days`."
    )
    period_from: DateIn | None = Field(None, description="First day of the policy period, for deliveries.")
    period_to: DateIn | None = Field(None, description="Last day of the policy period, for deliveries.")
    limit_from: DateIn | None = Field(None, description="First day of the credit limit, for deliveries.")
    limit_to: DateIn | None = Field(None, description="Last day of the credit limit, for deliveries.")

    def share(self) -> InsuredShare:
        """The insured percentages of the policy."""
        if self.insured_pct is None:
            raise ToolInputError("insured_pct", None, "give the insured percentage from the schedule, for example 90.")
        return InsuredShare(
            general=self.insured_pct,
            by_country=by_country(self.insured_pct_by_country),
            limit_type=self.limit_type,
            dcl_pct=self.dcl_pct,
        )

    def caps(self) -> PolicyCaps:
        """The general percentage, the deductibles and the yearly amounts."""
        return PolicyCaps(
            insured_pct=self.insured_pct or Decimal(0),
            nql=_plain(self.nql),
            eefl=_plain(self.eefl),
            afl_remaining=_plain(self.afl_remaining),
            max_liability_remaining=_plain(self.max_liability_remaining),
            order=self.deductible_order or "pct_then_eefl",
            order_known=self.deductible_order is not None,
        )

    def rules(self, date_of_loss: date | None) -> Rules:
        """What decides eligibility."""
        return Rules(
            vat_covered=bool(self.vat_covered),
            mep_days=self.mep_days,
            stop_shipment_date=self.stop_shipment_date,
            max_terms_days=self.max_terms_days,
            invoicing_days=self.invoicing_days,
            period_from=self.period_from,
            period_to=self.period_to,
            limit_from=self.limit_from,
            limit_to=self.limit_to,
            date_of_loss=date_of_loss,
        )

    def unpaid(self) -> list[InvoiceArgument]:
        """The invoices, or the total as one invoice, each with its country's code."""
        found = list(self.invoices or [])
        if found and self.debt is not None:
            raise ToolInputError("debt", self.debt.amount, "give either `debt` or `invoices`, not both.")
        for name, part in (("vat", self.vat), ("disputed_amount", self.disputed_amount)):
            if found and part is not None:
                raise ToolInputError(name, part.amount, "give it with the invoice it belongs to.")
        if not found:
            found = [self._total_as_invoice()]
        home = known_country(self.country, "country") if self.country else None
        coded = [known_country(item.country, "invoices.country") if item.country else home for item in found]
        return [item.model_copy(update={"country": code}) for item, code in zip(found, coded, strict=True)]

    def _total_as_invoice(self) -> InvoiceArgument:
        if self.debt is None:
            raise ToolInputError("debt", None, "give the unpaid `debt`, the `invoices`, or the `losses` of a year.")
        vat = self.vat.amount if self.vat else Decimal(0)
        if vat > self.debt.amount:
            raise ToolInputError("vat", vat, "VAT cannot be more than the debt that contains it.")
        net = MoneyArgument(amount=self.debt.amount - vat, currency=self.debt.currency)
        return InvoiceArgument(
            id="debt", amount=net, vat=self.vat, disputed_amount=self.disputed_amount, due_on=self.due_date
        )

    def credits(self, date_of_loss: date | None) -> list[ReceiptArgument]:
        """Everything that reduced the debt before the loss."""
        other = [ReceiptArgument(amount=item) for item in (self.security_proceeds, self.saved_costs) if item]
        return [item for item in self.receipts or [] if not _is_after(item, date_of_loss)] + other

    def money_back(self, date_of_loss: date | None) -> Recoveries:
        """What came back after the loss, and what it cost to get."""
        if self.recovery_method == "oldest_first" and not self.invoices:
            raise ToolInputError(
                "recovery_method", self.recovery_method, "give the invoices, or another way of sharing."
            )
        late = [item for item in self.receipts or [] if _is_after(item, date_of_loss)] + list(self.recoveries or [])
        received = sum((item.amount.amount for item in late), Decimal(0))
        costs = (_plain(self.recovery_costs) or Decimal(0)) + received * (self.recovery_costs_pct or Decimal(0)) / 100
        if costs > received:
            raise ToolInputError("recovery_costs", costs, "the costs cannot be more than the recoveries.")
        return Recoveries(received=received, costs=costs, method=self.recovery_method)

    def charges(self) -> Charges:
        """What changes the payment but not the indemnity."""
        return Charges(
            unpaid_premium=_plain(self.unpaid_premium) or Decimal(0),
            collection_costs=_plain(self.collection_costs) or Decimal(0),
        )

    def trigger(self, invoices: Sequence[InvoiceArgument]) -> Trigger:
        """Whether a loss exists yet, and on which day it happened."""
        oldest = min((item.due_on for item in invoices if item.due_on), default=self.due_date)
        return find_trigger(self.cause, self.date_of_loss, oldest, self.waiting_days, self.today)

    def year(self, losses: Sequence[LossArgument], currency: str) -> Year:
        """Several losses; what was said of a single one is not used."""
        unused = [name for name in _OF_ONE_LOSS if getattr(self, name) is not None]
        charges = Charges(unpaid_premium=_plain(self.unpaid_premium) or Decimal(0))
        return Year(
            losses=losses, caps=self.caps(), share=self.share(), currency=currency, charges=charges, unused=unused
        )


def compute_indemnity(asked: IndemnityArguments) -> Indemnity:
    """What the policy would pay on an unpaid debt, with every step shown, and how later recoveries are shared.

    Use it for "how much will I get", "what is deducted", "who gets the money recovered later". Give `debt` for a total,
    `invoices` for single invoices, or `losses` for several losses of a policy year. `limit` and `insured_pct` are
    needed (no limit for `losses`); deductibles and caps left out are not applied. Not a decision of the insurer.
    """
    share = asked.share()
    currency = asked.shared_currency("give all amounts in the policy currency.")
    if asked.losses:
        return asked.year(asked.losses, currency).result()
    invoices = asked.unpaid()
    if asked.limit is None:
        raise ToolInputError("limit", None, "give the approved credit limit on this buyer, 0 for a refused one.")
    trigger = asked.trigger(invoices)
    loss = Loss(
        invoices=invoices,
        receipts=asked.credits(trigger.date_of_loss),
        rules=asked.rules(trigger.date_of_loss),
        limit=asked.limit.amount,
        caps=asked.caps(),
        share=share,
        currency=currency,
        is_total=not asked.invoices,
        vat_stated=asked.vat_covered is not None,
    )
    return loss.result(trigger, asked.charges(), asked.money_back(trigger.date_of_loss))


_OF_ONE_LOSS = (
    "debt", "invoices", "limit", "receipts", "vat", "disputed_amount", "security_proceeds", "saved_costs",
    "collection_costs", "recoveries", "recovery_costs",
)  # fmt: skip


def _is_after(receipt: ReceiptArgument, date_of_loss: date | None) -> bool:
    """Receipts up to the date of loss reduce the debt; later ones are recoveries."""
    return date_of_loss is not None and receipt.received_on is not None and receipt.received_on > date_of_loss


def _plain(amount: MoneyArgument | None) -> Decimal | None:
    return None if amount is None else amount.amount
