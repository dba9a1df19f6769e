"""`python -m evals.run`: every case through the public door, judged, reported, and held against the gate."""

import argparse
import json
import logging
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from evals.case import TODAY, Case, Expect, load
from evals.doors import Door, open_door
from evals.noise import KINDS, noisy
from evals.report import Judged, Results, as_json, gaps, print_report
from evals.scorers import Check, ToolCounts, judge, tool_counts

GATE = Path(__file__).parent / "gate.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evals; the exit status says whether the gate holds."""
    options = _options(arguments)
    logging.disable(logging.INFO)
    cases = load(split=options.split, only=options.only)[: options.limit]
    if not cases:
        print(f"No case has the id or tag {', '.join(options.only)} in split {options.split}.", file=sys.stderr)
        return 2
    if options.noise:
        cases = [noisy(case, options.noise) for case in cases]
    try:
        with open_door(options.base_url, build=not options.as_is) as door:
            results = run(cases, door)
    except RuntimeError as error:
        print(f"The assistant cannot be asked: {error}", file=sys.stderr)
        return 2
    noise = f", {options.noise}" if options.noise else ""
    shown = [item for item in results.judged if item.failed] if options.all else results.worst(options.worst or 10)
    title = f"{len(cases)} cases, split {options.split}{noise}"
    print_report(results, title=title, show=shown, in_full=options.worst is not None)
    if options.json:
        options.json.write_text(json.dumps(as_json(results), ensure_ascii=False, indent=1), encoding="utf-8")
    return _gate(results, options.split) if _is_gated(options) else 0


def run(cases: Iterable[Case], door: Door) -> Results:
    """Every case, with a progress bar when somebody is watching."""
    from rich.console import Console
    from rich.progress import track

    results = Results()
    console = Console(stderr=True)
    for case in track(list(cases), "Asking", console=console, transient=True, disable=not console.is_terminal):
        play(case, door, results)
    return results


def play(case: Case, door: Door, results: Results) -> None:
    """One conversation; a turn that the API refuses fails its checks, and ends the conversation."""
    conversation_id, today = None, TODAY
    for position, turn in enumerate(case.turns):
        today = turn.today or today
        started = time.perf_counter()
        try:
            answer = door.ask(turn.say, conversation_id=conversation_id, persona=case.persona, today=today)
        except RuntimeError as error:
            results.judged.append(_broken(case, position, error))
            return
        seconds = time.perf_counter() - started
        conversation_id = answer.conversation_id
        results.seconds.append(seconds)
        if (expect := turn.expect) is None:
            continue
        results.judged.append(
            Judged(
                case=case,
                turn=turn,
                position=position,
                answer=answer,
                checks=judge(case, expect, answer, door.document_text),
                counts=tool_counts(expect, answer),
                seconds=seconds,
            )
        )


def _broken(case: Case, position: int, error: RuntimeError) -> Judged:
    turn = case.turns[position]
    expect = turn.expect or Expect()
    return Judged(
        case=case,
        turn=turn,
        position=position,
        answer=None,
        checks=[Check(measure="outcome", ok=False, note=f"no answer: {error}")],
        counts=ToolCounts(missed=list(expect.tools)),
        seconds=0.0,
    )


def _is_gated(options: argparse.Namespace) -> bool:
    """As asked; by default a whole split without noise is."""
    if options.gate is not None:
        return bool(options.gate)
    return not (options.only or options.limit or options.noise)


def _gate(results: Results, split: str) -> int:
    with GATE.open("rb") as file:
        least = tomllib.load(file)["least"]
    scores = results.scores() | {"tool_f1": results.tool_counts().f1}
    below = gaps(scores, least)
    print("\n".join(["The gate fails:", *below]) if below else f"The gate holds ({split}).")
    return 1 if below else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evals.run", description="Does the assistant behave? Cases, scores, a gate.")
    parser.add_argument("--split", choices=("dev", "test", "all"), default="dev", help="which cases (default: dev)")
    parser.add_argument("--only", action="append", default=[], metavar="TAG|ID", help="only these; may be repeated")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N cases")
    parser.add_argument("--noise", choices=KINDS, help="change every message in this way")
    parser.add_argument("--base-url", metavar="URL", help="a running server; without it the app runs in this process")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write scores and failures here")
    parser.add_argument("--all", action="store_true", help="print every failure, not the ten worst")
    parser.add_argument("--worst", type=int, metavar="N", help="print the N worst, each with its whole path")
    parser.add_argument("--as-is", action="store_true", help="use the index as it is, even when the corpus changed")
    parser.add_argument(
        "--gate",
        action=argparse.BooleanOptionalAction,
        help="fail below evals/gate.toml (default: for a whole split without noise)",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
