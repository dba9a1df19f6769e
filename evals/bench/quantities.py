"""`python -m evals.bench.quantities FOLDER`: numbers, shares, money, dates against test tables that others wrote.

A case is exact when every expected quantity is found with its words, its type and its value, and nothing else is. Where
the table gives several readings of a date (2 March of last year or of this), ours has to be one of them. FOLDER holds
`recognizers_text/` and optionally `price_parser/`; nothing of it is part of this repository.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from assistant.engine.reading.moments import find_moments
from assistant.engine.reading.numerals import find_numbers
from assistant.engine.reading.quantities import find_quantities
from assistant.engine.reading.text import normalise
from evals.bench.time_kinds import everyday_kind
from evals.bench.timex import as_table, as_wanted

Found = tuple[str, str]
"""Words and value, both in one written form."""
_MODELS = {"Number": "number", "Percent": "percent", "Currency": "money", "DateTime": "date"}
_ANY_MOMENT = datetime.fromisoformat("2026-01-01")


@dataclass(frozen=True)
class Score:
    """How many cases of one table are exact, and which are not."""

    name: str
    total: int
    exact: int
    by_kind: dict[str, tuple[int, int]]
    missed: list[tuple[str, list[Found], list[Found]]]
    everyday: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of the cases whose expressions are all of kinds that our users write, by kind and under "all"."""

    def __str__(self) -> str:
        kinds = "".join(f"; {kind} {exact}/{total}" for kind, (exact, total) in sorted(self.by_kind.items()))
        return (
            f"{self.name}: {self.exact}/{self.total} exact ({self.exact / self.total:.1%}){kinds}{self._of_our_users()}"
        )

    def _of_our_users(self) -> str:
        if not self.everyday:
            return ""
        rows = sorted(self.everyday.items(), key=lambda row: -row[1][1])
        lines = [f"\n  {kind}: {exact}/{total} ({exact / total:.0%})" for kind, (exact, total) in rows]
        return "\n  kinds our users write" + "".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Score every table found in the folder; says so when the folder is absent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="Misses to print for each table.")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"{options.folder} is absent: nothing was measured")
        return 2
    for score in scores(options.folder):
        print(score)
        for text, wanted, found in score.missed[: options.show]:
            print(f"    {text!r}\n        wanted {wanted}\n        found  {found}")
    return 0


def scores(folder: Path) -> list[Score]:
    """One score for each known table under `folder`."""
    results = []
    for file in sorted((folder / "recognizers_text").glob("*.json")):
        _, language, model = file.name.removesuffix(".json").split(".")
        name = model.removesuffix("Model").removesuffix("V2")
        if name in _MODELS:
            results.append(_score(f"{language} {name}", name, json.loads(file.read_text("utf-8-sig"))))
    prices = folder / "price_parser" / "price_parser_cases.json"
    if prices.is_file():
        results.append(_prices(json.loads(prices.read_text("utf-8"))))
    return results


def _score(title: str, model: str, cases: list[dict[str, Any]]) -> Score:
    reader = _READERS[model]
    exact, missed, by_kind, everyday = 0, [], Counter[tuple[str, bool]](), Counter[tuple[str, bool]]()
    for case in cases:
        wanted = [_wanted(model, result) for result in case["Results"]]
        found = reader(case["Input"], _reference(case))
        is_exact = _same(wanted, found)
        exact += is_exact
        for kind in {_kind(result) for result in case["Results"]} if model == "DateTime" else ():
            by_kind[kind, is_exact] += 1
        everyday.update((kind, is_exact) for kind in (_everyday(case) if model == "DateTime" else ()))
        if not is_exact:
            missed.append((case["Input"], [(text, "|".join(values)) for text, values in wanted], found))
    return Score(title, len(cases), exact, _shares(by_kind), missed, _shares(everyday))


def _shares(counts: Counter[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    kinds = {kind for kind, _ in counts}
    return {kind: (counts[kind, True], counts[kind, True] + counts[kind, False]) for kind in kinds}


def _everyday(case: dict[str, Any]) -> set[str]:
    """The kinds of a case's expressions and "all"; none when one of them is of a kind that our users do not write."""
    kinds = {everyday_kind(result) for result in case["Results"]}
    return {kind for kind in kinds if kind} | {"all"} if kinds and None not in kinds else set()


def _same(wanted: list[tuple[str, list[str]]], found: list[Found]) -> bool:
    if len(wanted) != len(found):
        return False
    return all(
        text == got_text and got_value in values
        for (text, values), (got_text, got_value) in zip(wanted, found, strict=True)
    )


def _wanted(model: str, result: dict[str, Any]) -> tuple[str, list[str]]:
    text, resolution = _plain(result["Text"]), result["Resolution"]
    if model == "DateTime":
        return text, as_wanted(_kind(result), (resolution or {}).get("values", []))
    if model == "Currency":
        return text, [f"{_number(resolution['value'])}"]
    return text, [_number(resolution["value"])]


def _read_numbers(text: str, now: datetime) -> list[Found]:
    plain = normalise(text).plain
    return [(_plain(plain[item.start : item.end]), _number(str(item.value))) for item in find_numbers(plain)]


def _read_kind(kind: str) -> Callable[[str, datetime], list[Found]]:
    def reader(text: str, now: datetime) -> list[Found]:
        plain = normalise(text).plain
        found = [item for item in find_quantities(plain, now.date()) if item.kind == kind]
        found = [item for item in found if kind != "money" or item.explicit_currency]
        return [(_plain(plain[item.start : item.end]), _number(str(item.value))) for item in found]

    return reader


def _read_moments(text: str, now: datetime) -> list[Found]:
    plain = normalise(text).plain
    found = find_moments(plain, now, month_first=True)
    return [(_plain(plain[item.start : item.end]), as_table(item)) for item in found]


_READERS: dict[str, Callable[[str, datetime], list[Found]]] = {
    "Number": _read_numbers,
    "Percent": _read_kind("percent"),
    "Currency": _read_kind("money"),
    "DateTime": _read_moments,
}


def _prices(cases: list[dict[str, Any]]) -> Score:
    missed = []
    for case in cases:
        text = case.get("price_raw") or ""
        amount = case.get("expected_amount")
        wanted = [] if amount is None else [("", [_number(str(amount))])]
        numbers = [("", _number(str(item.value))) for item in find_numbers(normalise(text).plain)]
        if (wanted and ("", wanted[0][1][0]) not in numbers) or (not wanted and numbers):
            missed.append((text, [(text, values[0]) for text, values in wanted], numbers))
    return Score("price-parser amounts", len(cases), len(cases) - len(missed), {}, missed)


def _reference(case: dict[str, Any]) -> datetime:
    moment = case.get("Context", {}).get("ReferenceDateTime")
    return datetime.fromisoformat(moment).replace(microsecond=0) if moment else _ANY_MOMENT


def _kind(result: dict[str, Any]) -> str:
    return str(result["TypeName"]).split(".")[-1]


def _plain(text: str) -> str:
    return normalise(text).plain.lower().replace(" ", "")


def _number(written: str | None) -> str:
    try:
        value = Decimal(str(written).rstrip("%"))
    except InvalidOperation:
        return str(written)
    if abs(value) >= 10**15:
        return f"{value:.14E}"  # the tables keep 15 figures
    return f"{value.quantize(Decimal('1e-6')).normalize():f}"


if __name__ == "__main__":
    sys.exit(main())
