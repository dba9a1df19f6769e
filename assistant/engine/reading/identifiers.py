"""Register numbers in a message: LEI, 统一社会信用代码, VAT, UK company numbers."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from assistant.engine.reading.model import Span

Found = tuple[int, int, str, str, float]
"""Start, end, canonical number, scheme, confidence."""

_LEI = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{18}\d{2}(?![A-Za-z0-9])")
_GROUPS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{2,18}(?:[ -][A-Za-z0-9]{2,18})+(?![A-Za-z0-9])")
_USCC = re.compile(
    r"(?<![A-Za-z0-9])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{2}\d{6}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{10}(?![A-Za-z0-9])"
)
_VAT = re.compile(
    r"(?<![A-Za-z0-9])(?:ATU|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI|CHE)"
    r"[ -]?(?=[\dA-Z]*\d{5})[0-9A-Z]{7,12}(?![A-Za-z0-9])"
)
_UK = re.compile(
    r"(?<![A-Za-z0-9])(?:SC|NI|OC|SO|NC|FC|BR)\d{6}(?!\d)|(?<![\d.,A-Za-z])\d{8}(?![\d.,]?\d|[A-Za-z%万亿])"
)
_UK_CUE = re.compile(
    r"compan(?:y|ies)\s?(?:house|no|number|registration|reg)|crn|registered (?:no|number)|注册号|公司编号"
    r"|公司号|英国公司",
    re.I,
)
_CN_CUE = re.compile(r"信用代码|统一代码|税号|uscc|usci|social credit", re.I)


def find_identifiers(text: str) -> list[Found]:
    """Register numbers in normalised `text`; a failed checksum lowers the confidence, it does not hide the number."""
    kept: list[Found] = []
    for found in (*_leis(text), *_spaced_leis(text), *_usccs(text), *_vats(text), *_uk_numbers(text)):
        if all(found[1] <= other[0] or found[0] >= other[1] for other in kept):
            kept.append(found)
    return sorted(kept)


def spans(found: list[Found]) -> list[Span]:
    return [(start, end) for start, end, *_ in found]


def _leis(text: str) -> Iterator[Found]:
    for match in _LEI.finditer(text):
        number = match.group().upper()
        valid = bool(_validator("lei").is_valid(number))
        if valid or re.search(r"\blei\b|法人识别|识别编码", text, re.I) or not number.isdigit():
            yield match.start(), match.end(), number, "lei", 1.0 if valid else 0.5


def _spaced_leis(text: str) -> Iterator[Found]:
    """LEIs written in groups: neighbouring pieces of twenty characters together, with a valid checksum."""
    for run in _GROUPS.finditer(text):
        pieces = list(re.finditer(r"[A-Za-z0-9]+", run.group()))
        for first in range(len(pieces)):
            for last in range(first + 1, len(pieces)):
                number = "".join(piece.group() for piece in pieces[first : last + 1]).upper()
                if len(number) >= 20:
                    break
            else:
                break
            digits = sum(character.isdigit() for character in number)
            if len(number) == 20 and number[-2:].isdigit() and digits >= 4 and _validator("lei").is_valid(number):
                yield run.start() + pieces[first].start(), run.start() + pieces[last].end(), number, "lei", 1.0


def _usccs(text: str) -> Iterator[Found]:
    for match in _USCC.finditer(text):
        number = match.group().upper()
        valid = bool(_validator("cn.uscc").is_valid(number))
        if valid or _CN_CUE.search(text) or re.match(r"9[1-3]\d{6}", number):
            yield match.start(), match.end(), number, "uscc", 1.0 if valid else 0.6


def _vats(text: str) -> Iterator[Found]:
    for match in _VAT.finditer(text):
        number = re.sub(r"[ -]", "", match.group())
        valid = bool(
            _validator("eu.vat").is_valid(number)
            or (number.startswith(("GB", "XI")) and _validator("gb.vat").is_valid(number))
        )
        if valid or re.search(r"\bvat\b|税号|增值税号", text, re.I):
            yield match.start(), match.end(), number, "vat", 1.0 if valid else 0.6


def _uk_numbers(text: str) -> Iterator[Found]:
    for match in _UK.finditer(text):
        prefixed = match.group()[:1].isalpha()
        if prefixed or _UK_CUE.search(text):
            yield match.start(), match.end(), match.group().upper(), "gb_coh", 0.9


@cache
def _validator(name: str) -> Any:
    from importlib import import_module

    return import_module(f"stdnum.{name}")
