"""The page of whole conversations stands for the script as it is."""

from evals.conversations import PAGE, scripts


def test_the_page_holds_every_scripted_turn_in_order() -> None:
    text = PAGE.read_text(encoding="utf-8")
    said = [message for conversation in scripts().conversations for message in conversation.say]
    assert [line[4:-2] for line in text.splitlines() if line.startswith("> **")] == said


def test_there_are_five_conversations_a_language() -> None:
    languages = [conversation.language for conversation in scripts().conversations]
    assert (languages.count("zh"), languages.count("en")) == (5, 5)
