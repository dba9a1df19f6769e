"""Where people's policies are kept; the owner is part of every query."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.schedule.policy import Policy, confirmed
from tools.sql import open_engine

LATEST = "latest"
"""Stands for the owner's last confirmed policy where a policy's id is asked for."""


class PolicyNotFound(LookupError):
    """No policy with this id belongs to this owner."""


class PolicyNotConfirmed(RuntimeError):
    """The policy waits for its owner to confirm what was read."""


class _Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, datetime: DateTime(timezone=True)}


class _PolicyRow(_Base):
    __tablename__ = "policies"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128), index=True)
    status: Mapped[str] = mapped_column(String(16))
    policy: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(index=True)


class PolicyStore:
    """Policies in the database that all workers share."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        _Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Let go of every database connection."""
        self._engine.dispose()

    def add(self, owner: str, policy: Policy) -> Policy:
        """Keep what was read from a schedule."""
        with Session(self._engine) as session, session.begin():
            session.add(_row(owner, policy))
        return policy

    def policy(self, owner: str, policy_id: str) -> Policy:
        """One policy.

        Raises:
            PolicyNotFound: It does not exist, or it belongs to someone else.
        """
        with Session(self._engine) as session:
            return Policy.model_validate(_owned(session, owner, policy_id).policy)

    def policies(self, owner: str) -> list[Policy]:
        """The owner's policies, last changed first."""
        query = select(_PolicyRow).where(_PolicyRow.owner == owner).order_by(_PolicyRow.changed_at.desc())
        with Session(self._engine) as session:
            return [Policy.model_validate(row.policy) for row in session.scalars(query)]

    def confirm(
        self, owner: str, policy_id: str, *, terms: Mapping[str, Any], rejected: Collection[str], by: str
    ) -> Policy:
        """Keep what a person said yes to; from now on it is used where the policy is chosen.

        Raises:
            PolicyNotFound: It does not exist, or it belongs to someone else.
            ToolInputError: An edited value does not fit.
            OpenConflict: The schedule states two values and neither was chosen.
        """
        with Session(self._engine) as session, session.begin():
            row = _owned(session, owner, policy_id)
            policy = confirmed(Policy.model_validate(row.policy), terms=terms, rejected=rejected, by=by)
            changed = _row(owner, policy)
            row.status, row.policy, row.changed_at = changed.status, changed.policy, changed.changed_at
        return policy

    def delete(self, owner: str, policy_id: str) -> None:
        """Forget a policy; conversations that used it go on without it.

        Raises:
            PolicyNotFound: It does not exist, or it belongs to someone else.
        """
        with Session(self._engine) as session, session.begin():
            session.delete(_owned(session, owner, policy_id))

    def usable(self, owner: str, policy_id: str) -> Policy:
        """The policy that a conversation may use; `latest` is the last one confirmed.

        Raises:
            PolicyNotFound: It does not exist, or it belongs to someone else.
            PolicyNotConfirmed: Nobody has confirmed it yet.
        """
        if policy_id == LATEST:
            found = [policy for policy in self.policies(owner) if policy.status == "confirmed"]
            if not found:
                raise PolicyNotFound(policy_id)
            return max(found, key=lambda policy: str(policy.confirmed_at))
        policy = self.policy(owner, policy_id)
        if policy.status != "confirmed":
            raise PolicyNotConfirmed(policy_id)
        return policy


def _row(owner: str, policy: Policy) -> _PolicyRow:
    return _PolicyRow(
        id=policy.id,
        owner=owner,
        status=policy.status,
        policy=policy.model_dump(mode="json"),
        changed_at=policy.history[-1].at,
    )


def _owned(session: Session, owner: str, policy_id: str) -> _PolicyRow:
    query = select(_PolicyRow).where(_PolicyRow.id == policy_id, _PolicyRow.owner == owner)
    row = session.scalars(query).first()
    if row is None:
        raise PolicyNotFound(policy_id)
    return row
