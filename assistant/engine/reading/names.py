"""Company names in a message."""

import re
from functools import cache
from itertools import takewhile

from assistant.engine.reading.lexicons import lexicon

Name = tuple[int, int, float]
"""Start, end, confidence."""

_QUOTED = re.compile(r"[\"「『“《]([^\"」』”》]{2,60})[\"」』”》]")
_HAN_NAME = r"[\u4e00-\u9fffA-Za-z0-9()（）·&]{2,24}?"
_CAPITALISED = r"[A-ZÀ-Þ0-9][\wÀ-ÿ&'.\-]*"


def find_names(text: str) -> list[Name]:
    """Company names in normalised `text`: by their ending, in quotes, or after words that introduce a buyer."""
    found: list[Name] = [*_latin(text), *_chinese(text), *_quoted(text), *_introduced(text)]
    found.sort(key=lambda name: (-name[2], name[0] - name[1], name[0]))
    kept: list[Name] = []
    for name in found:
        if all(name[1] <= other[0] or name[0] >= other[1] for other in kept):
            kept.append(name)
    return sorted(kept)


def _latin(text: str) -> list[Name]:
    names = []
    for match in _latin_pattern().finditer(text):
        start = match.start()
        while (head := re.match(r"\S+\s+", text[start : match.end()])) and head.group().strip().lower().rstrip(
            ","
        ) in _plain_words():
            start += head.end()
        body = text[start : match.end()]
        if len(body.split()) >= 2 and body.split()[0].lower() not in _plain_words():
            names.append((start, match.end(), 0.95))
    return names


def _chinese(text: str) -> list[Name]:
    names = []
    for match in _chinese_pattern().finditer(text):
        start, end = match.span()
        body = match.group()
        for cue in (*lexicon("entities")["company"]["zh_before"], *lexicon("entities")["company"]["zh_not_in_name"]):
            cut = body.rfind(cue, 0, len(body) - len(match[1]))
            if (
                cut >= 0
                and (cut + len(cue)) <= len(body) - len(match[1])
                and not (len(cue) == 1 and cut >= 2 and match[1].endswith("有限公司"))
            ):
                start = max(start, match.start() + cut + len(cue))
        stem = end - start - len(match[1])
        if stem >= 2 or (stem >= 1 and match[1] not in ("公司", "集团", "厂", "商贸", "实业", "控股")):
            names.append(
                (
                    start,
                    end,
                    0.95
                    if match[1].endswith("有限公司") or match[1].endswith("责任公司")
                    else 0.7
                    if stem >= 2
                    else 0.5,
                )
            )
    return names


def _quoted(text: str) -> list[Name]:
    company = lexicon("entities")["company"]
    cues = "|".join(map(re.escape, (*company["zh_before"], *company["en_before"][:20])))
    return [
        (match.start(1), match.end(1), 0.8)
        for match in _QUOTED.finditer(text)
        if re.search(rf"(?:{cues})[\s:：]*$", text[: match.start()], re.I)
    ]


def _introduced(text: str) -> list[Name]:
    """Names after words that introduce one: look up Nordwind Textil, 查一下 华强电子."""
    names = []
    for match in _en_introduced().finditer(text):
        words = match["name"].split()
        if words[0].isupper() and match["cue"].isupper():
            continue  # in a message all in capitals they say nothing
        words = list(takewhile(lambda word: not word[0].isdigit(), words))
        while words and words[-1].lower().strip(".,") in _plain_words():
            words.pop()
        name = " ".join(words).rstrip(".,'")
        if (
            name
            and words[0].lower() not in _plain_words()
            and not name.isdigit()
            and not re.fullmatch(r"[A-Z]{2,4}|[\d.,]+[kKmM]?", name)
        ):
            names.append((match.start("name"), match.start("name") + len(name), 0.7 if len(words) > 1 else 0.55))
    for pattern in _zh_introduced():
        names.extend(
            (match.start("name"), match.end("name"), 0.6)
            for match in pattern.finditer(text)
            if not any(word in match["name"] for word in lexicon("entities")["company"]["zh_not_introduced"])
        )
    return names


@cache
def _latin_pattern() -> re.Pattern[str]:
    endings = "|".join(
        re.escape(ending) for ending in sorted(lexicon("entities")["company"]["latin_endings"], key=len, reverse=True)
    )
    strong = rf"(?i:{endings})"
    return re.compile(
        rf"(?<![\w])(?:{_CAPITALISED},?\s+(?:(?:and|&|of|de|und|et|y|the|for|van|der"
        rf"|e)\s+)?){{1,6}}?{strong}(?![\w])(?:\s(?:&\sCo\.?\s?(?:KG)?|Co\.?,?\s?Ltd\.?|Ltd\.?|Inc\.?|LLC))?"
    )


@cache
def _chinese_pattern() -> re.Pattern[str]:
    endings = "|".join(sorted(lexicon("entities")["company"]["zh_endings"], key=len, reverse=True))
    return re.compile(rf"{_HAN_NAME}({endings})(?!司|法|章|治|名|债|股|账|号|们|内|家|部|员|的?规定|商)")


@cache
def _en_introduced() -> re.Pattern[str]:
    cues = "|".join(
        re.escape(cue) for cue in sorted(lexicon("entities")["company"]["en_before"], key=len, reverse=True)
    )
    return re.compile(
        rf"\b(?P<cue>(?i:{cues}))\s+(?P<name>(?![0-9]){_CAPITALISED}(?:\s+(?:&\s+|of\s+)?{_CAPITALISED}){{0,4}})"
    )


@cache
def _zh_introduced() -> tuple[re.Pattern[str], ...]:
    name = r"(?P<name>[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9()&. ]{1,22}?)"
    before = "查一下|查查|查询|查下|搜一下|搜搜|找一下|买方叫|买家叫|客户叫|公司叫|名字叫|名叫"
    end = r"(?=这|的|吗|怎|能|靠|有|是|在|资|信用|[,，。?？!！]|$)"
    done = "申请|批|查|加|提高|增加|追加|开个|开通|做个|做限额|评估"
    asked = (
        "靠谱吗|靠不靠谱|可靠吗|资信怎么样|信用怎么样|资信如何|信用如何|的?(?:资信|工商信息|注册信息)(?:$|怎么|如何)"
    )
    return (
        re.compile(rf"(?:{before})[\s:：]*{name}{end}"),
        re.compile(rf"(?<![发交赔付卖送还])给{name}(?={done})"),
        re.compile(rf"(?:^|[,，。])(?:请问|帮我看看|看看)?{name}(?={asked})"),
    )


@cache
def _plain_words() -> frozenset[str]:
    return (
        frozenset(lexicon("entities")["company"]["not_names"])
        | frozenset(lexicon("words")["language"]["en"])
        | frozenset(
            (
                "buyer",
                "customer",
                "client",
                "company",
                "debtor",
                "look",
                "find",
                "check",
                "assess",
                "lookup",
                "search",
                "debt",
                "limit",
                "losses",
            )
        )
    )
