"""Places in company names: which words are places, and whether two of them can be the same one."""

from collections.abc import Iterable
from functools import cache

from tools.buyers.scripts import pinyin, plain_vowels
from tools.tables import table

NATION = "china"


def provinces() -> dict[str, list[str]]:
    """Chinese provinces and their cities."""
    rows: dict[str, list[str]] = table("places")["provinces"]
    return rows


@cache
def chinese_places() -> frozenset[str]:
    """Provinces, cities and well-known county towns, as `chinese_names.py` writes them."""
    return frozenset(place for province, cities in provinces().items() for place in (province, *cities))


def place_of(word: str) -> str:
    """The place that a reduced Latin word names, or empty: `shenzhen` → 深圳, `deutschland` → germany."""
    return _latin_places().get(word, "")


@cache
def place_endings() -> frozenset[str]:
    """Every word that may be the second of a place: kong, york."""
    return frozenset(place[start:] for place in _latin_places() for start in range(1, len(place)))


def clash(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether both sides name places, and no two of them agree: 深圳 and 广州 clash, 深圳 and 广东 do not."""
    ones, others = list(ones), list(others)
    return bool(ones) and bool(others) and not any(_agree(one, other) for one in ones for other in others)


def meet(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a place of one side is, or lies in, a place of the other: London and UK."""
    inside = _inside()
    others = list(others)
    return any(one == other or inside.get(one) == other or inside.get(other) == one for one in ones for other in others)


def _agree(one: str, other: str) -> bool:
    chinese = chinese_places()
    if one in _wide() or other in _wide() or meet((one,), (other,)):
        return True
    if NATION in (one, other):
        return one in chinese or other in chinese
    return one in chinese and other in chinese and pinyin(one) == pinyin(other)


@cache
def _inside() -> dict[str, str]:
    """The province or country of every city."""
    cities: dict[str, list[str]] = provinces() | table("places")["cities"]
    return {city: whole for whole, inside in cities.items() for city in inside}


@cache
def _latin_places() -> dict[str, str]:
    sounds: dict[str, str] = {}
    places = [*provinces(), *(city for cities in provinces().values() for city in cities)]
    for place in places:  # provinces come first: Jilin is the province
        sounds.setdefault(pinyin(place), place)
    words: dict[str, list[str]] = table("places")["latin"]
    cities: dict[str, list[str]] = table("places")["cities"]
    named = {city: city for inside in cities.values() for city in inside}
    named |= {word: place for place, spelled in words.items() for word in spelled}
    return sounds | {"shaanxi": "陕西"} | {plain_vowels(word): place for word, place in named.items()}


@cache
def _wide() -> frozenset[str]:
    return frozenset(table("places")["wide"]["places"])
