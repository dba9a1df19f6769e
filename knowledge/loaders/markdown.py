"""Corpus files: Markdown with YAML front matter and a note under every clause heading.

```
### 7.1 Overdue notice
<!-- source: A1, T2; confidence: H; asks: when must I report? | how late is too late? -->
The insured reports …
```
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from knowledge.errors import BrokenDocument
from knowledge.model import Document

_REQUIRED = ("id", "language", "kind", "title", "edition", "source")
_OPTIONAL = ("in_force_from", "in_force_to")
_KINDS = ("policy", "guidance", "faq", "glossary")
_CLAUSE_HEADING = re.compile(r"^### +(?P<clause>\S+) +(?P<heading>\S.*?)\s*$")
_NOTE = re.compile(r"^<!--\s*(?P<body>.*?)\s*-->\s*$")


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a corpus file says about one clause outside its text."""

    source: str = ""
    confidence: str = ""
    asks: tuple[str, ...] = ()


class Loaded(NamedTuple):
    """A document and the notes on its clauses."""

    document: Document
    notes: Mapping[str, Note]


def load_corpus_file(path: Path) -> Loaded:
    """Read one corpus file; a fault is reported with its file and line."""
    try:
        raw = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BrokenDocument(path, f"not UTF-8 text (byte {error.start})") from error
    lines = raw.replace("\r\n", "\n").split("\n")
    meta, body_start = _front_matter(path, lines)
    kept, notes = _body(path, lines, body_start)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() + "\n"
    return Loaded(Document(text=text, **meta), notes)


def _front_matter(path: Path, lines: list[str]) -> tuple[dict[str, Any], int]:
    """The validated fields and the index of the first line after them."""
    if not lines or lines[0].strip() != "---":
        raise BrokenDocument(path, "front matter is missing: the first line must be ---", 1)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise BrokenDocument(path, "front matter is not closed by ---", 1)
    try:
        fields = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BrokenDocument(path, f"front matter is not YAML: {error}", mark.line + 2 if mark else 1) from error
    if not isinstance(fields, dict):
        raise BrokenDocument(path, "front matter must be `name: value` lines", 2)
    return _checked(path, fields), end + 1


def _checked(path: Path, fields: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in _REQUIRED if fields.get(name) in (None, "")]
    if missing:
        raise BrokenDocument(path, f"front matter lacks {', '.join(missing)}", 1)
    unknown = sorted(set(fields) - set(_REQUIRED) - set(_OPTIONAL))
    if unknown:
        raise BrokenDocument(path, f"front matter has unknown fields: {', '.join(unknown)}", 1)
    if fields["language"] not in ("zh", "en"):
        raise BrokenDocument(path, f"language must be zh or en, got {fields['language']!r}", 1)
    if fields["kind"] not in _KINDS:
        raise BrokenDocument(path, f"kind must be one of {', '.join(_KINDS)}, got {fields['kind']!r}", 1)
    for name in _OPTIONAL:
        if fields.get(name) is not None and not isinstance(fields[name], date):
            raise BrokenDocument(path, f"{name} must be a date like 2026-01-01, got {fields[name]!r}", 1)
    source = fields["source"]
    joined = ", ".join(map(str, source)) if isinstance(source, list) else str(source)
    return {
        **{name: str(fields[name]) for name in _REQUIRED},
        **{name: fields.get(name) for name in _OPTIONAL},
        "source": joined,
    }


def _body(path: Path, lines: list[str], start: int) -> tuple[list[str], dict[str, Note]]:
    """The lines without comments, and the note of each clause."""
    kept: list[str] = []
    notes: dict[str, Note] = {}
    clause, clause_line, has_text = None, 0, True
    for number, line in _joined_comments(path, lines, start):
        heading = _CLAUSE_HEADING.match(line)
        if line.startswith("### ") and not heading:
            raise BrokenDocument(path, "a ### heading needs a clause number and a heading", number)
        if heading:
            if not has_text:
                raise BrokenDocument(path, f"clause {clause} has no text", clause_line)
            clause, clause_line, has_text = heading["clause"], number, False
            if clause in notes:
                raise BrokenDocument(path, f"clause {clause} appears twice", number)
            notes[clause] = Note()
        elif (note := _NOTE.match(line)) is not None:
            if clause is not None and not has_text and note["body"].startswith("source"):
                notes[clause] = _note(path, note["body"], number)
            continue
        elif line.strip() and not line.startswith("#"):
            has_text = True
        kept.append(line.rstrip())
    if not has_text:
        raise BrokenDocument(path, f"clause {clause} has no text", clause_line)
    if not notes:
        raise BrokenDocument(path, "there is no clause: write `### 1.1 Heading` sections", start + 1)
    return kept, notes


def _joined_comments(path: Path, lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; a comment that spans lines comes as one."""
    index = start
    while index < len(lines):
        first, line = index, lines[index]
        if line.lstrip().startswith("<!--"):
            while "-->" not in line:
                index += 1
                if index >= len(lines):
                    raise BrokenDocument(path, "a comment is not closed by -->", first + 1)
                line += " " + lines[index].strip()
            line = line.strip()
        yield first + 1, line
        index += 1


def _note(path: Path, body: str, line: int) -> Note:
    head, _, asks = body.partition("asks:")
    fields = dict[str, str]()
    for part in head.split(";"):
        name, colon, value = part.partition(":")
        if not part.strip():
            continue
        if not colon or name.strip() not in ("source", "confidence"):
            raise BrokenDocument(path, f"a note reads `source: …; confidence: …; asks: …`, got {part.strip()!r}", line)
        fields[name.strip()] = value.strip()
    questions = tuple(ask.strip() for ask in asks.split("|") if ask.strip())
    return Note(source=fields.get("source", ""), confidence=fields.get("confidence", ""), asks=questions)
