"""The specimen policies: complete, parallel in both languages, and free of contradictions inside a document."""

import re
import tomllib
from calendar import month_name
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "knowledge" / "corpus" / "policy"
DOCUMENTS = ("wt-2026", "wt-2025", "ka-2026", "xol-2026", "sme-2026")
CONFIDENCE = {"H", "M", "L"}
MONTHS = tuple(month_name)[1:]
SECTION = re.compile(
    r"^### (?P<clause>\S+) (?P<heading>[^\n]+)\n"
    r"<!-- source: (?P<source>[^;]+); confidence: (?P<confidence>\w); asks: (?P<asks>[^\n]+?) -->\n"
    r"(?P<text>.*?)(?=^##+ |\Z)",
    re.M | re.S,
)
NUMBER = re.compile(r"\d+(?:,\d{3})+|\d+(?:\.\d+)*")

LAST_CLAUSE = {1: 7, 2: 20, 3: 10, 4: 5, 5: 5, 6: 8, 7: 7, 8: 8, 9: 8, 10: 5, 11: 14, 12: 9}
ARCHITECTURE = [f"{chapter}.{number}" for chapter, last in LAST_CLAUSE.items() for number in range(1, last + 1)]
ARCHITECTURE += [f"E{number}" for number in range(1, 6)] + [f"S.{number}" for number in range(1, 21)]


@dataclass(frozen=True, kw_only=True)
class Section:
    heading: str
    source: str
    confidence: str
    asks: tuple[str, ...]
    text: str


@cache
def raw(document: str, language: str) -> str:
    return (FOLDER / f"{document}.{language}.md").read_text(encoding="utf-8")


@cache
def sections(document: str, language: str) -> dict[str, Section]:
    return {
        found["clause"]: Section(
            heading=found["heading"],
            source=found["source"].strip(),
            confidence=found["confidence"],
            asks=tuple(ask.strip() for ask in found["asks"].split("|")),
            text=found["text"].strip(),
        )
        for found in SECTION.finditer(raw(document, language))
    }


def numbers(text: str) -> Counter[str]:
    """Every figure of a text; month names count as their number, so that both languages write the same dates."""
    for number, name in enumerate(MONTHS, 1):
        text = re.sub(rf"\b{name}\b", str(number), text)
    return Counter(found.lstrip("0") or "0" for found in NUMBER.findall(text))


def front_matter(document: str, language: str, key: str) -> str:
    found = re.search(rf"^{key}: (.+)$", raw(document, language), re.M)
    assert found, f"{document}.{language} lacks {key}"
    return found[1].strip('"')


@pytest.mark.parametrize("document", DOCUMENTS)
def test_both_languages_have_the_same_clauses_in_the_same_order(document: str) -> None:
    assert list(sections(document, "zh")) == list(sections(document, "en"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_heading_is_one_complete_passage(document: str, language: str) -> None:
    headings = re.findall(r"^### ", raw(document, language), re.M)
    assert len(headings) == len(sections(document, language))
    for clause, section in sections(document, language).items():
        assert section.source, clause
        assert section.confidence in CONFIDENCE, clause
        assert 3 <= len(section.asks) <= 12, clause
        assert all(section.asks), clause
        assert len(section.text) >= 8, clause


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_clause_is_written_in_the_other_language(document: str) -> None:
    for clause, section in sections(document, "en").items():
        assert not re.search(r"[一-鿿]", section.text + section.heading), clause
    for clause, section in sections(document, "zh").items():
        latin = len(re.findall(r"[A-Za-z]", section.text))
        assert latin <= 0.4 * len(section.text), clause


def test_every_clause_of_the_binding_numbering_exists() -> None:
    assert not set(ARCHITECTURE) - set(sections("wt-2026", "en"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_both_languages_state_the_same_figures(document: str) -> None:
    zh = sections(document, "zh")
    differing = {
        clause: (numbers(section.text), numbers(zh[clause].text))
        for clause, section in sections(document, "en").items()
        if numbers(section.text) != numbers(zh[clause].text)
    }
    assert not differing


SCHEDULE_REPEATS = [
    ("wt-2026", "S.3", "90%", ["4.1", "9.5"]),
    ("wt-2026", "S.4", "200,000", ["2.6", "3.4"]),
    ("wt-2026", "S.4", "80%", ["2.6", "3.4", "4.2"]),
    ("wt-2026", "S.5", "120", ["5.1", "11.5"]),
    ("wt-2026", "S.6", "60", ["2.7", "5.3"]),
    ("wt-2026", "S.7", "30", ["7.1"]),
    ("wt-2026", "S.8", "10", ["7.2"]),
    ("wt-2026", "S.9", "180", ["1.3", "2.8", "8.1"]),
    ("wt-2026", "S.10", "6", ["8.3"]),
    ("wt-2026", "S.11", "30", ["8.6"]),
    ("wt-2026", "S.14", "5,000", ["2.20", "9.4"]),
    ("wt-2026", "S.15", "30", ["2.19", "9.7"]),
    ("wt-2026", "S.16", "0.30%", ["6.2"]),
    ("wt-2026", "S.17", "80%", ["6.3"]),
    ("wt-2026", "S.17", "20,000", ["6.3"]),
    ("wt-2026", "S.18", "300", ["6.4"]),
    ("wt-2026", "S.19", "20", ["6.1"]),
    ("wt-2026", "S.21", "30", ["3.7", "5.2"]),
    ("wt-2026", "S.23", "10%", ["6.8"]),
    ("wt-2026", "S.23", "2", ["12.7"]),
    ("wt-2025", "S.3", "85%", ["4.1"]),
    ("wt-2025", "S.4", "150,000", ["2.6", "3.4", "E7"]),
    ("wt-2025", "S.6", "45", ["2.7", "5.3"]),
    ("wt-2025", "S.7", "15", ["7.1"]),
    ("ka-2026", "S.3", "85%", ["4.1", "9.2"]),
    ("ka-2026", "S.3", "10,000", ["9.2"]),
    ("ka-2026", "S.3", "2,000,000", ["9.3"]),
    ("ka-2026", "S.4", "180", ["5.1"]),
    ("ka-2026", "S.4", "30", ["5.2", "8.3"]),
    ("ka-2026", "S.4", "15", ["7.1"]),
    ("ka-2026", "S.4", "5", ["7.2"]),
    ("ka-2026", "S.4", "150", ["1.3", "8.1"]),
    ("ka-2026", "S.4", "4", ["8.2"]),
    ("ka-2026", "S.5", "0.40%", ["6.1"]),
    ("xol-2026", "S.2", "90%", ["4.1", "9.2"]),
    ("xol-2026", "S.2", "500,000", ["1.1", "2.1", "9.2"]),
    ("xol-2026", "S.2", "25,000", ["2.2", "9.2"]),
    ("xol-2026", "S.2", "10,000,000", ["9.2", "9.4"]),
    ("xol-2026", "S.3", "250,000", ["3.1", "3.2", "5.2", "7.4"]),
    ("xol-2026", "S.4", "120", ["5.1"]),
    ("xol-2026", "S.4", "90", ["5.2"]),
    ("xol-2026", "S.4", "30", ["7.1", "8.3"]),
    ("xol-2026", "S.4", "10", ["7.2"]),
    ("xol-2026", "S.4", "180", ["1.4", "8.1"]),
    ("xol-2026", "S.4", "6", ["8.2"]),
    ("xol-2026", "S.5", "0.15%", ["6.1"]),
    ("xol-2026", "S.5", "60,000", ["6.1"]),
    ("sme-2026", "S.2", "60%", ["1.1", "2.2", "4.1", "9.1"]),
    ("sme-2026", "S.2", "90%", ["1.1", "2.3", "4.1"]),
    ("sme-2026", "S.2", "50,000", ["1.1", "2.2", "3.1", "9.1"]),
    ("sme-2026", "S.2", "1,000,000", ["9.2"]),
    ("sme-2026", "S.3", "90", ["5.1", "8.2"]),
    ("sme-2026", "S.3", "60", ["5.2"]),
    ("sme-2026", "S.3", "15", ["7.1"]),
    ("sme-2026", "S.3", "10", ["7.2"]),
    ("sme-2026", "S.3", "120", ["1.3", "8.1"]),
    ("sme-2026", "S.3", "20", ["8.4"]),
    ("sme-2026", "S.4", "24,800", ["6.1"]),
    ("sme-2026", "S.4", "200", ["6.2"]),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("document", "item", "value", "clauses"), SCHEDULE_REPEATS)
def test_the_schedule_and_the_clauses_agree(
    document: str, item: str, value: str, clauses: list[str], language: str
) -> None:
    stated = re.compile(rf"(?<![\d.,]){re.escape(value)}(?![\d%]|[.,]\d)")
    for clause in [item, *clauses]:
        assert stated.search(sections(document, language)[clause].text), f"{clause} does not state {value}"


def test_only_one_edition_of_the_whole_turnover_policy_is_in_force_on_a_day() -> None:
    for language in ("zh", "en"):
        assert front_matter("wt-2025", language, "in_force_to") < front_matter("wt-2026", language, "in_force_from")
        assert front_matter("wt-2026", language, "in_force_to") == "null"


def test_the_current_edition_names_what_changed() -> None:
    changes = sections("wt-2026", "en")["E6"].text
    for item, clause in (("S.3", "4.1"), ("S.6", "5.3")):
        old = numbers(sections("wt-2025", "en")[item].text)
        assert set(old) <= set(numbers(changes)), clause


def test_an_endorsement_says_which_figures_it_replaces() -> None:
    before, endorsement = (sections("wt-2025", "en")[clause].text for clause in ("3.4", "E7"))
    for figure in ("CNY 150,000", "75%"):
        assert figure in before
        assert f"instead of {figure}" in endorsement


def test_the_typical_terms_are_those_of_the_specimen_clauses() -> None:
    data = tomllib.loads((ROOT / "tools" / "data" / "policy_typical.toml").read_text(encoding="utf-8"))
    differing = []
    for name, term in data["typical"]["terms"].items():
        clause = term["clause"].removeprefix("wt-2026:")
        value = term["value"]
        if isinstance(value, int) and str(value) not in numbers(sections("wt-2026", "en")[clause].text):
            differing.append(f"{name} = {value} is not what wt-2026:{clause} says")
    assert not differing


def test_every_clause_that_tools_cite_exists() -> None:
    files = [path for pattern in ("*.py", "*.toml") for path in (ROOT / "tools").rglob(pattern)]
    cited = {
        (document, clause)
        for path in files
        for document, clause in re.findall(
            r"\b((?:wt|ka|xol|sme)-20\d\d):((?:S\.)?\d+(?:\.\d+)?|E\d)", path.read_text(encoding="utf-8")
        )
    }
    assert cited
    missing = sorted(f"{document}:{clause}" for document, clause in cited if clause not in sections(document, "en"))
    assert not missing
