"""Signals that must be caught even when the classifier is unsure or absent."""

import re
from functools import cache

from assistant.engine.reading.lexicons import lexicon


def find_flags(text: str) -> set[str]:
    """Flags of normalised `text`: adversarial, answer_in_zh, answer_in_en and the cue lists of words.toml."""
    lowered = text.lower()
    words = lexicon("words")
    flags = {name for name, cues in words["flags"].items() if any(cue in lowered for cue in cues)}
    flags |= {
        f"answer_in_{language}" for language, cues in words["answer_in"].items() if any(cue in lowered for cue in cues)
    }
    if is_adversarial(text):
        flags.add("adversarial")
    return flags


def is_adversarial(text: str) -> bool:
    """Whether the message asks for something we decline: our instructions, others' data, forgery, an order to pay."""
    lowered = text.lower()
    return any(pattern.search(lowered) for pattern in _adversarial())


@cache
def _adversarial() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in lexicon("words")["adversarial"]["patterns"])
