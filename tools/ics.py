"""Deadlines as an iCalendar file (RFC 5545): all-day events with alarms a week and a day before."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_ALARM_DAYS = (7, 1)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One day in the calendar."""

    key: str
    day: date
    title: str
    note: str


def calendar_text(entries: Iterable[Entry], stamp: date) -> str:
    """The `.ics` text of `entries`; `stamp` is the day it was made, so that the same input gives the same file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//trade-credit-assistant//deadlines//EN", "CALSCALE:GREGORIAN"]
    for entry in entries:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(entry: Entry, stamp: date) -> list[str]:
    unique = hashlib.sha256(f"{entry.key}|{entry.day}|{entry.title}|{entry.note}".encode()).hexdigest()[:24]
    alarms = [line for days in _ALARM_DAYS for line in _alarm(entry, days)]
    return [
        "BEGIN:VEVENT",
        f"UID:{unique}@trade-credit-assistant",
        f"DTSTAMP:{stamp:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.title)}",
        f"DESCRIPTION:{_escaped(entry.note)}",
        "TRANSP:TRANSPARENT",
        *alarms,
        "END:VEVENT",
    ]


def _alarm(entry: Entry, days: int) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(entry.title)}",
        f"TRIGGER:-P{days}D",
        "END:VALARM",
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, no character split; continuation lines start with a space."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > 75:
            pieces.append(piece)
            piece, size = "", 1
        piece += character
        size += width
    return "\r\n ".join([*pieces, piece])
