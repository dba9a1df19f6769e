"""How well company names are matched: generated noise in two scripts, absent companies, labelled pairs from outside.

Run: `python -m evals.bench.matching [--names N] [--outside FOLDER]`, where FOLDER holds `name_bench/cases.csv`.
"""

import argparse
import csv
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

from tools.buyers.matching import NameIndex, raw_similarity, similarity
from tools.buyers.names import has_chinese, parse_name, pinyin
from tools.tables import table

SEED = 7
THRESHOLD = 0.5
_OPENINGS = (
    "b",
    "br",
    "c",
    "cl",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "qu",
    "r",
    "s",
    "t",
)
_CORES = ("an", "el", "im", "or", "ul", "ae", "ein", "ost", "ark", "und", "ev", "il", "om", "urn", "eth", "ai", "en")
_TAILS = ("ander", "ex", "holm", "ine", "ova", "mond", "wick", "tech", "ford", "aris", "enta", "by")
ORGANISATIONS = frozenset({"Company", "Organization", "LegalEntity"})


class Noisy(NamedTuple):
    """A damaged name, the kind of damage, and the name it came from."""

    text: str
    kind: str
    number: int


def main() -> None:
    """Print the measurements as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=5_000, help="noisy names to generate")
    parser.add_argument("--outside", type=Path, help="folder with name_bench/cases.csv")
    parser.add_argument("--fit", action="store_true", help="print the calibration curve for data/matching.toml instead")
    options = parser.parse_args()
    if options.fit:
        print(json.dumps(fit(options.names)))
        return
    report: dict[str, Any] = generated(options.names)
    report["name_bench"] = name_bench(options.outside)
    print(json.dumps(report, ensure_ascii=False, indent=2))


def generated(count: int, companies: int = 4_000) -> dict[str, Any]:
    """Top-1 and top-5 rates on `count` noisy names, and how often an absent company gets a match."""
    rng = random.Random(SEED)
    present, absent = _present_and_absent(rng, companies)
    index = NameIndex(present)
    tally = _Tally()
    kinds = {True: list(_CHINESE_NOISE.items()), False: list(_LATIN_NOISE.items())}
    for _ in range(count):
        number = rng.randrange(len(present))
        kind, noise = rng.choice(kinds[has_chinese(present[number])])
        tally.add(index, Noisy(noise(rng, present[number]), kind, number), present)
    false = 0
    for name in absent:
        found = index.search(name, limit=1)
        false += bool(found) and found[0].score >= THRESHOLD
    return {**tally.report(), "companies": len(present), "absent_matched_pct": round(100 * false / len(absent), 2)}


def fit(count: int, companies: int = 4_000) -> dict[str, float]:
    """Slope and middle of the logistic curve through raw scores: noisy names against absent names, other seeds."""
    from sklearn.linear_model import LogisticRegression  # slow to import; only for fitting

    rng = random.Random(SEED + 1)
    present, absent = _present_and_absent(rng, companies)
    index = NameIndex(present)
    raw, same = [], []
    for number in range(count):
        name = rng.choice(present)
        _, noise = rng.choice(list((_CHINESE_NOISE if has_chinese(name) else _LATIN_NOISE).items()))
        raw.append([raw_similarity(parse_name(noise(rng, name)), parse_name(name))])
        same.append(1)
        stranger = absent[number % len(absent)]
        for found in index.search(stranger, limit=1):
            raw.append([raw_similarity(parse_name(stranger), parse_name(present[found.number]))])
            same.append(0)
    model = LogisticRegression(C=1e4).fit(raw, same)
    slope, offset = float(model.coef_[0][0]), float(model.intercept_[0])
    return {"slope": round(slope, 2), "middle": round(-offset / slope, 4)}


def _present_and_absent(rng: random.Random, companies: int) -> tuple[list[str], list[str]]:
    """Companies of the index, and others whose brand is not in it (another form or city of a brand is a look-alike)."""
    made = list(dict.fromkeys(_name(rng) for _ in range(companies * 2)))
    present = made[:companies]
    brands = {parse_name(name).brand for name in present}
    return present, [name for name in made[companies:] if parse_name(name).brand not in brands][:1_000]


def name_bench(folder: Path | None) -> dict[str, Any] | str:
    """Precision, recall and F1 on the organisation pairs of name_bench, with the errors of the STRONG tier."""
    path = None if folder is None else folder / "name_bench" / "cases.csv"
    if path is None or not path.is_file():
        return "absent: give --outside FOLDER with name_bench/cases.csv"
    hits = misses = false = strong = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["schema"] not in ORGANISATIONS:
                continue
            said, truth = similarity(row["name1"], row["name2"]) >= THRESHOLD, row["is_match"] == "true"
            hits += said and truth
            misses += truth and not said
            false += said and not truth
            strong += said != truth and row["quality"] == "STRONG"
    f1 = 2 * hits / (2 * hits + misses + false)
    return {"f1": round(f1, 3), "missed": misses, "false": false, "strong_tier_errors": strong}


@dataclass
class _Tally:
    first: int = 0
    five: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.failed: dict[str, int] = {}
        self.times: list[float] = []

    def add(self, index: NameIndex, noisy: Noisy, names: list[str]) -> None:
        start = time.perf_counter()
        found = index.search(noisy.text, limit=5)
        self.times.append((time.perf_counter() - start) * 1000)
        self.total += 1
        numbers = [item.number for item in found]
        self.five += noisy.number in numbers
        # A tie with a namesake is an answer the product asks about, so it counts only for the top five.
        if numbers[:1] == [noisy.number]:
            self.first += 1
        else:
            self.failed[noisy.kind] = self.failed.get(noisy.kind, 0) + 1

    def report(self) -> dict[str, Any]:
        cuts = quantiles(self.times, n=20)
        return {
            "top_1": round(self.first / self.total, 4),
            "top_5": round(self.five / self.total, 4),
            "top_1_failures_by_noise": dict(sorted(self.failed.items(), key=lambda item: -item[1])),
            "p50_ms": round(cuts[9], 2),
            "p95_ms": round(cuts[18], 2),
        }


def _name(rng: random.Random) -> str:
    """A made-up company name, Chinese or Latin."""
    words = table("demo_names")
    trade = rng.choice(words["trades"])
    if rng.random() < 0.5:
        characters = "".join(words["zh_brands"])
        brand = "".join(rng.sample(characters, rng.choice((2, 2, 3))))
        return f"{rng.choice(words['zh_cities'])['zh']}{brand}{trade['zh']}{rng.choice(words['zh_forms'])[0]}"
    brand = "".join(rng.choice(_OPENINGS) + rng.choice(_CORES) for _ in range(2)) + rng.choice(_TAILS)
    brand = brand.capitalize()
    forms = rng.choice(words["countries"])["forms"]
    return f"{brand} {trade['en']} {rng.choice(forms)}".strip()


def _without_form(_rng: random.Random, name: str) -> str:
    return parse_name(name).core


def _typo(rng: random.Random, name: str) -> str:
    """One Latin letter dropped, doubled, swapped or replaced inside the first word."""
    place = rng.randrange(1, len(name.split()[0]) - 1)
    letter = rng.choice("aeiourstln")
    return rng.choice(
        (
            name[:place] + name[place + 1 :],
            name[:place] + name[place] + name[place:],
            name[:place] + name[place + 1] + name[place] + name[place + 2 :],
            name[:place] + letter + name[place + 1 :],
        )
    )


def _homophone(rng: random.Random, name: str) -> str:
    """One character written with another of the same sound."""
    from pypinyin import pinyin_dict  # the dictionary of sounds

    place = 2 + rng.randrange(2)  # made-up names open with a city of two characters
    sound = pinyin(name[place])
    common = [chr(code) for code in pinyin_dict.pinyin_dict if 0x4E00 <= code < 0x6000]
    for other in rng.sample(common, 4_000):
        if other != name[place] and pinyin(other) == sound:
            return name[:place] + other + name[place + 1 :]
    return name


def _traditional(_rng: random.Random, name: str) -> str:
    from opencc import OpenCC  # reads its dictionaries from disk

    return str(OpenCC("s2t").convert(name))


def _replace(old: str, new: str, _rng: random.Random, name: str) -> str:
    return name.replace(old, new)


def _full_width(_rng: random.Random, name: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in name)


def _abbreviated(_rng: random.Random, name: str) -> str:
    short = {"Machinery": "Mach.", "Electronics": "Elec.", "Chemicals": "Chem", "Trading": "Trdg", "Building": "Bldg"}
    for long, brief in short.items():
        name = name.replace(long, brief)
    return name


_Noise = Callable[[random.Random, str], str]
_CHINESE_NOISE: dict[str, _Noise] = {
    "without_form": _without_form,
    "without_place": lambda _rng, name: parse_name(name).brand,
    "traditional": _traditional,
    "pinyin": lambda _rng, name: pinyin(parse_name(name).core),
    "pinyin_without_place": lambda _rng, name: pinyin(parse_name(name).brand),
    "homophone": _homophone,
    "spaced": lambda rng, name: name[: (cut := rng.randrange(2, 5))] + " " + name[cut:],
    "bracketed_place": lambda _rng, name: f"{name[2:4]}({name[:2]}){name[4:]}",
    "other_form": partial(_replace, "有限公司", "有限责任公司"),
}
_LATIN_NOISE: dict[str, _Noise] = {
    "without_form": _without_form,
    "upper_case": lambda _rng, name: name.upper(),
    "typo": _typo,
    "full_width": _full_width,
    "abbreviated": _abbreviated,
    "punctuation": lambda _rng, name: name.replace(" ", "-", 1).replace(".", ""),
    "words_swapped": lambda _rng, name: " ".join([*name.split()[1:2], name.split()[0], *name.split()[2:]]),
    "other_form": lambda _rng, name: f"{parse_name(name).core} Limited",
}


if __name__ == "__main__":
    main()
