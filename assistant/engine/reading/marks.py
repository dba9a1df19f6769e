"""What the intent classifier is told of a reading beside its words; the same at training and at answer time."""

from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.model import Reading


def marks_of(reading: Reading) -> list[str]:
    """Subjects named, kinds and roles of the quantities, kinds of the entities, causes of loss, flags."""
    marks = {f"flag:{flag}" for flag in reading.flags if flag != "unsure"}
    lowered = reading.text.lower() + " "
    marks |= {
        f"topic:{topic}" for topic, cues in lexicon("words")["topics"].items() if any(cue in lowered for cue in cues)
    }
    for quantity in reading.quantities:
        marks.add(f"quantity:{quantity.kind}")
        if quantity.role:
            marks.add(f"role:{quantity.role}")
    for entity in reading.entities:
        marks.add(f"entity:{entity.kind}")
        if entity.kind == "cause":
            marks.add(f"cause:{entity.value}")
    return sorted(marks)
