"""Whatever a tool can report has its words in both languages."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tools
from assistant.agent import Agent
from assistant.engine.wording import Wording
from tools.errors import ToolInputError
from tools.toolset import Toolset

WORDS = (Wording("zh"), Wording("en"))
DATA = Path(tools.__file__).parent / "data"


def money(low: int = 0, high: int = 10**9) -> st.SearchStrategy[Any]:
    currency = st.sampled_from(["CNY", "CNY", "EUR", "USD", "JPY"])
    return st.fixed_dictionaries({"amount": st.integers(low, high), "currency": currency})


def cny(low: int = 0, high: int = 10**7) -> st.SearchStrategy[Any]:
    return st.integers(low, high).map(lambda amount: {"amount": amount, "currency": "CNY"})


DAY = st.dates(min_value=date(2024, 1, 1), max_value=date(2029, 1, 1)).map(str)
DAYS = st.integers(0, 200)
PCT = st.integers(0, 100)
CAUSE = st.sampled_from(sorted(tomllib.loads((DATA / "checklists.toml").read_text(encoding="utf-8"))["causes"]))
INVOICE = st.fixed_dictionaries(
    {"amount": cny()},
    optional={
        "id": st.sampled_from(["a", "b"]),
        **dict.fromkeys(("vat", "penalties", "credit_note", "disputed_amount"), cny(0, 10**5)),
        **dict.fromkeys(("due_on", "delivered_on", "invoiced_on"), DAY),
        **dict.fromkeys(("disputed", "related", "declared"), st.booleans()),
    },
)
ROW = st.fixed_dictionaries(
    {"buyer": st.sampled_from(["A", "B"]), "amount": st.integers(1, 10**6), "due_date": DAY},
    optional={
        "invoice_date": DAY,
        **dict.fromkeys(("paid", "limit"), st.integers(0, 10**6)),
        "currency": st.just("EUR"),
    },
)
LEDGERS = [
    "单位：万元\n客户,到期日,金额,余额,已收\n甲,2026-01-01,5,3,1\n,2026-01-02,-1,,\n乙,soon,5,,\n合计,,99,,\n",
    "buyer,invoice,invoice date,terms,amount,currency\nA,1,2026-01-01,30,5,USD\nA,1,2026-01-01,30,5,\n",
    "buyer,due date,amount\nA,2026-01-01,5 USD\nA,2026-01-01,5 EUR\n",
    "buyer,invoice date,due date,amount\nA,2020-03-04,04/05/2020,5\nA,2020-03-04,04/05/2020,-1\n",
]
ASKED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "estimate_premium": st.fixed_dictionaries(
        {"turnover": money(10**5, 10**10)},
        optional={
            "cover_type": st.sampled_from(["whole_turnover", "key_account", "single_buyer", "excess_of_loss"]),
            "sector": st.sampled_from(["electronics", "construction", "nonsense"]),
            "countries": st.sampled_from([["CN"], ["DE", "BR"], ["RU"], ["CU", "US"]]),
            "payment_terms_days": st.integers(1, 360),
            "loss_ratio_pct": st.sampled_from([0, 0.1, 0.3, 0.7, 2]),
            "insured_pct": st.sampled_from([50, 80, 90, 95, 97]),
            "afl_pct": st.sampled_from([0, 0.1, 1, 5]),
            "largest_buyer_pct": PCT,
            "buyer_grade": st.integers(1, 10),
            "limits": st.integers(0, 200),
            "jurisdiction": st.sampled_from(["CN_domestic", "CN_export", "DE", "UK"]),
        },
    ),
    "claim_checklist": st.fixed_dictionaries(
        {"cause": CAUSE},
        optional={
            **dict.fromkeys(("due_date", "event_date", "today", "notice_complete_date", "claim_filed_date"), DAY),
            **dict.fromkeys(("mep_days", "notice_days", "waiting_days"), DAYS),
            "held": st.lists(st.sampled_from(["合同", "invoices", "nonsense"]), max_size=3),
        },
    ),
    "compute_deadlines": st.fixed_dictionaries(
        {"due_date": DAY},
        optional={
            **dict.fromkeys(("mep_days", "notice_days", "waiting_days", "adverse_days"), DAYS),
            **dict.fromkeys(("today", "event_date", "notice_complete_date", "claim_filed_date"), DAY),
            "claim_months": st.integers(0, 24),
            "waiting_basis": st.sampled_from(["due_date", "mep_end", "notice_complete", "claim_filed"]),
            "claim_basis": st.sampled_from(["due_date", "mep_end", "notice_complete", "loss_date"]),
            "calendar": st.sampled_from(["calendar", "working:CN", "working:US"]),
            "cause": CAUSE,
            "terms_set": st.sampled_from(["typical", "sinosure_type", "exim_type"]),
        },
    ),
    "compute_indemnity": st.fixed_dictionaries(
        {"limit": cny(), "insured_pct": PCT, "invoices": st.lists(INVOICE, min_size=1, max_size=3)},
        optional={
            **dict.fromkeys(("nql", "eefl", "afl_remaining", "unpaid_premium"), cny(0, 10**5)),
            "max_liability_remaining": cny(0, 10**6),
            **dict.fromkeys(("receipts", "recoveries"), cny()),
            **dict.fromkeys(("mep_days", "waiting_days"), DAYS),
            **dict.fromkeys(("date_of_loss", "today", "limit_from", "limit_to", "period_from", "period_to"), DAY),
            **dict.fromkeys(("max_terms_days", "invoicing_days"), DAYS),
            "collection_costs": cny(0, 10**5),
            "recovery_method": st.sampled_from(["pro_rata", "insurer_first", "insured_pct", "oldest_first"]),
            "deductible_order": st.sampled_from(["pct_then_eefl", "eefl_then_pct"]),
            "cause": CAUSE,
        },
    )
    | st.fixed_dictionaries(
        {"debt": cny(1, 10**6), "limit": cny(), "insured_pct": PCT},
        optional={"vat": cny(0, 10**6), "disputed_amount": cny(), "losses": st.lists(cny(), min_size=1, max_size=2)},
    ),
    "late_interest": st.fixed_dictionaries(
        {
            "amount": money(1),
            "regime": st.sampled_from(["uk_statutory", "eu_directive", "cn_sme", "cn_sale", "contract"]),
            "due_date": DAY,
            "today": DAY,
        },
        optional={**dict.fromkeys(("contract_rate_pct", "base_rate_pct", "lpr_pct"), st.sampled_from([0, 1, 12, 30]))},
    ),
    "analyse_receivables": st.fixed_dictionaries(
        {"current_assets": cny(), "current_liabilities": cny(1)},
        optional={
            "ledger": st.lists(ROW, min_size=1, max_size=4) | st.sampled_from(LEDGERS),
            "limits": st.just({"nobody": {"amount": 5, "currency": "CNY"}}),
            "ageing": st.dictionaries(st.sampled_from(["current", "days_1_30", "over_90"]), cny(1), min_size=1),
            **dict.fromkeys(("inventory", "receivables", "credit_sales", "opening_ar", "current_ar"), cny(1)),
            "mep_days": DAYS,
            "today": DAY,
        },
    )
    | st.fixed_dictionaries({"loss": cny(1), "net_margin_pct": st.integers(1, 100)}),
    "assess_buyer": st.fixed_dictionaries(
        {
            "indicators": st.fixed_dictionaries(
                {"is_identity_verified": st.booleans(), "status": st.just("active"), "age_years": st.integers(0, 50)},
                optional={
                    **dict.fromkeys(("tangible_net_worth", "buyer_turnover"), cny()),
                    "equity_ratio_pct": PCT,
                    "days_beyond_terms": DAYS,
                    **dict.fromkeys(("is_natural_person", "is_insolvent", "is_dishonest_debtor"), st.booleans()),
                    **dict.fromkeys(("is_sanctioned", "is_overdue_past_mep"), st.booleans()),
                },
            )
        },
        optional={"own_sales": cny(), "payment_terms_days": DAYS, "today": DAY},
    ),
    "check_coverage": st.fixed_dictionaries(
        {
            "facts": st.fixed_dictionaries(
                {"cause": st.sampled_from(["insolvency", "protracted_default", "political", "refusal"])},
                optional={
                    "disputed": st.sampled_from(["no", "partly", "fully"]),
                    **dict.fromkeys(("is_related_buyer", "is_delivered", "is_premium_paid"), st.booleans()),
                },
            )
        }
    ),
}


@pytest.fixture
def toolset(agent_with: Callable[..., Agent]) -> Toolset:
    return agent_with().toolset


@pytest.mark.parametrize("name", ASKED)
def test_what_a_tool_reports_has_words(name: str, toolset: Toolset) -> None:
    tool = toolset[name]
    worked: list[bool] = []

    @settings(max_examples=120)
    @given(ASKED[name])
    def reports(arguments: dict[str, Any]) -> None:
        try:
            result = tool.call(arguments)
        except ToolInputError:
            return
        worked.append(True)
        assert list(_unworded(result)) == []

    reports()
    assert worked, "no example was accepted"


def _unworded(result: dict[str, Any]) -> Iterator[str]:
    for words in WORDS:
        for step in result["steps"]:
            if not (words.has(f"step.{step['id']}") or words.name("duty", step["id"]) != _bare(step["id"])):
                yield f"{words.language} step.{step['id']}"
        for warning in result["warnings"]:
            key = f"warning.{warning['id']}"
            if not words.has(key):
                if not words.has(f"refer.{warning['id']}"):
                    yield f"{words.language} {key}"
            elif missing := _placeholders(words.text_of(key)) - set(warning["values"]):
                yield f"{words.language} {key} without {missing}"
        for assumption in result["assumptions"]:
            if not words.has(f"slot.{assumption['parameter']}"):
                yield f"{words.language} slot.{assumption['parameter']}"
        for factor in result.get("factors", ()):
            if not words.has(f"factor.{factor['id']}"):
                yield f"{words.language} factor.{factor['id']}"
        for reason in result.get("refer", ()):
            if not words.has(f"refer.{reason}"):
                yield f"{words.language} refer.{reason}"
        for stop in result.get("hard_stops", ()):
            if not words.has(f"hard_stop.{stop if isinstance(stop, str) else stop['id']}"):
                yield f"{words.language} hard_stop.{stop}"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _bare(key: str) -> str:
    return key.replace("_", " ")


def data(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def test_every_condition_of_cover_has_words() -> None:
    ids = {condition["id"] for condition in data("coverage")["condition"]}
    assert {key for key in ids for words in WORDS if not words.has(f"condition.{key}")} == set()


def test_every_cause_duty_and_paper_has_words() -> None:
    for words in WORDS:
        assert {key for key in data("checklists")["causes"] if not words.has(f"cause.{key}")} == set()
        assert {key for key in data("deadline_sets")["duties"] if words.name("duty", key) == _bare(key)} == set()


def test_every_reason_for_an_underwriter_has_words() -> None:
    reasons = set(_values_of("refer", data("rating")))
    assert {key for key in reasons for words in WORDS if not words.has(f"refer.{key}")} == set()


def _values_of(name: str, table: Any) -> Iterator[str]:
    if isinstance(table, dict):
        for key, value in table.items():
            if key == name and isinstance(value, str):
                yield value
            yield from _values_of(name, value)
    elif isinstance(table, list):
        for item in table:
            yield from _values_of(name, item)


def test_every_reason_for_which_a_claim_is_cut_has_words() -> None:
    for words in WORDS:
        assert {key for key in data("checklists")["reductions"] if not words.has(f"reduction.{key}")} == set()
