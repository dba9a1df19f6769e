"""Letters to a buyer in words: a tool's letter id and values become a draft, with what is missing as marked blanks."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from assistant.answer import Language
from assistant.engine.wording import Wording

_FOLDER = Path(__file__).parent / "wording" / "letters"
_BLANK = re.compile(r"\[[^\[\]]+\]|【[^【】]*】")


def letter_draft(letter: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """The data of a `draft` card: title, body, and the blanks in it that a person must fill.

    Args:
        letter: One of the `letters` of analyse_receivables, as JSON data.
        language: Language of the letter.
    """
    texts, words = _letters(language), Wording(language)
    blanks, letter_id = texts["blanks"], letter["id"]
    body = texts[letter_id]["body"].format(
        buyer=letter["buyer"] or blanks["buyer"],
        total=words.money(letter["total"]).text if letter["total"] else blanks["total"],
        lines="\n".join(_lines(letter, texts, words)),
        **{name: words.date(letter[name]).text for name in ("written_on", "pay_by", "oldest_due_date")},
        days_overdue=_days(letter["days_overdue"], words),
    )
    body = body.strip() + "\n"
    return {
        "title": texts[letter_id]["title"],
        "body": body,
        "blanks": list(dict.fromkeys(_BLANK.findall(body))),
        "letter": letter_id,
        "tone": letter["tone"],
    }


def _lines(letter: Mapping[str, Any], texts: Mapping[str, Any], words: Wording) -> list[str]:
    parts, blanks = texts["parts"], texts["blanks"]
    lines = [
        parts["line_overdue" if row["days_overdue"] else "line"].format(
            invoice=row["invoice"] or blanks["invoice"],
            amount=words.money(row["amount"]).text if row["amount"] else blanks["amount"],
            due_date=words.date(row["due_date"]).text,
            **({"days_overdue": _days(row["days_overdue"], words)} if row["days_overdue"] else {}),
        )
        for row in letter["invoices"]
    ]
    more = letter["invoice_count"] - len(lines)
    return [*lines, parts["more"].format(count=more)] if more > 0 else lines


def _days(count: int, words: Wording) -> str:
    return words.parameter("days_late", count).text


@cache
def _letters(language: Language) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
