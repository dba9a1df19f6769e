"""Every stage of the dunning plan has its letter in both languages, with nothing left to guess."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Language
from assistant.engine.wording import Shown, Wording
from assistant.letters import letter_draft
from tools.receivables import analyse_receivables
from tools.tables import table
from tools.toolset import Tool

TOOL = Tool(analyse_receivables)
STAGES = [row["stage"] for row in table("receivables")["dunning"]]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DUE = "2026-03-01"
DAY_OF = dict(
    zip(STAGES, ("02-14", "02-22", "03-02", "03-08", "03-16", "03-31", "04-15", "04-30", "05-30"), strict=True)
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_letter_with_its_facts_in_it(stage: str, language: Language) -> None:
    total = {"amount": 12_345, "currency": "EUR"}
    asked = {
        "due_date": DUE,
        "today": f"2026-{DAY_OF[stage]}",
        "receivables": total,
        "buyer": "Quelmar",
        "invoice": "R-7",
    }
    letter = TOOL.call(asked)["letters"][0]
    draft = letter_draft(letter, language)
    assert (letter["id"], draft["letter"]) == (stage, stage)
    for fact in ("12,345", "Quelmar", "R-7"):
        assert fact in draft["body"]
    assert draft["title"]
    assert draft["blanks"]
    assert not re.search(r"[{}]", draft["body"])
    assert not re.search("最高|第一时间|最佳", draft["body"])


@pytest.mark.parametrize(("language", "mark"), [("zh", "【买方全称】"), ("en", "[buyer's legal name]")])
def test_what_nobody_said_is_a_marked_blank(language: Language, mark: str) -> None:
    draft = letter_draft(TOOL.call({"due_date": DUE, "today": "2026-03-20"})["letters"][0], language)
    assert mark in draft["blanks"]
    assert len(draft["blanks"]) == len(set(draft["blanks"]))
    assert all(blank in draft["body"] for blank in draft["blanks"])


@pytest.mark.parametrize(("language", "words"), [("en", "1 day overdue"), ("zh", "已逾期 1 天")])
def test_one_day_is_said_as_one(language: Language, words: str) -> None:
    assert words in letter_draft(TOOL.call({"due_date": DUE, "today": "2026-03-02"})["letters"][0], language)["body"]


@given(count=st.integers(0, 400))
def test_english_counts_agree_with_their_noun(count: int) -> None:
    noun = "day" if count == 1 else "days"
    assert Wording("en").parameter("waiting_days", count).text == f"{count} {noun}"
    assert f"2026-03-01 + {count} {noun} = " in Wording("en").formula(f"2026-03-01 + {count} d = 2026-03-02").text
    said = Wording("en").sentence(
        "deadlines.row_left", dict.fromkeys(("duty", "date", "formula", "days"), Shown(str(count)))
    )
    assert said.text.endswith(f"{count} {noun} left")
