"""Company names in Chinese characters taken apart."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from tools.buyers.forms import without_chinese_form
from tools.buyers.model import CompanyName
from tools.buyers.places import NATION, chinese_places, provinces
from tools.tables import table

_NOT_WORD = re.compile(r"[^\w]+|_")
_BRACKETED = re.compile(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]")
_ORDINAL = re.compile(
    r"第?([一二三四五六七八九十百]{1,4})(?=[厂局院部店航冶建汽矿化])|第([一二三四五六七八九十百]{1,4})|(\d+)号?"
)
_SERIES = re.compile(r"([一二三四五六七八九十]{1,3})[号期]")
_NUMERALS = frozenset("一二三四五六七八九十百0123456789")
_DISTRICT = re.compile(r"^市?\w{2}新?[区县](?=\w{2})")
_COMPANY = "有限公司"
_CHINESE_DIGITS = "零一二三四五六七八九"
_NATION_WORDS = ("中华人民共和国", "中国")
_OF_A_PROVINCE = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市")


def chinese_name(text: str) -> CompanyName:
    """A name in simplified characters, half width and lower case, taken apart."""
    if not text.isalnum():
        text = _NOT_WORD.sub("", _without_brackets(text) if _BRACKETED.search(text) else text)
    text, branch, is_branch = _without_branch(text)
    text, form = without_chinese_form(text)
    place, brand = _place_and_brand(text)
    places = {NATION if place == "中国" else place} - {""}
    return CompanyName(
        core=place + brand,
        form=form,
        place=place,
        brand=brand,
        is_branch=is_branch,
        is_chinese=True,
        places=frozenset(places),
        numbers=_numbers(brand),
        branch=branch,
    )


def _without_brackets(text: str) -> str:
    """A place in brackets is written where most names have it, another name left out: 霁桥(厦门)食品 → 厦门霁桥食品."""
    others = tuple(table("legal_forms")["other_name"]["zh"])
    for bracketed in _BRACKETED.finditer(text):
        inside, rest = bracketed[1], text[: bracketed.start()] + text[bracketed.end() :]
        place = inside.removesuffix("市").removesuffix("省")
        if place in chinese_places() or place == "中国":
            return place + rest
        if inside.startswith(others):
            return rest
    return text


def _without_branch(text: str) -> tuple[str, str, bool]:
    """上海曜棠化工有限公司青岛分公司 → (上海曜棠化工有限公司, 青岛, True)."""
    for word in _branch_words().get(text[-1:], ()):
        if not text.endswith(word) or len(text) < len(word) + 2:
            continue
        text = text.removesuffix(word)
        head, found, tail = text.partition("公司")
        if found and head:
            return head + found, tail.removesuffix("市"), True
        bare = text.removesuffix("市").removesuffix("省")
        place = next((bare[-n:] for n in (4, 3, 2) if len(bare) - n >= 2 and bare[-n:] in chinese_places()), "")
        return (bare.removesuffix(place) if place else text), place, True
    head, found, tail = text.partition(_COMPANY)
    is_part = head and tail and cut_trades(tail).rest and without_chinese_form(_COMPANY + tail)[0] != _COMPANY
    return (head + found, tail, True) if is_part else (text, "", False)  # 采购部, 青岛


@cache
def _branch_words() -> dict[str, list[str]]:
    """Words in which the name of a branch ends, by their last character."""
    words: dict[str, list[str]] = {}
    for word in table("legal_forms")["branch"]["zh"]:
        words.setdefault(word[-1], []).append(word)
    return words


def _place_and_brand(text: str) -> tuple[str, str]:
    """The nearest place that opens the text, and the rest: 广东省深圳市南山区华丰 → (深圳, 华丰)."""
    place, size = _leading_place(text)
    if not place:
        return "", text
    rest = _without_place_word(text[size:])
    inner, size = _leading_place(rest)
    if inner and inner in provinces().get(place, ()):
        place, rest = inner, _without_place_word(rest[size:])
    return place, rest


def _without_place_word(rest: str) -> str:
    if district := _DISTRICT.match(rest):
        return rest[district.end() :]
    if rest.startswith(_OF_A_PROVINCE):
        word = next(word for word in _OF_A_PROVINCE if rest.startswith(word))
        return rest[len(word) :] if len(rest) >= len(word) + 2 else rest
    return rest


def _leading_place(text: str) -> tuple[str, int]:
    """The longest place that opens the text and leaves two characters, not all of them trade words; its length."""
    known = chinese_places()
    place = ""
    for size in (4, 3, 2):
        if text[:size] in known and len(text) - size >= 2:
            place = text[:size]
            break
    written = place
    if not place and text[0] == "中":
        written = next((word for word in _NATION_WORDS if text.startswith(word) and len(text) >= len(word) + 2), "")
        place = "中国" if written else ""
    rest = text[len(written) :]
    is_place = place and cut_trades(rest.removeprefix("省").removeprefix("市")).rest
    return (place, len(written)) if is_place else ("", 0)


class Cut(NamedTuple):
    """A name cut at its trade words."""

    rest: str
    trades: tuple[str, ...]


@lru_cache(maxsize=16_384)
def cut_trades(text: str) -> Cut:
    """Trade words taken out, the longest first at every place: 曜棠电子贸易 → 曜棠; 电子, 贸易."""
    known = _trades_by_opening()
    rest, trades, place = "", [], 0
    while place < len(text):
        for word in known.get(text[place], ()):
            if text.startswith(word, place):
                trades.append(word)
                place += len(word)
                break
        else:
            rest += text[place]
            place += 1
    return Cut(rest, tuple(trades))


@cache
def _trades_by_opening() -> dict[str, list[str]]:
    """Trade words by their first character, longest first."""
    words: dict[str, list[str]] = {}
    for word in sorted(table("name_words")["generic"]["zh"], key=len, reverse=True):
        words.setdefault(word[0], []).append(word)
    return words


def _numbers(text: str) -> frozenset[str]:
    """Numbers and ordinals in digits: 第二 → 2, 一号 → 1."""
    if _NUMERALS.isdisjoint(text):
        return frozenset()
    found = [next(filter(None, match.groups())) for pattern in (_ORDINAL, _SERIES) for match in pattern.finditer(text)]
    return frozenset(number if number.isdigit() else _counted(number) for number in found)


def _counted(text: str) -> str:
    """A Chinese number below a hundred in digits; a longer one as it is: 二十三 → 23."""
    if "百" in text:
        return text
    tens, ten, unit = text.rpartition("十")
    value = _CHINESE_DIGITS.find(unit) if unit else 0
    return str((_CHINESE_DIGITS.find(tens) if tens else 1) * 10 + value if ten else value)
