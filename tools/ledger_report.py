"""What a ledger says: ageing, concentration, period ratios, who to chase, and who the insurer must hear of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tools.dunning import chased, overdue_actions
from tools.errors import ToolInputError
from tools.ledger import Ledger
from tools.ledger_figures import LedgerFigures, figures_of
from tools.ledger_notes import ledger_cautions
from tools.letters import letters_for
from tools.money import UNSTATED
from tools.policy import PolicyTerms, policy_terms
from tools.ratios import aged_totals, rounded, turnover_ratios
from tools.receivables_result import Findings, LedgerSummary
from tools.reporting import reports_due
from tools.tables import table

SHOWN_BAD_ROWS = 50
SHOWN_BUYERS = 50
SHOWN_REPORTS = 100


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the ledger is read for; a None takes what is usual, and that is said."""

    days: int | None = None
    today: date | None = None
    terms: PolicyTerms = field(default_factory=policy_terms)
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    loss_rates: Mapping[Any, Decimal] = field(default_factory=dict)


def report_ledger(findings: Findings, ledger: Ledger, question: Question) -> None:
    """Everything that `ledger` yields, into `findings`."""
    _check_rows(ledger)
    period = question.days or table("receivables")["period"]["days"]
    stated = findings.currency if findings.currency != UNSTATED else ""
    figures = figures_of(ledger, period, question.today, question.limits, stated)
    if stated and figures.currency not in ("", stated):
        raise ToolInputError("currency", stated, f"The ledger is in {figures.currency}; give amounts in that currency.")
    if question.days is None:
        findings.assume("days", period)
    if question.today is None:
        findings.assume("today", figures.as_of)
    findings.currency = stated or figures.currency or UNSTATED
    findings.cautioned(ledger_cautions(ledger, figures, question.limits, findings.currency))
    _ledger_totals(findings, figures, question.loss_rates)
    _ledger_ratios(findings, figures, period)
    findings.set(
        as_of=figures.as_of, buyers=figures.buyers[:SHOWN_BUYERS], ledger=_summary(ledger, figures.other_currency_rows)
    )
    _duties(findings, figures, question.terms)


def _check_rows(ledger: Ledger) -> None:
    if not ledger.invoices:
        first = ledger.bad_rows[0] if ledger.bad_rows else None
        got = f"line {first.line}, {first.field}: {first.value!r}" if first else "no rows"
        raise ToolInputError("ledger", got, "Give at least one row with a due date and an amount.")


def _summary(ledger: Ledger, other_currency_rows: int) -> LedgerSummary:
    return LedgerSummary(
        row_count=ledger.row_count,
        used_rows=len(ledger.invoices) - other_currency_rows,
        columns=ledger.columns,
        date_order=ledger.date_order,
        bad_row_count=len(ledger.bad_rows),
        bad_rows=ledger.bad_rows[:SHOWN_BAD_ROWS],
        totals_count=ledger.totals_count,
        sheet=ledger.sheet,
    )


def _duties(findings: Findings, figures: LedgerFigures, terms: PolicyTerms) -> None:
    """What to do about the overdue invoices, towards the buyers and towards the insurer."""
    mep_days, today = terms.days("mep_days"), figures.as_of
    undisputed = [(invoice, amount) for invoice, amount in figures.unpaid if not invoice.is_disputed]
    reached = chased(undisputed, today)
    named = [(invoice, amount) for invoice, amount in figures.unpaid if invoice.buyer]
    reports = reports_due(named, today, terms, findings.currency)
    findings.set(
        actions=overdue_actions(reached, today, mep_days, findings.currency),
        action_count=len(reached),
        to_report=reports[:SHOWN_REPORTS],
        to_report_count=len(reports),
        letters=letters_for([row for row in reached if row[0].buyer], today, mep_days, findings.currency),
    )
    if reached:
        findings.assumed(terms.assumptions("mep_days"))
    if reports:
        findings.assumed(terms.assumptions("notice_days", "notice_basis"))
        late = [report for report in reports if report.status == "late"]
        if late:
            findings.warn("insurer_notice_late", count=len(late), buyer=late[0].buyer, notice_by=late[0].notice_by)


def _ledger_totals(findings: Findings, figures: LedgerFigures, loss_rates: Mapping[Any, Decimal]) -> None:
    aged_totals(findings, figures.ageing, loss_rates)
    if figures.hhi is not None:
        findings.read("hhi", rounded(figures.hhi, 4))
        findings.set(largest_buyer_pct=rounded(figures.buyers[0].share_pct))
    if figures.average_days_late is not None:
        findings.set(average_days_late=rounded(figures.average_days_late))


def _ledger_ratios(findings: Findings, figures: LedgerFigures, days: int) -> None:
    total, current = sum(figures.ageing.values(), Decimal(0)), figures.ageing["current"]
    if figures.credit_sales is None:
        findings.warn("no_invoice_dates")
    elif figures.credit_sales <= 0:
        findings.warn("no_sales_in_period", days=days)
    elif total >= 0:
        money = {
            "receivables": total,
            "credit_sales": figures.credit_sales,
            "current_ar": current if current <= total else None,  # overdue debt in credit would mislead
            "opening_ar": figures.opening_ar,
        }
        turnover_ratios(findings, money, days)
        if figures.countback_days is not None:
            findings.set(dso_countback_days=rounded(figures.countback_days))
