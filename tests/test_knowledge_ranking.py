"""How passages are ordered: across languages, by name, by what they are asked, and by a second reader."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import knowledge
from knowledge.across import Across, centred, middles
from knowledge.asked import classify, learn
from knowledge.errors import UnknownEmbedder
from knowledge.glossary import Glossary
from knowledge.ingest import build
from knowledge.named import Titles
from knowledge.phrases import Phrases
from knowledge.rerank import reranker
from knowledge.search import KnowledgeIndex
from knowledge.shelf import lexical_index, load_shelf
from knowledge.tokens import EDGE_WEIGHT, query_terms
from knowledge.topic import learn_topic
from knowledge.versions import current_version, version_folder
from tools.knowledge_search import KnowledgeTools

Matrix = npt.NDArray[np.float32]


def unit(rng: np.random.Generator, count: int, dimensions: int = 16) -> Matrix:
    rows = rng.standard_normal((count, dimensions)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_cosines_across_languages_are_those_of_centred_vectors() -> None:
    rng = np.random.default_rng(1)
    passages, questions = unit(rng, 60), unit(rng, 40)
    in_chinese, asked_chinese = np.arange(60) < 30, np.arange(40) < 20
    centre = middles(questions, asked_chinese, passages, in_chinese)
    question = unit(rng, 1)[0]
    found = Across.of(passages, in_chinese, centre.questions, centre.passages).cosines(
        passages @ question, question, is_chinese=True
    )
    expected = (
        centred(passages, in_chinese, centre.passages) @ centred(question[None], np.array([True]), centre.questions)[0]
    )
    assert np.allclose(found[~in_chinese], expected[~in_chinese], atol=1e-5)


def test_a_clause_is_found_by_what_it_is_asked_in_either_language() -> None:
    rng = np.random.default_rng(2)
    themes = unit(rng, 40, 32)
    offset = {True: np.eye(32, dtype=np.float32)[0], False: np.eye(32, dtype=np.float32)[1]}
    in_chinese = np.arange(80) % 2 == 0
    clauses = (np.arange(80) // 2).astype(np.int32)
    rows = np.repeat(np.arange(80), 4).astype(np.int32)

    def said(theme: int, is_chinese: bool) -> Matrix:
        row = themes[theme] + offset[is_chinese] + 0.1 * rng.standard_normal(32)
        return np.asarray(row / np.linalg.norm(row), dtype=np.float32)

    asks = np.array([said(clauses[row], in_chinese[row]) for row in rows])
    bodies = np.array([said(clause, language) for clause, language in zip(clauses, in_chinese, strict=True)])
    learned = learn(asks, rows, bodies, in_chinese, clauses)
    classes = classify(learned, asks, rows, bodies, in_chinese, clauses)
    for theme in range(40):
        scores = classes.scores(learned, said(theme, True), True)
        assert clauses[int(scores.argmax())] == theme


def test_few_asks_teach_nothing() -> None:
    rng = np.random.default_rng(3)
    rows, language = np.arange(5, dtype=np.int32), np.ones(5, dtype=np.bool_)
    assert not learn(unit(rng, 5), rows, unit(rng, 5), language, rows).is_learned
    assert not learn_topic(unit(rng, 5), language, unit(rng, 5), language).is_learned


def test_a_topic_tells_its_own_questions_from_others() -> None:
    rng = np.random.default_rng(4)
    inside, outside = unit(rng, 120) + 2 * np.eye(16)[0], unit(rng, 60) + 2 * np.eye(16)[1]
    inside, outside = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (inside, outside))
    language = np.arange(120) % 2 == 0
    topic = learn_topic(inside.astype(np.float32), language, outside.astype(np.float32), language[:60])
    assert topic.score(inside[0].astype(np.float32), True) > topic.score(outside[0].astype(np.float32), True)


def test_a_bigram_across_two_words_weighs_less() -> None:
    weights = query_terms("买方破产")
    assert weights["买方"] == weights["破产"] == 1.0
    assert weights["方破"] == EDGE_WEIGHT


def test_a_query_that_gives_a_title_names_the_document(tmp_path: Path, embedder: "Words") -> None:
    shelf = load_shelf(_built(tmp_path, embedder))
    titles = Titles(shelf.passages, [shelf.lexical])
    named = titles.scores(query_terms("Orchard package: when is a claim paid?"))
    assert {p.document_id for p, score in zip(shelf.passages, named, strict=True) if score > 0.9} == {"orchard"}
    assert not titles.scores(query_terms("when is a claim paid?")).any()
    assert len(lexical_index(shelf.passages)) == len(shelf.passages)


def test_the_named_document_comes_first(tmp_path: Path, embedder: "Words") -> None:
    _built(tmp_path, embedder)
    index = KnowledgeIndex.open(tmp_path / "index", embedder, glossary=Glossary(()))
    assert index.search("Orchard package: when is a claim paid?")[0].passage.document_id == "orchard"
    assert index.search("Harbour package: when is a claim paid?")[0].passage.document_id == "harbour"


def test_a_search_can_be_kept_to_one_language(tmp_path: Path, embedder: "Words") -> None:
    _built(tmp_path, embedder)
    index = KnowledgeIndex.open(tmp_path / "index", embedder, glossary=Glossary(()))
    assert index.search("claim", only="zh") == []
    assert index.search("claim", only="en")


def test_a_second_reader_orders_the_leading_passages(tmp_path: Path, embedder: "Words") -> None:
    class Backwards:
        def scores(self, question: str, texts: Sequence[str]) -> Matrix:
            return np.arange(len(texts), dtype=np.float32)

    _built(tmp_path, embedder)
    plain = KnowledgeIndex(tmp_path / "index", embedder, glossary=Glossary(()))
    again = KnowledgeIndex(tmp_path / "index", embedder, glossary=Glossary(()), reranker=Backwards())
    ids = [hit.passage.id for hit in plain.search("when is a claim paid")]
    assert [hit.passage.id for hit in again.search("when is a claim paid")] == ids[::-1]
    scores = [hit.score for hit in again.search("when is a claim paid")]
    assert scores == sorted(scores, reverse=True)


def test_a_reranker_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    reranker.cache_clear()
    with pytest.raises(UnknownEmbedder, match="pip install"):
        reranker("some/model")


@pytest.mark.filterwarnings("default")  # of torch and transformers, not ours
def test_a_cross_encoder_is_loaded_from_a_folder(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path / "tiny"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "claim", "paid", "invoice"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    BertForSequenceClassification(BertConfig(vocab_size=len(words), num_labels=1, **shape)).save_pretrained(folder)
    assert reranker(str(folder)).scores("claim", ["paid", "invoice", "paid"]).shape == (3,)


class Words:
    """A vector of hashed words."""

    name, dimensions = "words-1", 64

    def queries(self, texts: Sequence[str]) -> Matrix:
        rows = np.full((len(texts), 64), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in query_terms(text):
                rows[row, sum(map(ord, term)) % 64] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    passages = queries


@pytest.fixture
def embedder() -> Words:
    return Words()


def _built(tmp_path: Path, embedder: Words) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("orchard", "harbour"):
        (corpus / f"{name}.en.md").write_text(
            f"---\nid: {name}\nlanguage: en\nkind: policy\ntitle: {name.title()} package\n"
            'edition: "1"\nsource: E\n---\n'
            f"# {name.title()} package\n\n## 1 Claims\n\n### 1.1 Payment\nA claim is paid within 30 days.\n\n"
            "### 1.2 Papers\nThe claim form and the invoices are sent.\n",
            encoding="utf-8",
        )
    build([corpus], tmp_path / "index", embedder)
    return version_folder(tmp_path / "index", current_version(tmp_path / "index"))


@pytest.mark.parametrize(
    ("query", "entries"),
    [
        ("What is the difference between excess of loss and whole turnover?", ["glossary/en/48", "glossary/en/45"]),
        ("政治风险和商业风险有什么区别？", ["glossary/zh/33", "glossary/zh/41"]),
        ("Is it raining?", []),
    ],
)
def test_a_search_brings_the_definitions_of_the_terms_a_question_names(
    tmp_path_factory: pytest.TempPathFactory, query: str, entries: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("glossary_index")
    build([Path(knowledge.__file__).parent / "corpus" / "glossary"], folder, Words())
    result = KnowledgeTools(KnowledgeIndex.open(folder, Words())).search_knowledge(query)
    assert list(result.defined) == entries
    assert set(entries) <= {passage.citation_id for passage in result.passages}


def test_an_ask_is_found_by_its_little_words_too(tmp_path: Path) -> None:
    english = ["what is covered", "what is covered by it", "what is not covered", "what is not covered by it"]
    chinese = ["哪些情况赔", "哪些情况会赔", "哪些情况不赔", "哪些情况会不赔"]
    asks = [*english, *chinese]
    Phrases.build(asks).save(tmp_path / "phrases.npz")
    found = Phrases.load(tmp_path / "phrases.npz")
    best = {
        question: asks[int(found.scores(question).argmax())] for question in ("what's not covered?", "什么情况不赔")
    }
    assert best == {"what's not covered?": "what is not covered", "什么情况不赔": "哪些情况不赔"}
    assert not found.scores("weather").any()
