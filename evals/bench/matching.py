"""How well company names are matched: generated noise in two scripts, absent companies, labelled pairs from outside.

Run: `python -m evals.bench.matching [--names N] [--outside FOLDER] [--scale N [--postgres URL]]`, where FOLDER holds
`name_bench/cases.csv` (and `../identifiers/tests`).
"""

import argparse
import csv
import hashlib
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any, Literal, NamedTuple, get_args

from evals.bench.company_names import MadeUp, companies, look_alike
from evals.bench.identifiers import mutations, vectors
from evals.bench.noise import CHINESE_NOISE, LATIN_NOISE, noisy
from tools.buyers.matching import similarity
from tools.buyers.model import Company
from tools.buyers.names import parse_name
from tools.buyers.registry import Registry

SEED = 7
THRESHOLD = 0.5
COMPANIES = 4_000
HARD = Path(__file__).parent / "data" / "hard_name_pairs.csv"
"""Fictional look-alikes and disguises from many countries, judged by hand."""
ORGANISATIONS = frozenset({"Company", "Organization", "LegalEntity"})
Half = Literal["seen", "unseen"]
_HALVES: tuple[Half, ...] = get_args(Half)


class Pair(NamedTuple):
    """Two names and whether they mean one company."""

    one: str
    other: str
    is_match: bool
    quality: str


def main() -> None:
    """Print the measurements as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=5_000, help="noisy names to generate")
    parser.add_argument("--outside", type=Path, help="folder with name_bench/cases.csv")
    parser.add_argument("--scale", type=int, default=0, help="companies of the large registry; 0 leaves it out")
    parser.add_argument("--postgres", help="SQLAlchemy URL of an empty PostgreSQL database to measure too")
    options = parser.parse_args()
    report: dict[str, Any] = generated(options.names)
    report["hard_pairs"] = {half: _scored(list(hard_pairs(half))) for half in _HALVES}
    report["name_bench"] = name_bench(options.outside)
    report["identifiers"] = {"mutations": mutations(10_000), "library_vectors": vectors(options.outside)}
    if options.scale:
        from evals.bench.registry import at_scale

        report["registry"] = at_scale(options.scale, options.postgres)
    print(json.dumps(report, ensure_ascii=False, indent=2))


def generated(count: int, size: int = COMPANIES, seed: int = SEED) -> dict[str, Any]:
    """Top-1 and top-5 rates of `count` noisy names, and how often an absent company is taken for one that is there."""
    rng = random.Random(seed)
    present, absent = present_and_absent(size, seed)
    registry = registry_of(present)
    first = five = 0
    times: list[float] = []
    failed: dict[str, int] = {}
    for _ in range(count):
        company = rng.choice(present)
        question = noisy(rng, company.name)
        start = time.perf_counter()
        found = [item.company.entity_id for item in registry.by_name(question.text)]
        times.append((time.perf_counter() - start) * 1000)
        five += company.entity_id in found
        if found[:1] == [company.entity_id]:
            first += 1
        else:
            failed[question.kind] = failed.get(question.kind, 0) + 1
    alike = [look_alike(rng, company) for company in present[:1_000]]
    names = {company.name for company in present}
    false = {
        "strangers": _matched_pct(registry, absent),
        "look_alikes": _matched_pct(registry, [name for name in alike if name not in names]),
    }
    registry.close()
    cuts = quantiles(times, n=20)
    return {
        "companies": len(present),
        "noisy_names": count,
        "kinds_of_noise": {"zh": len(CHINESE_NOISE), "latin": len(LATIN_NOISE)},
        "top_1": round(first / count, 4),
        "top_5": round(five / count, 4),
        "top_1_failures_by_noise": dict(sorted(failed.items(), key=lambda item: -item[1])),
        "p50_ms": round(cuts[9], 2),
        "p95_ms": round(cuts[18], 2),
        "absent_matched_pct": false,
    }


def present_and_absent(size: int, seed: int) -> tuple[list[MadeUp], list[str]]:
    """Companies of the registry, and 1,000 names whose brand is not in it."""
    made = list(companies(size + 2_000, seed))
    brands = {parse_name(company.name).brand for company in made[:size]}
    absent = [company.name for company in made[size:] if parse_name(company.name).brand not in brands]
    return made[:size], absent[:1_000]


def registry_of(made: list[MadeUp]) -> Registry:
    """A registry in memory."""
    registry = Registry.open(demo=False)
    registry.add(Company(entity_id=c.entity_id, name=c.name, country=c.country, city=c.city) for c in made)
    return registry


def name_bench(folder: Path | None) -> dict[str, Any] | str:
    """Precision, recall and F1 on the organisation pairs of name_bench, with the errors of the STRONG tier.

    A pair belongs to one half for good, by a hash of its names: the `seen` half was looked at while the matching was
    made, the `unseen` half is only measured.
    """
    if folder is None or not _cases(folder).is_file():
        return "absent: give --outside FOLDER with name_bench/cases.csv"
    halves = {half: list(labelled(folder, half)) for half in _HALVES}
    return {"all": _scored([*halves["seen"], *halves["unseen"]]), **{half: _scored(halves[half]) for half in halves}}


def hard_pairs(half: Half) -> Iterator[Pair]:
    """The pairs of one half of the hard ones."""
    with HARD.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if _half(row["one"], row["other"]) == half:
                yield Pair(row["one"], row["other"], row["same"] == "1", "MEDIUM")


def labelled(folder: Path, half: Half) -> Iterator[Pair]:
    """The organisation pairs of one half."""
    with _cases(folder).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["schema"] in ORGANISATIONS and _half(row["name1"], row["name2"]) == half:
                yield Pair(row["name1"], row["name2"], row["is_match"] == "true", row["quality"])


def _half(one: str, other: str) -> Half:
    return "unseen" if hashlib.sha256(f"{one}|{other}".encode()).digest()[0] % 2 else "seen"


def _cases(folder: Path) -> Path:
    return folder / "name_bench" / "cases.csv"


def _scored(pairs: list[Pair]) -> dict[str, Any]:
    hits = misses = false = strong = 0
    for pair in pairs:
        said = similarity(pair.one, pair.other) >= THRESHOLD
        hits += said and pair.is_match
        misses += pair.is_match and not said
        false += said and not pair.is_match
        strong += said != pair.is_match and pair.quality == "STRONG"
    f1 = 2 * hits / (2 * hits + misses + false)
    return {"pairs": len(pairs), "f1": round(f1, 3), "missed": misses, "false": false, "strong_tier_errors": strong}


def _matched_pct(registry: Registry, names: list[str]) -> float:
    matched = sum(bool(registry.by_name(name, limit=1, least=THRESHOLD)) for name in names)
    return round(100 * matched / len(names), 2)


if __name__ == "__main__":
    main()
