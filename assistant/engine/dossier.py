"""What is known of the user's case: typed slots, each with where it came from; it outlives the turn."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from assistant.engine.slots import as_slot_value, not_inherited, party_slots, slot_of
from tools.money import UNSTATED

__all__ = ["NOTHING", "Dossier", "Origin", "Party", "Slot", "as_slot_value", "currency_for", "slot_of"]

Origin = Literal["user", "schedule", "tool", "typical"]
NOTHING: Mapping[str, str] = {}
_STEPS_KEPT = 8


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One fact: JSON data, and where it came from."""

    value: Any
    source: Origin = "user"
    turn: int = 0
    text: str = ""
    """The words it was read from."""


@dataclass(kw_only=True)
class Party:
    """One of several buyers: how it is called, and the facts set aside while another is spoken of."""

    label: str
    keys: list[str] = field(default_factory=list)
    """What it is recognised by: `#1`, `name:…`, `country:DE`."""
    slots: dict[str, Slot] = field(default_factory=dict)


@dataclass(kw_only=True)
class Dossier:
    """The facts of one conversation."""

    slots: dict[str, Slot] = field(default_factory=dict)
    parties: list[Party] = field(default_factory=list)
    """The buyers spoken of by some name; empty while there is only one."""
    party: int | None = None
    """Position of the buyer that the slots are about."""
    tasks: list[str] = field(default_factory=list)
    """What was last computed, main task first; a question in between does not end it."""
    done: list[str] = field(default_factory=list)
    """Everything computed so far, latest first: what a return to an earlier subject returns to."""
    last_tasks: list[str] = field(default_factory=list)
    """What the last turn did, looking things up included."""
    awaiting: list[str] = field(default_factory=list)
    """Slots asked for in the last answer."""
    policy: dict[str, Any] | None = None
    """The confirmed policy that the conversation uses, as `assistant.schedule` keeps it."""
    language: Literal["zh", "en"] | None = None
    turn: int = 0
    topic: str = ""
    """The last question asked in full; follow-ups are searched together with it."""
    document: str = ""
    """Kind of the draft written last; a correction writes it again."""
    currency_assumed: str = ""
    """Currency taken for amounts that named none; empty when every amount named one."""
    options: dict[str, list[Any]] = field(default_factory=dict)
    """Slots for which this turn named several values: "80 or 100"."""
    spoken_of: list[int] = field(default_factory=list)
    """Positions of the buyers that this turn is about, when they are several."""
    has_turned: bool = False
    """Whether this turn speaks of another buyer than the one before."""
    dropped: list[str] = field(default_factory=list)
    """Slots that this turn took back."""
    before: list[dict[str, Any]] = field(default_factory=list)
    """The facts before each of the last turns, for undo."""

    def get(self, name: str) -> Any:
        slot = self.slots.get(name)
        return slot.value if slot else None

    def __contains__(self, name: object) -> bool:
        return name in self.slots

    def changed(self) -> Iterator[str]:
        """Slots set in this turn, or taken back."""
        return iter([*(name for name, slot in self.slots.items() if slot.turn == self.turn), *self.dropped])

    def set(self, name: str, value: Any, text: str = "", source: Origin = "user") -> None:
        self.slots[name] = Slot(value=value, source=source, turn=self.turn, text=text)

    def forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.slots.pop(name, None)

    def begin_turn(self) -> None:
        """Keep the facts as they are for undo, and start afresh what belongs to one turn."""
        self.before = [*self.before, self._facts()][-_STEPS_KEPT:]
        self.turn += 1
        self.options, self.dropped, self.spoken_of, self.has_turned = {}, [], [], False

    def undo(self) -> None:
        """The facts before the last turn that changed any; what differs counts as changed in this turn."""
        now = self._facts()
        while self.before and self.before[-1] == now:
            self.before.pop()
        was = {name: slot.value for name, slot in self.slots.items()}
        if self.before:
            self._restore(self.before.pop())
        self.turn += 1
        self.options, self.spoken_of = {}, []
        self.dropped = [name for name in was if name not in self.slots]
        for name, slot in list(self.slots.items()):
            if name not in was or was[name] != slot.value:
                self.set(name, slot.value, slot.text, slot.source)

    def focus(self, position: int) -> None:
        """Make the slots those of another buyer; its own facts stand, all others are shared."""
        if position == self.party:
            return
        own = party_slots()
        if self.party is not None:
            self.parties[self.party].slots = {name: slot for name, slot in self.slots.items() if name in own}
        kept = {name: slot for name, slot in self.slots.items() if name not in own}
        self.slots = kept | self.parties[position].slots
        self.party = position

    def add_party(self, label: str, key: str, *, inherit: bool = True) -> int:
        """A buyer not spoken of before; it takes over what is likely the same as for the last one."""
        own = party_slots() - not_inherited() if inherit else frozenset[str]()
        inherited = {name: slot for name, slot in self.slots.items() if name in own}
        self.parties.append(Party(label=label, keys=[key], slots=inherited))
        return len(self.parties) - 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Dossier":
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        slots = _slots(known.pop("slots", {}))
        parties = [Party(**{**item, "slots": _slots(item["slots"])}) for item in known.pop("parties", ())]
        if not isinstance(known.get("before"), list):
            known.pop("before", None)
        return cls(slots=slots, parties=parties, **known)

    def _facts(self) -> dict[str, Any]:
        slots = {name: asdict(slot) for name, slot in self.slots.items()}
        return {"slots": slots, "parties": [asdict(item) for item in self.parties], "party": self.party}

    def _restore(self, facts: Mapping[str, Any]) -> None:
        self.slots = _slots(facts["slots"])
        self.parties = [Party(**{**item, "slots": _slots(item["slots"])}) for item in facts["parties"]]
        self.party = facts["party"]


def currency_for(dossier: Dossier, language: str) -> str:
    """Currency of an amount that names none: the case's own, else the one that Chinese speakers mean by 万."""
    for slot in sorted(dossier.slots.values(), key=lambda slot: -slot.turn):
        if isinstance(slot.value, dict) and slot.value.get("currency", UNSTATED) != UNSTATED:
            return str(slot.value["currency"])
    return "CNY" if language == "zh" else UNSTATED


def _slots(data: Mapping[str, Any]) -> dict[str, Slot]:
    return {name: Slot(**slot) for name, slot in data.items()}
