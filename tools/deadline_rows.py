"""The dates of one buyer as rows: what each warns of, and the calendar file that holds them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from tools.ics import Entry, calendar_text
from tools.policy import PolicyTerms, set_title
from tools.results import Caution, Result
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Row:
    """One date."""

    duty: str
    """Id of the duty, in `data/deadline_sets.toml`."""
    date: date
    formula: str
    """With the dates in it: `2026-03-01 + 60 d = 2026-04-30`."""
    clause: str
    days_left: int | None
    """From `today`; negative when passed, None when `today` is not known."""


@dataclass(frozen=True, kw_only=True)
class Deadlines(Result):
    """The dates of one overdue or insolvent buyer."""

    rows: tuple[Row, ...] = ()
    oldest_due_date: date | None = None
    """The oldest unpaid invoice drives every clock."""
    stop_shipment: date | None = None
    notice_by: date | None = None
    loss_date: date | None = None
    claim_by: date | None = None
    earliest_protective_date: date | None = None
    """Reporting by this day is in time under any policy known, whatever the parameters nobody stated."""
    terms_set: str = "typical"
    confidence: str = "M"
    """How sure the packaged set is; what the user or schedule stated is certain."""
    ics: str = field(default="", repr=False)


def row_warnings(rows: Iterable[Row], done: Mapping[str, date | None]) -> Iterator[Caution]:
    """What is near, due today or missed, and what was `done` late."""
    for row in rows:
        if (verdict := _verdict(row, done.get(row.duty))) is not None:
            name, days = verdict
            yield Caution(id=name, values={"duty": row.duty, "date": row.date, "days": days, "clause": row.clause})


def calendar_file(rows: Iterable[Row], terms: PolicyTerms, stamp: date) -> str:
    """The `.ics` text of `rows`, made on `stamp`; each entry says how its day was found and on which terms."""
    duties, name = table("deadline_sets")["duties"], set_title(terms.set_name)
    entries = (
        Entry(
            key=row.duty,
            day=row.date,
            title=f"{duties[row.duty]['zh']} / {duties[row.duty]['en']}",
            note=f"{row.formula} · {row.clause} · {name['zh']} / {name['en']} ({terms.confidence})",
        )
        for row in rows
    )
    return calendar_text(entries, stamp)


def _verdict(row: Row, done_on: date | None) -> tuple[str, int] | None:
    """What to warn about a row, with the days late or left."""
    tables = table("deadline_sets")
    if done_on is not None:
        return ("done_late", (done_on - row.date).days) if done_on > row.date else None
    if row.days_left is None or not tables["duties"][row.duty]["act"]:
        return None
    if row.days_left <= 0:
        return ("deadline_passed", -row.days_left) if row.days_left else ("deadline_today", 0)
    return ("deadline_near", row.days_left) if row.days_left <= tables["near_days"]["value"] else None
