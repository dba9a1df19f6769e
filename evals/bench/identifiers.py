"""Our reading of identifiers against python-stdnum: valid numbers made here, each with one character changed."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stdnum import lei
from stdnum.cn import ric, uscc
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat

from tools.buyers.identifiers import check_identifier, compact, organisation_digit

SEED = 23
_LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_REGIONS = ("110000", "310115", "330200", "350200", "440101", "440300", "510100")
_VAT_DIGITS = {
    **{"AT": 8, "BE": 10, "BG": 9, "CY": 8, "CZ": 8, "DE": 9, "DK": 8, "EE": 9, "EL": 9, "ES": 8, "FI": 8, "FR": 11},
    **{"HR": 11, "HU": 8, "IE": 7, "IT": 11, "LT": 9, "LU": 8, "LV": 11, "MT": 8, "NL": 9, "PL": 10, "PT": 9, "RO": 8},
    **{"SE": 10, "SI": 8, "SK": 10},
}
_VECTOR = re.compile(r"^(?:>>> |\.\.\. )?\s*'?([A-Z0-9][A-Z0-9 .\-]{6,30})'?\s*$")


def mutations(count: int) -> dict[str, Any]:
    """One character of a valid LEI, 统一社会信用代码 or EU VAT number replaced; do we and the library agree?"""
    rng = random.Random(SEED)
    made, agreed, disagreements = 0, 0, []
    judged: dict[str, int] = {}
    while made < count:
        kind, number, library = rng.choice(_MAKERS)(rng)
        place = rng.randrange(2 if kind == "eu_vat" else 0, len(number))
        letter = rng.choice([c for c in _LETTERS_AND_DIGITS if c != number[place]])
        changed = number[:place] + letter + number[place + 1 :]
        made += 1
        judged[kind] = judged.get(kind, 0) + 1
        if (check_identifier(changed).valid is True) == library(changed):
            agreed += 1
        else:
            disagreements.append(changed)
    return {"mutations": made, "agreed": agreed, "by_kind": judged, "disagreements": disagreements[:10]}


def vectors(folder: Path | None) -> dict[str, Any] | str:
    """Every number in the library's own test files, judged as the library judges it."""
    folder = None if folder is None else folder.parent / "identifiers" / "tests"
    if folder is None or not folder.is_dir():
        return "absent: give --outside FOLDER beside a folder identifiers/tests"
    report: dict[str, Any] = {}
    for name, library in _TESTED.items():
        text = (folder / f"test_{name}.doctest").read_text(encoding="utf-8")
        numbers = sorted({hit[1].strip() for line in text.splitlines() if (hit := _VECTOR.match(line))})
        wrong = [number for number in numbers if _ours(name, number) != library(compact(number))]
        report[name] = {"vectors": len(numbers), "agreed": len(numbers) - len(wrong), "disagreements": wrong[:10]}
    return report


def _ours(name: str, number: str) -> bool:
    check = check_identifier(number, "GB" if name == "gb_vat" else None)
    return check.kind == "person_id" if name == "cn_ric" else check.valid is True


def _made_lei(rng: random.Random) -> tuple[str, str, Callable[[str], bool]]:
    body = "".join(rng.choice(_LETTERS_AND_DIGITS) for _ in range(18))
    remainder = int("".join(str(int(c, 36)) for c in body) + "00") % 97
    return "lei", f"{body}{98 - remainder:02d}", lei.is_valid


def _made_uscc(rng: random.Random) -> tuple[str, str, Callable[[str], bool]]:
    organisation = "".join(rng.choice(_USCC) for _ in range(8))
    first = f"9{rng.choice('123')}{rng.choice(_REGIONS)}{organisation}{organisation_digit(organisation)}"
    return "uscc", first + str(uscc.calc_check_digit(first)), uscc.is_valid


def _made_vat(rng: random.Random) -> tuple[str, str, Callable[[str], bool]]:
    """Random digits until the country's rule holds; rules with letters are met by adding them."""
    while True:
        country = rng.choice(sorted(_VAT_DIGITS))
        digits = "".join(rng.choice("0123456789") for _ in range(_VAT_DIGITS[country]))
        letter = rng.choice("ABCDEFGHIJKLMNOPQRSTUVW")
        shapes = {"AT": f"U{digits}", "CY": digits + letter, "ES": letter + digits, "IE": digits + letter}
        body = {**shapes, "NL": digits + "B01", "SE": digits + "01"}.get(country, digits)
        try:
            eu_vat.validate(country + body)
        except ValidationError:
            continue
        return "eu_vat", country + body, eu_vat.is_valid


_TESTED: dict[str, Callable[[str], bool]] = {
    "lei": lei.is_valid,
    "cn_uscc": uscc.is_valid,
    "eu_vat": eu_vat.is_valid,
    "gb_vat": gb_vat.is_valid,
    "cn_ric": ric.is_valid,
}
_MAKERS = (_made_lei, _made_uscc, _made_vat)
