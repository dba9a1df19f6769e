"""Cards drawn from what the tools really return."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tools.claims import claim_checklist
from tools.receivables import analyse_receivables
from tools.toolset import Tool

LEDGER = [
    {"buyer": "甲公司", "invoice": "A1", "due date": "2026-03-01", "amount": 100_000},
    {"buyer": "甲公司", "invoice": "A2", "due date": "2026-07-01", "amount": 20_000},
    {"buyer": "Beta <b>GmbH</b>", "invoice": "B1", "due date": "2026-04-01", "amount": 50_000},
    {"buyer": "Gamma", "invoice": "C1", "due date": "2026-06-20", "amount": 5_000},
]


def drawn(name: str, result: dict[str, Any], language: str) -> str:
    """All that the card shows as text."""

    def page(name, result, language):
        from ui.cards import draw_card
        from ui.words import Words

        draw_card(name, result, Words("zh" if language == "zh" else "en"), "card")

    app = AppTest.from_function(page, args=(name, result, language)).run(timeout=30)
    assert not app.exception
    blocks = [*app.markdown, *app.caption, *app.get("html")]
    return "\n".join(str(getattr(item, "value", None) or item.proto.body) for item in blocks)


@pytest.mark.parametrize(
    ("language", "heading", "late", "week", "owed"),
    [
        ("zh", "要向保险公司报告的买方", "已过期 1 天", "本周内：还剩 0 天", "120,000"),
        ("en", "Buyers to report to the insurer", "Late by 1 day: report today", "This week: 0 days left", "120,000"),
    ],
)
def test_the_receivables_card_says_who_must_be_reported_and_by_when(language, heading, late, week, owed):
    asked = {"ledger": LEDGER, "mep_days": 60, "notice_days": 30, "notice_basis": "mep_end"}
    passed = drawn("receivables", Tool(analyse_receivables).call({**asked, "today": "2026-05-31"}), language)
    assert heading in passed and late in passed and owed in passed
    assert "Beta &lt;b&gt;GmbH" in passed and "Gamma" not in passed
    last = drawn("receivables", Tool(analyse_receivables).call({**asked, "today": "2026-05-30"}), language)
    assert week in last


def test_a_card_without_buyers_to_report_says_nothing_of_reports():
    shown = drawn("receivables", Tool(analyse_receivables).call({"current_assets": 5, "current_liabilities": 4}), "en")
    assert "Buyers to report" not in shown


@pytest.mark.parametrize(
    ("language", "cut", "dated"),
    [("zh", "通知晚了 9 天", "2026年10月30日"), ("en", "The notice is 9 days late", "30 October 2026")],
)
def test_the_checklist_card_shows_reductions_and_dates(language, cut, dated):
    asked = {"cause": "protracted_default", "due_date": "2026-03-01", "mep_days": 60, "claim_months": 6}
    facts = {"notice_days_late": 9, "over_limit": True}
    shown = drawn("checklist", Tool(claim_checklist).call({**asked, "facts": facts}), language)
    assert cut in shown and dated in shown
