"""Which policy a conversation uses: chosen by its owner, kept in the conversation, looked up again at every turn."""

from assistant.conversation import Conversation
from assistant.policies import PolicyNotFound, PolicyStore
from assistant.schedule.in_use import PolicyInUse


def attach_policy(conversation: Conversation, policy_id: str | None, policies: PolicyStore) -> None:
    """Put the policy asked for into the conversation, as it is confirmed now.

    None keeps the one that is in use, an empty id lets go of it, `latest` is the owner's last confirmed one. A policy
    that was deleted in the meantime is let go of as well.

    Raises:
        PolicyNotFound: The policy asked for does not exist, or it belongs to someone else.
        PolicyNotConfirmed: Nobody has confirmed it yet.
    """
    kept = PolicyInUse.from_dossier(conversation.dossier)
    wanted = policy_id if policy_id is not None else kept.id if kept else ""
    if not wanted:
        _let_go(conversation)
        return
    try:
        policy = policies.usable(conversation.owner, wanted)
    except PolicyNotFound:
        if policy_id is not None:
            raise
        _let_go(conversation)
        return
    conversation.dossier = {**conversation.dossier, "policy": PolicyInUse.of(policy).as_json()}


def _let_go(conversation: Conversation) -> None:
    if conversation.dossier.get("policy"):
        conversation.dossier = {**conversation.dossier, "policy": None}
