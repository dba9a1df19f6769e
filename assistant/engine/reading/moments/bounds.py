"""Words that make a bound of a date: before, no later than, 以来."""

from assistant.engine.reading.moments.model import Bound

_SAYS: dict[Bound, tuple[str, ...]] = {
    "before": (
        *("before", "no later than", "not later than", "earlier than", "prior to", "until", "till", "by", "<"),
        *("前", "之前", "以前", "截止到", "截至", "截至到", "截止", "到"),
    ),
    "until": ("as late as", "on or before", "<=", "< ="),
    "after": ("after", "later than", ">", "后", "之后", "以后"),
    "since": (
        "since",
        "on or after",
        "not before",
        "no earlier than",
        "not earlier than",
        "as early as",
        ">=",
        "> =",
        "以来",
        "之来",
        "来",
        "起",
        "开始",
    ),
}
_BOUNDS = {word: bound for bound, words in _SAYS.items() for word in words}


def bound_of(word: str) -> Bound:
    """The bound that a word before a date makes of it; empty when it makes none."""
    return _BOUNDS.get(word, "")


def bound_after(tail: str) -> Bound:
    """The bound that words after a date make of it: 或之前, and later."""
    if tail.startswith(("or ", "and ")):
        return "until" if tail.endswith(("earlier", "before")) else "since"
    if tail[0] in "或及和含":
        return "until" if tail.endswith("前") else "since"
    return _BOUNDS.get(tail, "")
