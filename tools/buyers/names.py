"""Company names reduced to what tells companies apart: script, width, legal form, place and short forms put aside."""

import re
import unicodedata
from functools import lru_cache

from tools.buyers.chinese_names import chinese_name
from tools.buyers.latin_names import latin_name
from tools.buyers.model import CompanyName
from tools.buyers.scripts import has_chinese, simplified

_JAPANESE_FORM = re.compile("株式会社|有限会社|合同会社")
_KANA = re.compile("[\u3040-\u30ff]")


@lru_cache(maxsize=4096)
def parse_name(name: str) -> CompanyName:
    """Take a company name apart: 廈門華豐電子股份有限公司 → place 厦门, brand 华丰电子, form jsc."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        if has_chinese(name):
            name = _with_form_last(name.strip())
            if has_chinese(name):
                return chinese_name(simplified(name).casefold())
    return latin_name(name)


def _with_form_last(name: str) -> str:
    """A Japanese form where forms stand, after kana in Latin letters: 株式会社ホシナガ → ホシナガ kk."""
    form = _JAPANESE_FORM.search(name)
    if form is None:
        return name
    rest = name[: form.start()] + name[form.end() :]
    if _KANA.search(rest) and not has_chinese(rest):
        return f"{rest} {'kk' if form[0] == '株式会社' else 'gk'}"
    return rest + form[0]
