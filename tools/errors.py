"""The two ways a tool fails: the caller can mend it, or nobody here can."""

from datetime import date
from decimal import Decimal
from reprlib import Repr

_SHOWN = Repr()
_SHOWN.maxstring = _SHOWN.maxother = 160


class ToolInputError(ValueError):
    """The arguments cannot be used; the caller can mend them.

    Attributes:
        field: Name of the argument, dotted for nested ones.
        value: What was given, as text.
        remedy: What to give instead, one English sentence.
    """

    def __init__(self, field: str, value: object, remedy: str) -> None:
        self.field = field
        self.value = value
        self.remedy = remedy
        super().__init__(f"{field}: {remedy} Got {self.shown}.")

    @property
    def shown(self) -> str:
        """What was given, short enough for one line."""
        if isinstance(self.value, date | Decimal):
            return str(self.value)
        return _SHOWN.repr(self.value)


class ToolUnavailable(RuntimeError):
    """The tool cannot work now, whatever the arguments (a missing index, a registry that does not answer)."""
