"""Cases: credit-limit applications, overdue notices and claims, with their status and history."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tools.acting import acting_owner
from tools.errors import ToolInputError, ToolUnavailable
from tools.results import Caution, Result, jsonable
from tools.tables import table
from tools.toolset import MoneyIn

if TYPE_CHECKING:
    from tools.cases_store import CaseStore, Change, StoredCase

Kind = Literal["credit_limit", "overdue_notice", "claim"]
_MOST = 20


def _plain(text: str) -> str:
    """Text that every database can keep."""
    text = " ".join(text.split())
    if not text or not text.isprintable():
        raise ValueError("readable text is needed")
    return text


def _as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, bool | int | float) else value


Line = Annotated[str, Field(max_length=200), AfterValidator(_plain)]
Words = Annotated[str, Field(max_length=2_000), AfterValidator(_plain)]
Fact = Annotated[Words, BeforeValidator(_as_text, json_schema_input_type=str | int | float | bool)]
Facts = Annotated[dict[Line, Fact], Field(max_length=50)]


class Attachment(BaseModel):
    """A paper that belongs to a case; the file itself is kept elsewhere."""

    model_config = ConfigDict(extra="forbid")

    name: Line
    reference: Line | None = Field(None, description="Where the file is: an address, a number in an archive.")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case as its owner sees it."""

    case_id: str
    kind: str
    kind_name: Mapping[str, str]
    """In `zh` and `en`, like `status_name`."""
    buyer: str
    amount: Mapping[str, Any] | None
    facts: Mapping[str, str]
    status: str
    status_name: Mapping[str, str]
    next_statuses: tuple[str, ...]
    attachments: tuple[Mapping[str, Any], ...]
    clause: str
    history: "tuple[Change, ...]"


@dataclass(frozen=True, kw_only=True)
class CaseRecord(Result):
    """A case that was created or changed."""

    case: Case


@dataclass(frozen=True, kw_only=True)
class CaseList(Result):
    """Cases found, last changed first."""

    cases: tuple[Case, ...]


class CaseTools:
    """The case tools over one store."""

    def __init__(self, store: "CaseStore") -> None:
        self._store = store

    def create_case(
        self,
        kind: Kind,
        buyer: Line,
        amount: MoneyIn | None = None,
        facts: Facts | None = None,
        idempotency_key: Line | None = None,
    ) -> CaseRecord:
        """Open a credit-limit application, an overdue notice or a claim as a record with a status.

        It keeps the record here; it does not send anything to an insurer.

        Args:
            kind: credit_limit, overdue_notice or claim.
            buyer: The buyer's legal name.
            amount: The limit wanted, the overdue debt or the amount claimed.
            facts: Anything else worth keeping, by name: due_date, policy_number, cause.
            idempotency_key: Any text; sending the same case with the same key again does not record it twice.
        """
        content = {
            "kind": kind,
            "buyer": buyer,
            "amount": jsonable(amount.money()) if amount is not None else None,
            "facts": dict(facts or {}),
        }
        stored = self._store.create(_acting(), content, table("cases")["kinds"][kind]["first"], idempotency_key)
        if stored.content != content:
            raise ToolInputError("idempotency_key", idempotency_key, "It belongs to another case; choose a new key.")
        return CaseRecord(case=_shape(stored))

    def update_case(
        self,
        case_id: Line,
        status: Line | None = None,
        note: Words | None = None,
        attachment: Attachment | None = None,
        idempotency_key: Line | None = None,
    ) -> CaseRecord:
        """Move a case to its next status, add a note, or list a paper that belongs to it.

        Args:
            case_id: The case.
            status: One of the case's next_statuses.
            note: What happened, in words.
            attachment: A paper: its name, and where the file is.
            idempotency_key: Any text; sending the same change with the same key again does not record it twice.
        """
        case = self._case(case_id)
        wanted = {"status": status, "note": note, "attachment": attachment.model_dump() if attachment else None}
        wanted = {what: after for what, after in wanted.items() if after is not None}
        if not wanted:
            raise ToolInputError("status", None, "Give a status, a note or an attachment.")
        if idempotency_key is not None and self._is_recorded(case_id, idempotency_key, wanted):
            return CaseRecord(case=case)
        if status is not None and status not in case.next_statuses:
            options = ", ".join(case.next_statuses) or "none: the case is closed"
            raise ToolInputError("status", status, f"From {case.status} it can go to: {options}.")
        before = {"status": case.status}
        changes = [(what, before.get(what), after) for what, after in wanted.items()]
        from tools.cases_store import CaseConflict

        try:
            return CaseRecord(case=_shape(self._store.change(_acting(), case_id, changes, idempotency_key)))
        except CaseConflict as error:
            raise ToolUnavailable("the case was changed at the same moment; look at it and try again") from error

    def _is_recorded(self, case_id: str, key: str, wanted: Mapping[str, Any]) -> bool:
        """Whether this change was recorded before under `key`."""
        recorded = self._store.recorded(_acting(), case_id, key)
        if recorded and recorded != wanted:
            raise ToolInputError("idempotency_key", key, "It belongs to another change of this case; choose a new key.")
        return bool(recorded)

    def track_case(self, case_id: Line | None = None, buyer: Line | None = None, kind: Kind | None = None) -> CaseList:
        """Where cases stand: status, what comes next, and everything that happened so far.

        Use it for "where is my claim?". Without arguments it lists the latest cases of whoever asks.

        Args:
            case_id: One case.
            buyer: Part of the buyer's name.
            kind: credit_limit, overdue_notice or claim.
        """
        if case_id is not None:
            return CaseList(cases=(self._case(case_id),))
        found = self._store.find(_acting(), buyer=buyer, kind=kind, limit=_MOST + 1)
        more = (Caution(id="more_cases", values={"shown": _MOST}),) if len(found) > _MOST else ()
        return CaseList(cases=tuple(map(_shape, found[:_MOST])), warnings=more)

    def _case(self, case_id: str) -> Case:
        from tools.cases_store import CaseNotFound

        try:
            return _shape(self._store.get(_acting(), case_id))
        except CaseNotFound as error:
            raise ToolInputError("case_id", case_id, "No such case; track_case without it lists yours.") from error


def _acting() -> str:
    owner = acting_owner()
    if owner is None:
        raise ToolUnavailable("nobody is named as the owner of cases")
    return owner


def _shape(stored: "StoredCase") -> Case:
    data, content = table("cases"), stored.content
    kind = data["kinds"][content["kind"]]
    return Case(
        case_id=stored.id,
        kind=content["kind"],
        kind_name={"zh": kind["zh"], "en": kind["en"]},
        buyer=content["buyer"],
        amount=content["amount"],
        facts=content["facts"],
        status=stored.status,
        status_name=data["statuses"][stored.status],
        next_statuses=tuple(kind["next"].get(stored.status, ())),
        attachments=tuple(change.after for change in stored.history if change.what == "attachment"),
        clause=kind["clause"],
        history=stored.history,
    )
