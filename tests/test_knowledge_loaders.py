"""Reading files: corpus format, users' formats, clause numbering, terms."""

from pathlib import Path

import docx
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from knowledge.errors import BrokenDocument, UnreadableText, UnsupportedFormat
from knowledge.loaders import load_user_document
from knowledge.loaders.markdown import load_corpus_file
from knowledge.loaders.tables import table_lines
from knowledge.loaders.text import assert_readable
from knowledge.model import Document
from knowledge.split import LONGEST_PASSAGE_CHARS, split
from knowledge.tokens import normalised, stem, terms
from knowledge.vectors import ChromaStore, MatrixStore, VectorStore

FRONT = "---\nid: d-2026\nlanguage: en\nkind: policy\ntitle: T\nedition: '2026'\nsource: A1\n---\n"
CORPUS = Path(__file__).parents[1] / "knowledge" / "corpus"


def user_document(tmp_path: Path, name: str, content: bytes) -> Document:
    (tmp_path / name).write_bytes(content)
    return load_user_document(tmp_path / name, owner="ann")


def test_every_corpus_file_loads_and_its_spans_are_exact() -> None:
    for path in sorted(CORPUS.rglob("*.md")):
        document, notes = load_corpus_file(path)
        passages = split(document, notes)
        assert {passage.clause for passage in passages} == set(notes)
        assert "<!--" not in document.text
        for passage in passages:
            assert document.text[passage.span.start : passage.span.end] == passage.text


def test_notes_are_kept_out_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "d.en.md"
    path.write_text(FRONT + "## 1 A\n\n### 1.1 B\n<!-- source: A1, T2; confidence: H;\nasks: one? | two? -->\nText.\n")
    document, notes = load_corpus_file(path)
    passage = split(document, notes)[0]
    assert (passage.id, passage.text, passage.source, passage.confidence) == ("d-2026/en/1.1", "Text.", "A1, T2", "H")
    assert passage.asks == ("one?", "two?")
    assert "one?" not in document.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r":1: front matter is missing"),
        ("---\nid: x\n", r":1: front matter is not closed"),
        ("---\nid: [\n---\n", "front matter is not YAML"),
        ("---\nid: x\n---\n", "front matter lacks language"),
        (FRONT.replace("policy", "song") + "### 1 A\nb", "kind must be one of"),
        (FRONT + "### 1.1 A\nb\n### 1.1 C\nd", r":11: clause 1.1 appears twice"),
        (FRONT + "### 1.1 A\n\n### 1.2 B\nc", r":9: clause 1.1 has no text"),
        (FRONT + "### Heading\nb", r":9: a ### heading needs a clause number"),
        (FRONT + "### 1.1 A\n<!-- sauce: x -->\nb", "kept|b"),
        (FRONT + "### 1.1 A\n<!-- source: x; colour: red -->\nb", r":10: a note reads"),
        (FRONT + "### 1.1 A\n<!-- source", r":10: a comment is not closed"),
    ],
)
def test_a_broken_corpus_file_is_named_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "broken.md"
    path.write_text(content, encoding="utf-8")
    if message == "kept|b":  # a comment that is no note is left out, not refused
        assert load_corpus_file(path).document.text.endswith("b\n")
        return
    with pytest.raises(BrokenDocument, match=message) as caught:
        load_corpus_file(path)
    assert "broken.md" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Article 5 Limits\nA limit.\n\nArticle 6 Claims\nA claim.", ["Article-5", "Article-6"]),
        ("第五条 限额\n限额内容。\n第六条 索赔\n索赔内容。", ["第五条", "第六条"]),
        ("1.1 One\ntext\n(a) first\n(b) second\n1.2 Two\ntext", ["1.1", "1.1(a)", "1.1(b)", "1.2"]),
        ("一、总则\n内容\n（一）细则\n内容\n二、附则\n内容", ["一", "一（一）", "二"]),
        ("Just a paragraph.\n\nAnother one.", ["p1", "p2"]),
    ],
)
def test_clause_numbering_is_recognised(tmp_path: Path, text: str, clauses: list[str]) -> None:
    passages = split(user_document(tmp_path, "policy.txt", text.encode()))
    assert [passage.clause for passage in passages] == clauses


@given(st.text(max_size=6_000))
def test_any_text_splits_into_exact_short_unique_passages(text: str) -> None:
    document = Document(id="d", language="en", title="", kind="user", edition="", source="", text=text)
    passages = split(document)
    assert all(text[p.span.start : p.span.end] == p.text and p.text for p in passages)
    assert all(len(passage.text) <= LONGEST_PASSAGE_CHARS for passage in passages)
    assert len({passage.id for passage in passages}) == len(passages)
    words = "".join(passage.text for passage in passages)
    assert sorted("".join(words.split())) == sorted("".join(text.split()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_common_encodings(tmp_path: Path, encoding: str) -> None:
    document = user_document(tmp_path, "条款.txt", "第一条 保险责任。".encode(encoding))
    assert (document.language, document.text) == ("zh", "第一条 保险责任。\n")


def test_html_keeps_headings_and_table_headers_and_drops_scripts(tmp_path: Path) -> None:
    page = (
        b"<h2>3 Limits</h2><script>evil()</script><p>Per <b>buyer</b>.</p>"
        b"<table><tr><th>Country<th>Limit<tr><td>DE<td>5</table>"
    )
    text = user_document(tmp_path, "p.html", page).text
    assert text == "## 3 Limits\nPer buyer.\nCountry: DE; Limit: 5\n"


def test_word_and_excel_tables_carry_their_header(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Schedule", level=1)
    table = word.add_table(rows=2, cols=2)
    for cell, value in zip([c for row in table.rows for c in row.cells], ["Item", "Value", "MEP", "60"], strict=True):
        cell.text = value
    word.save(str(tmp_path / "s.docx"))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Buyer", "Limit"])
    book.active.append(["Acme", 500])
    book.save(tmp_path / "b.xlsx")
    assert "Item: MEP; Value: 60" in load_user_document(tmp_path / "s.docx", owner=None).text
    assert "Buyer: Acme; Limit: 500" in load_user_document(tmp_path / "b.xlsx", owner=None).text
    assert "Buyer: Acme; Limit: 5" in user_document(tmp_path, "b.csv", b"Buyer;Limit\nAcme;5\n").text
    assert table_lines([]) == [] and table_lines([["only"]]) == ["only"]


def test_a_scanned_pdf_fails_loudly(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.write(tmp_path / "scan.pdf")
    with pytest.raises(UnreadableText, match="100% of its characters are unreadable"):
        load_user_document(tmp_path / "scan.pdf", owner="ann")


def test_garbled_text_is_refused_with_its_share() -> None:
    with pytest.raises(UnreadableText, match="50%") as caught:
        assert_readable(Path("x.pdf"), "\ue000\ue001ab")
    assert caught.value.unreadable_share == 0.5


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.txt"])
def test_binary_noise_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BrokenDocument, match=name):
        user_document(tmp_path, name, bytes(range(256)) * 20)


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.pptx; use .*\.pdf"):
        user_document(tmp_path, "a.pptx", b"x")


def test_terms_fold_width_script_case_and_endings() -> None:
    assert terms("逾期賬款") == terms("逾期账款") == ["逾期", "期账", "账款"]
    assert terms("ＭＥＰ 60天") == ["mep", "60", "天"]
    assert [stem(word) for word in ("policies", "insured", "insuring", "loss")] == ["policy", "insur", "insur", "loss"]
    assert normalised("ＡＢＣ") == "abc"


@pytest.fixture(params=["matrix", "chroma"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> VectorStore:
    return MatrixStore(tmp_path) if request.param == "matrix" else ChromaStore(tmp_path / "chroma", "tca-test")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_vector_stores_agree(store: VectorStore) -> None:
    vectors = np.eye(3, 4, dtype=np.float32)
    store.add(["b", "a", "c"], vectors, [{"kind": "x"}] * 3)
    ids, matrix = store.all()
    assert ids == ["a", "b", "c"]
    assert np.allclose(matrix, vectors[[1, 0, 2]])
    assert store.nearest(vectors[0], 1)[0][0] == "b"
    store.close()
