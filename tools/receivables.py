"""Receivables read as a credit manager reads them: ageing, DSO, CEI, ratios, provisions, who to chase and report."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from tools.acting import attached_file
from tools.dunning import dunning_plan
from tools.errors import ToolInputError
from tools.ledger import Ledger, read_ledger
from tools.ledger_report import Question, report_ledger
from tools.letters import LetterLine, letter_about
from tools.money import UNSTATED
from tools.policy import PolicyTerms, policy_terms
from tools.ratios import aged_totals, balance_ratios, replacement_sales, turnover_ratios
from tools.receivables_result import BucketId, Findings, Receivables
from tools.toolset import Arguments, MoneyArgument, MoneyIn, NumberIn, PercentIn

_Key = TypeVar("_Key")
Days = Annotated[int, Field(ge=1, le=3_660)]
Cell = str | int | float | bool | None
_TOTALS = ("receivables", "credit_sales", "current_ar", "opening_ar")
_BALANCE = ("current_assets", "current_liabilities", "inventory")


class ReceivablesArguments(Arguments):
    """A ledger or totals, and what the figures are compared with."""

    ledger: str | list[dict[str, Cell]] | None = Field(
        None, description="Invoice rows as objects, or CSV text with a header line (Chinese or English headers)."
    )
    ledger_file: str | None = Field(
        None, max_length=200, description="Name of a CSV or XLSX file that the user attached, instead of `ledger`."
    )
    columns: dict[str, str] | None = Field(
        None,
        description="Overrules the guessed columns: our field (buyer, invoice, invoice_date, due_date, "
        "amount, paid, paid_date, open, currency, disputed, limit) to the ledger's header.",
    )
    receivables: MoneyIn | None = Field(None, description="Total unpaid at the end of the period.")
    credit_sales: MoneyIn | None = Field(None, description="Credit sales of the period.")
    days: Days | None = Field(None, description="Length of the period in days, such as 90 or 365.")
    opening_ar: MoneyIn | None = Field(None, description="Total unpaid at the start of the period.")
    current_ar: MoneyIn | None = Field(None, description="Unpaid and not yet due at the end of the period.")
    current_assets: MoneyIn | None = Field(None, description="Current assets.")
    current_liabilities: MoneyIn | None = Field(None, description="Current liabilities.")
    inventory: MoneyIn | None = Field(None, description="Stock, left out of the quick ratio.")
    ageing: dict[BucketId, MoneyIn] | None = Field(None, description="Unpaid amounts by age, for provisions.")
    loss_rates_pct: dict[BucketId, PercentIn] | None = Field(
        None, description="Own loss rates by age, instead of the published illustration."
    )
    loss: MoneyIn | None = Field(None, description="A bad debt to be earned back.")
    net_margin_pct: Annotated[NumberIn, Field(gt=0, le=100)] | None = Field(
        None, description="Net profit as a percentage of sales."
    )
    due_date: date | None = Field(
        None,
        description="Due date of one invoice, for its dunning plan and the letter that is due; `receivables` "
        "is its amount.",
    )
    buyer: str | None = Field(None, max_length=200, description="Buyer of that invoice, for the letter.")
    invoice: str | None = Field(None, max_length=80, description="Number of that invoice, for the letter.")
    mep_days: Annotated[int, Field(ge=0, le=720)] | None = Field(
        None, description="Maximum extension period of the policy, in days after the due date."
    )
    notice_days: Annotated[int, Field(ge=0, le=720)] | None = Field(
        None, description="Days the policy allows for the overdue notice, counted from `notice_basis`."
    )
    notice_basis: Literal["mep_end", "due_date"] | None = Field(
        None, description="What the notice days count from: `mep_end` or `due_date`."
    )
    limits: dict[str, MoneyIn] | None = Field(None, description="Credit limit by buyer name as written in the ledger.")
    today: date | None = Field(None, description="Day of the analysis; the ledger's latest date when left out.")

    def read(self) -> Ledger | None:
        """The ledger that was given or attached."""
        if self.ledger_file is None:
            return None if self.ledger is None else read_ledger(self.ledger, columns=self.columns)
        if self.ledger is not None:
            raise ToolInputError("ledger_file", self.ledger_file, "Give either `ledger` or `ledger_file`, not both.")
        content = attached_file(self.ledger_file)
        if content is None:
            raise ToolInputError(
                "ledger_file", self.ledger_file, "No such file is attached; send the rows as `ledger`."
            )
        return read_ledger(content, columns=self.columns)

    def terms(self) -> PolicyTerms:
        """The policy parameters that decide when the insurer must hear of a buyer."""
        return policy_terms().given(
            mep_days=self.mep_days, notice_days=self.notice_days, notice_basis=self.notice_basis
        )

    def question(self) -> Question:
        """What the ledger is read for."""
        return Question(
            days=self.days,
            today=self.today,
            terms=self.terms(),
            limits=_plain(self.limits),
            loss_rates=self.loss_rates_pct or {},
        )

    def amounts(self, *names: str) -> dict[str, Decimal | None]:
        """The totals of these names; None where one was not given."""
        given: dict[str, MoneyArgument | None] = {name: getattr(self, name) for name in names}
        return {name: None if total is None else total.amount for name, total in given.items()}


def analyse_receivables(asked: ReceivablesArguments) -> Receivables:
    """Analyse receivables from a ledger or from totals, whichever figures are at hand.

    Use it for ageing, DSO, collection effectiveness, working-capital and quick ratios, provisions, concentration, the
    sales needed to replace a loss, who to remind when and with which letter, and whom the insurer must hear of this
    week. Every figure whose inputs are given is computed.
    """
    findings = Findings(asked.shared_currency("Give all amounts in one currency."))
    ledger = asked.read()
    if ledger is not None:
        report_ledger(findings, ledger, asked.question())
    elif asked.ageing:
        aged_totals(findings, _plain(asked.ageing), asked.loss_rates_pct or {})
    turnover_ratios(findings, asked.amounts(*_TOTALS), asked.days)
    balance_ratios(findings, asked.amounts(*_BALANCE))
    if asked.loss is not None:
        replacement_sales(findings, asked.loss.amount, asked.net_margin_pct)
    if asked.due_date is not None:
        _plan_one_invoice(findings, asked, asked.due_date)
    if not findings.fields:
        remedy = "Give a ledger, or totals: receivables with credit_sales, or current_assets with current_liabilities."
        raise ToolInputError("receivables", None, remedy)
    return findings.result()


def analyse_ledger(
    ledger: Ledger, *, today: date | None = None, days: int | None = None, mep_days: int | None = None
) -> Receivables:
    """The same analysis for a ledger already read from a file (`read_ledger(path)`)."""
    findings = Findings(UNSTATED)
    report_ledger(findings, ledger, Question(days=days, today=today, terms=policy_terms().given(mep_days=mep_days)))
    return findings.result()


def _plan_one_invoice(findings: Findings, asked: ReceivablesArguments, due_date: date) -> None:
    """The stages of one invoice with their days, and the letter of the stage it has reached today."""
    findings.set(dunning_plan=dunning_plan(due_date, asked.mep_days), as_of=findings.fields.get("as_of", asked.today))
    if asked.today is None or findings.fields.get("letters"):
        return
    line = LetterLine(
        invoice=asked.invoice,
        amount=None if asked.receivables is None else findings.money(asked.receivables.amount),
        due_date=due_date,
        days_overdue=max((asked.today - due_date).days, 0),
    )
    letter = letter_about(line, asked.today, asked.mep_days, buyer=asked.buyer)
    findings.set(letters=(letter,) if letter else ())


def _plain(amounts: Mapping[_Key, MoneyArgument] | None) -> dict[_Key, Decimal]:
    return {name: amount.amount for name, amount in (amounts or {}).items()}
