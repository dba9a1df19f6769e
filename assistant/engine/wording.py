"""Every sentence a user can see that no model wrote, per language, and how figures look in it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from assistant.answer import Evidence, Language
from assistant.evidence import Sentence
from tools.money import UNSTATED
from tools.tables import table

_NAMED_IN_DATA = {
    "country": ("countries", "countries"),
    "sector": ("sectors", "sectors"),
    "duty": ("deadline_sets", "duties"),
    "terms_set": ("deadline_sets", "sets"),
}
"""Groups of codes whose names stand with their data: file and table in `tools/data`."""
_ONE = re.compile(r"(?<![\d,.])(1 (?:working )?(?:day|month))s\b")
_FOLDER = Path(__file__).parent.parent / "wording"


@dataclass(frozen=True)
class Shown:
    """Words for one value, and the source they came from (None: nothing to prove)."""

    text: str
    source: str | None = None


class Wording:
    """The wording of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._texts = _texts(language)
        self._singulars = {
            key.partition(".")[2]: one for key, one in self._texts.items() if key.startswith("singular.")
        }

    def has(self, key: str) -> bool:
        return key in self._texts

    def text_of(self, key: str) -> str:
        """The template itself."""
        return self._texts[key]

    def text(self, key: str, **values: str) -> str:
        """The words for `key`; a missing or unused value is a bug and raises."""
        return self.sentence(key, {name: Shown(value) for name, value in values.items()}).text

    def sentence(
        self, key: str, values: Mapping[str, Shown], *, role: str = "answer", own_line: bool = False
    ) -> Sentence:
        """`key` with its values filled in, each value carrying its evidence."""
        text = ""
        evidence: list[Evidence] = []
        used: set[str] = set()
        follows_one = False
        for literal, name, _, _ in Formatter().parse(self._texts[key]):
            text += self._singular(literal) if follows_one else literal
            if name is None:
                continue
            shown = values[name]
            follows_one = shown.text == "1"
            used.add(name)
            if shown.source and shown.text:
                evidence.append(Evidence(start=len(text), end=len(text) + len(shown.text), source=shown.source))
            text += shown.text
        if used != set(values):
            raise KeyError(f"wording {self.language}/{key}: values not used: {sorted(set(values) - used)}")
        return Sentence(text=text, role=role, evidence=tuple(evidence), own_line=own_line)

    def name(self, group: str, key: str) -> str:
        """The name of a coded value, such as a cause of loss; the code itself when it has none."""
        if (named := self._texts.get(f"{group}.{key}")) is not None:
            return named
        if (file := _NAMED_IN_DATA.get(group)) is not None and (row := table(file[0])[file[1]].get(key)) is not None:
            names = row[self.language]
            return str(names[0] if isinstance(names, list) else names)
        return key.replace("_", " ")

    def _singular(self, literal: str) -> str:
        """` days late` after the figure 1 is ` day late`."""
        for many, one in self._singulars.items():
            if literal.startswith(f" {many}") and not literal[len(many) + 1 : len(many) + 2].isalpha():
                return f" {one}{literal[len(many) + 1 :]}"
        return literal

    # How values look. Each takes JSON data as tools return it.

    def money(self, value: Mapping[str, Any], source: str | None = None) -> Shown:
        """`CNY 900,000` · `900,000 元`."""
        amount, currency = number(value["amount"]), str(value.get("currency") or UNSTATED)
        if currency == UNSTATED:
            return Shown(amount, source)
        if self.language == "zh":
            return Shown(f"{amount} {_zh_currency(currency)}", source)
        return Shown(f"{currency} {amount}", source)

    def date(self, value: str | date, source: str | None = None) -> Shown:
        """`30 May 2026` · `2026年5月30日`."""
        day = date.fromisoformat(value) if isinstance(value, str) else value
        if self.language == "zh":
            return Shown(f"{day.year}年{day.month}月{day.day}日", source)
        return Shown(f"{day.day} {day:%B %Y}", source)

    def percent(self, value: Any, source: str | None = None) -> Shown:
        text = number(value)
        return Shown(f"{text.rstrip('0').rstrip('.') if '.' in text else text}%", source)

    def shown(self, group: str, key: str) -> Shown:
        """The name of a coded value, to be put into a sentence."""
        return Shown(self.name(group, key))

    def shown_text(self, text: str, source: str | None = None) -> Shown:
        """Words that a tool or the user gave."""
        return Shown(text, source)

    def formula(self, text: str, source: str | None = None) -> Shown:
        """A line of arithmetic as a tool wrote it, with its units in words."""
        if self.language == "zh":
            for unit, name in (("working d", "个工作日"), (" d ", " 天 "), (" mo ", " 个月 ")):
                text = text.replace(unit, name)
        else:
            for unit, name in (("working d", "working days"), (" d ", " days "), (" mo ", " months ")):
                text = text.replace(unit, name)
            text = _ONE.sub(r"\1", text)
        return Shown(text, source)

    def number(self, value: Any, source: str | None = None) -> Shown:
        return Shown(number(value), source)

    def any(self, value: Any, source: str | None = None) -> Shown:
        """A value of unknown type, by its shape."""
        if isinstance(value, Mapping) and "amount" in value:
            return self.money(value, source)
        if isinstance(value, bool):
            return Shown(self.text("yes" if value else "no"), source)
        if isinstance(value, int | float | Decimal):
            return self.number(value, source)
        if isinstance(value, str) and len(value) == 10 and value[4:5] == "-" and value[7:8] == "-":
            return self.date(value, source)
        if isinstance(value, list | tuple):
            return Shown(self.join([self.any(item).text for item in value]), source)
        return Shown(self.name("value", str(value)), source)

    def parameter(self, name: str, value: Any, source: str | None = None) -> Shown:
        """A policy parameter or case fact with its unit, which its name tells."""
        if name.endswith("_pct"):
            return self.percent(value, source)
        for unit in ("days", "months"):
            if name.endswith(f"_{unit}") or (unit == "days" and name == "days_late"):
                return Shown(self.text(unit if number(value) != "1" else unit[:-1], n=number(value)), source)
        if name == "countries" and isinstance(value, list):
            return Shown(self.join([self.name("country", str(code)) for code in value]), source)
        if isinstance(value, str) and self.has(f"{name}.{value}"):
            return Shown(self.name(name, value), source)
        return self.any(value, source)

    def join(self, items: list[str]) -> str:
        """A list in words."""
        if self.language == "zh":
            return "、".join(items)
        return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else "".join(items)


def number(value: Any) -> str:
    """`900,000` · `23,151.32` · `0.2843`: grouped, at most two decimals from 10 up, four below."""
    exact = Decimal(str(value))
    if exact == exact.to_integral_value():
        return f"{int(exact):,}"
    rounded = f"{exact:,.2f}" if abs(exact) >= 10 else f"{exact:,.4f}".rstrip("0")
    whole, _, decimals = rounded.partition(".")
    return f"{whole}.{decimals}" if decimals.strip("0") else whole


def _zh_currency(code: str) -> str:
    names = table("currencies")["currencies"].get(code, {}).get("zh", [code])
    return "元" if code == "CNY" else str(names[0])


@cache
def _texts(language: Language) -> dict[str, str]:
    with (_FOLDER / f"{language}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            pairs.extend(_flat(value, f"{prefix}{key}."))
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
