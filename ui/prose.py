"""Text parts as HTML: our Markdown, escaped, with footnotes that open the cited clause in place."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt

from assistant.answer import Citation, TextPart
from ui.words import Words

_MARK = re.compile("\ue000(\\d+)\ue001")
_HEADING = re.compile(r"(?m)^#{1,6} (.*)$")
_AROUND_CHARS = 700
_ACTIVE = frozenset("\\`*_{}[]<>#+-!|~$:&")


def part_html(part: TextPart, *, numbers: Mapping[int, str] | None = None) -> str:
    """The part's words; each citation number becomes a footnote that opens the element `numbers` names."""
    text = part.text
    for end, number in sorted(footnotes(part), reverse=True):
        text = f"{text[:end]}\ue000{number}\ue001{text[end:]}"
    html = _MARK.sub(lambda found: _footnote(int(found[1]), numbers), _markdown().render(text))
    return f'<div class="tca-text tca-{part.role}">{html}</div>'


def footnotes(part: TextPart) -> set[tuple[int, int]]:
    """Where footnotes stand in the part's text, and their citations' numbers."""
    return {
        (item.end, int(item.source.partition(":")[2])) for item in part.evidence if item.source.startswith("citation:")
    }


def clause_html(citation: Citation, document: str | None, element_id: str, words: Words) -> str:
    """The cited clause with the quoted words marked, as a pop-over that `part_html`'s footnotes open.

    Args:
        citation: What is quoted.
        document: The document's canonical text; None shows the quote alone.
        element_id: The pop-over's id.
        words: Labels.
    """
    body = excerpt_html(document, citation.quote, citation.start, citation.end)
    where = escape(words["cite.where"].format(clause=citation.clause, edition=citation.edition))
    return (
        f'<div popover id="{element_id}" class="tca-clause" role="dialog" aria-label="{escape(citation.title)}">'
        f'<div class="tca-clause-head"><div><b>{escape(citation.title)}</b><span>{where}</span></div>'
        f'<button popovertarget="{element_id}" popovertargetaction="hide" aria-label="{words["cite.close"]}">✕</button>'
        f'</div><div class="tca-clause-body">{body}</div></div>'
    )


def sources_html(citations: Sequence[Citation], numbers: Mapping[int, str]) -> str:
    """The list of sources, each opening its clause."""
    items = "".join(
        f'<button class="tca-source" popovertarget="{numbers[item.id]}"><i>{item.id}</i>'
        f"{escape(item.title)} {escape(item.clause)}</button>"
        for item in citations
    )
    return f'<div class="tca-sources">{items}</div>' if items else ""


def plain(text: str) -> str:
    """Text for a place that reads Markdown, with nothing in it that Markdown would act on."""
    return "".join(f"\\{char}" if char in _ACTIVE else char for char in text).replace("://", ":\u2060//")


def surroundings(document: str | None, start: int, end: int) -> tuple[str, str, str] | None:
    """Text before, at and after the offsets, cut at blank lines; None when they are not in the document."""
    if document is None or not 0 <= start < end <= len(document):
        return None
    left = document.rfind("\n\n", max(0, start - _AROUND_CHARS), start)
    right = document.find("\n\n", end, end + _AROUND_CHARS)
    left = left + 2 if left >= 0 else max(0, start - _AROUND_CHARS)
    right = right if right >= 0 else min(len(document), end + _AROUND_CHARS)
    return document[left:start], document[start:end], document[end:right]


def excerpt_html(document: str | None, quote: str, start: int, end: int) -> str:
    """The quoted words marked in what stands around them."""
    before, quoted, after = surroundings(document, start, end) or ("", quote, "")
    return f"{_headings(before)}<mark>{escape(quoted)}</mark>{_headings(after)}"


def _headings(text: str) -> str:
    """Escaped text with the document's headings in bold."""
    return _HEADING.sub(r"<b>\1</b>", escape(text))


def _footnote(number: int, numbers: Mapping[int, str] | None) -> str:
    target = (numbers or {}).get(number)
    if target is None:
        return f'<sup class="tca-mark">{number}</sup>'
    return f'<button class="tca-foot" popovertarget="{target}" aria-label="[{number}]">{number}</button>'


@cache
def _markdown() -> MarkdownIt:
    # Raw HTML stays text; pictures and links would let a document reach out of the page.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])
