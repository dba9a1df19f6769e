"""Do the tests notice a changed line? Mutants of the tools that compute, all of them or a seeded sample.

Run it in a clean checkout: mutmut copies `tools` and `tests` into `mutants/`. Which files it changes and which tests
judge them stands in `pyproject.toml`.
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

GROUPS = {
    "premium": ("premium", "premium_notes", "pricing", "rating", "levers", "charges"),
    "indemnity": (
        "indemnity", "insured_share", "invoices", "eligibility", "stop_shipment", "settling", "loss", "loss_year",
        "payout", "net_payment", "formulas", "recoveries", "trigger",
    ),
    "interest": ("interest", "interest_rates", "limitation"),
    "receivables": (
        "ledger", "ledger_cells", "ledger_columns", "ledger_files", "workbook", "ledger_figures", "ledger_notes",
        "ledger_report", "ratios", "reporting", "dunning", "letters", "receivables", "receivables_result",
    ),
    "deadlines": ("deadlines", "clocks", "deadline_rows", "working_days", "ics"),
}  # fmt: skip
_UNNOTICED = (0, 5, 33, 34)  # the tests passed, or none was there to fail
_NOT_RUN = None


def main() -> int:
    """Print the share of mutants killed in each group, and the survivors; 1 below the share wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=150, help="mutants a group; 0 for all of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2, help="processes at once")
    parser.add_argument("--least", type=float, default=0.9, help="share that must be killed in every group")
    asked = parser.parse_args()
    _mutmut(asked.children, "tools.trigger.x_find_trigger__mutmut_1")  # makes the mutants and times the tests
    chosen = {group: _sampled(files, asked.sample, asked.seed) for group, files in GROUPS.items()}
    _mutmut(asked.children, *[name for names in chosen.values() for name in names])
    shares = [_report(group, names) for group, names in chosen.items()]
    return int(min(shares) < asked.least)


def _mutmut(children: int, *names: str) -> None:
    command = [str(Path(sys.executable).parent / "mutmut"), "run", "--max-children", str(children), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-3_000:] + done.stderr[-3_000:])


def _outcomes(files: tuple[str, ...]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for file in files:
        found |= json.loads(Path(f"mutants/tools/{file}.py.meta").read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def _sampled(files: tuple[str, ...], size: int, seed: int) -> list[str]:
    names = sorted(_outcomes(files))
    return sorted(random.Random(seed).sample(names, min(size, len(names)))) if size else names


def _report(group: str, names: list[str]) -> float:
    outcomes = _outcomes(GROUPS[group])
    run = [name for name in names if outcomes[name] is not _NOT_RUN]
    survivors = [name for name in run if outcomes[name] in _UNNOTICED]
    share = 1 - len(survivors) / len(run) if run else 0.0
    print(f"{group}: {len(run) - len(survivors)} of {len(run)} killed ({share:.1%}), {len(outcomes)} mutants in all")
    for name in survivors:
        print(f"  {name}")
    return share


if __name__ == "__main__":
    raise SystemExit(main())
