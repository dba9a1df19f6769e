"""Both languages say the same things with the same values."""

import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import assistant

FOLDER = Path(assistant.__file__).parent / "wording"


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in table.items():
        texts |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": str(value)}
    return texts


def texts(language: str) -> dict[str, str]:
    return flat(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


ZH, EN = texts("zh"), texts("en")


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(ZH) == sorted(EN)


def test_both_languages_name_the_same_values() -> None:
    assert {key for key in ZH if placeholders(ZH[key]) != placeholders(EN[key])} == set()


def test_no_text_is_empty_or_left_in_the_other_language() -> None:
    assert [key for key, text in (ZH | EN).items() if not text.strip()] == []
    assert [key for key, text in EN.items() if re.search("[\u4e00-\u9fff]", text.replace("统一社会信用代码", ""))] == []
    latin = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]+){3,}")
    assert [key for key, text in ZH.items() if latin.search(re.sub(r"\{\w+\}", "", text))] == []


@pytest.mark.parametrize(
    "word", ["最佳", "最好", "最优", "顶级", "唯一", "首选", "领先", "国家级", "极致", "第一", "最高"]
)
def test_chinese_makes_no_superlative_claims(word: str) -> None:
    allowed = re.compile("最高责任(?:限额|倍数)|最高限额|最高额|最高人民法院|第一(?:次|笔|张|步|天|受益人)")
    assert [key for key, text in ZH.items() if word in allowed.sub("", text)] == []
