"""Whole policies of several pages, in both languages and every format: numbering, exact quotes, tables, footnotes."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from knowledge.loaders import load_user_document
from knowledge.loaders.markdown import load_corpus_file
from knowledge.loaders.numbering import chinese_number
from knowledge.model import Language, Passage
from knowledge.split import split

CORPUS = Path(__file__).parents[1] / "knowledge" / "corpus" / "policy"
ITEMS = {
    "en": ("the name and address of the buyer;", "the invoices that are unpaid; and", "the steps taken so far."),
    "zh": ("买方的名称和地址；", "尚未支付的发票；", "已经采取的措施。"),
}


class Clause(NamedTuple):
    """What a policy says in one clause."""

    label: str
    number: str
    heading: str
    text: str


class Chapter(NamedTuple):
    number: str
    heading: str
    clauses: list[Clause]


def policy(language: Language) -> list[Chapter]:
    """Five chapters of the bundled policy; in Chinese numbered 第一章 and 第一条 as Chinese policies are."""
    document, notes = load_corpus_file(CORPUS / f"wt-2026.{language}.md")
    headings = dict(re.findall(r"^## (\d+) (.+)$", document.text, re.MULTILINE))
    chapters: dict[str, list[Clause]] = {}
    for passage in split(document, notes):
        major = passage.clause.partition(".")[0]
        if major in ("1", "2", "3", "7", "8"):
            chapters.setdefault(major, []).append(Clause(passage.clause, passage.clause, passage.heading, passage.text))
    if language == "en":
        return [Chapter(number, headings[number], clauses) for number, clauses in chapters.items()]
    article = 0
    result = []
    for order, (number, clauses) in enumerate(chapters.items(), 1):
        own = []
        for clause in clauses:
            article += 1
            label = f"第{chinese_number(article)}条"
            own.append(Clause(label, label, clause.heading, clause.text))
        result.append(Chapter(f"第{chinese_number(order)}章", headings[number], own))
    return result


def expected_labels(chapters: Sequence[Chapter], language: Language) -> list[str]:
    labels = [clause.label for chapter in chapters for clause in chapter.clauses]
    return [*labels, *(labels[-1] + item_mark(order, language) for order in range(3))]


def item_mark(order: int, language: Language) -> str:
    return f"({'abc'[order]})" if language == "en" else f"（{'一二三'[order]}）"


def as_text(chapters: Sequence[Chapter], language: Language, path: Path) -> None:
    lines = []
    for chapter in chapters:
        lines += [f"{chapter.number} {chapter.heading}", ""]
        for clause in chapter.clauses:
            lines += [f"{clause.number} {clause.heading}", clause.text, ""]
    lines += [f"{item_mark(order, language)} {item}" for order, item in enumerate(ITEMS[language])]
    path.write_bytes("\r\n".join(lines).encode("utf-16" if language == "en" else "gb18030"))


def as_html(chapters: Sequence[Chapter], language: Language, path: Path) -> None:
    parts = ["<html><head><title>x</title></head><body><nav>Home</nav>"]
    for chapter in chapters:
        parts.append(f"<h2>{chapter.number} {chapter.heading}</h2>")
        for clause in chapter.clauses:
            parts.append(f"<h3>{clause.number} {clause.heading}</h3><p>{clause.text}</p>")
    parts += [f"<p>{item_mark(order, language)} {item}</p>" for order, item in enumerate(ITEMS[language])]
    path.write_text("".join(parts), encoding="utf-8")


def as_word(chapters: Sequence[Chapter], language: Language, path: Path) -> None:
    """Numbers by Word's own numbering: none of them stands in the text."""
    document = docx.Document()
    chapter_format = ("decimal", "%1") if language == "en" else ("chineseCounting", "第%1章")
    clause_format = ("decimal", "%1.%2") if language == "en" else ("chineseCounting", "第%2条")
    item_format = ("lowerLetter", "(%3)") if language == "en" else ("chineseCounting", "（%3）")
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        + '<w:lvlRestart w:val="0"/>' * (depth == 1 and language == "zh")
        + f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, (style, pattern) in enumerate((chapter_format, clause_format, item_format))
    )
    numbering = document.part.numbering_part.element
    first = numbering.find(qn("w:num"))
    first.addprevious(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    jump = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    for number, override in (("77", ""), ("78", jump)):
        xml = f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="77"/>{override}</w:num>'
        numbering.append(parse_xml(xml))

    def add(text: str, depth: int, style: str | None = None, number: str = "77") -> None:
        xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        document.add_paragraph(text, style=style)._p.get_or_add_pPr().append(parse_xml(xml))

    document.sections[0].header.paragraphs[0].text = "Specimen wording"
    for chapter in chapters:
        add(chapter.heading, 0, "Heading 1", "78" if chapter.number == "7" else "77")
        for clause in chapter.clauses:
            add(clause.heading, 1, "Heading 2")
            document.add_paragraph(clause.text)
    for item in ITEMS[language]:
        add(item, 2)
    document.save(str(path))


def as_pdf(chapters: Sequence[Chapter], language: Language, path: Path) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    font = "Helvetica"
    if language == "zh":
        font = "STSong-Light"
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    wrap = "CJK" if language == "zh" else None
    body = ParagraphStyle("b", fontName=font, fontSize=10, leading=15, spaceAfter=8, wordWrap=wrap, alignment=4)
    title = ParagraphStyle("t", parent=body, fontSize=15, leading=20, spaceBefore=14, alignment=0)
    heading = ParagraphStyle("h", parent=body, fontSize=12, leading=16, alignment=0)
    story: list[Any] = []
    for chapter in chapters:
        story.append(Paragraph(f"{chapter.number} {chapter.heading}", title))
        for clause in chapter.clauses:
            story += [Paragraph(f"{clause.number} {clause.heading}", heading), Paragraph(clause.text, body)]
    story += [Paragraph(f"{item_mark(order, language)} {item}", body) for order, item in enumerate(ITEMS[language])]

    def frame(canvas: Any, template: Any) -> None:
        canvas.setFont(font, 8)
        head = "Whole turnover policy – specimen wording 2026" if language == "en" else "全营业额贸易信用保险 样本条款"
        foot = f"Page {template.page} of 9" if language == "en" else f"第{template.page}页 共9页"
        canvas.drawString(72, A4[1] - 40, head)
        canvas.drawCentredString(A4[0] / 2, 30, foot)

    SimpleDocTemplate(str(path), pagesize=A4).build(story, onFirstPage=frame, onLaterPages=frame)


WRITERS: dict[str, Callable[[Sequence[Chapter], Language, Path], None]] = {
    "txt": as_text, "html": as_html, "docx": as_word, "pdf": as_pdf,
}  # fmt: skip


def passages_of(path: Path) -> list[Passage]:
    document = load_user_document(path, owner="ann")
    passages = split(document)
    for passage in passages:
        assert document.text[passage.span.start : passage.span.end] == passage.text
    return passages


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_whole_policy_keeps_its_numbering_and_its_words(tmp_path: Path, suffix: str, language: Language) -> None:
    chapters = policy(language)
    path = tmp_path / f"policy.{suffix}"
    WRITERS[suffix](chapters, language, path)
    passages = passages_of(path)
    assert [passage.clause for passage in passages] == expected_labels(chapters, language)
    assert {passage.language for passage in passages} == {language}
    by_label = {passage.clause: passage for passage in passages}
    for clause in (clause for chapter in chapters for clause in chapter.clauses):
        found = by_label[clause.label]
        assert found.heading == clause.heading
        assert clause.text in found.text
        assert "Page " not in found.text and "specimen wording" not in found.text and "共9页" not in found.text
