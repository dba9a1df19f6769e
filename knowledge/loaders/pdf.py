"""PDF files with a text layer; a scanned or garbled one is refused with its share of unreadable characters."""

from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import BrokenDocument
from knowledge.loaders.reading import Reading
from knowledge.loaders.text import unreadable_share

_WORTH_A_SECOND_LOOK = 0.01


def read(path: Path) -> Reading:
    """The text layer, page after page; pdfplumber is asked where pypdf's text is garbled."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise BrokenDocument(path, "the PDF is protected by a password; save it without one")
        text = "\n\n".join(page.extract_text() or "" for page in reader.pages)
    except (PyPdfError, OSError, ValueError, KeyError) as error:  # what pypdf raises on damaged files
        raise BrokenDocument(path, f"not a readable PDF: {error}") from error
    if text.strip() and unreadable_share(text) <= _WORTH_A_SECOND_LOOK:
        return Reading(text)
    second = _plumbed(path)
    return Reading(second if second.strip() and unreadable_share(second) < unreadable_share(text) else text)


def _plumbed(path: Path) -> str:
    import pdfplumber  # a second; only for doubtful files
    from pdfminer.pdfparser import PDFSyntaxError

    try:
        with pdfplumber.open(path) as pdf:
            return "\n\n".join(page.extract_text() or "" for page in pdf.pages)
    except (PDFSyntaxError, ValueError, KeyError) as error:
        raise BrokenDocument(path, f"not a readable PDF: {error}") from error
