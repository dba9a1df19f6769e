"""One task several times: for each buyer that a message names, for each value that a person wavers between."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.engine.dossier import Dossier
from assistant.engine.tasks import Task

_OF_ONE_CASE = frozenset({"indemnity", "recovery", "interest", "deadlines"})


@dataclass(frozen=True, kw_only=True)
class Version:
    """Which buyer a call is about, and the value it takes for what is uncertain."""

    party: str = ""
    slot: str = ""
    value: Any = None


def versions(dossier: Dossier, task: Task) -> Iterator[Version]:
    """Each version of a task; while one is at hand, the dossier holds its facts."""
    positions: list[int | None] = [*dossier.spoken_of] if task.name in _OF_ONE_CASE else []
    last = dossier.party
    for position in positions or [None]:
        if position is not None:
            dossier.focus(position)
        yield from _by_option(dossier, task, _label(dossier) if task.name in _OF_ONE_CASE else "")
    if last is not None:
        dossier.focus(last)


def _label(dossier: Dossier) -> str:
    """How the buyer at hand is called; empty while there is only one."""
    return dossier.parties[dossier.party].label if dossier.party is not None and len(dossier.parties) > 1 else ""


def _by_option(dossier: Dossier, task: Task, party: str) -> Iterator[Version]:
    slots = [name for name in dossier.options if name in task.slots] if task.name in _OF_ONE_CASE else []
    if not slots:
        yield Version(party=party)
        return
    name = slots[0]
    held = dossier.slots[name]
    for value in dossier.options[name]:
        dossier.set(name, value, held.text)
        yield Version(party=party, slot=name, value=value)
    dossier.slots[name] = held
