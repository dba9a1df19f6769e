"""What a run found: a share per measure, a table per class, and the cases to look at first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Answer
from assistant.explaining import explained
from evals.case import Case, Turn
from evals.scorers import Check, ToolCounts, spoken

MEASURES = (
    "tools",
    "arguments",
    "figures",
    "cites",
    "quotes",
    "outcome",
    "asks",
    "language",
    "ledger",
    "handoff",
    "words",
    "cards",
)
_WORST = 10


@dataclass(kw_only=True)
class Judged:
    """One judged turn."""

    case: Case
    turn: Turn
    position: int
    answer: Answer | None
    checks: list[Check]
    counts: ToolCounts
    seconds: float

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.checks if not check.ok]


@dataclass(kw_only=True)
class Results:
    """A whole run."""

    judged: list[Judged] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """Every turn, also those that only set the scene."""

    def scores(self) -> dict[str, float]:
        """Share of checks that hold, per measure; `tool_f1` over all turns; `cases` without any failure."""
        return {name: passed / total for name, (passed, total) in self.tallies().items() if total}

    def tallies(self) -> dict[str, tuple[int, int]]:
        """Passed and made checks per measure; a turn's figures count as one, as do its quotes."""
        passed, made = Counter[str](), Counter[str]()
        for item in self.judged:
            by_measure: defaultdict[str, list[bool]] = defaultdict(list)
            for check in item.checks:
                by_measure[check.measure].append(check.ok)
            for measure, oks in by_measure.items():
                made[measure] += 1
                passed[measure] += all(oks)
        return {name: (passed[name], made[name]) for name in MEASURES if made[name]}

    def tool_counts(self) -> ToolCounts:
        total = ToolCounts()
        for item in self.judged:
            total.add(item.counts)
        return total

    def by_class(self) -> dict[str, tuple[int, int, Counter[str]]]:
        """Per class: turns without a failure, turns, and how often each measure failed."""
        table: dict[str, tuple[int, int, Counter[str]]] = {}
        for item in self.judged:
            good, turns, failures = table.get(item.case.tags[0], (0, 0, Counter()))
            failures.update({check.measure for check in item.failed})
            table[item.case.tags[0]] = (good + (not item.failed), turns + 1, failures)
        return dict(sorted(table.items()))

    def worst(self, count: int = _WORST) -> list[Judged]:
        """The turns with most measures failed, one a case; a wrong outcome or tool weighs more than a citation."""
        ranked = sorted((item for item in self.judged if item.failed), key=lambda item: -_weight(item))
        first: dict[str, Judged] = {}
        for item in ranked:
            first.setdefault(item.case.id, item)
        return list(first.values())[:count]


_WEIGHTS = {"outcome": 3, "tools": 3, "figures": 2, "arguments": 2, "asks": 2, "language": 3, "ledger": 2, "handoff": 3}


def _weight(item: Judged) -> int:
    return sum(_WEIGHTS.get(measure, 1) for measure in {check.measure for check in item.failed})


def gaps(scores: Mapping[str, float], gate: Mapping[str, float]) -> list[str]:
    """The measures below their threshold, in words."""
    return [
        f"{name}: {scores[name]:.3f} is below {least:.3f}"
        for name, least in gate.items()
        if name in scores and scores[name] < least
    ]


def print_report(results: Results, *, title: str, show: Iterable[Judged] | None = None, in_full: bool = False) -> None:
    """The report on the terminal; `in_full` shows the whole path of each failure."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(soft_wrap=True)
    counts = results.tool_counts()
    measures = Table("measure", "share", "right / judged", box=box.SIMPLE, title=title)
    scores = results.scores()
    for name, (passed, made) in results.tallies().items():
        measures.add_row(name, f"{scores[name]:.3f}", f"{passed} / {made}")
    console.print(measures)
    console.print(f"tool choice: precision {counts.precision:.3f}, recall {counts.recall:.3f}, F1 {counts.f1:.3f}")
    for label, names in (("missed", counts.missed), ("needless", counts.needless)):
        if names:
            console.print(f"  {label}: " + ", ".join(f"{name} {n}" for name, n in Counter(names).most_common()))
    console.print(_class_table(results))
    if results.seconds:
        ordered = sorted(results.seconds)
        p50, p95 = (ordered[int(share * (len(ordered) - 1))] * 1000 for share in (0.5, 0.95))
        console.print(f"{len(ordered)} turns through the API: p50 {p50:.0f} ms, p95 {p95:.0f} ms\n")
    for item in show if show is not None else results.worst():
        console.print(trace(item), markup=False, highlight=False)
        if in_full and item.answer is not None:
            console.print(explained(item.answer), markup=False, highlight=False)


def _class_table(results: Results) -> Any:
    from rich import box
    from rich.table import Table

    table = Table("class", "turns right", "share", "failures by measure", box=box.SIMPLE)
    for name, (good, turns, failures) in results.by_class().items():
        shown = ", ".join(f"{measure} {n}" for measure, n in failures.most_common())
        table.add_row(name, f"{good} / {turns}", f"{good / turns:.2f}", shown)
    return table


def trace(item: Judged) -> str:
    """One turn: what was said before, what came back, and what was wrong."""
    before = [f"  after    {turn.say}" for turn in item.case.turns[: item.position]]
    lines = [f"— {item.case.id}, turn {item.position + 1} ({item.case.language}, {item.case.persona})", *before]
    lines.append(f"  asked    {item.turn.say}")
    answer = item.answer
    if answer is not None:
        intents = answer.receipt.get("reading", {}).get("intents", [])
        lines.append("  read     " + ", ".join(f"{one['name']} {one['confidence']:.2f}" for one in intents[:3]))
        lines += [f"  tool     {call.name} {_brief(call.arguments)}{_error(call.result)}" for call in answer.tool_calls]
        lines.append(f"  outcome  {answer.outcome}; asks {', '.join(q.slot for q in answer.questions) or 'nothing'}")
        lines.append("  said     " + " ".join(spoken(answer).split())[:220])
    lines += [f"  ✗ {check.measure}: {check.note}" for check in item.failed]
    return "\n".join(lines) + "\n"


def _brief(arguments: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={_value(value)}" for name, value in arguments.items())[:300]


def _value(value: Any) -> str:
    if isinstance(value, Mapping) and "amount" in value:
        return f"{value['amount']:,} {value.get('currency', '')}".strip()
    return str(value)


def _error(result: Mapping[str, Any]) -> str:
    return f" → error {result['error']}" if "error" in result else ""


def as_json(results: Results) -> dict[str, Any]:
    """The same for programs."""
    counts = results.tool_counts()
    return {
        "scores": results.scores(),
        "tool_choice": {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1},
        "classes": {
            name: {"right": good, "turns": turns, "failures": dict(failures)}
            for name, (good, turns, failures) in results.by_class().items()
        },
        "failures": [
            {
                "case": item.case.id,
                "split": item.case.split,
                "turn": item.position + 1,
                "say": item.turn.say,
                "failed": [{"measure": check.measure, "note": check.note} for check in item.failed],
                "trace": trace(item),
            }
            for item in _failures(results.judged)
        ],
    }


def _failures(judged: Sequence[Judged]) -> list[Judged]:
    return [item for item in judged if item.failed]
