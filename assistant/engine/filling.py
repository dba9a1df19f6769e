"""What a message adds to the dossier: facts to their slots, corrections, facts taken back, one buyer of several."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.engine.amounts_told import insured_of, is_further_amount, joined, joins, share_currency, summed
from assistant.engine.choosing import chosen, settle, without_pointers
from assistant.engine.cues import cues, has_cue
from assistant.engine.days import event_slot, revises, settle_events, with_months
from assistant.engine.dossier import NOTHING, Dossier, currency_for
from assistant.engine.parties import Share, shares_of
from assistant.engine.reading.model import Entity, Quantity, Reading
from assistant.engine.slots import (
    alias,
    as_slot_value,
    as_value,
    case_slots,
    fits,
    kind_of,
    may_replace,
    slot_of,
)
from assistant.engine.stated import RULED_OUT, stated
from tools.money import UNSTATED

_LIKELY = 0.3
_SURE = 0.5
_DENIED = re.compile(
    r"(?:\b(?:no|not|don'?t|doesn'?t|didn'?t|never|without)(?: any)?|(?<!有)没有?|并?无|不存在)\s?$", re.I
)
"""What stands before a cause of loss that is said not to be there: "they don't dispute it"."""
_LITTLE = {"zh": 4, "en": 10}
"""Characters beside a day that hardly tell of anything else."""
_MANNERS = {"correction", "what_if", "follow_up"}


def update(
    dossier: Dossier, reading: Reading, *, natural: Mapping[str, str] = NOTHING, fed: frozenset[str] = frozenset()
) -> None:
    """Fill the slots from what this turn says.

    Labelled quantities go to their slot. Bare ones answer what was asked, correct the slot last spoken of, or are left
    to the task that needs them (`unplaced`). A new case clears the facts of the old one.

    Args:
        dossier: What is known; it is changed.
        reading: The message.
        natural: The slot that a bare quantity of each kind means in the work at hand, such as a percentage after a
            premium estimate. Given when the message follows up on the turn before.
        fed: The slots that the work at hand uses, for the same messages: a role by guess outside them is left open.
    """
    intents = {intent.name: intent.confidence for intent in reading.intents}
    if is_undo(reading) and dossier.before:
        dossier.undo()
        return
    company = chosen(dossier, reading)
    dossier.begin_turn()
    if company is not None:
        reading = without_pointers(reading)
    likely = {name for name, confidence in intents.items() if confidence >= _LIKELY}
    is_revising = bool(likely & _MANNERS) or bool(dossier.awaiting) or bool(natural)
    items = with_months(dossier, reading, stated(reading))
    shares, is_new = shares_of(dossier, reading, items)
    dossier.has_turned = is_new
    labelled = {name for item in items if (name := slot_of(item))}
    begins = {"debt", "due_date", "losses"} & labelled & set(dossier.slots)
    if begins and len(labelled & (case_slots() | {"limit"})) >= 2 and not is_revising and not is_new:
        dossier.forget(case_slots())
    useful = frozenset[str]() if "correction" in likely else fed  # what is corrected has its role already
    for share in shares:
        if share.party is not None:
            dossier.focus(share.party)
        _fill(dossier, reading, _opened(dossier, share, useful) if fed else share, natural if is_revising else None)
    if company is not None:
        settle(dossier, company)
    elif "candidates" in dossier and has_cue(reading.text, "none_of_them"):
        dossier.forget(["buyer", "identifier", "entity_id", "candidates"])
    settle_events(dossier)
    share_currency(dossier)
    dossier.dropped = taken_back(dossier, reading)
    dossier.forget(dossier.dropped)


def is_undo(reading: Reading) -> bool:
    """Whether the message takes the last step back; one with new figures states them instead."""
    is_meant = any(intent.name == "undo" and intent.confidence >= _SURE for intent in reading.intents)
    return "undo" in reading.flags and not reading.quantities or (is_meant and not reading.quantities)


def unplaced(dossier: Dossier, reading: Reading, kind: str) -> list[Quantity]:
    """Bare quantities of a kind that no slot holds yet."""
    slots = [*dossier.slots.values(), *(slot for party in dossier.parties for slot in party.slots.values())]
    placed = {slot.text for slot in slots if slot.turn == dossier.turn}
    return [item for item in stated(reading) if item.kind == kind and not slot_of(item) and item.text not in placed]


def _fill(dossier: Dossier, reading: Reading, share: Share, natural: Mapping[str, str] | None) -> None:
    items = summed(reading, share.quantities)
    bare: list[Quantity] = []
    for item in items:
        name = slot_of(item)
        if name == "due_date" and _is_asked_about(dossier, reading, natural):
            continue
        if name == "event_date":
            _place(dossier, event_slot(dossier, reading, item), item, reading)
        elif name and kind_of(name) or name == "losses":
            _place(dossier, alias(str(name), dossier.tasks) if natural is not None else str(name), item, reading)
        else:
            bare.append(item)
    for item in bare:
        bare_name = "debt" if joins(dossier, reading, "debt") and is_further_amount(reading, item) else None
        bare_name = bare_name or _awaited(dossier, item)
        bare_name = bare_name or (_revised(dossier, reading, item, natural) if natural is not None else None)
        if bare_name:
            _place(dossier, bare_name, item, reading)
    for entity in share.entities:
        _place_entity(dossier, reading, entity)


def _opened(dossier: Dossier, share: Share, fed: frozenset[str]) -> Share:
    """Without the roles by guess that neither the work at hand nor a question of ours has a use for."""
    useful = {*fed, *dossier.awaiting}
    kept = [
        replace(item, role=None) if item.is_guessed and slot_of(item) not in useful else item
        for item in share.quantities
    ]
    return replace(share, quantities=kept)


def _is_asked_about(dossier: Dossier, reading: Reading, natural: Mapping[str, str] | None) -> bool:
    """Whether a day after "is there still time" is that of a duty: the due date is known, and nobody corrected it."""
    is_corrected = any(intent.name == "correction" and intent.confidence >= _LIKELY for intent in reading.intents)
    in_time = has_cue(reading.text, "in_time") and len(reading.quantities) == 1
    return natural is not None and "due_date" in dossier and in_time and not is_corrected


def _place(dossier: Dossier, name: str, item: Quantity, reading: Reading) -> None:
    currency = currency_for(dossier, reading.language)
    value = as_slot_value(item, name, currency)
    if value is None:
        return
    if item.kind in ("money", "number") and isinstance(value, dict) and item.unit in (UNSTATED, ""):
        dossier.currency_assumed = "CNY" if value["currency"] == "CNY" and not _currency_stated(dossier) else ""
    elif item.kind == "money":
        dossier.currency_assumed = ""
    if name == "own_share_pct":
        name, value = "insured_pct", insured_of(value)
    slot = dossier.slots.get(name)
    is_fresh = slot is not None and slot.turn == dossier.turn
    if slot and joins(dossier, reading, name):
        value = joined(name, slot.value, value)
    if name == "losses":
        dossier.set("losses", [*(slot.value if slot and is_fresh else []), value], item.text)
    elif name == "due_date" and slot and is_fresh:
        dossier.set("due_date", min(slot.value, value), item.text)
    else:
        dossier.set(name, value, item.text)
    if item.options:
        dossier.options[name] = [as_value(one, item, name, currency) for one in item.options]


def _currency_stated(dossier: Dossier) -> bool:
    held = any(
        isinstance(slot.value, dict) and slot.value.get("currency", UNSTATED) != UNSTATED
        for slot in dossier.slots.values()
    )
    return held and not dossier.currency_assumed


def _awaited(dossier: Dossier, item: Quantity) -> str | None:
    return next(
        (
            name
            for name in dossier.awaiting
            if fits(item, name)
            and _is_likely(dossier, name, item)
            and (name not in dossier or dossier.slots[name].turn < dossier.turn)
        ),
        None,
    )


def _is_likely(dossier: Dossier, name: str, item: Quantity) -> bool:
    """Whether a bare number may be the amount asked for: "200" is no limit beside a debt of 230,000."""
    others = [slot.value for key, slot in dossier.slots.items() if key in ("debt", "limit") and key != name]
    return kind_of(name) != "money" or all(may_replace(item, name, value) for value in others)


def _revised(dossier: Dossier, reading: Reading, item: Quantity, natural: Mapping[str, str]) -> str | None:
    if item.kind == "percent" and item.kind in natural:
        return natural[item.kind]
    is_bare = len(reading.message) - len(item.text) <= _LITTLE[reading.language]
    if item.kind == "date" and "due_date" in dossier and not (is_bare or revises(reading)):
        return None  # a day in passing: "we called them on Monday"
    name = _corrected(dossier, item) or natural.get(item.kind)
    return name if name and (name not in dossier or dossier.slots[name].turn < dossier.turn) else None


def _corrected(dossier: Dossier, item: Quantity) -> str | None:
    """The slot last spoken of that the quantity may correct; of those of one turn, the one the case turns on."""
    candidates = [
        (slot.turn, name in case_slots(), name)
        for name, slot in dossier.slots.items()
        if slot.turn < dossier.turn and may_replace(item, name, slot.value)
    ]
    return max(candidates)[2] if candidates else None


def taken_back(dossier: Dossier, reading: Reading) -> list[str]:
    """Facts that the message says are not there: "without the first loss", "forget the payment"."""
    if reading.quantities or not has_cue(reading.text, "without"):
        return []
    return [name for name in cues()["removable"] if name in dossier and has_cue(reading.text, "removable", name)]


def _place_entity(dossier: Dossier, reading: Reading, entity: Entity) -> None:
    kind, value, text = entity.kind, entity.value, entity.text
    if kind == "cause" and _DENIED.search(reading.message[: entity.span[0]]):
        return
    if kind == "cause":
        others = [
            other
            for other in reading.of_kind("cause")
            if other.value != value and not RULED_OUT.search(reading.message[: other.span[0]])
        ]
        # that nothing was paid is said of every cause
        if others and value == "protracted_default":
            return
        if not RULED_OUT.search(reading.message[: entity.span[0]]) or len(reading.of_kind("cause")) == 1:
            dossier.set(kind, value, text)
    elif kind in ("sector", "cover_type", "jurisdiction", "identifier", "terms_set"):
        dossier.set(kind, value, text)
        if kind == "identifier":
            dossier.forget(["entity_id", "candidates"])
    elif kind == "currency":
        _restate_currency(dossier, value)
    elif kind == "company":
        dossier.set("buyer", value, text)
        dossier.forget(["entity_id", "identifier", "candidates"])
        if not {"buyer", "buyer_choice"} & set(dossier.awaiting):
            dossier.forget(["to_assess"])
    elif kind in ("country", "document_held"):
        name = "countries" if kind == "country" else "held"
        slot = dossier.slots.get(name)
        keep = slot.value if slot and (slot.turn == dossier.turn or kind == "document_held") else []
        if value not in keep:
            dossier.set(name, [*keep, value], text)


def _restate_currency(dossier: Dossier, currency: str) -> None:
    """A currency named by itself: that of amounts without one, and of all when no amount came with it."""
    alone = not any(isinstance(slot.value, dict) and slot.turn == dossier.turn for slot in dossier.slots.values())
    for name, slot in list(dossier.slots.items()):
        amounts: list[Any] = slot.value if isinstance(slot.value, list) else [slot.value]
        if not all(isinstance(item, dict) and "amount" in item for item in amounts) or not amounts:
            continue
        if alone or dossier.currency_assumed or all(item["currency"] == UNSTATED for item in amounts):
            restated = [{**item, "currency": currency} for item in amounts]
            dossier.set(name, restated if isinstance(slot.value, list) else restated[0], slot.text)
    dossier.currency_assumed = ""
