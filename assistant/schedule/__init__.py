"""A policy schedule read into its parameters, each with the words it was read from."""

from assistant.schedule.model import Doubt, FoundTerm, ScheduleReading
from assistant.schedule.reader import read_schedule

__all__ = ["Doubt", "FoundTerm", "ScheduleReading", "read_schedule"]
