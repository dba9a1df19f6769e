"""Which of the companies that a look-up found is meant: by place in the list, number, city, country or name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from assistant.engine.cues import cues, has_cue
from assistant.engine.dossier import Dossier
from assistant.engine.reading.model import Reading

_KEPT = ("entity_id", "name", "other_names", "city", "country", "identifiers")
_LONGEST = 80
"""Characters of a message that chooses; a longer one says something new."""
_WORD = re.compile(r"[\u4e00-\u9fff]+|[^\W\d_]{3,}")
_NUMBER = re.compile(r"\D{0,6}([1-5])\D{0,5}")


def remember_candidates(dossier: Dossier, candidates: Iterable[Mapping[str, Any]]) -> None:
    """Keep the companies found for the turn that chooses."""
    found = [{name: candidate.get(name) for name in _KEPT} for candidate in candidates]
    dossier.set("candidates", found, source="tool")


def chosen(dossier: Dossier, reading: Reading) -> Mapping[str, Any] | None:
    """The company that a message chooses among those found before; None when it chooses none."""
    found = dossier.get("candidates")
    if not found or len(reading.text) > _LONGEST or has_cue(reading.text, "none_of_them"):
        return None
    for pick in (_by_identifier, _by_name, _by_place_in_list, _by_words):
        picked = pick(dossier, reading, found)
        if len(picked) == 1:
            return picked[0]
    return None


def settle(dossier: Dossier, company: Mapping[str, Any]) -> None:
    """Make the chosen company the buyer spoken of; a number tells it from a namesake."""
    dossier.set("buyer", company["name"], company["name"])
    dossier.forget(["identifier"])
    namesakes = [item for item in dossier.get("candidates") if _plain(item["name"]) == _plain(company["name"])]
    number = next((value for value in (company["identifiers"] or {}).values() if value), None)
    if len(namesakes) > 1 and number:
        dossier.set("identifier", number, number)
    dossier.set("entity_id", company["entity_id"], source="tool")


def without_pointers(reading: Reading) -> Reading:
    """The reading without what pointed at the company: an ordinal is no fact of the case."""
    kept = tuple(
        entity for entity in reading.entities if entity.kind not in ("party", "company", "identifier", "country")
    )
    is_only_number = bool(_NUMBER.fullmatch(reading.text.strip()))
    return replace(reading, entities=kept, quantities=() if is_only_number else reading.quantities)


Found = list[Mapping[str, Any]]


def _by_identifier(_: Dossier, reading: Reading, found: Found) -> Found:
    stated = {entity.value for entity in reading.of_kind("identifier")}
    return [item for item in found if stated & set((item["identifiers"] or {}).values())]


def _by_name(_: Dossier, reading: Reading, found: Found) -> Found:
    stated = {_plain(entity.value) for entity in reading.of_kind("company")}
    return [item for item in found if stated & {_plain(name) for name in _names(item)}]


def _by_place_in_list(dossier: Dossier, reading: Reading, found: Found) -> Found:
    is_asked = "buyer_choice" in dossier.awaiting
    if has_cue(reading.text, "last_choice"):
        return found[-1:]
    place = next((int(number) for number in cues()["choice"] if has_cue(reading.text, "choice", number)), 0)
    if not place and is_asked and (match := _NUMBER.fullmatch(reading.text.strip())):
        place = int(match[1])
    return found[place - 1 : place] if 0 < place <= len(found) else []


def _by_words(dossier: Dossier, reading: Reading, found: Found) -> Found:
    """By a word that one of the companies has and the others have not: 天津那家, the Hamburg one."""
    if "buyer_choice" not in dossier.awaiting and not has_cue(reading.text, "points_at_one"):
        return []
    countries = {entity.value for entity in reading.of_kind("country")} | {
        entity.value.removeprefix("country:") for entity in reading.of_kind("party")
    }
    if in_country := [item for item in found if item["country"] in countries]:
        found = in_country
        if len(found) == 1:
            return found
    said = reading.text.lower()
    scores = [max((len(word) for word in _own_words(item, found) if word in said), default=0) for item in found]
    return [item for item, score in zip(found, scores, strict=True) if score and score == max(scores)]


def _own_words(item: Mapping[str, Any], found: Found) -> set[str]:
    """Words, and in Chinese pieces of words, that no other of the companies has."""
    others = " ".join(_described(other) for other in found if other is not item)
    pieces: set[str] = set()
    for word in _WORD.findall(_described(item)):
        if word.isascii() or not "\u4e00" <= word[0] <= "\u9fff":
            pieces |= {word} if not re.search(rf"\b{re.escape(word)}\b", others) else set()
        else:
            pieces |= {word[at : at + 2] for at in range(len(word) - 1)} - {
                others[at : at + 2] for at in range(len(others) - 1)
            }
    return pieces


def _described(item: Mapping[str, Any]) -> str:
    return " ".join((*_names(item), item["city"] or "")).lower()


def _names(item: Mapping[str, Any]) -> list[str]:
    return [item["name"], *(item["other_names"] or ())]


def _plain(name: str) -> str:
    return re.sub(r"[^\w]", "", name).lower()
