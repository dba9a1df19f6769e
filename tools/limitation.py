"""Until when a buyer can be sued for an unpaid invoice, by jurisdiction."""

from dataclasses import dataclass
from datetime import date

from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Limitation:
    """Until when the buyer can be sued in one jurisdiction, if nothing interrupts the period."""

    jurisdiction: str
    years: int
    rule: str
    until: date


def limitation_periods(due_date: date, jurisdiction: str = "") -> tuple[Limitation, ...]:
    """Last day to sue for a debt due on `due_date`; every known jurisdiction when none is named (`EU`: its members)."""
    wanted = {"EU": {"DE", "FR"}}.get(jurisdiction, {jurisdiction})
    return tuple(
        Limitation(
            jurisdiction=row["jurisdiction"],
            years=row["years"],
            rule=row["rule"],
            until=_plus_years(due_date if row["starts"] == "due_date" else date(due_date.year, 12, 31), row["years"]),
        )
        for row in table("interest")["limitation"]
        if not jurisdiction or row["jurisdiction"] in wanted
    )


def _plus_years(day: date, years: int) -> date:
    """The same day `years` later; 28 February where that year has no 29th (Civil Code 202: last day of the month)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
