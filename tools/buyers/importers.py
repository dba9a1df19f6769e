"""Companies from files: our own CSV, the GLEIF golden copy, the UK Companies House list."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import cast

from tools.buyers.model import Company, EntityKind, Figure, Status
from tools.errors import ToolInputError
from tools.tables import DATA

DEMO = DATA / "demo_buyers.csv"
DEMO_SOURCE = "demo registry (fictional)"
_STATUSES = frozenset({"active", "inactive", "dissolved", "insolvent", "unknown"})
_KINDS = frozenset({"company", "branch", "public_body", "sole_trader"})


def read_generic(path: Path = DEMO, *, source: str = DEMO_SOURCE) -> Iterator[Company]:
    """Companies from a CSV in UTF-8.

    Columns: `entity_id, name, country` (required), `other_names` (separated by `|`), `city, status, kind, parent,
    founded, sector, as_of`, `id:KIND` for identifiers (`id:lei`, `id:uscc` …), `figure:NAME` for assessment indicators.
    """
    for row in _rows(path, {"entity_id", "name", "country"}):
        yield Company(
            entity_id=row["entity_id"],
            name=row["name"],
            country=row["country"].upper()[:2],
            other_names=tuple(filter(None, (name.strip() for name in row.get("other_names", "").split("|")))),
            city=row.get("city", ""),
            status=cast(Status, _one_of(row.get("status", ""), _STATUSES, "unknown")),
            kind=cast(EntityKind, _one_of(row.get("kind", ""), _KINDS, "company")),
            parent=row.get("parent") or None,
            founded=int(row["founded"]) if row.get("founded", "").isdigit() else None,
            sector=row.get("sector", ""),
            identifiers=_with_prefix(row, "id:"),
            figures={name: _figure(value) for name, value in _with_prefix(row, "figure:").items()},
            source=source,
            as_of=_iso(row.get("as_of", "")),
        )


def read_gleif(path: Path, *, as_of: date | None = None) -> Iterator[Company]:
    """Companies from the GLEIF level-1 golden copy CSV (CC0)."""
    statuses: dict[str, Status] = {"ACTIVE": "active", "INACTIVE": "inactive"}
    for row in _rows(path, {"LEI", "Entity.LegalName"}):
        other = [
            value
            for column, value in row.items()
            if value and column.startswith("Entity.OtherEntityNames.") and column.rsplit(".", 1)[-1].isdigit()
        ]
        jurisdiction = row.get("Entity.LegalAddress.Country") or row.get("Entity.LegalJurisdiction", "")
        numbers = {"lei": row["LEI"], **_local_number(row, jurisdiction)}
        yield Company(
            entity_id=f"lei:{row['LEI']}",
            name=row["Entity.LegalName"],
            country=jurisdiction[:2].upper(),
            other_names=tuple(dict.fromkeys(other)),
            city=row.get("Entity.LegalAddress.City", ""),
            status=statuses.get(row.get("Entity.EntityStatus", ""), "unknown"),
            kind="branch" if row.get("Entity.EntityCategory") == "BRANCH" else "company",
            identifiers=numbers,
            founded=_year(row.get("Entity.EntityCreationDate", "")),
            source="GLEIF golden copy",
            as_of=as_of,
        )


def read_companies_house(path: Path, *, as_of: date | None = None) -> Iterator[Company]:
    """Companies from the UK Companies House monthly CSV; its headers carry leading spaces, its dates are DD/MM/YYYY."""
    for row in _rows(path, {"CompanyName", "CompanyNumber"}):
        incorporated = row.get("IncorporationDate", "")
        former = [
            row[f"PreviousName_{n}.CompanyName"] for n in range(1, 11) if row.get(f"PreviousName_{n}.CompanyName")
        ]
        number = row["CompanyNumber"].upper().zfill(8)
        yield Company(
            entity_id=f"gb:{number}",
            name=row["CompanyName"],
            country="GB",
            other_names=tuple(dict.fromkeys(former)),
            city=row.get("RegAddress.PostTown", ""),
            status=_uk_status(row.get("CompanyStatus", "")),
            kind="branch" if "Overseas" in row.get("CompanyCategory", "") else "company",
            identifiers={"uk_company_number": number},
            founded=int(incorporated[-4:]) if incorporated[-4:].isdigit() else None,
            sector=row.get("SICCode.SicText_1", "")[:40],
            source="Companies House",
            as_of=as_of,
        )


def _rows(path: Path, needed: set[str]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = [column.strip() for column in next(reader, [])]
        missing = needed - set(header)
        if missing:
            raise ToolInputError("file", path.name, f"The file needs the columns {', '.join(sorted(missing))}.")
        for cells in reader:
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            if all(row.get(column) for column in needed):
                yield row


def _with_prefix(row: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {column[len(prefix) :]: value for column, value in row.items() if column.startswith(prefix) and value}


def _one_of(value: str, allowed: frozenset[str], otherwise: str) -> str:
    return value if value in allowed else otherwise


def _figure(text: str) -> Figure:
    if text in ("true", "false"):
        return text == "true"
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _iso(text: str) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def _year(text: str) -> int | None:
    return int(text[:4]) if text[:4].isdigit() else None


def _local_number(row: Mapping[str, str], country: str) -> dict[str, str]:
    number = row.get("Entity.RegistrationAuthority.RegistrationAuthorityEntityID", "").upper()
    kinds = {"CN": "uscc", "GB": "uk_company_number"}
    if not number or country not in kinds:
        return {"registry_number": number} if number else {}
    return {kinds[country]: number.zfill(8) if country == "GB" else number}


def _uk_status(text: str) -> Status:
    lowered = text.lower()
    if any(word in lowered for word in ("liquidation", "administration", "receiver", "insolvency")):
        return "insolvent"
    if lowered.startswith("active"):
        return "active"
    return "dissolved" if "dissolved" in lowered or "converted" in lowered else "unknown"
