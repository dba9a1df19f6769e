"""A company as the registry knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

Status = Literal["active", "inactive", "dissolved", "insolvent", "unknown"]
EntityKind = Literal["company", "branch", "public_body", "sole_trader"]
Figure = Decimal | str | bool


class CompanyName(NamedTuple):
    """A name taken apart. `core` has single spaces between Latin words and none between Chinese characters."""

    core: str
    form: str
    """Group of the legal form (`llc`, `jsc`, `inc`, `lp`, …), or empty."""
    place: str = ""
    """Leading Chinese place, kept out of `brand`."""
    brand: str = ""
    """`core` without the place."""
    is_branch: bool = False
    is_chinese: bool = False
    places: frozenset[str] = frozenset()
    """The places named, as `places.py` calls them, but not a branch's own."""
    numbers: frozenset[str] = frozenset()
    """Numbers and ordinals in digits: 第二 → 2."""
    branch: str = ""
    """What a branch calls itself: 青岛 in 上海曜棠化工青岛分公司."""
    sides: "tuple[CompanyName, ...]" = ()
    """Two names that a slash joins, each taken apart: Quelmar/Tharnwick Foods."""

    @property
    def compact(self) -> str:
        """`core` without spaces."""
        return self.core.replace(" ", "")


@dataclass(frozen=True, kw_only=True)
class Company:
    """One legal entity, or a branch of one."""

    entity_id: str
    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    other_names: tuple[str, ...] = ()
    city: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """Kind (`lei`, `uscc`, `uk_company_number`, `eu_vat`, …) → number."""
    status: Status = "unknown"
    kind: EntityKind = "company"
    parent: str | None = None
    """Entity id of the legal entity a branch belongs to."""
    founded: int | None = None
    sector: str = ""
    source: str = ""
    as_of: date | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """Assessment indicators by name (`grading.toml`), where the source has any."""
