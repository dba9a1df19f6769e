"""Something has happened to a buyer: what a message tells of it, beside what it asks."""

import re
import tomllib
from functools import cache
from pathlib import Path

from assistant.engine.cues import has_cue
from assistant.engine.dossier import Dossier
from assistant.engine.turn import TurnContext

_NO_EVENT = "protracted_default"
"""Not being paid is no event: the due date says what follows from it."""
_LEAST_CHARS = 5
_ASKED = ("how_much", "papers", "still_missing", "interest", "write", "which_day", "in_time", "payout")


def knows_event(dossier: Dossier) -> bool:
    """Whether the cause of loss that is known is an event with a day of its own."""
    return dossier.get("cause") not in (None, _NO_EVENT)


def tells_event(turn: TurnContext) -> bool:
    """Whether the message tells of an event, and asks nothing but what to do."""
    dossier = turn.dossier
    before = dossier.before[-1]["slots"].get("cause", {}).get("value") if dossier.before else None
    is_new = "cause" in set(dossier.changed()) and dossier.get("cause") not in (_NO_EVENT, before)
    is_answer = turn.follows_up and {"correction", "what_if"} & turn.reading.flags
    return is_new and not is_answer and "cause" not in dossier.awaiting and only_tells(turn.reading.text)


def tells_default(turn: TurnContext) -> bool:
    """Whether the message tells that a buyer of the person's own does not pay, and asks nothing."""
    is_new = "cause" in set(turn.dossier.changed()) and turn.dossier.get("cause") == _NO_EVENT
    return is_new and turn.own_case and only_tells(turn.reading.text)


def tells_bad_news(turn: TurnContext) -> bool:
    """Whether the message tells of a buyer in trouble who is not yet a loss: it must be reported all the same."""
    return has_cue(turn.reading.text, "adverse") and only_tells(turn.reading.text)


def is_urgent(turn: TurnContext) -> bool:
    """Whether a cause of loss came with the question what to do now."""
    cause_now = "cause" in set(turn.dossier.changed())
    return cause_now and turn.own_case and has_cue(turn.reading.text, "urgent")


def only_tells(text: str) -> bool:
    """Whether a message tells something and asks for nothing that a tool or passage could answer."""
    if has_cue(text, "hypothetical") or any(has_cue(text, cue) for cue in _ASKED):
        return False
    told = _told()
    pieces = [piece.strip() for piece in told["cut"].split(text) if piece.strip()]
    asked = [piece for piece in pieces if not has_cue(piece, "urgent") and _is_question(piece)]
    has_mark = "?" in text and not has_cue(text, "urgent")
    return len(text) >= _LEAST_CHARS and not asked and not has_mark


def _is_question(piece: str) -> bool:
    return bool(_told()["question"].search(piece.lower()))


@cache
def _told() -> dict[str, re.Pattern[str]]:
    with (Path(__file__).parent / "data" / "questions.toml").open("rb") as file:
        return {name: re.compile(pattern) for name, pattern in tomllib.load(file)["told"].items()}
