"""Fits the curves of the name matching and prints them as TOML for `tools/data/matching.toml`.

Run: `python -m evals.bench.fit_matching [--outside FOLDER]`. Pairs: made-up names and their noisy forms against
look-alikes, namesakes of another trade or city and the nearest strangers, with seeds of their own; pairs judged by hand
(`data/name_pairs.csv`, and the half of `data/hard_name_pairs.csv` that may be seen); and such a half of name_bench.
Every weight is held at 0 or above, so that no difference makes a match likelier.
"""

import argparse
import csv
import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.bench.company_names import MadeUp, look_alike
from evals.bench.matching import hard_pairs, labelled, present_and_absent, registry_of
from evals.bench.noise import noisy
from tools.buyers.matching import PairKind, differences, pair_kind
from tools.buyers.names import parse_name

SEED = 101
COMPANIES = 3_000
LABELLED_WEIGHT = 20.0
"""A labelled pair counts as much as this many made-up ones."""
JUDGED = Path(__file__).parent / "data" / "name_pairs.csv"
"""Fictional names judged by hand, by the kind of difference."""
FOLDS = 5
STRANGER_WEIGHT = 2.0
"""A false match costs more than a missed one: the product can ask, but a wrong company may not be insured."""
RIDGE = 1e-4
_BOUNDS: dict[str, tuple[float, float | None]] = {
    # Made-up strangers have other legal forms more often than real look-alikes do, and hardly ever numbers or branches.
    "form": (0.2, 0.6),
    "branch": (0.3, 0.6),
    "nature": (4.0, 4.0),
    "number": (4.0, None),
    "number_missing": (1.0, None),
    "place": (3.0, None),
    "place_missing": (0.3, 1.2),
    "other_branch": (6.0, 6.0),
    "acronym": (0.5, 1.5),
    "sister": (0.5, None),
    "more": (3.0, None),
    "opening": (1.0, None),
    "trade_more": (1.0, None),
    "initial": (0.5, None),
}


class Example(NamedTuple):
    """Two names, whether they mean one company, and how much the pair counts."""

    one: str
    other: str
    is_match: bool
    weight: float


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outside", type=Path, help="folder with name_bench/cases.csv")
    options = parser.parse_args()
    made, judged = list(_made_up()), [*_judged(), *_outside(options.outside)]
    print(f"# left out of the fit in {FOLDS} folds: {_left_out(made, judged)}")
    for kind, examples in _by_kind([*made, *judged]).items():
        start, weights = fit(examples)
        inside = ", ".join(f"{name} = {weight}" for name, weight in weights.items())
        print(f"[curve.{kind}] # {len(examples)} pairs\nstart = {start}\nweights = {{ {inside} }}")


def _by_kind(examples: Sequence[Example]) -> dict[PairKind, list[Example]]:
    by_kind: dict[PairKind, list[Example]] = {"zh": [], "latin": [], "cross": []}
    for example in examples:
        by_kind[pair_kind(parse_name(example.one), parse_name(example.other))].append(example)
    return by_kind


def _left_out(made: list[Example], judged: list[Example]) -> dict[str, float | int]:
    """How well the judged pairs of each fold are told apart by curves fitted without them."""
    hits = misses = false = 0
    for fold in range(FOLDS):
        curves = {kind: fit(rows) for kind, rows in _by_kind([*made, *(e for e in judged if _fold(e) != fold)]).items()}
        for example in (e for e in judged if _fold(e) == fold):
            one, other = parse_name(example.one), parse_name(example.other)
            start, weights = curves[pair_kind(one, other)]
            said = start - sum(weights[name] * value for name, value in differences(one, other).items()) >= 0
            hits += said and example.is_match
            misses += example.is_match and not said
            false += said and not example.is_match
    return {
        "pairs": len(judged),
        "f1": round(2 * hits / (2 * hits + misses + false), 3),
        "missed": misses,
        "false": false,
    }


def _fold(example: Example) -> int:
    return hashlib.sha256(f"{example.one}|{example.other}".encode()).digest()[1] % FOLDS


def fit(examples: list[Example]) -> tuple[float, dict[str, float]]:
    """Log-odds of two names without a difference, and by how much each difference lowers them."""
    import numpy as np
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # slow to import; only for fitting

    rows = [differences(parse_name(e.one), parse_name(e.other)) for e in examples]
    names = list(rows[0])
    x = np.array([[row[name] for name in names] for row in rows])
    sign = np.array([1.0 if e.is_match else -1.0 for e in examples])
    weight = np.array([e.weight for e in examples])
    weight /= weight.sum()

    def loss(parameters: Any) -> tuple[float, Any]:
        margin = sign * (parameters[0] - x @ parameters[1:])
        share = 1 / (1 + np.exp(np.clip(margin, -50, 50)))
        pull = -weight * sign * share
        gradient = np.concatenate(([pull.sum()], -(x.T @ pull) + RIDGE * parameters[1:]))
        ridge = RIDGE / 2 * float(parameters[1:] @ parameters[1:])
        return float((weight * np.logaddexp(0, -margin)).sum()) + ridge, gradient

    bounds = [(None, None)] + [_BOUNDS.get(name, (0.0, None)) for name in names]
    found = minimize(loss, np.ones(len(names) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return round(float(found[0]), 2), {name: round(float(w), 2) for name, w in zip(names, found[1:], strict=True)}


def _made_up() -> Iterator[Example]:
    rng = random.Random(SEED)
    present, absent = present_and_absent(COMPANIES, SEED)
    registry = registry_of(present)
    for company in present:
        yield Example(noisy(rng, company.name).text, company.name, True, 1.0)
        yield Example(noisy(rng, company.name).text, company.name, True, 1.0)
        yield Example(look_alike(rng, company), company.name, False, STRANGER_WEIGHT)
        yield Example(_namesake(rng, company, present), company.name, False, STRANGER_WEIGHT)
        yield Example(noisy(rng, look_alike(rng, company)).text, company.name, False, 1.0)
    for name in absent:
        for question in (name, noisy(rng, name).text):
            for found in registry.by_name(question, limit=1):
                yield Example(question, found.company.name, False, STRANGER_WEIGHT)
    registry.close()


def _namesake(rng: random.Random, company: MadeUp, present: list[MadeUp]) -> str:
    """The brand in another city, or another trade after the same brand."""
    other = rng.choice([c for c in rng.sample(present, 50) if (c.country == "CN") == (company.country == "CN")])
    if company.country != "CN":
        words = company.name.split()
        if rng.random() < 0.2:
            return f"{words[0]} {rng.randrange(2, 90)} {' '.join(words[1:])}"
        trade = parse_name(other.name).core.split()[-1].capitalize()
        return " ".join([words[0], trade, *words[len(parse_name(company.name).core.split()) :]])
    start = len(company.city) + 2
    if other.city != company.city and rng.random() < 0.5:
        return other.city + company.name[len(company.city) :]
    return company.name[:start] + other.name[len(other.city) + 2 :]


def _judged() -> Iterator[Example]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Example(row["one"], row["other"], row["same"] == "1", LABELLED_WEIGHT)
    for pair in hard_pairs("seen"):
        yield Example(pair.one, pair.other, pair.is_match, LABELLED_WEIGHT)


def _outside(folder: Path | None) -> Iterator[Example]:
    for pair in labelled(folder, "seen") if folder else ():
        yield Example(pair.one, pair.other, pair.is_match, LABELLED_WEIGHT)


if __name__ == "__main__":
    main()
