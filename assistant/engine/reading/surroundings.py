"""What stands around a quantity, as the features that its role is learned from."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from assistant.engine.reading.candidates import Candidate
from tools.money import UNSTATED

Features = dict[str, float]
NO_INTENTS: Mapping[str, float] = {}

_TOKEN = re.compile(r"[a-z][a-z'&]*|\d+|[^\sa-z\d]")
_CLAUSE_END = frozenset(",，、;；。.!?！？:：\n")
_NEAR, _REACH = 3, 12
_GRAMS = (2, 3, 4)
_LIKELY = 0.1
"""Intents below this probability say nothing about a quantity."""
_SIZES = (1, 5, 12, 25, 49, 69, 79, 89, 90, 95, 100)
_DAYS = (7, 15, 31, 45, 60, 92, 125, 190, 400)
_DAYS_IN = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}


class Cued(NamedTuple):
    """What cue words say of a quantity: its role, and how strongly (0 to 1)."""

    role: str | None
    strength: float


@dataclass(frozen=True)
class _Token:
    word: str
    candidate: int | None = None


def surroundings(
    text: str, candidates: Sequence[Candidate], cued: Sequence[Cued], intents: Mapping[str, float] = NO_INTENTS
) -> list[Features]:
    """Named features of each candidate, in order; each group of them is of unit length times its weight.

    Args:
        text: The normalised message.
        candidates: Its quantities, in reading order.
        cued: What cue words say of each.
        intents: What the message asks for, with probabilities.
    """
    tokens = _tokens(text.lower(), candidates)
    places = {token.candidate: place for place, token in enumerate(tokens) if token.candidate is not None}
    found = []
    for index, candidate in enumerate(candidates):
        near, far, clause, message = _words(tokens, places[index])
        form, cues = _form(candidate, index, candidates), _cues(index, cued)
        asked = _asked(intents, {**form, **cues})
        groups = ((near, 1.0), (far, 0.5), (clause, 0.5), (message, 0.5), (form, 1.0), (cues, 1.0), (asked, 1.0))
        found.append({name: value for group, weight in groups for name, value in _scaled(group, weight).items()})
    return found


def _scaled(group: Features, weight: float) -> Features:
    length = math.sqrt(sum(value * value for value in group.values()))
    return {name: value * weight / length for name, value in group.items()}


def _tokens(lowered: str, candidates: Sequence[Candidate]) -> list[_Token]:
    """Words, Chinese characters and marks; each quantity is one token named after its kind."""
    tokens: list[_Token] = []
    at = 0
    for index, candidate in enumerate(candidates):
        tokens += [_Token(word) for word in _TOKEN.findall(lowered[at : candidate.start])]
        tokens.append(_Token(f"<{candidate.kind}>", index))
        at = max(at, candidate.end)
    return tokens + [_Token(word) for word in _TOKEN.findall(lowered[at:])]


def _words(tokens: Sequence[_Token], place: int) -> tuple[Features, Features, Features, Features]:
    """Words and word groups close by, further off, in the same clause, and anywhere in the message."""
    words = ["^", *(token.word for token in tokens), "$"]
    centre = place + 1
    near: Features = {}
    far: Features = {}
    for side, step in (("L", -1), ("R", 1)):
        for distance in range(1, _REACH + 1):
            at = centre + step * distance
            if not 0 <= at < len(words):
                break
            group, tag = (near, str(distance)) if distance <= _NEAR else (far, "mid" if distance <= 6 else "far")
            group[f"{side}{tag}:{words[at]}"] = 1.0
            for size in _GRAMS:
                low = at if step > 0 else at - size + 1
                if low >= 0 and low + size <= len(words) and not low <= centre < low + size:
                    joined = " ".join(words[low : low + size])
                    group[f"{side}{'+' if distance == 1 else 'by' if distance <= _NEAR else tag}:{joined}"] = 1.0
    low, high = _clause(words, centre)
    return near, far, _bag("C", words[low:high]), _bag("M", words)


def _bag(scope: str, words: Sequence[str]) -> Features:
    pairs = {f"{scope}:{one} {other}": 1.0 for one, other in zip(words, words[1:], strict=False)}
    return pairs | {f"{scope}:{word}": 1.0 for word in words if len(word) > 1}


def _clause(words: Sequence[str], centre: int) -> tuple[int, int]:
    low = next((at + 1 for at in range(centre - 1, -1, -1) if words[at] in _CLAUSE_END), 0)
    high = next((at for at in range(centre + 1, len(words)) if words[at] in _CLAUSE_END), len(words))
    return low, high


def _form(candidate: Candidate, index: int, candidates: Sequence[Candidate]) -> Features:
    """Kind, unit and size of the quantity, and its place among the others."""
    kind = candidate.kind
    same = [at for at, other in enumerate(candidates) if other.kind == kind]
    found = {
        f"kind:{kind}": 1.0,
        f"unit:{_unit(candidate)}": 1.0,
        f"size:{kind}:{_size(candidate)}": 1.0,
        f"place:{kind}:{min(same.index(index), 3)}/{min(len(same), 4)}": 1.0,
        f"of:{min(len(candidates), 5)}": 0.5,
    }
    found |= {f"hint:{hint}": 1.0 for hint in candidate.hints}
    if candidate.modifier:
        found[f"modifier:{candidate.modifier}"] = 1.0
    for step, side in ((-1, "before"), (1, "after")):
        if 0 <= index + step < len(candidates):
            found[f"{side}:{candidates[index + step].kind}"] = 1.0
    return found | {f"beside:{item.kind}": 0.5 for at, item in enumerate(candidates) if at != index}


def _unit(candidate: Candidate) -> str:
    if candidate.kind == "money":
        return "none" if candidate.unit == UNSTATED else "currency"
    return candidate.unit


def _size(candidate: Candidate) -> str:
    value = candidate.value
    if not isinstance(value, Decimal) or value <= 0:
        return "none"
    if candidate.kind == "percent":
        return str(next((limit for limit in _SIZES if value <= limit), "more"))
    if candidate.kind == "duration":
        days = value * _DAYS_IN.get(candidate.unit.rstrip("s"), 1)
        return str(next((limit for limit in _DAYS if days <= limit), "more"))
    return str(int(math.log10(float(value)) * 2))


def _cues(index: int, cued: Sequence[Cued]) -> Features:
    role, strength = cued[index]
    found = {f"cue:{role}": 0.5 + strength} if role else {"cue:none": 1.0}
    return found | {f"cued beside:{other}": 0.5 for at, (other, _) in enumerate(cued) if at != index and other}


def _asked(intents: Mapping[str, float], features: Features) -> Features:
    """What is asked for, alone and with each of the features."""
    likely = {name: chance for name, chance in intents.items() if chance >= _LIKELY}
    alone = {f"asks:{name}": chance for name, chance in likely.items()}
    return alone | {f"asks:{name}|{feature}": chance for name, chance in likely.items() for feature in features}
