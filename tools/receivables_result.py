"""What an analysis of receivables gives back, and what collects it while the analysis goes on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from tools.dunning import Action, PlannedStage
from tools.ledger import BadRow
from tools.ledger_cells import DateOrder
from tools.ledger_figures import BuyerPosition
from tools.letters import Letter
from tools.money import UNSTATED, Money
from tools.reporting import ReportDue
from tools.results import Assumption, Caution, Result, Step
from tools.tables import table

BucketId = Literal["current", "days_1_30", "days_31_60", "days_61_90", "over_90"]


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
    totals_count: int
    """Lines that add up others; they are no rows."""
    sheet: str
    """Of a workbook."""


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
    to_report: tuple[ReportDue, ...] = ()
    """Buyers whose overdue debt the insurer must hear of: the notice period runs, or starts within a week."""
    to_report_count: int = 0
    letters: tuple[Letter, ...] = ()
    """One for each of the most urgent buyers, at the stage its oldest invoice has reached."""
    ledger: LedgerSummary | None = None


class Findings:
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

    def assumed(self, assumptions: Iterable[Assumption]) -> None:
        self._assumptions += [item for item in assumptions if item not in self._assumptions]

    def cautioned(self, cautions: Iterable[Caution]) -> None:
        self._cautions += cautions

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
