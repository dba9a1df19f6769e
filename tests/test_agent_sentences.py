"""A model's text as sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import pieces


def split(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "ABC Co., Ltd. owes CNY 1,000.50 to you.",
        "Report early, e.g. by mail.",
        "See clause 7.1 and No. 5 of the schedule.",
        "U.S. law vs. U.K. law applies.",
        "The rate is approx. 0.3% p.a. in all.",
        "Mr. J. Li of Siemens S.p.A. signed.",
        "赔款为1,000.50元,见第7.1条。",
        "您说“先等等。”",
        "Report it now [wt-2026/en/7.1].",
        "Report it now. [wt-2026/en/7.1] [wt-2026/en/7.2]",
    ],
)
def test_a_sentence_stays_whole(sentence: str) -> None:
    assert split(f"{sentence} 好。" if sentence.endswith("。") else f"{sentence} Good.")[0] == sentence


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("See clause 7.1. Report it.", ["See clause 7.1.", "Report it."]),
        ("It is 3.5 million. Is it? Yes!", ["It is 3.5 million.", "Is it?", "Yes!"]),
        ("先报案。再索赔！材料齐了吗？齐了", ["先报案。", "再索赔！", "材料齐了吗？", "齐了"]),
        ("Wait... Then file.", ["Wait...", "Then file."]),
    ],
)
def test_sentences_are_told_apart(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


def test_decoration_is_left_out_and_lists_stay_lists() -> None:
    text = "## Result\n**900,000** is due.\n1. File. Soon.\n2) Keep it\n- Wait\n---\n| a | b |\n|---|---|\n> quoted"
    assert [tuple(piece) for piece in pieces(text)] == [
        ("Result", False),
        ("900,000 is due.", False),
        ("File.", True),
        ("Soon.", False),
        ("Keep it", True),
        ("Wait", True),
        ("a · b", True),
        ("quoted", False),
    ]


def test_what_a_model_writes_for_itself_is_not_spoken() -> None:
    assert split('<think>maybe 5</think>Yes.\n```json\n{"a": 1}\n```') == ["Yes."]
    assert split('<tool_call>\n{"name": "x"}') == []


@given(st.text(alphabet="aB1.。!？ \n,[]/-", max_size=200))
def test_no_word_is_lost_or_doubled(text: str) -> None:
    kept = "".join(split(text))
    assert [c for c in kept if c in "aB"] == [c for c in text if c in "aB"]
