"""Which names are those of natural persons, who are not looked up."""

from functools import cache
from typing import Literal

from tools.buyers.names import parse_name
from tools.buyers.scripts import has_chinese, simplified
from tools.names import folded
from tools.tables import table

Person = Literal["certain", "possible", "no"]


def person_in(name: str) -> Person:
    """Whether the name is a person's: Mr John Smith is, 王小明 may be, 王小明食品有限公司 is not."""
    if parse_name(name).form:
        return "no"
    if not has_chinese(name):
        opening = folded(name).partition(" ")[0].removesuffix(".")
        return "certain" if opening in _words("titles") and " " in folded(name) else "no"
    text = simplified("".join(folded(name).split()))
    bare = next((text.removesuffix(word) for word in _words("titles_zh") if text.endswith(word)), "")
    if bare:
        return "certain"
    bare = next((text.removesuffix(word) for word in _words("address_zh") if text.endswith(word)), "")
    if bare and _is_person_name(bare, least=1):
        return "certain"
    return "possible" if _is_person_name(text, least=2) else "no"


def _is_person_name(text: str, *, least: int) -> bool:
    """A family name and up to two characters more; `least` characters in all."""
    if text[:2] in _words("family_of_two"):
        return least < len(text) <= 4
    return text[:1] in table("person_names")["family"] and least <= len(text) <= 3 and has_chinese(text[1:] or text)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(table("person_names")[kind])
