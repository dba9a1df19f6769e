"""Company identifiers: what a string is, whether its check digits hold, and which character fails."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from stdnum import lei
from stdnum.cn import ric, uscc
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat

from tools.tables import table

Kind = Literal["lei", "uscc", "cn_organisation_code", "uk_company_number", "eu_vat", "gb_vat", "person_id", "unknown"]
Note = Literal[
    "valid",
    "no_check_digit",
    "wrong_length",
    "wrong_character",
    "checksum_failed",
    "checksum_failed_may_be_early_code",
    "natural_person_id",
    "unrecognised",
]
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_UK_PREFIXES = re.compile("AC|BR|C[ES]|F[CE]|G[ENS]|I[CP]|LP|N[ACFILOPRVZ]|O[CE]|PC|R[CS]|S[ACEFGILOPRZ]|ZC")
_GB_VAT = re.compile(r"\d{9}|\d{12}|(GD|HA)(\d{3}|8888\d{5})")
_BIRTH_DATE = re.compile(r"\d{6}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_WORD = re.compile(r"[^\W\d_]{5,}")
_LEI_LENGTH, _USCC_LENGTH = 20, 18
_SEPARATORS = re.compile(r"[\s\-–—.:/·]+")


@dataclass(frozen=True, kw_only=True)
class IdentifierCheck:
    """What was recognised. `valid` is False when the form or a check digit is wrong, None when nothing can be said."""

    kind: Kind
    value: str
    """Without separators; empty for a person's identity number, which is not repeated."""
    valid: bool | None
    note: Note
    position: int | None = None
    """1-based place of the character that fails."""
    found: str | None = None
    expected: str | None = None
    """The check character that would fit the rest."""


def check_identifier(text: str, country: str | None = None) -> IdentifierCheck:
    """Recognise and check one identifier.

    A failed checksum is a warning, not a rejection: some early 统一社会信用代码 are genuine and fail.
    """
    value = compact(text)
    kind = classify(value, country)
    if kind == "unknown":
        value = _labels().sub("", value)
        kind = classify(value, country)
    if kind == "unknown" and (meant := _miscounted(value)):
        return IdentifierCheck(kind=meant, value=value, valid=False, note="wrong_length")
    if kind == "person_id" or (kind == "uscc" and _BIRTH_DATE.fullmatch(value) and not uscc.is_valid(value)):
        return IdentifierCheck(kind="person_id", value="", valid=None, note="natural_person_id")
    if kind == "unknown":
        return IdentifierCheck(kind=kind, value=value, valid=None, note="unrecognised")
    if kind == "uk_company_number":
        return IdentifierCheck(kind=kind, value=value.zfill(8), valid=True, note="no_check_digit")
    checks = {"lei": _check_lei, "uscc": _check_uscc, "cn_organisation_code": _check_organisation_code}
    return checks[kind](value) if kind in checks else _check_vat(kind, value)


def compact(text: str) -> str:
    """Half width, upper case, no separators."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def classify(value: str, country: str | None = None) -> Kind:
    """The kind of identifier that a compact string is, judged by its form, then by its check digits."""
    if not value.isascii() or not value.isalnum() or not any(character.isdigit() for character in value):
        return "unknown"
    if len(value) == 18 and not uscc.is_valid(value) and ric.is_valid(value):
        return "person_id"
    if len(value) == 20 and (value[-2:].isdigit() or lei.is_valid(value)) and not eu_vat.is_valid(value):
        return "lei"
    if len(value) == _USCC_LENGTH and (value[:8].isdigit() or _is_misread_uscc(value)):
        return "uscc"
    prefix, rest = value[:2].lower(), value[2:]
    if (prefix == "gb" and rest.isalnum() and 5 <= len(rest) <= 12) or (country == "GB" and _GB_VAT.fullmatch(value)):
        return "gb_vat"
    if (
        (prefix in eu_vat.MEMBER_STATES or prefix in ("el", "eu", "im"))
        and sum(c.isdigit() for c in rest) >= 2
        and 4 <= len(rest) <= 13
    ):
        return "eu_vat" if eu_vat.is_valid(value) or not _is_uk_number(value) else "uk_company_number"
    if len(value) in (16, 17, 19) and value[:8].isdigit() and value[0] in "159":
        return "uscc"  # a character too few or too many
    if (
        len(value) == 9
        and value[-1] in "0123456789X"
        and (country == "CN" or organisation_digit(value[:8]) == value[-1])
    ):
        return "cn_organisation_code"
    if _is_uk_number(value) or (country == "GB" and value.isdigit() and 6 <= len(value) <= 8):
        return "uk_company_number"
    return "unknown"


def looks_like_identifier(text: str) -> bool:
    """Whether a "name" is an identifier in disguise: not Tharnwick Capital 2020, though LEIs have that form."""
    check = check_identifier(text)
    is_of_words = _WORD.search(text.partition(":")[2] or text) is not None
    return check.note == "natural_person_id" or (check.kind != "unknown" and (check.valid is True or not is_of_words))


@cache
def _labels() -> re.Pattern[str]:
    """Words before a number, as `compact` leaves them."""
    return re.compile(rf"^(?:{'|'.join(table('identifiers')['labels'])})+(?=[A-Z0-9]{{6,}}$)")


def _is_misread_uscc(value: str) -> bool:
    """A letter among the first eight characters, where only digits stand: O for 0."""
    return value[0] in "159" and sum(map(str.isdigit, value[:8])) >= 6 and sum(map(str.isdigit, value)) >= 10


def _miscounted(value: str) -> Kind | None:
    """A LEI or 统一社会信用代码 with characters missing or too many."""
    digits = sum(map(str.isdigit, value))
    if not value.isascii() or not value.isalnum() or digits < 6:
        return None
    if 15 <= len(value) < 20 and value[0] == "9" and value[:8].isdigit() and digits < len(value):
        return "uscc"
    is_near = abs(len(value) - _LEI_LENGTH) in (1, 2) and len(value) != _USCC_LENGTH
    return "lei" if is_near and digits < len(value) and value[-1].isdigit() else None


def _is_uk_number(value: str) -> bool:
    return bool(re.fullmatch(r"\d{8}", value)) or (
        bool(re.fullmatch(r"..\d{6}", value)) and bool(_UK_PREFIXES.fullmatch(value[:2]))
    )


def _check_lei(value: str) -> IdentifierCheck:
    if lei.is_valid(value):
        return IdentifierCheck(kind="lei", value=value, valid=True, note="valid")
    remainder = int("".join(str(int(character, 36)) for character in value[:18]) + "00") % 97
    return _mismatch("lei", value, 19, value[18:], f"{98 - remainder:02d}")


def _check_uscc(value: str) -> IdentifierCheck:
    if len(value) != 18:
        return IdentifierCheck(kind="uscc", value=value, valid=False, note="wrong_length")
    for position, character in enumerate(value, 1):
        if character not in _USCC_ALPHABET or (position in range(3, 9) and not character.isdigit()):
            return IdentifierCheck(
                kind="uscc", value=value, valid=False, note="wrong_character", position=position, found=character
            )
    if uscc.is_valid(value):
        return IdentifierCheck(kind="uscc", value=value, valid=True, note="valid")
    expected = str(uscc.calc_check_digit(value[:17]))
    return _mismatch("uscc", value, 18, value[17], expected, "checksum_failed_may_be_early_code")


def _check_organisation_code(value: str) -> IdentifierCheck:
    expected = organisation_digit(value[:8])
    if expected == value[8]:
        return IdentifierCheck(kind="cn_organisation_code", value=value, valid=True, note="valid")
    return _mismatch("cn_organisation_code", value, 9, value[8], expected)


def _check_vat(kind: Kind, value: str) -> IdentifierCheck:
    check = gb_vat.validate if kind == "gb_vat" else eu_vat.validate
    try:
        check(value)
    except ValidationError as error:
        notes: dict[str, Note] = {"InvalidLength": "wrong_length", "InvalidFormat": "wrong_character"}
        note = notes.get(type(error).__name__, "checksum_failed")
        return IdentifierCheck(kind=kind, value=value, valid=False, note=note)
    return IdentifierCheck(kind=kind, value=value, valid=True, note="valid")


def _mismatch(
    kind: Kind, value: str, position: int, found: str, expected: str | None, note: Note = "checksum_failed"
) -> IdentifierCheck:
    return IdentifierCheck(
        kind=kind, value=value, valid=False, note=note, position=position, found=found, expected=expected
    )


def organisation_digit(body: str) -> str | None:
    """GB 11714: 11 − Σ weight × value mod 11, with 10 written X and 11 written 0."""
    total = sum(weight * int(character, 36) for weight, character in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]
