"""Whose facts a message states: those of the buyer spoken of, of another one, or of several at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.engine.cues import has_cue
from assistant.engine.dossier import Dossier, Party
from assistant.engine.reading.model import Entity, Quantity, Reading
from assistant.engine.slots import case_slots

_EACH = re.compile(r"(?:都是|都为|都有|均为|均是|各是|各为|各有|都|均|各|\bboth|\beach)(?: is| are)?[约\s]?$", re.I)
_EACH_AFTER = re.compile(r"\s?(?:each\b|for both\b|for each\b|apiece\b)", re.I)
_SHARED_KINDS = ("percent", "duration")


@dataclass(kw_only=True)
class Share:
    """What a message says about one buyer."""

    party: int | None = None
    quantities: list[Quantity] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)


def shares_of(dossier: Dossier, reading: Reading, items: Sequence[Quantity]) -> tuple[list[Share], bool]:
    """The message divided among the buyers it names, and whether it turns to another buyer than before.

    Buyers not spoken of before are added to the dossier. What stands before the first of them, and a percentage or a
    time given once for all, counts for each.
    """
    mentions = _mentions(dossier, reading)
    entities = [entity for entity in reading.entities if entity.kind != "party"]
    whole = Share(quantities=list(items), entities=entities)
    if not mentions:
        if len(dossier.parties) > 1 and has_cue(reading.text, "each_party"):
            return _for_all(dossier, whole, range(len(dossier.parties))), False
        return [whole], False
    if not _are_several(mentions, items):
        was = dossier.party
        mention = _leading(mentions, reading)
        whole.party = _resolve(dossier, mention)
        return [whole], was is not None and whole.party != was
    parties = [_resolve(dossier, mention) for mention in mentions]
    starts = [mention.span[0] for mention in mentions]
    shares = {party: Share(party=party) for party in dict.fromkeys(parties)}
    common = Share()
    for item in items:
        place = _at(starts, item.span[0])
        is_same = item.kind == "percent" and has_cue(reading.text, "same_share")
        if place is None or is_same or _is_common(item, place, starts, items) or _is_each(item, reading):
            common.quantities.append(item)
        else:
            shares[parties[place]].quantities.append(item)
    for entity in entities:
        place = _at(starts, entity.span[0])
        (common if place is None else shares[parties[place]]).entities.append(entity)
    for share in shares.values():
        share.quantities = [*common.quantities, *share.quantities]
        share.entities = [*common.entities, *share.entities]
    dossier.spoken_of = list(shares)
    return list(shares.values()), True


def _mentions(dossier: Dossier, reading: Reading) -> list[Entity]:
    """Words that point at a buyer; an ordinal alone needs buyers to choose from."""
    found = list(reading.of_kind("party"))
    named = reading.of_kind("company")
    taken = [entity.span for entity in found]
    found += [
        entity for entity in named if all(entity.span[0] >= end or entity.span[1] <= start for start, end in taken)
    ]
    known = {key for party in dossier.parties for key in party.keys}
    found += [
        replace(entity, kind="party", value=f"country:{entity.value}")
        for entity in reading.of_kind("country")
        if f"country:{entity.value}" in known and not any(_overlap(entity, other) for other in found)
    ]
    found += [
        item for item in _letters(reading) if item.value in known and not any(_overlap(item, other) for other in found)
    ]
    found.sort(key=lambda entity: entity.span)
    is_choice = bool(dossier.parties) or len({_key(entity) for entity in found}) > 1
    return [entity for entity in found if is_choice or not _is_vague(entity)]


def _letters(reading: Reading) -> Iterator[Entity]:
    """Single capital letters, by which buyers A and B are spoken of once they were introduced."""
    for match in re.finditer(r"(?<![A-Za-z])[A-D](?![A-Za-z])", reading.message):
        key = f"#{'ABCD'.index(match[0]) + 1}"
        yield Entity(kind="party", value=key, span=match.span(), text=match[0])


def _overlap(one: Entity, other: Entity) -> bool:
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


def _is_vague(entity: Entity) -> bool:
    low = entity.text.lower()
    return _key(entity).startswith("#") and (low.startswith("the ") or low.endswith(" one"))


def _leading(mentions: Sequence[Entity], reading: Reading) -> Entity:
    """The buyer that a message with few facts is about: the last one named."""
    return mentions[-1]


def _are_several(mentions: Sequence[Entity], items: Sequence[Quantity]) -> bool:
    """Whether at least two buyers come with amounts of their own."""
    if len({_key(mention) for mention in mentions}) < 2:
        return False
    starts = [mention.span[0] for mention in mentions]
    with_money = {
        _key(mentions[place])
        for item in items
        if item.kind == "money" and (place := _at(starts, item.span[0])) is not None
    }
    return len(with_money) > 1


def _is_common(item: Quantity, place: int, starts: Sequence[int], items: Sequence[Quantity]) -> bool:
    """Whether a quantity in the last buyer's part was meant for all: a percentage that no other part has."""
    if item.kind not in _SHARED_KINDS and not (item.kind == "number" and item.role == "insured_pct"):
        return False
    return {_at(starts, other.span[0]) for other in items if other.kind == item.kind} == {len(starts) - 1} == {place}


def _is_each(item: Quantity, reading: Reading) -> bool:
    """Whether a quantity is said to be that of each: "限额都是10万", "limits are both 50k"."""
    return bool(_EACH.search(reading.message[: item.span[0]]) or _EACH_AFTER.match(reading.message[item.span[1] :]))


def _for_all(dossier: Dossier, whole: Share, parties: Sequence[int]) -> list[Share]:
    dossier.spoken_of = list(parties)
    return [Share(party=party, quantities=whole.quantities, entities=whole.entities) for party in parties]


def _resolve(dossier: Dossier, mention: Entity) -> int:
    """Position of the buyer that is meant; one not spoken of before is added."""
    key, label = _key(mention), mention.text.strip().removesuffix("'s").removesuffix("的").strip()
    for position, party in enumerate(dossier.parties):
        if key in party.keys:
            return position
    number = int(key[1:]) if key.startswith("#") else 0
    if not dossier.parties:
        _name_the_first(dossier, key, label, number)
        if key in dossier.parties[0].keys:
            return 0
    if 0 < number <= len(dossier.parties):
        dossier.parties[number - 1].keys.append(key)
        return number - 1
    current = dossier.parties[dossier.party or 0]
    if not number and not any(_sort(known) == _sort(key) for known in current.keys):
        current.keys.append(key)
        return dossier.party or 0
    return dossier.add_party(label, key, inherit=_sort(key) != "name")


def _name_the_first(dossier: Dossier, key: str, label: str, number: int) -> None:
    """Give the buyer spoken of so far its name: this one, unless its facts say that it is another."""
    countries = dossier.slots.get("countries")
    has_case = any(name in case_slots() for name in dossier.slots)
    if number > 1 and has_case:
        dossier.parties.append(Party(label="", keys=["#1"]))
    elif key.startswith("country:") and countries and has_case and key[8:] not in countries.value:
        dossier.parties.append(Party(label=countries.text, keys=[f"country:{code}" for code in countries.value]))
    else:
        dossier.parties.append(Party(label=label, keys=[key]))
    dossier.party = 0


def _key(entity: Entity) -> str:
    return entity.value if entity.kind == "party" else f"name:{entity.value.lower()}"


def _sort(key: str) -> str:
    return "#" if key.startswith("#") else key.partition(":")[0]


def _at(starts: Sequence[int], position: int) -> int | None:
    """Which part of the message a position lies in; None before the first."""
    return max((place for place, start in enumerate(starts) if start <= position), default=None)
