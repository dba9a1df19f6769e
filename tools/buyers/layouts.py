"""What the columns of each file format mean."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Literal, NamedTuple, cast, get_args

from tools.buyers.model import Company, EntityKind, Figure, Status
from tools.tables import table

FileFormat = Literal["generic", "gleif", "companies-house"]


class Context(NamedTuple):
    """What is known about every row of a file."""

    source: str
    as_of: date | None


class Layout(NamedTuple):
    """A file format."""

    needed: frozenset[str]
    is_used: Callable[[str], bool]
    """Whether a column is read at all; the golden copy has over three hundred."""
    make: Callable[[dict[str, str], Context], Company]
    source: str = ""


def _generic(row: dict[str, str], context: Context) -> Company:
    get = row.get
    other = get("other_names", "")
    return Company(
        entity_id=_short(row["entity_id"], "entity_id", 60),
        name=row["name"],
        country=_country(row["country"]),
        other_names=tuple(name for part in other.split("|") if (name := part.strip())) if other else (),
        city=get("city", ""),
        status=cast(Status, _one_of(get("status", "unknown"), _STATUSES, "status")),
        kind=cast(EntityKind, _one_of(get("kind", "company"), _KINDS, "kind")),
        parent=get("parent"),
        founded=_year(get("founded", "")),
        sector=get("sector", ""),
        identifiers={column[3:]: _short(row[column], column, 60) for column in row if column[:3] == "id:"},
        figures={column[7:]: _figure(column[7:], row[column]) for column in row if column[:7] == "figure:"},
        source=context.source,
        as_of=_iso(row["as_of"]) if "as_of" in row else context.as_of,
    )


def _gleif(row: dict[str, str], context: Context) -> Company:
    lei = row["LEI"].upper()
    if len(lei) != 20 or not lei.isalnum():
        raise ValueError(f"LEI {lei!r} has not 20 letters and digits")
    country = (row.get("Entity.LegalAddress.Country") or row.get("Entity.LegalJurisdiction", ""))[:2]
    other = (value for column, value in row.items() if column.startswith(_GLEIF_OTHER_NAMES))
    statuses: dict[str, Status] = {"ACTIVE": "active", "INACTIVE": "inactive"}
    status = statuses.get(row.get("Entity.EntityStatus", ""), "unknown")
    if row.get("Entity.EntityExpirationReason") == "DISSOLVED":
        status = "dissolved"
    kinds: dict[str, EntityKind] = {"BRANCH": "branch", "SOLE_PROPRIETOR": "sole_trader"}
    category = row.get("Entity.EntityCategory", "")
    is_public = category in ("RESIDENT_GOVERNMENT_ENTITY", "INTERNATIONAL_ORGANIZATION")
    return Company(
        entity_id=f"lei:{lei}",
        name=row["Entity.LegalName"],
        country=_country(country),
        other_names=tuple(dict.fromkeys(other)),
        city=row.get("Entity.LegalAddress.City", ""),
        status=status,
        kind="public_body" if is_public else kinds.get(category, "company"),
        identifiers={"lei": lei, **_local_number(row, country)},
        founded=_year(row.get("Entity.EntityCreationDate", "")[:4]),
        source=context.source,
        as_of=context.as_of,
    )


def _companies_house(row: dict[str, str], context: Context) -> Company:
    number = row["CompanyNumber"].upper().zfill(8)
    if len(number) != 8 or not number.isalnum():
        raise ValueError(f"CompanyNumber {number!r} has not 8 letters and digits")
    former = (value for column, value in row.items() if column.startswith("PreviousName_"))
    return Company(
        entity_id=f"gb:{number}",
        name=row["CompanyName"],
        country="GB",
        other_names=tuple(dict.fromkeys(former)),
        city=row.get("RegAddress.PostTown", ""),
        status=_uk_status(row.get("CompanyStatus", "")),
        kind="branch" if "Overseas" in row.get("CompanyCategory", "") else "company",
        identifiers={"uk_company_number": number},
        founded=_year(row.get("IncorporationDate", "")[-4:]),
        sector=row.get("SICCode.SicText_1", ""),
        source=context.source,
        as_of=context.as_of,
    )


_STATUSES: tuple[str, ...] = get_args(Status)
_KINDS: tuple[str, ...] = get_args(EntityKind)
_GLEIF_OTHER_NAMES = ("Entity.OtherEntityNames.", "Entity.TransliteratedOtherEntityNames.")
_GLEIF_USED = frozenset(
    {
        *("LEI", "Entity.LegalName", "Entity.LegalAddress.City", "Entity.LegalAddress.Country"),
        *("Entity.LegalJurisdiction", "Entity.EntityCategory", "Entity.EntityStatus", "Entity.EntityCreationDate"),
        "Entity.EntityExpirationReason",
        "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
    }
)
_UK_USED = frozenset(
    {
        *("CompanyName", "CompanyNumber", "CompanyStatus", "CompanyCategory", "IncorporationDate"),
        *("RegAddress.PostTown", "SICCode.SicText_1"),
    }
)
LAYOUTS: Mapping[FileFormat, Layout] = {
    "generic": Layout(frozenset({"entity_id", "name", "country"}), lambda column: bool(column), _generic),
    "gleif": Layout(
        frozenset({"LEI", "Entity.LegalName"}),
        lambda c: c in _GLEIF_USED or (c.startswith(_GLEIF_OTHER_NAMES) and c.rsplit(".", 1)[-1].isdigit()),
        _gleif,
        "GLEIF golden copy",
    ),
    "companies-house": Layout(
        frozenset({"CompanyName", "CompanyNumber"}),
        lambda c: c in _UK_USED or (c.startswith("PreviousName_") and c.endswith(".CompanyName")),
        _companies_house,
        "Companies House",
    ),
}


def _short(value: str, column: str, most: int) -> str:
    if len(value) > most:
        raise ValueError(f"{column} has {len(value)} characters, at most {most} are kept")
    return value


def _one_of(value: str, allowed: tuple[str, ...], column: str) -> str:
    if value not in allowed:
        raise ValueError(f"{column} {value!r} is none of {', '.join(allowed)}")
    return value


@lru_cache(maxsize=1024)
def _country(code: str) -> str:
    code = code.upper()
    if len(code) != 2 or not code.isalpha() or not code.isascii():
        raise ValueError(f"country {code!r} is not an ISO 3166 code of two letters")
    return code


def _figure(indicator: str, text: str) -> Figure:
    """The value of an indicator: one of its words, true or false, or a number."""
    words = _words_of_indicators().get(indicator)
    if words is not None:
        _one_of(text, words, f"figure:{indicator}")
        return text == "true" if text in ("true", "false") else text
    if indicator == "currency":
        return _currency(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"figure:{indicator} {text!r} is not a number")
    return number


@cache
def _words_of_indicators() -> dict[str, tuple[str, ...]]:
    """The values that an indicator without numbers may have."""
    data = table("grading")
    scores = {row["id"]: tuple(row["scores"]) for row in data["indicator"] if "scores" in row}
    return scores | {row["id"]: ("true", "false") for row in data["hard_stop"]}


def _currency(code: str) -> str:
    if code not in table("currencies")["currencies"]:
        raise ValueError(f"figure:currency {code!r} is not a code of currencies.toml")
    return code


def _iso(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"as_of {text!r} is not a day like 2026-11-01") from error


def _year(text: str) -> int | None:
    """A year, or None when the text is none (registers hold dates such as 0001-01-01 for unknown)."""
    return int(text) if len(text) == 4 and text.isdecimal() and text > "1000" else None


def _local_number(row: Mapping[str, str], country: str) -> dict[str, str]:
    number = row.get("Entity.RegistrationAuthority.RegistrationAuthorityEntityID", "").upper()[:60]
    if not number:
        return {}
    if country == "GB":
        return {"uk_company_number": number.zfill(8)}
    return {"uscc" if country == "CN" and len(number) == 18 else "registry_number": number}


def _uk_status(text: str) -> Status:
    lowered = text.lower()
    if any(
        word in lowered
        for word in (
            "liquidation",
            "administration",
            "administrator",
            "receiver",
            "insolvency",
            "voluntary arrangement",
        )
    ):
        return "insolvent"
    if lowered.startswith("active"):
        return "active"
    return "dissolved" if "dissolved" in lowered or "converted" in lowered else "unknown"
