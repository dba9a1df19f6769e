"""Look a buyer up by name or identifier: at most five candidates, never a silent pick among look-alikes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from tools.buyers.identifiers import IdentifierCheck, check_identifier, looks_like_identifier
from tools.buyers.model import Company
from tools.buyers.names import parse_name
from tools.buyers.registry import Registry, Scored
from tools.buyers.scripts import has_chinese
from tools.errors import ToolInputError
from tools.names import folded
from tools.results import Caution, Result
from tools.tables import table

_LETTER = re.compile(r"\w")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A company that the question may mean."""

    entity_id: str
    name: str
    other_names: tuple[str, ...]
    country: str
    city: str
    identifiers: Mapping[str, str]
    status: str
    """active | inactive | dissolved | insolvent | unknown."""
    match: float
    """0–1, how likely this is the company meant; 1 for an identifier."""
    kind: str
    """company | branch | public_body | sole_trader."""
    parent: str | None
    """For a branch, the entity id of the company it belongs to: limits are given to that one."""
    founded: int | None
    sector: str


@dataclass(frozen=True, kw_only=True)
class BuyerLookup(Result):
    """Who the buyer may be. An identity record says nothing about creditworthiness."""

    candidates: tuple[Candidate, ...]
    identifier_check: IdentifierCheck | None = None
    ambiguous: bool = False
    """More than one company fits, or the only one is not called quite that: ask before going on."""
    source: str = ""
    as_of: date | None = None


def find_buyer(registry: Registry, name: str | None, identifier: str | None, country: str | None) -> BuyerLookup:
    """The lookup behind the tool `lookup_buyer`."""
    if identifier is None and name is not None and looks_like_identifier(name):
        name, identifier = None, name
    check = None
    found: list[Scored] = []
    if identifier is not None:
        check = check_identifier(identifier, country)
        found = [Scored(company, 1.0) for company in registry.by_identifier(check.value)] if check.value else []
    elif name is None or not _LETTER.search(name):
        raise ToolInputError("name", name, "Give the buyer's name or a company identifier.")
    rules = table("matching")["lookup"]
    if not found and name and _LETTER.search(name):
        found = registry.by_name(name, country, limit=rules["shown"], least=float(rules["least"]))
    candidates = tuple(_candidate(item) for item in found[: rules["shown"]])
    ambiguous = not _is_exact(found, name) and _is_ambiguous(found, float(rules["close"]), float(rules["certain"]))
    return BuyerLookup(
        candidates=candidates,
        identifier_check=check,
        ambiguous=ambiguous,
        source=found[0].company.source if found else "",
        as_of=found[0].company.as_of if found else None,
        warnings=_cautions(found, check, ambiguous, name or ""),
    )


def make_lookup_buyer(registry: Registry) -> Callable[..., BuyerLookup]:
    """The tool `lookup_buyer` over one registry."""

    def lookup_buyer(
        name: Annotated[str, Field(max_length=300)] | None = None,
        identifier: Annotated[str, Field(max_length=60)] | None = None,
        country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None,
    ) -> BuyerLookup:
        """Find a company in the registry by name or by identifier, and check the identifier's form.

        Use it when a buyer is named or a number such as a LEI or 统一社会信用代码 is given. It returns up to five
        candidates; when `ambiguous` is true ask which one is meant, even if there is only one. A hit is an identity
        record, not a credit opinion.

        Args:
            name: Company name in any script, full or short.
            identifier: LEI, 统一社会信用代码, UK company number, EU VAT number or Chinese organisation code.
            country: ISO code of the buyer's country, if known.
        """
        return find_buyer(registry, name, identifier, country)

    return lookup_buyer


def _candidate(item: Scored) -> Candidate:
    company: Company = item.company
    return Candidate(
        entity_id=company.entity_id,
        name=company.name,
        other_names=company.other_names,
        country=company.country,
        city=company.city,
        identifiers=company.identifiers,
        status=company.status,
        match=item.score,
        kind=company.kind,
        parent=company.parent,
        founded=company.founded,
        sector=company.sector,
    )


def _is_exact(found: list[Scored], name: str | None) -> bool:
    """The whole registered name was given, and only one company bears it."""
    if not found or name is None:
        return False
    wanted = folded(name)
    bearers = [
        item for item in found if wanted in {folded(known) for known in (item.company.name, *item.company.other_names)}
    ]
    return len(bearers) == 1 and bearers[0] is found[0]


def _is_ambiguous(found: list[Scored], close: float, certain: float) -> bool:
    """A leader called otherwise, a runner-up near it, or a namesake: another company whose reduced name is the same."""
    if not found:
        return False
    first = found[0]
    if first.score < certain or any(first.score - other.score < close for other in found[1:2]):
        return True
    brand = parse_name(first.company.name).brand
    return any(parse_name(item.company.name).brand == brand for item in found[1:])


def _cautions(found: list[Scored], check: IdentifierCheck | None, ambiguous: bool, name: str) -> tuple[Caution, ...]:
    cautions: list[Caution] = []
    if check is not None and check.note == "natural_person_id":
        cautions.append(Caution(id="natural_person_not_looked_up"))
    elif check is not None and check.note in ("checksum_failed", "checksum_failed_may_be_early_code"):
        values = {"kind": check.kind, "position": check.position, "found": check.found, "expected": check.expected}
        cautions.append(Caution(id=f"identifier_{check.note}", values=values))
    elif check is not None and check.valid is not True:
        cautions.append(Caution(id="identifier_not_usable", values={"kind": check.kind, "note": check.note}))
    if not found:
        if _may_be_a_person(name):
            cautions.append(Caution(id="natural_person_not_looked_up"))
        cautions.append(Caution(id="no_match_meaning"))
        return tuple(cautions)
    if ambiguous and len(found) > 1:
        cautions.append(Caution(id="look_alikes_ask_which", values={"count": len(found)}))
    elif ambiguous:
        cautions.append(Caution(id="name_differs_confirm"))
    top = found[0].company
    if top.kind == "branch":
        cautions.append(Caution(id="branch_limit_belongs_to_entity", values={"parent": top.parent}))
    if top.kind == "sole_trader":
        cautions.append(Caution(id="sole_trader_not_scored"))
    if top.status in ("dissolved", "inactive", "insolvent"):
        cautions.append(Caution(id="buyer_not_active", values={"status": top.status}))
    cautions.append(Caution(id="identity_is_not_creditworthiness"))
    if "fictional" in top.source:
        cautions.append(Caution(id="demo_registry_is_fictional"))
    return tuple(cautions)


def _may_be_a_person(name: str) -> bool:
    """Two or three Chinese characters that open with a frequent family name: 王小明."""
    text = "".join(name.split())
    return 2 <= len(text) <= 3 and text[0] in table("matching")["lookup"]["surnames"] and has_chinese(text[1:])
