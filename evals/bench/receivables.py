"""Receivables ledgers: a large one for speed, memory and totals, and a public sample against pandas.

`python -m evals.bench.receivables` analyses 100,000 generated rows as CSV and as XLSX; `--outside FOLDER` also compares
the invoices of the IBM sample in that folder, figure by figure, with what pandas makes of them.
"""

import argparse
import csv
import io
import random
import resource
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tools.ledger import read_ledger
from tools.receivables import analyse_ledger
from tools.receivables_result import Receivables

_TODAY = date(2026, 6, 30)
_SAMPLE_DAYS = (date(2012, 6, 30), date(2012, 12, 31), date(2013, 3, 31), date(2013, 6, 30), date(2013, 12, 31))
_PERIOD = 90
_BUCKETS = {"current": (-(10**6), 0), "days_1_30": (1, 30), "days_31_60": (31, 60), "days_61_90": (61, 90)}


def main() -> int:
    """Print what was measured; 1 when a total differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--outside", type=Path, help="folder with WA_Fn-UseC_-Accounts-Receivable.csv in it or below")
    asked = parser.parse_args()
    text, total, bad = _generated(asked.rows)
    wrong = 0
    for name, content in (("CSV", text.encode("utf-8")), ("XLSX", _workbook(text))):
        wrong += _large(name, content, total, bad)
    if asked.outside:
        wrong += _against_pandas(next(asked.outside.rglob("WA_Fn-UseC_-Accounts-Receivable.csv")))
    return int(wrong > 0)


def _large(name: str, content: bytes, total: Decimal, bad: int) -> int:
    before, worked, start = _peak_mib(), time.process_time(), time.perf_counter()
    ledger = read_ledger(content)
    read = time.perf_counter()
    found = analyse_ledger(ledger, today=_TODAY, days=_PERIOD)
    done, cpu = time.perf_counter(), time.process_time() - worked
    aged = sum((bucket.amount.amount for bucket in found.ageing), Decimal(0))
    wrong = _differences({"total": (found.receivables and found.receivables.amount, total), "ageing": (aged, total)})
    wrong += _differences({"bad rows": (len(ledger.bad_rows), bad)})
    print(
        f"{name}, {ledger.row_count:,} rows, {len(content) / 2**20:.1f} MiB: "
        f"read {read - start:.2f} s, analysed {done - read:.2f} s, {cpu:.2f} s of processor time; "
        f"peak memory {_peak_mib():.0f} MiB (before {before:.0f}); {len(ledger.bad_rows)} bad rows; "
        f"total {total:,} {'reconciles' if not wrong else 'DIFFERS'}"
    )
    return wrong


def _workbook(text: str) -> bytes:
    import openpyxl  # a second to import

    book, content = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("应收账款")
    for row in csv.reader(io.StringIO(text)):
        sheet.append(row)
    book.save(content)
    return content.getvalue()


def _generated(rows: int) -> tuple[str, Decimal, int]:
    """A ledger as text, what is unpaid in it, and how many of its rows cannot be read."""
    draw = random.Random(7)
    lines, total, bad = ["客户名称,发票号码,开票日期,到期日,发票金额,已收金额"], Decimal(0), 0
    for number in range(rows):
        issued = _TODAY - timedelta(days=draw.randrange(400))
        due = issued + timedelta(days=draw.choice((30, 60, 90)))
        cents = draw.randrange(1, 10**8)
        paid = cents if draw.random() < 0.5 else draw.randrange(cents) if draw.random() < 0.3 else 0
        if number % 5_000 == 4_999:
            lines.append(f"客户{number},F{number},{issued},下月,{Decimal(cents) / 100},0")
            bad += 1
            continue
        total += Decimal(cents - paid) / 100
        lines.append(
            f"客户{draw.randrange(3_000)},F{number},{issued},{due},{Decimal(cents) / 100},{Decimal(paid) / 100}"
        )
    return "\n".join(lines), total, bad


def _against_pandas(path: Path) -> int:
    ledger = read_ledger(path)
    print(f"{path.name}: {len(ledger.invoices)} invoices, columns {dict(ledger.columns)}, dates {ledger.date_order}")
    wrong = 0
    for day in _SAMPLE_DAYS:
        ours, theirs = _ours(analyse_ledger(ledger, today=day, days=_PERIOD)), _by_pandas(path, day)
        differ = _differences({name: (ours[name], theirs[name]) for name in theirs})
        wrong += differ
        print(f"  {day}: unpaid {theirs['unpaid']:,.2f}, DSO {theirs['dso']}, {'agree' if not differ else 'DIFFER'}")
    return wrong


def _ours(found: Receivables) -> dict[str, Any]:
    return {
        "unpaid": found.receivables and found.receivables.amount,
        **{bucket.id: bucket.amount.amount for bucket in found.ageing},
        "dso": found.dso_days,
        "best": found.best_possible_dso_days,
        "late": found.average_days_late,
        "hhi": found.hhi,
    }


def _by_pandas(path: Path, day: date) -> dict[str, Decimal]:
    import pandas as pd  # type: ignore[import-untyped]

    frame = pd.read_csv(path)
    for name in ("InvoiceDate", "DueDate", "SettledDate"):
        frame[name] = pd.to_datetime(frame[name], format="%m/%d/%Y")
    now = pd.Timestamp(day)
    unpaid = frame[(frame.InvoiceDate <= now) & (frame.SettledDate > now)]
    overdue = (now - unpaid.DueDate).dt.days
    sums = {
        name: unpaid[(overdue >= low) & (overdue <= high)].InvoiceAmount.sum() for name, (low, high) in _BUCKETS.items()
    }
    sums["over_90"] = unpaid[overdue > 90].InvoiceAmount.sum()
    total = unpaid.InvoiceAmount.sum()
    sold = frame[
        (frame.InvoiceDate > now - pd.Timedelta(days=_PERIOD)) & (frame.InvoiceDate <= now)
    ].InvoiceAmount.sum()
    shares = unpaid.groupby("customerID").InvoiceAmount.sum() / total
    settled = frame[frame.SettledDate <= now]
    late = (settled.SettledDate - settled.DueDate).dt.days.clip(lower=0).mean()
    return {
        "unpaid": _rounded(total),
        **{name: _rounded(amount) for name, amount in sums.items()},
        "dso": _rounded(total / sold * _PERIOD),
        "best": _rounded(sums["current"] / sold * _PERIOD),
        "late": _rounded(late),
        "hhi": _rounded((shares**2).sum(), 4),
    }


def _rounded(number: float, places: int = 2) -> Decimal:
    return Decimal(f"{number:.{places}f}")


def _differences(pairs: dict[str, tuple[Any, Any]]) -> int:
    differ = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    for name, (ours, theirs) in differ.items():
        print(f"  {name}: {ours} against {theirs}")
    return len(differ)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
