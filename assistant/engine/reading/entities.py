"""Named things in a message, as the ids that tools use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.engine.reading.identifiers import find_identifiers
from assistant.engine.reading.lexicons import lexicon, starts_and_ends_as_word
from assistant.engine.reading.model import EntityKind
from assistant.engine.reading.names import find_names, not_names
from tools.tables import table


@dataclass(frozen=True)
class EntityFound:
    start: int
    end: int
    kind: EntityKind
    value: str
    detail: str = ""
    confidence: float = 1.0


_FOLLOWS = re.compile(
    r"(?P<between>(?:(?:[\s,/&]|-based)+[a-z-]+){0,4}?)[\s,/&-]+(?:customers?|buyers?|clients?|compan(?:y|ies)|firms?|debtors?"
    r"|importers?|distributors?|retailers?|wholesalers?|subsidiar(?:y|ies)|markets?|exporters?|suppliers?|manufacturers?"
    r"|groups?|traders?|counterpart(?:y|ies)|business(?:es)?|partners?|factor(?:y|ies)|gmbh|accounts?|stores?|chains?"
    r"|courts?|government)\b"
)
_CODE = re.compile(r"\.?\s*[,，(（/、\-]?\s*([A-Z]{2})(?=\s*(?:[)）,，.;；?？!！/、的]|$|公司|客户|买家))")
_CLAUSE_END = re.compile(r"[。；;!?！？\n,，]|\.(?=\s|$)|\bbut\b|但")


def find_parties(text: str) -> list[EntityFound]:
    """Company names and register numbers: read first, since no number or country inside them counts."""
    identifiers = [
        EntityFound(start, end, "identifier", value, scheme, confidence)
        for start, end, value, scheme, confidence in find_identifiers(text)
    ]
    names = [
        EntityFound(start, end, "company", text[start:end].strip(), "", confidence)
        for start, end, confidence in find_names(text)
        if all(end <= other.start or start >= other.end for other in identifiers)
    ]
    return [
        *identifiers,
        *(name for name in names if name.value.lower() not in not_names() and not _is_place_or_money(name.value)),
    ]


def find_things(text: str, parties: list[EntityFound]) -> list[EntityFound]:
    """Causes, countries, sectors, cover types, documents and regimes, outside company names."""
    beside = list(_codes_beside(text, parties))
    for party in parties:
        text = text[: party.start] + "\u25a1" * (party.end - party.start) + text[party.end :]
    lowered = text.lower()
    found = [*_literal(lowered, text), *_nationalities(lowered, text), *beside]
    for kind in ("cause", "cover_type"):
        for value, entry in lexicon("entities")[kind].items():
            found.extend(
                EntityFound(match.start(), match.end(), kind, value)
                for pattern in entry.get("re", ())
                for match in re.finditer(pattern, lowered)
            )
    return sorted(_unique(_documents(lowered) + _longest(found)), key=lambda item: item.start)


def _codes_beside(text: str, parties: list[EntityFound]) -> Iterator[EntityFound]:
    """Country codes that follow a name: Kelvane AB, SE · Marrowby Co., Ltd.,TH的."""
    for party in parties:
        match = _CODE.match(text, party.end)
        if match and match[1] in table("countries")["countries"]:
            yield EntityFound(match.start(1), match.end(1), "country", match[1])


def _literal(lowered: str, text: str) -> Iterator[EntityFound]:
    for match in _form_pattern().finditer(lowered):
        form = match[1]
        start, end = match.start(), match.start() + len(form)
        for kind, value in _forms()[form]:
            if starts_and_ends_as_word(lowered, start, end) or (
                len(form) > 6 and form.isascii() and kind == "cause" and (start == 0 or lowered[start - 1].isspace())
            ):
                if _is_pronoun(form, kind, text[start:end]):
                    continue
                yield EntityFound(start, end, kind, value)


def _is_pronoun(form: str, kind: EntityKind, written: str) -> bool:
    """Short forms that are everyday words unless written in capitals: us, it, led, "it services its debt"."""
    if kind == "country":
        return len(form) <= 3 and form.isascii() and not written.isupper()
    short = form if len(form) <= 3 else "it" if re.match(r"it(?![a-z])", form) else ""
    return kind == "sector" and short.isascii() and not written[: len(short)].isupper() and bool(short)


def _nationalities(lowered: str, text: str) -> Iterator[EntityFound]:
    """German customers, a Chinese buyer: the adjective of a company names its country; a language does not."""
    codes = lexicon("entities")["nationality"]
    for match in _nationality_pattern().finditer(lowered):
        follows = _FOLLOWS.match(lowered, match.end())
        between = follows.group("between").split() if follows else []
        if (
            follows
            and not any(word in lexicon("words")["language"]["en"] and word not in ("and", "or") for word in between)
            and not (between and re.search(r"\b(?:in|into|to|speak)\s$", lowered[: match.start()]))
            and not (match.group() == "polish" and text[match.start()].islower())
        ):
            code = next(code for code, words in codes.items() if match.group() in words)
            yield EntityFound(match.start(), match.end(), "country", code)


def _longest(found: list[EntityFound]) -> list[EntityFound]:
    """Within a kind the longest form wins; an overlapping country beats a currency-like sector word."""
    kept: list[EntityFound] = []
    for item in sorted(found, key=lambda item: (item.start - item.end, item.start)):
        if all(item.end <= other.start or item.start >= other.end or item.kind != other.kind for other in kept):
            kept.append(item)
    return kept


def _unique(found: list[EntityFound]) -> list[EntityFound]:
    seen: dict[tuple[str, str], EntityFound] = {}
    for item in found:
        seen.setdefault((item.kind, item.value), item)
    return list(seen.values())


def _documents(lowered: str) -> list[EntityFound]:
    """Documents that the message says are there; "no delivery note" is not one."""
    words = lexicon("entities")["document_held"]
    lacking = words["lacking"]
    found: list[EntityFound] = []
    start, holding = 0, False
    for end in (*(match.start() for match in _CLAUSE_END.finditer(lowered)), len(lowered)):
        clause = lowered[start:end]
        has_lack = any(word in clause for word in lacking)
        holding = (
            (holding or _says_held(clause, words))
            and not has_lack
            and not re.search(r"需要|要什么|哪些|which|what|need", clause)
        )
        if holding:
            found.extend(
                EntityFound(start + match.start(), start + match.start() + len(form), "document_held", value)
                for value, forms in lexicon("entities")["document"].items()
                for form in forms
                for match in re.finditer(re.escape(form), clause)
                if starts_and_ends_as_word(clause, match.start(), match.end())
            )
        start = end + 1
    return _longest_documents(found)


def _says_held(clause: str, words: dict[str, list[str]]) -> bool:
    said = any(word in clause for word in words["held"])
    return said or any(re.search(pattern, clause.strip()) for pattern in words["held_re"])


def _longest_documents(found: list[EntityFound]) -> list[EntityFound]:
    kept: list[EntityFound] = []
    for item in sorted(found, key=lambda item: item.start - item.end):
        if all(item.end <= other.start or item.start >= other.end for other in kept):
            kept.append(item)
    return kept


def _is_place_or_money(name: str) -> bool:
    return any(kind in ("country", "sector", "cover_type") for kind, _ in _forms().get(name.lower(), ()))


@cache
def _forms() -> dict[str, list[tuple[EntityKind, str]]]:
    forms: dict[str, list[tuple[EntityKind, str]]] = {}
    for form, kind, value in _all_forms():
        places = forms.setdefault(form.lower(), [])
        if (kind, value) not in places:
            places.append((kind, value))
    return forms


def _all_forms() -> Iterator[tuple[str, EntityKind, str]]:
    own = lexicon("entities")
    for value, entry in own["cause"].items():
        yield from ((form, "cause", value) for word in entry["words"] for form in {word, word.replace("n't", "nt")})
    for value, entry in own["cover_type"].items():
        yield from ((form, "cover_type", value) for form in entry["words"])
    for code, words in own["jurisdiction"].items():
        yield from ((form, "jurisdiction", code) for form in words)
    for name, words in own["terms_set"].items():
        yield from ((form, "terms_set", name) for form in words)
    kinds: tuple[tuple[str, EntityKind], ...] = (("countries", "country"), ("sectors", "sector"))
    for name, kind in kinds:
        rows: dict[str, Any] = table(name)[name]
        for value, row in rows.items():
            yield from ((form, kind, value) for form in (row["zh"], row["en"], *row.get("words", ())))


@cache
def _nationality_pattern() -> re.Pattern[str]:
    words = (word for words in lexicon("entities")["nationality"].values() for word in words)
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


@cache
def _form_pattern() -> re.Pattern[str]:
    forms = sorted(_forms(), key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(re.escape(form) for form in forms)}))")
