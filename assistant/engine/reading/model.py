"""What reading a message yields: quantities, entities, intents, language."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Language = Literal["zh", "en"]
QuantityKind = Literal["money", "percent", "duration", "date", "number", "ratio", "recurring"]
EntityKind = Literal[
    "country",
    "sector",
    "cover_type",
    "cause",
    "company",
    "identifier",
    "document_held",
    "jurisdiction",
    "terms_set",
    "currency",
    "party",
]
Value = Decimal | date
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One amount, share, time span, date, count or what comes back ("every Monday"), with its place in the message."""

    kind: QuantityKind
    value: Value | None
    """Money in whole currency units, percent as 0–100, duration in `unit`, a date. None for an open guess ("some") and
    for what comes back."""
    unit: str
    """Currency code (`XXX`: unstated), `%`, days | business_days | months | years, a date's grain (day, week, month,
    quarter, half, year, range), a count's noun, the words of what comes back, `ordinal`, `times`."""
    span: Span
    text: str
    low: Value | None = None
    """Lower end of a stated range ("80–100万") or of a period ("Q3")."""
    high: Value | None = None
    alternatives: tuple[Value, ...] = ()
    """Other readings of an ambiguous form (01/03/2026; a day and month without its year)."""
    options: tuple[Value | None, ...] = ()
    """Values that a person wavers between: "80 or 100"."""
    role: str | None = None
    role_confidence: float = 0.0
    is_guessed: bool = False
    """Whether no cue word named the role."""
    explicit_currency: bool = False
    approximate: bool = False
    modifier: Literal["more_than", "less_than"] | None = None

    @property
    def is_range(self) -> bool:
        """Whether two ends were stated instead of one value."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One named thing; `value` is the id that tools use, or the name itself for a company."""

    kind: EntityKind
    value: str
    span: Span
    text: str
    detail: str = ""
    """For an identifier its scheme (lei, uscc, vat, gb_coh); else empty."""
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Intent:
    """One thing the person may want, with a calibrated confidence between 0 and 1."""

    name: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything a message says on its own; what it means in a conversation is the dossier's concern."""

    message: str
    text: str
    """Normalised: half width, simplified characters. Spans point into `message`, not here."""
    language: Language
    script_traditional: bool = False
    mixed: bool = False
    quantities: tuple[Quantity, ...] = ()
    recurring: tuple[Quantity, ...] = ()
    """What comes back ("monthly", 每周一): neither a date nor a fact of the case."""
    entities: tuple[Entity, ...] = ()
    intents: tuple[Intent, ...] = ()
    flags: frozenset[str] = field(default_factory=frozenset)

    def quantity(self, role: str) -> Quantity | None:
        """The first quantity with this role."""
        return next((quantity for quantity in self.quantities if quantity.role == role), None)

    def with_role(self, role: str) -> tuple[Quantity, ...]:
        """Every quantity with this role, in reading order."""
        return tuple(quantity for quantity in self.quantities if quantity.role == role)

    def entity(self, kind: EntityKind) -> Entity | None:
        """The first entity of this kind."""
        return next((entity for entity in self.entities if entity.kind == kind), None)

    def of_kind(self, kind: EntityKind) -> tuple[Entity, ...]:
        """Every entity of this kind, in reading order."""
        return tuple(entity for entity in self.entities if entity.kind == kind)
