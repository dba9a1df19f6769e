"""How an answer came about, for a developer: reading → dossier → plan → tools → sentences → verdicts."""

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.answer import Answer, TextPart

_WIDE = 160


def explained(answer: Answer) -> str:
    """The path of one answer as text, from what it carries itself."""
    blocks = {
        "reading": _reading(answer.receipt.get("reading", {})),
        "dossier": _dossier(answer.receipt.get("reading", {}).get("dossier", {})),
        "plan": _plan(answer),
        "tools": _tools(answer),
        "sentences": _sentences(answer),
        "verdicts": _verdicts(answer),
    }
    return "\n".join(f"{name}\n{_indented(lines)}" for name, lines in blocks.items())


def _reading(reading: Mapping[str, Any]) -> Iterator[str]:
    yield f"language {reading.get('language', '–')}"
    yield "intents  " + ", ".join(f"{item['name']} {item['confidence']:.2f}" for item in reading.get("intents", ()))
    for item in reading.get("quantities", ()):
        unit = f" {item['unit']}" if item["unit"] else ""
        yield f"{item['kind']:<9}“{item['text']}” = {item['value']}{unit} → {item['role'] or 'no role'}"
    for item in reading.get("entities", ()):
        yield f"{item['kind']:<9}“{item['text']}” = {item['value']}"


def _dossier(slots: Mapping[str, Any]) -> Iterator[str]:
    for name, value in slots.items():
        yield f"{name} = {_value(value)}"


def _plan(answer: Answer) -> Iterator[str]:
    plan = answer.receipt.get("plan", {})
    if plan.get("boundary"):
        yield f"boundary {plan['boundary']}"
    yield f"tasks    {', '.join(plan.get('tasks', ())) or 'none'}"
    yield f"asks     {', '.join(question.slot for question in answer.questions) or 'nothing'}"
    yield f"outcome  {answer.outcome}"


def _tools(answer: Answer) -> Iterator[str]:
    for call in answer.tool_calls:
        yield f"{call.id} {call.name}({', '.join(f'{name}={_value(value)}' for name, value in call.arguments.items())})"
        shown = {
            name: value for name, value in call.result.items() if not isinstance(value, list) and value is not None
        }
        for passage in call.result.get("passages", ())[:3]:
            yield f"   {passage['score']:.2f} {passage['citation_id']}"
        if not call.result.get("passages"):
            yield "   → " + ", ".join(f"{name}={_value(value)}" for name, value in shown.items())


def _sentences(answer: Answer) -> Iterator[str]:
    for part in answer.parts:
        if isinstance(part, TextPart):
            sources = sorted({item.source for item in part.evidence})
            yield f"[{part.role}] {part.text}"
            if sources:
                yield f"   from {', '.join(sources)}"
        else:
            yield f"[card] {part.card}"


def _verdicts(answer: Answer) -> Iterator[str]:
    verdicts = answer.receipt.get("verdicts", ())
    dropped = [item for item in verdicts if not item["ok"]]
    yield f"{len(verdicts) - len(dropped)} of {len(verdicts)} sentences hold"
    for item in dropped:
        yield f"dropped “{item['text']}” for {', '.join(item['unmatched'])}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping) and "amount" in value:
        return f"{value['amount']:,} {value.get('currency', '')}".strip()
    text = str(value)
    return text if len(text) <= _WIDE else f"{text[:_WIDE]}…"


def _indented(lines: Iterator[str]) -> str:
    return "\n".join(f"  {line}" for text in lines for line in text.splitlines()) + "\n"
