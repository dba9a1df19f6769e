"""Places in company names: which words are places, and whether two of them can be the same one."""

from collections.abc import Iterable
from functools import cache

from tools.buyers.scripts import pinyin
from tools.tables import table

NATION = "china"


@cache
def chinese_places() -> frozenset[str]:
    """Provinces, cities and well-known county towns, as `names.py` writes them."""
    return frozenset(_province_by_place())


def place_of(word: str) -> str:
    """The place that a reduced Latin word names, or empty: `shenzhen` → 深圳, `deutschland` → germany."""
    return _latin_places().get(word, "")


def clash(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether both sides name places, and no two of them agree: 深圳 and 广州 clash, 深圳 and 广东 do not."""
    ones, others = list(ones), list(others)
    return bool(ones) and bool(others) and not any(_agree(one, other) for one in ones for other in others)


def _agree(one: str, other: str) -> bool:
    provinces = _province_by_place()
    if one == other or one in _wide() or other in _wide():
        return True
    if NATION in (one, other):
        return one in provinces or other in provinces
    if provinces.get(one) == other or provinces.get(other) == one:
        return True
    return one in provinces and other in provinces and pinyin(one) == pinyin(other)


@cache
def _province_by_place() -> dict[str, str]:
    rows: dict[str, list[str]] = table("places")["provinces"]
    return {place: province for province, cities in rows.items() for place in (province, *cities)}


@cache
def _latin_places() -> dict[str, str]:
    sounds: dict[str, str] = {}
    for place in _province_by_place():  # provinces come before their cities: Jilin is the province
        sounds.setdefault(pinyin(place), place)
    words: dict[str, list[str]] = table("places")["latin"]
    return sounds | {"shaanxi": "陕西"} | {word: place for place, spelled in words.items() for word in spelled}


@cache
def _wide() -> frozenset[str]:
    return frozenset(table("places")["wide"]["places"])
