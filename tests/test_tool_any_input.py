"""Whatever a caller sends, a tool ends in a result or says which field to mend."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.claims import claim_checklist
from tools.deadlines import compute_deadlines
from tools.errors import ToolInputError
from tools.indemnity import compute_indemnity
from tools.premium import estimate_premium
from tools.toolset import Tool

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.dates().map(lambda day: day.isoformat())
    | st.sampled_from(["CN", "2026-03-01", "9999-12-31", "working:CN", "insolvency", "1e999", "typical"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NUMBERS = st.integers(-1, 10**16) | st.floats() | st.sampled_from(["1e400", "0.001", "12,000", 10**15, 1e-9])
MONEY = NUMBERS | st.fixed_dictionaries({"amount": NUMBERS, "currency": st.sampled_from(["CNY", "JPY", "EUR", "XXX"])})


def plausible(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that often fit one argument and sometimes do not."""
    text = json.dumps(schema)
    if '"MoneyArgument"' in text or "MoneyArgument" in text:
        return MONEY | st.lists(MONEY, max_size=3) | st.lists(st.fixed_dictionaries({"amount": MONEY}), max_size=3)
    if '"date"' in text:
        return st.dates().map(lambda day: day.isoformat()) | JSON
    if '"enum"' in text or '"const"' in text:
        options = [option for part in (schema, *schema.get("anyOf", [])) for option in part.get("enum", [])]
        return st.sampled_from(options or ["x"]) | JSON
    if '"integer"' in text or '"number"' in text:
        return NUMBERS | JSON
    return JSON


TOOLS = {
    tool.name: tool for tool in map(Tool, (estimate_premium, claim_checklist, compute_deadlines, compute_indemnity))
}


@pytest.mark.parametrize("name", TOOLS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_json_ends_in_a_result_or_an_input_error_that_names_the_field(name, data):
    tool = TOOLS[name]
    properties = tool.schema["properties"]
    fields = data.draw(st.lists(st.sampled_from(sorted(properties)), max_size=8, unique=True))
    arguments = {field: data.draw(plausible(properties[field]), label=field) for field in fields}
    required = {
        "claim_checklist": {"cause": "破产"},
        "compute_indemnity": {"debt": 100, "limit": 90, "insured_pct": 90},
    }
    arguments = {"turnover": 5_000_000} | arguments if name == "estimate_premium" else arguments
    arguments = required.get(name, {}) | arguments
    try:
        json.dumps(tool.call(arguments), allow_nan=False)
    except ToolInputError as error:
        assert error.field
        assert error.remedy


DATES = st.dates(date(1980, 1, 1), date(2199, 12, 31)).map(str)
DAYS = st.integers(0, 3650) | st.integers(0, 60)
EXTREME = st.one_of(
    st.integers(0, 10**15),
    st.floats(0, 1e15),
    st.sampled_from([0, 1e-300, "1e-5000", "123456789012345.123456789123456789", "0.005"]),
).map(lambda amount: {"amount": amount, "currency": "JPY"})
PERCENT = st.integers(0, 100) | st.floats(0, 100) | st.sampled_from(["1e-5000", "33.333333333333333333333333333333"])
CAUSES = st.sampled_from(["protracted_default", "insolvency", "refusal", "political", "dispute", "fraud"])
RECEIPTS = st.lists(
    st.fixed_dictionaries({"amount": EXTREME}, optional={"received_on": DATES, "for_invoice": st.just("a")}), max_size=3
)
INVOICE = st.fixed_dictionaries(
    {"amount": EXTREME},
    optional={
        "id": st.just("a"),
        **dict.fromkeys(("vat", "penalties", "credit_note", "disputed_amount"), EXTREME),
        **dict.fromkeys(("due_on", "delivered_on", "invoiced_on"), DATES),
        "disputed": st.booleans(),
    },
)
EXTREMES = {
    "compute_deadlines": st.fixed_dictionaries(
        {"due_date": DATES},
        optional={
            **dict.fromkeys(("mep_days", "notice_days", "waiting_days", "claim_days", "adverse_days"), DAYS),
            **dict.fromkeys(("today", "event_date", "notice_complete_date", "claim_filed_date"), DATES),
            "claim_months": st.integers(0, 120),
            "notice_basis": st.sampled_from(["due_date", "mep_end"]),
            "waiting_basis": st.sampled_from(["due_date", "mep_end", "notice_complete", "claim_filed"]),
            "claim_basis": st.sampled_from(["due_date", "mep_end", "notice_complete", "loss_date"]),
            "calendar": st.sampled_from(["calendar", "working:CN", "working:US", "working:IL"]),
            "cause": CAUSES,
            "terms_set": st.sampled_from(["typical", "sinosure_type", "exim_type"]),
        },
    ),
    "compute_indemnity": st.fixed_dictionaries(
        {"limit": EXTREME, "insured_pct": PERCENT, "invoices": st.lists(INVOICE, min_size=1, max_size=4)},
        optional={
            **dict.fromkeys(("nql", "eefl", "afl_remaining", "max_liability_remaining", "unpaid_premium"), EXTREME),
            **dict.fromkeys(("receipts", "recoveries"), RECEIPTS),
            **dict.fromkeys(("mep_days", "waiting_days"), DAYS),
            **dict.fromkeys(("date_of_loss", "today"), DATES),
            "collection_costs": EXTREME,
            "recovery_costs_pct": PERCENT,
            "recovery_method": st.sampled_from(["pro_rata", "insurer_first", "insured_pct", "oldest_first"]),
            "cause": CAUSES,
            "vat_covered": st.booleans(),
        },
    ),
    "estimate_premium": st.fixed_dictionaries(
        {"turnover": EXTREME},
        optional={
            **dict.fromkeys(("loss_ratio_pct", "insured_pct", "afl_pct", "largest_buyer_pct", "vat_pct"), PERCENT),
            "payment_terms_days": DAYS,
            "buyer_grade": st.floats(1, 10),
            "limits": st.integers(0, 10**6),
            "target": EXTREME,
            "countries": st.lists(
                st.fixed_dictionaries(
                    {"country": st.sampled_from(["DE", "BR", "CN"])}, optional={"share_pct": PERCENT}
                ),
                max_size=4,
            ),
            "cover_type": st.sampled_from(["whole_turnover", "key_account", "single_buyer", "excess_of_loss"]),
        },
    ),
}


@pytest.mark.parametrize("name", EXTREMES)
@settings(max_examples=100)
@given(data=st.data())
def test_valid_but_extreme_arguments_give_short_plain_results(name, data):
    try:
        answer = json.dumps(TOOLS[name].call(data.draw(EXTREMES[name])), allow_nan=False)
    except ToolInputError as error:
        assert error.field
    else:
        assert len(answer) < 60_000
