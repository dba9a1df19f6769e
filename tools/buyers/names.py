"""Company names reduced to what tells companies apart: script, width, legal form, place and short forms put aside."""

import re
import unicodedata
from functools import lru_cache

from tools.buyers.chinese_names import chinese_name
from tools.buyers.latin_names import generic_words, latin_name
from tools.buyers.model import CompanyName
from tools.buyers.places import place_of
from tools.buyers.scripts import has_chinese, simplified

_JAPANESE_FORM = re.compile("株式会社|有限会社|合同会社")
_SLASH = re.compile(r"(?<=[\w.]{3})\s*/\s*(?=\w{3})")  # not A/S, t/a, c/o
_KANA = re.compile("[\u3040-\u30ff]")
_BRAND = 4
"""Letters from which an unknown word is taken for a brand."""


@lru_cache(maxsize=4096)
def parse_name(name: str) -> CompanyName:
    """Take a company name apart: 廈門華豐電子股份有限公司 → place 厦门, brand 华丰电子, form jsc."""
    parsed = _parsed(name)
    return parsed._replace(sides=_sides(name)) if "/" in name else parsed


def _parsed(name: str) -> CompanyName:
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        if has_chinese(name):
            name = _with_form_last(name.strip())
            if has_chinese(name):
                return chinese_name(simplified(name).casefold())
    return latin_name(name)


def _sides(name: str) -> tuple[CompanyName, ...]:
    """Quelmar/Tharnwick Foods Ltd → quelmar; tharnwick foods. Import/Export is no name on either side."""
    sides = tuple(map(_parsed, _SLASH.split(name)))
    return sides if len(sides) == 2 and all(map(_may_stand_alone, sides)) else ()


def _may_stand_alone(name: CompanyName) -> bool:
    """Whether it is a name without the other side of the slash: Chinese with a legal form, or Latin with a brand."""
    if name.is_chinese:
        return bool(name.form)
    words = name.core.split()
    return any(len(word) >= _BRAND and word not in generic_words() and not place_of(word) for word in words)


def _with_form_last(name: str) -> str:
    """A Japanese form where forms stand, after kana in Latin letters: 株式会社ホシナガ → ホシナガ kk."""
    form = _JAPANESE_FORM.search(name)
    if form is None:
        return name
    rest = name[: form.start()] + name[form.end() :]
    if _KANA.search(rest) and not has_chinese(rest):
        return f"{rest} {'kk' if form[0] == '株式会社' else 'gk'}"
    return rest + form[0]
