"""The retrieval questions and the questions outside the corpus: complete, without repeats, honest about overlap."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import knowledge
from evals.question_sets import ForeignQuestion, RetrievalQuestion, foreign_questions, retrieval_questions
from knowledge.loaders.markdown import load_corpus_file
from knowledge.model import Language, Passage
from knowledge.split import split
from knowledge.tokens import normalised, terms
from knowledge.topic import background

CORPUS = Path(knowledge.__file__).parent / "corpus"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
COMMON = 0.08
"""A term in a larger share of the passages (buyer, insurer, days) tells nothing about one of them."""
SHARED_IN_TEXT = 1
"""Telling words that a paraphrase may share with a text that answers it; with a heading it shares none."""

NEAREST_ASK = 0.7
"""Share of common terms above which a question counts as an ask of the corpus in other order."""


@cache
def passages() -> dict[tuple[str, Language], Passage]:
    loaded = [load_corpus_file(path) for path in sorted(CORPUS.rglob("*.md"))]
    found = [passage for each in loaded for passage in split(each.document, each.notes)]
    return {(passage.reference, passage.language): passage for passage in found}


@cache
def common_terms(language: Language) -> frozenset[str]:
    texts = [f"{passage.heading} {passage.text}" for (_, tongue), passage in passages().items() if tongue == language]
    counts = Counter(term for text in texts for term in set(terms(text)))
    return frozenset(term for term, count in counts.items() if count > COMMON * len(texts))


def telling(text: str, language: Language) -> set[str]:
    return {term for term in terms(text) if len(term) > 1} - common_terms(language)


def name_of(passage: Passage) -> str:
    """The heading without the name of the policy form before it and the other language's term after it."""
    of_a_form = passage.document_id.split("-")[0] in ("ka", "xol", "sme")
    heading = normalised(passage.heading)
    return heading.rpartition(":")[2] if of_a_form else heading.partition("(")[0]


def question_id(question: RetrievalQuestion) -> str:
    return question.id


def test_the_set_is_large_and_even() -> None:
    asked = retrieval_questions()
    assert len(asked) >= 420
    for language in LANGUAGES:
        own = [question for question in asked if question.language == language]
        assert len(own) >= 210
        assert 0.25 <= sum(question.across for question in own) / len(own) <= 0.3
        assert sum(question.paraphrased for question in own) / len(own) >= 1 / 3
        for across in (False, True):
            on_dev = [question.split == "dev" for question in own if question.across == across]
            assert 0.4 <= sum(on_dev) / len(on_dev) <= 0.6


def test_every_document_is_asked_about() -> None:
    asked = {reference.partition(":")[0] for question in retrieval_questions() for reference in question.gold}
    assert asked == {passage.document_id for passage in passages().values()}


def test_every_gold_passage_exists_in_both_languages() -> None:
    wanted = {reference for question in retrieval_questions() for reference in question.gold}
    assert not [
        (reference, tongue) for reference in wanted for tongue in LANGUAGES if (reference, tongue) not in passages()
    ]
    assert all(question.gold and len(set(question.gold)) == len(question.gold) for question in retrieval_questions())


def test_every_gold_passage_is_in_force_on_the_day_asked_about() -> None:
    for question in retrieval_questions():
        for reference in question.gold:
            passage = passages()[reference, question.language]
            assert passage.in_force_from is not None
            if question.as_of is None:
                assert passage.in_force_to is None, question.id
            else:
                assert passage.in_force_from <= question.as_of, question.id
                assert passage.in_force_to is None or question.as_of <= passage.in_force_to, question.id


def test_no_question_is_asked_twice_or_stands_in_the_corpus() -> None:
    both: list[RetrievalQuestion | ForeignQuestion] = [*retrieval_questions(), *foreign_questions()]
    folded = [normalised(each.question).strip(" ?？!！.。") for each in both]
    assert not [question for question, count in Counter(folded).items() if count > 1]
    asks = {normalised(ask).strip(" ?？!！.。") for passage in passages().values() for ask in passage.asks}
    assert not [question for question in folded if question in asks]
    assert len({each.id for each in both}) == len(both)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_repeats_most_words_of_an_ask(language: Language) -> None:
    asks = {
        frozenset(terms(ask)) for (_, tongue), each in passages().items() if tongue == language for ask in each.asks
    }
    near = []
    for question in retrieval_questions():
        words = frozenset(terms(question.question)) if question.language == language else frozenset()
        near += [question.id for ask in asks if words and ask and len(words & ask) > NEAREST_ASK * len(words | ask)]
    assert not near


@pytest.mark.parametrize("question", [each for each in retrieval_questions() if each.paraphrased], ids=question_id)
def test_a_paraphrase_shares_no_key_word_with_what_answers_it(question: RetrievalQuestion) -> None:
    words = telling(question.question, question.language)
    for reference in question.gold:
        passage = passages()[reference, question.language]
        assert not words & telling(name_of(passage), question.language), reference
        shared = words & telling(passage.text, question.language)
        assert len(shared) <= SHARED_IN_TEXT, (reference, shared)


def test_the_questions_outside_the_corpus_are_many_and_were_not_learnt_from() -> None:
    outside = foreign_questions()
    for language in LANGUAGES:
        own = [question for question in outside if question.language == language]
        assert len(own) == 100
        assert sum(question.split == "dev" for question in own) == 50
    assert len({question.topic for question in outside}) >= 15
    assert not {question.question for question in outside} & set(background())
