"""The shape of a task, and what several tasks share."""

import typing
from collections.abc import Mapping
from typing import Any, ClassVar

from assistant.engine.dossier import NOTHING, as_slot_value, currency_for
from assistant.engine.filling import unplaced
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer
from tools.causes import LossCause

LOSS_CAUSES = frozenset(typing.get_args(LossCause))
"""Causes of loss that the tools know."""


class Task:
    """One thing the engine can do with one tool."""

    name: ClassVar[str]
    tool: ClassVar[str]
    intents: ClassVar[frozenset[str]]
    """Intents that call for this task."""
    decisive: ClassVar[frozenset[str]] = frozenset()
    """Slots that nobody states without wanting this task."""
    natural: ClassVar[Mapping[str, str]] = NOTHING
    """Slot that a bare quantity of each kind means while this task is at hand."""
    slots: ClassVar[frozenset[str]] = frozenset()
    """Slots that feed it: a follow-up that changes one runs the task again."""

    def wanted(self, turn: TurnContext) -> bool:
        """Whether this turn asks for the task."""
        return turn.intends(*self.intents)

    def settle(self, turn: TurnContext) -> None:
        """Give bare quantities of the message the meaning that this task expects."""

    def missing(self, turn: TurnContext) -> list[str]:
        """Slots without which the tool cannot be called, most decisive first."""
        return []

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        """The tool's arguments from the dossier."""
        raise NotImplementedError

    def variants(self, turn: TurnContext) -> list[dict[str, Any]]:
        """Arguments that differ in further calls, when the message compares values."""
        return []

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        """Put the result into words."""
        raise NotImplementedError

    def has_facts(self, turn: TurnContext) -> bool:
        """Whether the message itself gives this task something to work on."""
        return bool(self.decisive & set(turn.dossier.changed()))

    def is_named(self, turn: TurnContext) -> bool:
        """Whether the message asks for the task in plain words, whatever else it asks."""
        return False

    def insists(self, turn: TurnContext) -> bool:
        """Whether, with facts missing, only asking for them helps; a passage may answer a general question instead."""
        return True

    def explain_missing(self, writer: Writer) -> None:
        """What can be said safely while facts are missing."""


def from_slots(turn: TurnContext, **slot_by_argument: str) -> dict[str, Any]:
    """Arguments whose slots are filled."""
    found = {argument: turn.dossier.get(slot) for argument, slot in slot_by_argument.items()}
    return {argument: value for argument, value in found.items() if value is not None}


def place_bare(turn: TurnContext, kind: str, *slots: str) -> None:
    """Fill empty `slots` with the message's bare quantities of `kind`, in reading order."""
    # "50 million a year": the year is not a time that anybody waits
    free = [item for item in unplaced(turn.dossier, turn.reading, kind) if item.unit not in ("year", "years")]
    empty = [slot for slot in slots if slot not in turn.dossier]
    for slot, item in zip(empty, free, strict=False):
        value = as_slot_value(item, slot, currency_for(turn.dossier, turn.reading.language))
        if value is not None:
            turn.dossier.set(slot, value, item.text)
