"""`python -m evals.conversations`: whole conversations as they are today, written to `docs/conversations.md`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.answer import Answer, CardPart, Persona, TextPart
from evals.doors import Door, open_door

SCRIPT = Path(__file__).parent / "conversations.yaml"
PAGE = Path(__file__).parent.parent / "docs" / "conversations.md"
_INTRO = """# Conversations

Ten conversations with the embedded engine, as it answers today: no language model is involved. The people's turns stand
in `evals/conversations.yaml`; `make conversations` writes this page anew. Footnotes and small print are left out here.
"""


class Script(BaseModel):
    """One conversation: what the person says, turn by turn."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["zh", "en"]
    persona: Persona
    title: str
    say: list[str]


class Scripts(BaseModel):
    """The file of scripts."""

    model_config = ConfigDict(extra="forbid")

    today: date
    conversations: list[Script]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with `--check` say whether it is current."""
    parser = argparse.ArgumentParser(prog="evals.conversations", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is out of date")
    options = parser.parse_args(arguments)
    with open_door() as door:
        text = page(door)
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/conversations.md is out of date: run `make conversations`.", file=sys.stderr)
    return 1


def scripts() -> Scripts:
    """The people's turns."""
    return Scripts.model_validate(yaml.safe_load(SCRIPT.read_text(encoding="utf-8")))


def page(door: Door) -> str:
    """The whole page; the same door gives the same page."""
    script = scripts()
    blocks = [_INTRO]
    for conversation in script.conversations:
        blocks += [f"## {conversation.title}", *_played(door, conversation, script.today)]
    return "\n\n".join(block.strip() for block in blocks) + "\n"


def _played(door: Door, script: Script, today: date) -> Iterator[str]:
    conversation_id = None
    for message in script.say:
        answer = door.ask(message, conversation_id=conversation_id, persona=script.persona, today=today)
        conversation_id = answer.conversation_id
        yield f"> **{message}**"
        yield from _shown(answer)


def _shown(answer: Answer) -> Iterator[str]:
    for part in answer.parts:
        if isinstance(part, TextPart):
            yield _quoted_lists(part.text)
        elif isinstance(part, CardPart) and part.card == "draft":
            yield f"```text\n{part.data['title']}\n\n{part.data['body'].strip()}\n```"


def _quoted_lists(text: str) -> str:
    """Markdown wants an empty line before a list."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("- ") and lines and lines[-1] and not lines[-1].startswith("- "):
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
