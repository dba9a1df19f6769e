"""Chinese company names in a message: found by how they end, and taken apart backwards to where they begin.

A name is a place, a brand, words of the trade and a legal form: 东莞 骊山 建材科技 有限公司. What a sentence puts
before it ends where the place begins, or after the last word that leads to a name.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from assistant.engine.reading.lexicons import lexicon
from tools.tables import table

Name = tuple[int, int, float]
"""Start, end, confidence."""

_MOST_BEFORE = 32
"""Characters before a form in which a name may begin."""
_SURE, _LIKELY, _PERHAPS, _HARDLY = 0.95, 0.7, 0.6, 0.58
_BRAND = 2
"""Characters that a brand has at least."""
_LONGEST_BRAND = 6
_HAN = re.compile(r"[\u4e00-\u9fff]")
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()·&]+$")
_PLACED = re.compile(r"\([\u4e00-\u9fff]{2,6}\)$")


def chinese_names(text: str) -> Iterator[Name]:
    """Names in normalised `text` that end with a legal form, a word for a company, a trade, or no such word."""
    taken = 0
    for match in _endings().finditer(text):
        is_form = match["form"] is not None
        found = _begin(text, taken, match.start(), is_form=is_form, after=match.end())
        if found is None:
            continue
        end = match.end()
        if is_form and (branch := _branch().match(text, end)):
            end = branch.end()
        yield found, end, _SURE if is_form else _LIKELY
        taken = end
    yield from _without_form(text)
    for pattern in _introduced():
        for match in pattern.finditer(text):
            if not _says_otherwise(match["name"]):
                yield match.start("name"), match.end("name"), _HARDLY


def ends_with_lead(text: str) -> bool:
    """Whether the text ends with a word that a name follows: 跟, 查一下, 我有个客户叫."""
    words = _words()
    return text.endswith((*words["introducing"], *words["joining"], *words["naming"]))


def ends_with_naming(text: str) -> bool:
    """Whether the text ends with the announcement of a name: 客户叫, 查一下; not with a question for a meaning."""
    return text.endswith(tuple(_words()["naming"])) and not text.endswith(("什么叫", "何为"))


def starts_with_following(text: str) -> bool:
    """Whether the text starts with what may be said of a company: 欠我们, 现在."""
    return text.startswith(tuple(_words()["following"]))


def starts_with_judgement(text: str) -> bool:
    """Whether the text starts with what is said of companies alone: 靠谱吗, 拖欠货款."""
    return text.startswith(tuple(_words()["judged"]))


def is_own(before: str) -> bool:
    """Whether a name after this text is the asking company's own."""
    return before.endswith(tuple(_words()["own"]))


def _without_form(text: str) -> Iterator[Name]:
    """华强电子, 东莞骊山建材: a brand and words of its trade, led to by a word or by a place."""
    for match in _trade_end().finditer(text):
        found = _begin(text, 0, match.end(), is_form=False, after=match.end())
        if found is not None:
            yield found, match.end(), _PERHAPS


def _begin(text: str, earliest: int, end: int, *, is_form: bool, after: int) -> int | None:
    """Where the name begins whose form begins, or whose last word of trade ends, at `end`; it closes at `after`."""
    run = _RUN.search(text[max(earliest, end - _MOST_BEFORE) : end])
    if run is None:
        return None
    stem = run.group()
    first = end - len(stem)
    core = _before_trades(stem)
    lead = _after_leads(stem, core, text[:first], text[after:])
    at = lead.end if lead else 0
    place = _place(stem, at, core)
    start, brand = (place[0], stem[place[1] : core]) if place else (at, stem[at:core])
    if is_own(text[: first + start]):
        return None
    if is_form:
        return first + start if len(stem) - start >= _BRAND else None
    if not _BRAND <= len(brand) <= _LONGEST_BRAND or _is_sort(brand):
        return None
    if place is not None or (lead is not None and lead.is_announcing):
        return first + start
    evidence = _Evidence(text[:first], text[after:], lead, is_kind=after > end and core < len(stem))
    return first + start if evidence.shows(brand) else None


def _before_trades(stem: str) -> int:
    """Where the words of the trade at the end of the stem begin; a place in brackets counts with them."""
    end = len(stem)
    while end:
        hit = _trades_backwards().search(stem[:end]) or _PLACED.search(stem[:end])
        if hit is None:
            break
        end = hit.start()
    return end


class _Lead(NamedTuple):
    end: int
    is_introducing: bool
    """Whether a name may follow: 给, 跟."""
    is_announcing: bool
    """Whether nothing but a name follows: 查一下, 客户叫."""


class _Evidence(NamedTuple):
    """What stands around a brand that no place and no announcement marks as a name."""

    before: str
    after: str
    lead: _Lead | None
    is_kind: bool
    """Whether a trade and a word for a company follow the brand: 鸢飞包装商行."""

    def shows(self, brand: str) -> bool:
        words = _words()
        if not _HAN.search(self.before + self.after) or self.after.startswith(tuple(words["registered"])):
            return True
        if self.lead is None and self.before[-1:].isalnum():
            return False
        is_led = self.lead is not None and self.lead.is_introducing
        is_told = is_led or starts_with_judgement(self.after)
        return (is_told and self.is_kind) or ((is_told or self.is_kind) and not _is_ordinary(brand))


def _after_leads(stem: str, core: int, before: str, after: str) -> _Lead | None:
    """The last leading word that leaves a brand."""
    words = _words()
    best: _Lead | None = None
    at = 0
    while at < core:
        match = _leads().match(stem, at)
        if match is None or not _is_lead(stem, match, core, last=best, before=before, after=after):
            at += 1
            continue
        at = match.end()
        word = match.group()
        is_introducing = word in words["introducing"] or word in words["joining"] or word in words["naming"]
        best = _Lead(at, is_introducing, ends_with_naming(before + stem[:at]))
    return best


def _is_lead(stem: str, match: re.Match[str], core: int, *, last: _Lead | None, before: str, after: str) -> bool:
    word, left = match.group(), core - match.end()
    if 0 < left < _BRAND or (left == 0 and (core == len(stem) or len(word) == 1)):
        return False
    if word in _words()["joining"]:
        is_after_lead = last is not None and last.end == match.start() and last.is_introducing
        is_first = not match.start() and not before[-1:].isalnum()
        if is_after_lead or (is_first and not after.startswith(tuple(_words()["together"]))):
            return False
    follows_place = bool(_place_at_end().search(stem[: match.start()]))
    return not (follows_place and (left == 0 or (len(word) == 1 and word not in "的是有")))


def _place(stem: str, start: int, core: int) -> tuple[int, int] | None:
    """The place that the name begins with: several that follow each other are one."""
    found: tuple[int, int] | None = None
    for match in _places().finditer(stem, start, core):
        if core - match.end() > _LONGEST_BRAND:
            continue
        if match.end() == core and found is None and 0 < match.start() - start <= _LONGEST_BRAND - 2 and start == 0:
            return None  # the brand stands before its place: 明阳东莞建材
        found = (found[0] if found and found[1] == match.start() else match.start(), match.end())
    return found


def _is_sort(brand: str) -> bool:
    """Whether the words name no company but any of a sort: 保理, 新开的构件."""
    return bool(_sorts().fullmatch(brand)) or not set(_words()["not_in_brand"]).isdisjoint(brand)


def _is_ordinary(brand: str) -> bool:
    """Whether the brand is nothing but words of the language: 钢材, 公立; a brand has characters that form none."""
    import rjieba  # its dictionary is read on the first call

    return all(len(word) > 1 for word in rjieba.cut(brand, False))


def _says_otherwise(name: str) -> bool:
    return any(word in name for word in _words()["not_introduced"]) or _is_sort(name) or bool(_places().fullmatch(name))


def _words() -> dict[str, Any]:
    words: dict[str, Any] = lexicon("company_names")["zh"]
    return words


def _any_of(words: list[str] | set[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@cache
def _endings() -> re.Pattern[str]:
    words = _words()
    no_kind = "".join(f"(?<!{word})" for word in words["not_before_kind"])
    return re.compile(
        rf"(?P<form>{_any_of(words['forms'])})|{no_kind}(?P<kind>{_any_of(words['kinds'])})(?!{_any_of(words['not_after'])})"
    )


@cache
def _branch() -> re.Pattern[str]:
    words = _words()
    return re.compile(
        rf"(?:{_places().pattern}|第[一二三四五六七八九十]|[\u4e00-\u9fff]{{2}})(?:{_any_of(words['branches'])})"
    )


@cache
def _trades() -> frozenset[str]:
    return frozenset(table("name_words")["generic"]["zh"])


@cache
def _trades_backwards() -> re.Pattern[str]:
    return re.compile(rf"(?:{_any_of(set(_trades()) | {'股份'})})$")


@cache
def _trade_end() -> re.Pattern[str]:
    following = _any_of(_words()["following"])
    alone = set(_trades()) - set(_words()["not_alone"])
    return re.compile(rf"(?:{_any_of(alone)})(?=$|[\s,，。;；?？!！:：、]|{following})")


@cache
def _leads() -> re.Pattern[str]:
    words = _words()
    return re.compile(_any_of({*words["introducing"], *words["leading"], *words["joining"], *words["naming"]}))


@cache
def _places() -> re.Pattern[str]:
    provinces: dict[str, list[str]] = table("places")["provinces"]
    names = {place for province, cities in provinces.items() for place in (province, *cities)} | {"中国"}
    return re.compile(rf"(?:{_any_of(names)})(?:{_any_of(_words()['place_endings'])})?")


@cache
def _place_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{_places().pattern})$")


@cache
def _sorts() -> re.Pattern[str]:
    countries = {
        word for row in table("countries")["countries"].values() for word in (row["zh"], *row.get("words", ()))
    }
    han = {word for word in countries if not word.isascii()}
    return re.compile(rf"(?:{_any_of({*_words()['sorts'], *_trades(), *han})}|\d|[一二两三四五六七八九十百千万])+")


@cache
def _introduced() -> tuple[re.Pattern[str], ...]:
    """Names without any ending: 查一下云帆, 给云帆申请限额, 云帆靠谱吗."""
    name = r"(?P<name>[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9()&·]{1,15}?)"
    before = "查一下|查查|查询|查下|搜一下|搜搜|找一下|买方叫|买家叫|客户叫|对方叫|公司叫|名字叫|名叫|换一家[,，]?"
    end = r"(?=这|的|吗|怎|能|靠|有|是|在|资|信用|[\s,，。?？!！]|$)"
    done = "申请|批|查|加|提高|增加|追加|开个|开通|做个|做限额|评估"
    asked = (
        "靠谱吗|靠不靠谱|可靠吗|资信怎么样|信用怎么样|资信如何|信用如何|的?(?:资信|工商信息|注册信息)(?:$|怎么|如何)"
    )
    return (
        re.compile(rf"(?:{before})[\s:：]*{name}{end}"),
        re.compile(rf"(?<![发交赔付卖送还])给{name}(?={done})"),
        re.compile(rf"(?:^|[,，。])(?:请问|帮我看看|看看)?{name}(?={asked})"),
    )
