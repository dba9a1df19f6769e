"""The ledger: every figure in a sentence is found in a tool result, a cited passage or the user's own words.

A sentence with a figure that is found nowhere does not leave the server. A figure is its value and its kind: 90% is
found in a percentage and not in 90 days, nor CNY 90 in EUR 90.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.evidence import Sentence
from assistant.figures import Figure, Kind, figures
from tools.money import UNSTATED

__all__ = ["Figure", "Ledger", "Verdict", "figures", "ledger_of"]


class Verdict(NamedTuple):
    """Whether a sentence may be spoken, and which figures have no source."""

    ok: bool
    unmatched: tuple[str, ...]


class Known(NamedTuple):
    """A value that may be spoken: what kind of figure it is, and where it stands."""

    kind: Kind
    unit: str
    source: str


_USERS = ("user", "today")
"""Sources in the user's own words: a bare `120` there may be money, a percentage or days."""
_NEVER_SAID = frozenset(
    {"passages", "defined", "citation_id", "start", "end", "top_k", "clause", "reference", "ics", "id"}
)
"""Fields of a tool call that no sentence rests on. Passages found count when they are cited."""
_COUNTS = 12
"""Bare whole numbers of a tool up to this may be positions, grades or counts: they are no sum and no percentage."""
_PERIOD_IN_NAME = re.compile(r"_(\d+)m_")
_IN_DAYS, _IN_MONTHS = Decimal(7), Decimal(12)
_COARSE, _FINE = Decimal("0.02"), Decimal("0.001")
"""Largest relative change that rounding may bring: below a hundred, and from there."""


@dataclass
class Ledger:
    """Figures this turn may speak, each with the sources that hold it."""

    known: dict[Decimal | date, set[Known]] = field(default_factory=dict)

    def add(self, value: Any, source: str, *, name: str = "") -> None:
        """Record one value: a number, a date, or text with figures in it.

        Args:
            value: What a source holds.
            source: Where it stands, such as `tool:t1/indemnity/amount`.
            name: Name of its field, which tells the kind of a number: `insured_pct`, `mep_days`.
        """
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float | Decimal):
            self._record(abs(Decimal(str(value))), _kind_of(name), "", source)
        elif isinstance(value, date):
            self._record_date(value, source)
        elif isinstance(value, str):
            for figure in figures(value):
                self._record_figure(figure, source)

    def add_fields(self, data: Any, source: str, *, name: str = "") -> None:
        """Record every value of JSON data; names of fields and currencies of sums say what a number is."""
        if isinstance(data, Mapping):
            if "amount" in data and "currency" in data:
                unit = str(data["currency"] or UNSTATED).replace(UNSTATED, "")
                self._record_money(data["amount"], unit, f"{source}/amount")
            for key, item in data.items():
                if key in _NEVER_SAID or (key == "amount" and "currency" in data):
                    continue
                self._record_period(str(key), source)
                called = str(data.get("parameter", data.get("id", key)) if key == "value" else key)
                self.add_fields(item, f"{source}/{key}", name=called)
        elif isinstance(data, list | tuple):
            for position, item in enumerate(data):
                self.add_fields(item, f"{source}/{position}", name=name)
        else:
            self.add(data, source, name=name)

    def add_result(self, call_id: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Record every value of a tool call."""
        self.add_fields(result, f"tool:{call_id}")
        self.add_fields(arguments, f"tool:{call_id}/arguments")

    def check(self, sentence: Sentence) -> Verdict:
        """Match every figure of the sentence."""
        unmatched = [figure.text for figure in figures(sentence.text) if not self.holds(figure)]
        return Verdict(not unmatched, tuple(unmatched))

    def holds(self, figure: Figure) -> bool:
        """Whether some source holds this figure, exactly or rounded as it is shown."""
        if isinstance(figure.value, date):
            other = date.fromisoformat(figure.unit) if figure.unit else figure.value
            return figure.value in self.known or other in self.known
        value, kind = _standard(figure.value, figure.kind)
        wanted = figure._replace(value=value, kind=kind)
        if any(_agrees(wanted, value, known) for known in self.known.get(value, ())):
            return True
        return any(
            _rounds_to(exact, wanted) and any(_agrees(wanted, exact, known) for known in sources)
            for exact, sources in self.known.items()
            if isinstance(exact, Decimal) and exact != exact.to_integral_value()
        )

    def _record(self, value: Decimal | date, kind: Kind, unit: str, source: str) -> None:
        self.known.setdefault(value, set()).add(Known(kind, unit, source))

    def _record_figure(self, figure: Figure, source: str) -> None:
        if isinstance(figure.value, date):
            self._record_date(figure.value, source)
            if figure.unit:
                self._record_date(date.fromisoformat(figure.unit), source)
        else:
            value, kind = _standard(figure.value, figure.kind)
            self._record(value, kind, figure.unit, source)

    def _record_date(self, day: date, source: str) -> None:
        self._record(day, "date", "", source)
        self._record(Decimal(day.day), "month_day", f"{day:%m-%d}", source)
        self._record(Decimal(day.year), "year_month", f"{day:%Y-%m}", source)
        self._record(Decimal(day.year), "year", "", source)

    def _record_money(self, amount: Any, currency: str, source: str) -> None:
        if isinstance(amount, int | float | Decimal) and not isinstance(amount, bool):
            self._record(abs(Decimal(str(amount))), "money", currency, source)

    def _record_period(self, name: str, source: str) -> None:
        """`pd_12m_pct` says that it looks 12 months ahead."""
        if match := _PERIOD_IN_NAME.search(name):
            self._record(Decimal(match[1]), "months", "", f"{source}/{name}")


def ledger_of(
    calls: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]],
    passages: Mapping[int, str],
    user_text: Iterable[str],
    today: date,
) -> Ledger:
    """The ledger of one turn: its tool calls, cited passages and the user's own words."""
    ledger = Ledger()
    for call_id, arguments, result in calls:
        ledger.add_result(call_id, arguments, result)
    for number, text in passages.items():
        ledger.add(text, f"citation:{number}")
    for words in user_text:
        ledger.add(words, "user")
    ledger.add(today, "today")
    return ledger


def _kind_of(name: str) -> Kind:
    """What the name of a field says about its number."""
    words = set(name.lower().split("_"))
    if words & {"pct", "percent", "percentage", "coverage"}:
        return "percent"
    for kind in ("days", "months", "years"):
        if words & {kind, kind[:-1]}:
            return "days" if kind == "days" else "months" if kind == "months" else "years"
    return "number"


def _standard(value: Decimal, kind: Kind) -> tuple[Decimal, Kind]:
    """Weeks as days and years as months, so that two weeks are found in 14 days."""
    if kind == "weeks":
        return value * _IN_DAYS, "days"
    if kind == "years":
        return value * _IN_MONTHS, "months"
    return value, kind


def _rounds_to(exact: Decimal, shown: Figure) -> bool:
    error = abs(exact - Decimal(str(shown.value)))
    if error * 2 > shown.scale.scaleb(-shown.decimals):
        return False
    return shown.decimals >= 4 or error <= exact * (_COARSE if exact < 100 else _FINE)


def _agrees(figure: Figure, value: Decimal, known: Known) -> bool:
    """Whether a figure of one kind may rest on a value of another."""
    if figure.kind == known.kind:
        return not figure.unit or not known.unit or figure.unit == known.unit
    if figure.kind == "number":
        return known.kind != "month_day"
    if known.kind != "number":
        return False
    if known.source.startswith(_USERS):
        return figure.kind not in ("month_day", "year_month")
    if figure.kind in ("money", "percent"):
        return value > _COUNTS or value != value.to_integral_value()
    return figure.kind == "year"
