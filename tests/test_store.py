"""Conversations are kept whole, for their owner, through restarts and races."""

import threading
from pathlib import Path

import pytest

from assistant.answer import Answer, CardPart, Evidence, TextPart
from assistant.conversation import Conversation, Turn
from assistant.store import AnswerNotFound, ConversationConflict, ConversationNotFound, Store


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'deep' / 'assistant.db'}"


def add_turn(conversation: Conversation, message: str = "逾期怎么办?") -> Answer:
    text = TextPart(text="请在30天内报告。", evidence=[Evidence(start=2, end=4, source="citation:1")])
    answer = Answer(
        conversation_id=conversation.id,
        language="zh",
        engine="embedded",
        outcome="answered",
        parts=[text, CardPart(card="deadlines", data={"rows": [{"date": "2026-05-30"}]})],
        text=text.text,
    )
    conversation.turns.append(Turn(message=message, answer=answer))
    return answer


def test_a_conversation_comes_back_as_it_was_after_a_restart(tmp_path: Path) -> None:
    conversation = Conversation(owner="a", persona="support", dossier={"slots": {"欠款": "1200000"}})
    add_turn(conversation)
    first = Store(url(tmp_path))
    first.save_last_turn(conversation)
    add_turn(conversation, "second")
    conversation.dossier["tasks"] = ["indemnity"]
    first.save_last_turn(conversation)
    first.close()
    assert Store(url(tmp_path)).conversation("a", conversation.id) == conversation


def test_another_owner_finds_nothing(tmp_path: Path) -> None:
    store, conversation = Store(url(tmp_path)), Conversation(owner="a")
    answer = add_turn(conversation)
    store.save_last_turn(conversation)
    with pytest.raises(ConversationNotFound):
        store.conversation("b", conversation.id)
    with pytest.raises(ConversationNotFound):
        store.delete("b", conversation.id)
    with pytest.raises(AnswerNotFound):
        store.answer("b", answer.id)
    with pytest.raises(AnswerNotFound):
        store.add_feedback("b", answer.id, "up")
    assert store.conversations("b") == []
    assert store.answer("a", answer.id) == answer


def test_a_turn_written_on_an_outdated_copy_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    store, conversation = Store(url(tmp_path)), Conversation(owner="a")
    add_turn(conversation)
    store.save_last_turn(conversation)
    one, two = (store.conversation("a", conversation.id) for _ in range(2))
    add_turn(one, "one")
    store.save_last_turn(one)
    add_turn(two, "two")
    two.dossier["lost"] = True
    with pytest.raises(ConversationConflict):
        store.save_last_turn(two)
    assert store.conversation("a", conversation.id) == one


def test_a_turn_of_a_conversation_deleted_meanwhile_is_refused(tmp_path: Path) -> None:
    store, conversation = Store(url(tmp_path)), Conversation(owner="a")
    add_turn(conversation)
    store.save_last_turn(conversation)
    store.delete("a", conversation.id)
    add_turn(conversation)
    with pytest.raises(ConversationConflict):
        store.save_last_turn(conversation)
    assert store.conversations("a") == []


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    stores = [Store(url(tmp_path)) for _ in range(4)]
    failures: list[BaseException] = []

    def write(store: Store) -> None:
        try:
            for _ in range(10):
                conversation = Conversation(owner="a")
                add_turn(conversation)
                store.save_last_turn(conversation)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(stores[0].conversations("a", limit=100)) == 40


def test_the_list_pages_backwards_and_shortens_titles(tmp_path: Path) -> None:
    store = Store(url(tmp_path))
    for number in range(5):
        conversation = Conversation(owner="a")
        add_turn(conversation, f"{number} " + "长" * 200)
        store.save_last_turn(conversation)
    newest = store.conversations("a", limit=2)
    older = store.conversations("a", limit=10, before=newest[-1].updated_at)
    assert [item.title[0] for item in (*newest, *older)] == ["4", "3", "2", "1", "0"]
    assert max(len(item.title) for item in newest) <= 80
    assert newest[0].turns == 1
    assert newest[0].updated_at.tzinfo is not None
