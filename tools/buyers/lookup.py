"""Look a buyer up by name or identifier: at most five candidates, never a silent pick among look-alikes."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple

from pydantic import Field

from tools.buyers.identifiers import IdentifierCheck, check_identifier, looks_like_identifier
from tools.buyers.matching import similarity
from tools.buyers.model import Company
from tools.buyers.names import parse_name
from tools.buyers.persons import Person, person_in
from tools.buyers.registry import Registry, Scored
from tools.errors import ToolInputError
from tools.names import country_code, folded
from tools.results import Caution, Result
from tools.tables import table

_LETTER = re.compile(r"[^\W_]")


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
    """More than one company fits, or the only one differs from what was given: ask before going on."""
    source: str = ""
    as_of: date | None = None


def make_lookup_buyer(registry: Registry) -> Callable[..., BuyerLookup]:
    """The tool `lookup_buyer` over one registry."""

    def lookup_buyer(
        name: Annotated[str, Field(max_length=300)] | None = None,
        identifier: Annotated[str, Field(max_length=60)] | None = None,
        country: Annotated[str, Field(max_length=60)] | None = None,
    ) -> BuyerLookup:
        """Find a company in the registry by name or by identifier, and check the identifier's form.

        Use it when a buyer is named or a number such as a LEI or 统一社会信用代码 is given. It returns up to five
        candidates; when `ambiguous` is true ask which one is meant, even if there is only one. A hit is an identity
        record, not a credit opinion.

        Args:
            name: Company name in any script, full or short.
            identifier: LEI, 统一社会信用代码, UK company number, EU VAT number or Chinese organisation code.
            country: The buyer's country, if known: its name in English or Chinese, or its ISO code.
        """
        return find_buyer(registry, name, identifier, country)

    return lookup_buyer


def find_buyer(registry: Registry, name: str | None, identifier: str | None, country: str | None) -> BuyerLookup:
    """The lookup behind the tool `lookup_buyer`."""
    asked = _asked(name, identifier, country)
    check = check_identifier(asked.identifier, asked.country) if asked.identifier else None
    person = _person(asked.name, check)
    found, cautions = _found(registry, asked, check, person)
    is_registered = bool(found) and check is not None and "number_not_on_record" not in cautions
    ambiguous = bool(cautions) or _is_ambiguous(found, asked.name)
    return BuyerLookup(
        candidates=tuple(map(_candidate, found)),
        identifier_check=check,
        ambiguous=ambiguous,
        source=found[0].company.source if found else "",
        as_of=found[0].company.as_of if found else None,
        warnings=(
            *_on_identifier(check, is_registered=is_registered),
            *(Caution(id=caution) for caution in cautions),
            *(
                _on_candidates(found, is_unsure=ambiguous and not cautions)
                if found
                else _on_nothing(asked.name, person)
            ),
        ),
    )


class _Asked(NamedTuple):
    """What is known about the buyer; at least a name or an identifier."""

    name: str
    identifier: str
    country: str | None


def _asked(name: str | None, identifier: str | None, country: str | None) -> _Asked:
    name, identifier = (text if text and _LETTER.search(text) else "" for text in (name, identifier))
    if name and not identifier and looks_like_identifier(name):
        name, identifier = "", name
    if not name and not identifier:
        raise ToolInputError("name", name or None, "Give the buyer's name or a company identifier.")
    code = country_code(country) if country else None
    if country and code is None:
        if len(country) != 2 or not country.isascii() or not country.isalpha():
            raise ToolInputError("country", country, "Give it in English or Chinese, or its two-letter ISO code.")
        code = country.upper()
    return _Asked(name, identifier, code)


def _person(name: str, check: IdentifierCheck | None) -> Person:
    if check is not None and check.note == "natural_person_id":
        return "certain"
    return person_in(name) if name else "no"


def _found(
    registry: Registry, asked: _Asked, check: IdentifierCheck | None, person: Person
) -> tuple[list[Scored], list[str]]:
    """The candidates, and the cautions about what they have other than was asked for."""
    rules = table("matching")["lookup"]
    shown, least = rules["shown"], float(rules["least"])
    numbered = _numbered(registry, check.value) if check and check.value else []
    if numbered:
        found = [Scored(company, 1.0) for company in numbered[:shown]]
        return found, list(_contradictions(numbered[0], asked))
    if not asked.name or person == "certain":
        return [], []
    found = registry.by_name(asked.name, asked.country, limit=shown, least=least)
    cautions = ["number_not_on_record"] if found and check is not None else []
    if not found and asked.country:
        found = registry.by_name(asked.name, limit=shown, least=float(rules["same"]))
        cautions = ["country_differs"] if found else []
    return found, cautions


def _numbered(registry: Registry, value: str) -> list[Company]:
    """The bearers of a number; UK numbers are often written without their leading zeros."""
    is_short = value.isdigit() and 6 <= len(value) < 8
    return registry.by_identifier(value) or (registry.by_identifier(value.zfill(8)) if is_short else [])


def _contradictions(company: Company, asked: _Asked) -> Iterator[str]:
    """In what the bearer of a number differs from the name and country given with it."""
    names = (company.name, *company.other_names)
    if asked.name and max(similarity(asked.name, name) for name in names) < float(table("matching")["lookup"]["same"]):
        yield "number_of_another_name"
    if asked.country and asked.country != company.country:
        yield "country_differs"


def _is_ambiguous(found: Sequence[Scored], name: str) -> bool:
    """A leader called otherwise, a runner-up near it, or a namesake: another company whose reduced name is the same."""
    if not found or _is_exact(found, name):
        return False
    rules = table("matching")["lookup"]
    first = found[0]
    close = (first.score - other.score < float(rules["close"]) for other in found[1:2])
    if first.score < float(rules["certain"]) or any(close):
        return True
    brand = parse_name(first.company.name).brand
    return any(parse_name(item.company.name).brand == brand for item in found[1:])


def _is_exact(found: Sequence[Scored], name: str) -> bool:
    """The whole registered name was given, and only one company bears it."""
    wanted = folded(name)
    bearers = [
        item for item in found if wanted in {folded(known) for known in (item.company.name, *item.company.other_names)}
    ]
    return len(bearers) == 1 and bearers[0] is found[0]


def _candidate(item: Scored) -> Candidate:
    company = item.company
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


def _on_identifier(check: IdentifierCheck | None, *, is_registered: bool) -> Iterator[Caution]:
    if check is None or check.valid:
        return
    if check.note in ("checksum_failed", "checksum_failed_may_be_early_code"):
        values = {"kind": check.kind, "position": check.position, "found": check.found, "expected": check.expected}
        yield Caution(id=f"identifier_{check.note}", values=values)
    elif not is_registered and check.note != "natural_person_id":
        yield Caution(id="identifier_not_usable", values={"kind": check.kind, "note": check.note})


def _on_nothing(name: str, person: Person) -> Iterator[Caution]:
    if person != "no":
        yield Caution(id="natural_person_not_looked_up")
    if name and parse_name(name).form == "sole":
        yield Caution(id="sole_trader_not_scored")
    if person != "certain":
        yield Caution(id="no_match_meaning")


def _on_candidates(found: Sequence[Scored], *, is_unsure: bool) -> Iterator[Caution]:
    if is_unsure and len(found) > 1:
        yield Caution(id="look_alikes_ask_which", values={"count": len(found)})
    elif is_unsure:
        yield Caution(id="name_differs_confirm")
    top = found[0].company
    if top.kind == "branch":
        yield Caution(id="branch_limit_belongs_to_entity", values={"parent": top.parent})
    if top.kind == "sole_trader":
        yield Caution(id="sole_trader_not_scored")
    if top.status in ("dissolved", "inactive", "insolvent"):
        yield Caution(id="buyer_not_active", values={"status": top.status})
    yield Caution(id="identity_is_not_creditworthiness")
    if "fictional" in top.source:
        yield Caution(id="demo_registry_is_fictional")
