"""What each quantity is about: the nearest fitting cue word in its clause."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.lexicons import lexicon, starts_and_ends_as_word
from assistant.engine.reading.role_model import NONE, RoleModel
from assistant.engine.reading.surroundings import Cued
from tools.money import UNSTATED

_STOP = re.compile(r"[。；;!?！？\n]|\.(?=\s|$)")
_COMMA = re.compile(r"[,，、]")
_LIST_LINK = re.compile(r"\s?(?:[,，、;；/+]|and|和|与|,\s?and|以及|还有)\s?(?:and |和)?", re.I)
_ORDINAL = re.compile(
    r"\s?(?:第[一二三四五六七八九十\d]+[笔个次家]?|(?:the |a )?(?:second|third|fourth|fifth|next|2nd|3rd|4th|5th)"
    r"(?: one| loss)?)\s?(?:损失|坏账)?\s?(?:是|为|of|was|is)?\s?",
    re.I,
)
_FROM_DUE = re.compile(
    r"\s?(?:counted |running |starting )?(?:from|of|following|after|since) (?:the |its |their )?"
    r"(?:original |invoice |payment )?(?:due[ -]dates?|maturity)",
    re.I,
)
_SINCE_DUE = re.compile(
    r"(?:[自从]?(?:原|应付款?|付款)?到期日?(?:起|后|之日起|开始)|逾期后)(?:算|计|计算|的|第)?[,，]?\s?$"
)
_LIMIT_NOUNS = ("限额", "额度", "limit")
_BUYER_NOUNS = ("买方", "买家", "客户", "buyer", "customer", "client", "debtor")
_COUNTS = ("limits_count", "buyers_count")
_FLOOR = 0.2
_LEAST = 0.4
"""A learned role is taken from this probability on."""
_ANOTHER_MEANT = _NOTHING_MEANT = 0.8
"""From this probability on, another learned role, or none, outweighs a cue word."""


@dataclass(frozen=True)
class Cue:
    start: int
    end: int
    role: str
    side: Literal["near", "before", "after"]


@dataclass(frozen=True)
class Labelled:
    candidate: Candidate
    role: str | None = None
    confidence: float = 0.0
    is_guessed: bool = False
    """Whether no cue word named the role: it was learned from what stood around such quantities."""


@dataclass(frozen=True)
class _Match:
    score: float
    quantity: int
    cue: Cue
    kind: str


def label_by_cues(text: str, candidates: Sequence[Candidate]) -> list[Labelled]:
    """Give every quantity its role, where the words around it tell; a bare number takes the kind its role wants."""
    cues = find_cues(text)
    matches = sorted(
        _matches(text, candidates, cues), key=lambda match: (-match.score, match.quantity, match.cue.start)
    )
    labelled = [_by_form(candidate) for candidate in candidates]
    used: set[tuple[int, str]] = set()
    for match in matches:
        place = (match.cue.start, match.kind)
        if labelled[match.quantity].role is None and place not in used:
            used.add(place)
            labelled[match.quantity] = _typed(candidates[match.quantity], match.cue.role, match.kind, match.score)
    _swap(text, labelled)
    _continue_lists(text, labelled)
    _swap(text, labelled)
    _keep_company(labelled)
    _by_due_date(text, labelled)
    return labelled


def with_learned(
    text: str, candidates: Sequence[Candidate], cued: Sequence[Labelled], intents: Mapping[str, float], model: RoleModel
) -> list[Labelled]:
    """The roles as learned from marked utterances; a cue word's role stands where nothing better was learned.

    Args:
        text: The normalised message.
        candidates: Its quantities, in reading order.
        cued: What `label_by_cues` gives for them.
        intents: What the message asks for, with probabilities.
        model: The learned roles.
    """
    said = [Cued(item.role, item.confidence) for item in cued]
    chances = model.chances(text, candidates, said, intents)
    labelled = [_decided(*item) for item in zip(candidates, cued, chances, strict=True)]
    _swap(text, labelled)
    return labelled


def _decided(candidate: Candidate, cued: Labelled, chances: Mapping[str, float]) -> Labelled:
    fitting = {role: chance for role, chance in chances.items() if role == NONE or _kind_taken(candidate, role)}
    role, chance = max(fitting.items(), key=lambda item: item[1])
    if cued.role and cued.role not in chances:  # a role that no utterance shows yet
        return cued
    if cued.role and (role == cued.role or chance < (_NOTHING_MEANT if role == NONE else _ANOTHER_MEANT)):
        return cued
    if role == NONE or chance < _LEAST:
        return Labelled(candidate)
    typed = _typed(candidate, role, _kind_taken(candidate, role) or candidate.kind, chance)
    return replace(typed, is_guessed=True)


def _kind_taken(candidate: Candidate, role: str) -> str | None:
    """The kind that a quantity has in a role; None where it cannot have the role."""
    if role in _COUNTS:
        return candidate.kind if candidate.kind == "number" and candidate.unit != "ordinal" else None
    return _fitting_kind(candidate, role)


def find_cues(text: str) -> list[Cue]:
    """Cue words in `text`; where they overlap the longest wins. One stretch may cue several roles."""
    lowered = text.lower()
    hits: list[tuple[int, int, str]] = []
    for match in _cue_pattern().finditer(lowered):
        form = match[1]
        while form:
            if (
                form in _roles_by_cue()
                and starts_and_ends_as_word(lowered, match.start(), match.start() + len(form))
                and (form not in _capitals() or text[match.start() : match.start() + len(form)].isupper())
            ):
                hits.append((match.start(), match.start() + len(form), form))
                break
            form = form[:-1]
    hits.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))
    kept: list[tuple[int, int, str]] = []
    for hit in hits:
        if all(hit[1] <= other[0] or hit[0] >= other[1] for other in kept):
            kept.append(hit)
    return sorted(
        (Cue(start, end, role, side) for start, end, form in kept for role, side in _roles_by_cue()[form]),
        key=lambda cue: cue.start,
    )


def _matches(text: str, candidates: Sequence[Candidate], cues: Sequence[Cue]) -> list[_Match]:
    found = []
    for index, candidate in enumerate(candidates):
        if candidate.unit == "ordinal":
            continue
        for cue in cues:
            kind = _fitting_kind(candidate, cue.role)
            stated = lexicon("roles")[cue.role].get("stated", ())
            if kind != candidate.kind and text[cue.start : cue.end].lower() in stated:
                continue
            if kind and (score := _score(text, candidates, index, cue, cues, kind)) >= _FLOOR:
                found.append(_Match(score, index, cue, kind))
    return found


def _fitting_kind(candidate: Candidate, role: str) -> str | None:
    kinds: list[str] = lexicon("roles")[role]["kinds"]
    if role in _COUNTS:
        nouns = _LIMIT_NOUNS if role == "limits_count" else _BUYER_NOUNS
        fits = (
            candidate.kind == "number"
            and "bare" not in candidate.hints
            and any(noun in candidate.unit for noun in nouns)
        )
        return "number" if fits else None
    if candidate.kind in kinds and not (candidate.kind == "number" and candidate.unit):
        return candidate.kind
    if candidate.kind == "date" and candidate.unit == "year" and kinds[0] != "date":
        return None
    if "bare" in candidate.hints and kinds[0] in ("money", "percent", "duration"):
        return kinds[0] if _plausible(candidate, kinds[0]) else None
    return None


def _plausible(candidate: Candidate, kind: str) -> bool:
    value = candidate.value
    if not isinstance(value, Decimal) or value < 0:
        return False
    return {"money": value >= 10, "percent": value <= 150, "duration": value <= 400 and value == int(value)}[kind]


def _score(text: str, candidates: Sequence[Candidate], index: int, cue: Cue, cues: Sequence[Cue], kind: str) -> float:
    candidate = candidates[index]
    precedes = cue.end <= candidate.start
    if not precedes and cue.start < candidate.end:
        return 0.0
    if cue.side == ("after" if precedes else "before"):
        return 0.0
    low, high = (cue.end, candidate.start) if precedes else (candidate.end, cue.start)
    gap = text[low:high]
    if (
        _STOP.search(gap)
        or _crosses(candidates, index, low, high, kind, cue)
        or _shadowed(cues, cue, low, high, kind, candidate)
    ):
        return 0.0
    reach = sum(2 if "\u3400" <= character <= "\u9fff" else 1 for character in gap)
    score = 1.0 - 0.022 * reach - 0.3 * len(_COMMA.findall(gap))
    if not precedes:
        beside = cue.side == "after" and not gap.strip()  # "90k owed 70k lim": each cue names what stands before it
        score -= 0.0 if beside else 0.02 if gap.strip() in ("", "的", "of", "in") else 0.22
    return score


def _crosses(candidates: Sequence[Candidate], index: int, low: int, high: int, kind: str, cue: Cue) -> bool:
    """Whether another quantity that could take this cue stands between."""
    return any(
        low <= other.start and other.end <= high and _fitting_kind(other, cue.role) == kind
        for position, other in enumerate(candidates)
        if position != index
    )


def _shadowed(cues: Sequence[Cue], cue: Cue, low: int, high: int, kind: str, candidate: Candidate) -> bool:
    """Whether a nearer cue on the same side fits as well."""
    precedes = cue.end <= candidate.start
    return any(
        other.start >= low
        and other.end <= high
        and (other.start, other.end) != (cue.start, cue.end)
        and other.side != ("after" if precedes else "before")
        and _fitting_kind(candidate, other.role) == kind
        for other in cues
    )


def _by_form(candidate: Candidate) -> Labelled:
    if candidate.kind == "number" and "bare" not in candidate.hints and candidate.unit != "ordinal":
        for role, nouns in (("limits_count", _LIMIT_NOUNS), ("buyers_count", _BUYER_NOUNS)):
            if any(noun in candidate.unit for noun in nouns):
                return Labelled(candidate, role, 0.9)
    if "terms_form" in candidate.hints:
        return Labelled(candidate, "payment_terms_days", 0.9)
    return Labelled(candidate)


def _typed(candidate: Candidate, role: str, kind: str, score: float) -> Labelled:
    if candidate.kind != kind:
        unit = {"money": UNSTATED, "percent": "%", "duration": "months" if role == "claim_months" else "days"}[kind]
        candidate = replace(candidate, kind=kind, unit=unit, hints=candidate.hints - {"bare"})  # type: ignore[arg-type]
    return Labelled(candidate, role, round(min(1.0, score), 3))


def _continue_lists(text: str, labelled: list[Labelled]) -> None:
    """300k, 250k and 400k share the role of the first."""
    for index in range(1, len(labelled)):
        before, this = labelled[index - 1], labelled[index]
        if before.candidate.unit == "ordinal" and index > 1:
            before = labelled[index - 2]
        link = _ORDINAL.sub("", text[before.candidate.end : this.candidate.start])
        joined = _LIST_LINK.fullmatch(link)
        if this.role is None and before.role and joined and _fitting_kind(this.candidate, before.role):
            labelled[index] = _typed(
                this.candidate, before.role, _fitting_kind(this.candidate, before.role) or "", before.confidence * 0.9
            )


def _keep_company(labelled: list[Labelled]) -> None:
    """Beside an amount on which interest runs, an unlabelled time span is how late it is; and the like."""
    present = {item.role for item in labelled if item.role}
    companions = {
        kind: role for name in sorted(present) for kind, role in lexicon("roles")[name].get("companions", {}).items()
    }
    for index, item in enumerate(labelled):
        if not item.role and (role := companions.get(item.candidate.kind, "")) and role not in present:
            labelled[index] = Labelled(item.candidate, role, 0.4)
            present.add(role)


def _swap(text: str, labelled: list[Labelled]) -> None:
    """Roles that mean another one beside other roles or other words; see `swaps` in roles.toml."""
    lowered = text.lower()
    present = {item.role for item in labelled if item.role}
    for index, item in enumerate(labelled):
        if not item.role:
            continue
        for swap in lexicon("roles")[item.role].get("swaps", ()):
            if _swaps(swap, lowered, item.candidate, present - {item.role}):
                labelled[index] = replace(item, role=swap["to"])
                break


def _swaps(swap: dict[str, Any], lowered: str, candidate: Candidate, others: set[str]) -> bool:
    return (
        set(swap.get("beside", ())) <= others
        and not set(swap.get("without", ())) & others
        and ("when" not in swap or bool(re.search(swap["when"], lowered)))
        and not ("unless" in swap and re.search(swap["unless"], lowered))
        and ("before" not in swap or bool(re.search(swap["before"], lowered[: candidate.start])))
        and ("after" not in swap or bool(re.match(swap["after"], lowered[candidate.end :])))
    )


def _by_due_date(text: str, labelled: list[Labelled]) -> None:
    """An unlabelled time span that counts from the due date is the time for the overdue notice."""
    for index, item in enumerate(labelled):
        if item.role is None and item.candidate.kind == "duration" and counts_from_due_date(text, item.candidate):
            labelled[index] = Labelled(item.candidate, "notice_days", 0.5)


def counts_from_due_date(text: str, candidate: Candidate) -> bool:
    """Whether the words around a time span say that it runs from the due date."""
    return bool(_FROM_DUE.match(text, candidate.end) or _SINCE_DUE.search(text[: candidate.start]))


@cache
def _capitals() -> frozenset[str]:
    return frozenset(form for entry in lexicon("roles").values() for form in entry.get("capitals", ()))


@cache
def _roles_by_cue() -> dict[str, list[tuple[str, Literal["near", "before", "after"]]]]:
    roles: dict[str, list[tuple[str, Literal["near", "before", "after"]]]] = {}
    for role, entry in lexicon("roles").items():
        for side in ("near", "before", "after"):
            for form in entry.get(side, ()):
                for written in {form, form.replace("n't", "nt")}:
                    roles.setdefault(written, []).append((role, side))
    return roles


@cache
def _cue_pattern() -> re.Pattern[str]:
    forms = sorted(_roles_by_cue(), key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(re.escape(form) for form in forms)}))")
