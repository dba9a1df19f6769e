"""Guidance, FAQ and glossary files: parallel languages, sourced sections, agreeing figures; the glossary's clusters."""

import calendar
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

KNOWLEDGE = Path(__file__).resolve().parents[1] / "knowledge"
FOLDERS = ("guidance", "faq", "glossary")
ENGLISH_FILES = sorted(path for folder in FOLDERS for path in (KNOWLEDGE / "corpus" / folder).glob("*.en.md"))
ALL_FILES = sorted(path for folder in FOLDERS for path in (KNOWLEDGE / "corpus" / folder).glob("*.md"))

LONGEST_SECTION_CHARS = 1200
SECTION = re.compile(r"^### (\S+) (.+)\n<!-- source: (.+?); confidence: ([HML]); asks: (.+?) -->\n", re.MULTILINE)
MONTHS = calendar.month_name[1:]
SCALES = {"万": 10**4, "亿": 10**8, "thousand": 10**3, "million": 10**6, "billion": 10**9}
FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万|亿|thousand|million|billion)?")


class Section(NamedTuple):
    """One `###` section of a corpus file."""

    heading: str
    source: str
    confidence: str
    asks: list[str]
    body: str


def _name(path: Path) -> str:
    return path.name


@cache
def sections(path: Path) -> dict[str, Section]:
    text = path.read_text(encoding="utf-8")
    found: dict[str, Section] = {}
    for match in SECTION.finditer(text):
        clause, heading, source, confidence, asks = match.groups()
        assert clause not in found, f"{path.name}: clause {clause} appears twice"
        body = re.split(r"^##+ ", text[match.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip()
        found[clause] = Section(heading, source, confidence, [ask.strip() for ask in asks.split("|")], body)
    return found


def front_matter(path: Path) -> dict[str, object]:
    _, head, _ = path.read_text(encoding="utf-8").split("---\n", 2)
    loaded = yaml.safe_load(head)
    assert isinstance(loaded, dict)
    return loaded


def figures(text: str) -> Counter[float]:
    """Every number in the text with its scale word applied: `100万` and `1,000,000` are one figure."""
    for number, month in enumerate(MONTHS, start=1):
        text = re.sub(rf"(?<=\d ){month}\b|\b{month}(?= \d)", str(number), text)
    return Counter(
        round(float(digits.rstrip(",").replace(",", "")) * SCALES.get(scale, 1), 6)
        for digits, scale in FIGURE.findall(text)
    )


def chinese(path: Path) -> Path:
    return path.with_name(path.name.replace(".en.md", ".zh.md"))


@pytest.mark.parametrize("path", ALL_FILES, ids=_name)
def test_every_file_names_its_language_kind_and_edition(path: Path) -> None:
    head = front_matter(path)
    assert head["language"] == path.name.split(".")[-2]
    assert head["kind"] == path.parent.name
    for key in ("id", "title", "edition", "in_force_from", "source"):
        assert head[key], f"{path.name}: {key} is empty"


@pytest.mark.parametrize("path", ENGLISH_FILES, ids=_name)
def test_both_languages_carry_the_same_clauses_in_the_same_order(path: Path) -> None:
    assert front_matter(path)["id"] == front_matter(chinese(path))["id"]
    assert list(sections(path)) == list(sections(chinese(path)))


@pytest.mark.parametrize("path", ALL_FILES, ids=_name)
def test_every_section_has_source_confidence_and_questions(path: Path) -> None:
    headings = re.findall(r"^### ", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(headings) == len(sections(path)), f"{path.name}: a section lacks its source line"
    for clause, section in sections(path).items():
        assert 4 <= len(section.asks) <= 16, f"{path.name} {clause}: {len(section.asks)} questions"
        assert all(section.asks), f"{path.name} {clause}: an empty question"
        assert section.body, f"{path.name} {clause}: no text"


@pytest.mark.parametrize("path", ALL_FILES, ids=_name)
def test_no_section_is_longer_than_a_quotation(path: Path) -> None:
    for clause, section in sections(path).items():
        assert len(section.body) <= LONGEST_SECTION_CHARS, f"{path.name} {clause}: {len(section.body)} characters"


@pytest.mark.parametrize("path", ENGLISH_FILES, ids=_name)
def test_figures_agree_between_the_languages(path: Path) -> None:
    for clause, english in sections(path).items():
        other = sections(chinese(path))[clause]
        en, zh = figures(english.body), figures(other.body)
        assert en == zh, f"{path.name} {clause}: only en {dict(en - zh)}, only zh {dict(zh - en)}"
        assert (english.source, english.confidence) == (other.source, other.confidence), f"{path.name} {clause}"


@pytest.mark.parametrize(
    ("english", "chinese_text"),
    [
        ("85 million companies", "8500万家企业"),
        ("due 1 March 2026", "2026年3月1日到期"),
        ("CNY 1,000,000 at 90%", "100万元，赔偿比例90%"),
        ("0.15%–0.8% of turnover", "营业额的0.15%–0.8%"),
    ],
)
def test_the_same_figure_is_recognised_in_both_scripts(english: str, chinese_text: str) -> None:
    assert figures(english) == figures(chinese_text)


@cache
def clusters() -> list[dict[str, object]]:
    with (KNOWLEDGE / "glossary.toml").open("rb") as file:
        loaded: list[dict[str, object]] = tomllib.load(file)["cluster"]
    return loaded


def variants(cluster_id: str, language: str) -> list[str]:
    found = next(cluster for cluster in clusters() if cluster["id"] == cluster_id)[language]
    assert isinstance(found, list)
    return found


def test_every_cluster_has_an_id_and_variants_in_both_languages() -> None:
    ids = [cluster["id"] for cluster in clusters()]
    assert len(ids) == len(set(ids))
    for cluster in clusters():
        assert set(cluster) == {"id", "en", "zh"}
        assert re.fullmatch(r"[a-z][a-z0-9_]*", str(cluster["id"]))
        for language in ("en", "zh"):
            words = cluster[language]
            assert isinstance(words, list)
            assert words
            assert all(isinstance(word, str) and word.strip() == word and word for word in words)
            assert len(words) == len(set(words)), f"{cluster['id']} repeats a variant"


def test_a_word_belongs_to_one_cluster() -> None:
    owners: dict[str, str] = {}
    for cluster in clusters():
        name = str(cluster["id"])
        for word in {word.casefold() for language in ("en", "zh") for word in variants(name, language)}:
            assert owners.setdefault(word, name) == name, f"{word} is in {owners[word]} and {name}"


def test_every_glossary_term_is_found_in_a_cluster() -> None:
    for language in ("en", "zh"):
        known = {str(word).casefold() for cluster in clusters() for word in variants(str(cluster["id"]), language)}
        for section in sections(KNOWLEDGE / "corpus" / "glossary" / f"glossary.{language}.md").values():
            term = re.split(r" \(|\uff08", section.heading)[0]
            assert term.casefold() in known, f"glossary.toml lacks {term!r}"


@pytest.mark.parametrize(
    ("cluster_id", "english", "colloquial"),
    [
        ("insolvency", "bankruptcy", "倒闭"),
        ("absconding", "disappeared", "跑路"),
        ("overdue_notice", "overdue notice", "报损"),
        ("maximum_terms", "maximum terms of payment", "最长账期"),
        ("insured_percentage", "insured percentage", "赔付比例"),
        ("discretionary_limit", "discretionary limit", "自定信用额度"),
    ],
)
def test_everyday_words_reach_the_trade_term(cluster_id: str, english: str, colloquial: str) -> None:
    assert english in [word.casefold() for word in variants(cluster_id, "en")]
    assert colloquial in variants(cluster_id, "zh")
