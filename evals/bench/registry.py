"""The buyer registry at scale: import rate, size, look-up times, against a scan of the same names with rapidfuzz.

Run by `python -m evals.bench.matching --scale 1000000 [--postgres URL]`.
"""

import csv
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from rapidfuzz import fuzz, process, utils

from evals.bench.company_names import MadeUp, companies
from evals.bench.noise import noisy
from tools.buyers.importing import import_file
from tools.buyers.registry import Registry

SEED = 11
LOOKUPS = 500
SCANS = 10
_HEADER = ("entity_id", "name", "country", "city", "status", "id:registry_number")


def at_scale(count: int, postgres_url: str | None = None) -> dict[str, Any]:
    """Import `count` made-up companies from a generic CSV, look up noisy names, and scan the same list."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "companies.csv"
        names = _write(path, count)
        questions = list(_questions(names, LOOKUPS))
        report: dict[str, Any] = {
            "companies": count,
            "sqlite": _measured(f"sqlite:///{folder}/buyers.db", path, questions),
        }
        if postgres_url:
            report["postgresql"] = _measured(postgres_url, path, questions)
    report["load_average"] = [round(load, 1) for load in os.getloadavg()]
    report["rapidfuzz_extract"] = _scan(names, questions[:SCANS])
    return report


def _measured(url: str, path: Path, questions: list[tuple[str, str]]) -> dict[str, Any]:
    registry = Registry.open(url, demo=False)
    start, busy = time.perf_counter(), _processor_s()
    imported = import_file(registry, path, "generic", source="made up", processes=2)
    seconds, busy = time.perf_counter() - start, _processor_s() - busy
    start = time.perf_counter()
    again = import_file(registry, path, "generic", source="made up", again=True) if imported.rows <= 100_000 else None
    again_seconds = time.perf_counter() - start
    for question, _ in questions[:20]:
        registry.by_name(question)
    found = _timed(questions, lambda question: [item.company.entity_id for item in registry.by_name(question)])
    registry.close()
    return {
        "import_seconds": round(seconds, 1),
        "import_rows_per_s": round(imported.rows / seconds),
        "import_processor_s": round(busy, 1),
        **({"second_import_changed": again.changed, "second_import_seconds": round(again_seconds, 1)} if again else {}),
        **found,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _processor_s() -> float:
    """Processor time of this process and of those it started that have ended; a database server's is not in it."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _scan(names: list[MadeUp], questions: list[tuple[str, str]]) -> dict[str, Any]:
    """`rapidfuzz.process.extract` over the whole list, with its usual scorer and preprocessing."""
    ids = [company.entity_id for company in names]
    plain = [utils.default_process(company.name) for company in names]

    def extract(question: str) -> list[str]:
        best = process.extract(utils.default_process(question), plain, scorer=fuzz.WRatio, limit=5)
        return [ids[place] for _, _, place in best]

    return _timed(questions, extract)


def _timed(questions: list[tuple[str, str]], search: Callable[[str], list[str]]) -> dict[str, Any]:
    times, busy, first, five = [], [], 0, 0
    for question, wanted in questions:
        start, before = time.perf_counter(), time.process_time()
        found = search(question)
        times.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - before) * 1000)
        first += found[:1] == [wanted]
        five += wanted in found[:5]
    cuts, processor = quantiles(times, n=20), quantiles(busy, n=20)
    return {
        "lookups": len(questions),
        "top_1": round(first / len(questions), 3),
        "top_5": round(five / len(questions), 3),
        "p50_ms": round(cuts[9], 1),
        "p95_ms": round(cuts[18], 1),
        "processor_p50_ms": round(processor[9], 1),
        "processor_p95_ms": round(processor[18], 1),
        "max_ms": round(max(times), 1),
    }


def _write(path: Path, count: int) -> list[MadeUp]:
    names = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for number, company in enumerate(companies(count, SEED)):
            writer.writerow((*company, "active", f"R{number:08d}"))
            names.append(company)
    return names


def _questions(names: list[MadeUp], count: int) -> Iterator[tuple[str, str]]:
    rng = random.Random(SEED + 1)
    for _ in range(count):
        company = rng.choice(names)
        yield noisy(rng, company.name).text, company.entity_id
