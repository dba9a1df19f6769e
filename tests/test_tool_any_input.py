"""Whatever a caller sends, a tool ends in a result or says which field to mend."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.acting import acting_for
from tools.buyers import Registry
from tools.cases_store import CaseStore
from tools.catalogue import build_toolset
from tools.deadlines import compute_deadlines
from tools.errors import ToolInputError
from tools.indemnity import compute_indemnity
from tools.premium import estimate_premium
from tools.receivables import analyse_receivables
from tools.toolset import Tool, Toolset

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


LEAST: dict[str, dict[str, Any]] = {
    "search_knowledge": {"query": "限额"},
    "lookup_buyer": {"name": "Quelmar"},
    "assess_buyer": {},
    "estimate_premium": {"turnover": 5_000_000},
    "claim_checklist": {"cause": "破产"},
    "compute_deadlines": {"due_date": "2026-03-01"},
    "compute_indemnity": {"debt": 100, "limit": 90, "insured_pct": 90},
    "check_coverage": {"facts": {}},
    "late_interest": {"amount": 100, "regime": "cn_sale", "days": 30, "lpr_pct": 3},
    "analyse_receivables": {"current_assets": 5, "current_liabilities": 4},
    "track_case": {},
    "create_case": {"kind": "claim", "buyer": "A"},
    "update_case": {"case_id": "case_0", "note": "n"},
}
"""For each tool the arguments it cannot do without; what is drawn goes on top."""


@pytest.fixture(scope="module")
def toolset(policy_index: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolset]:
    """Every tool there is, over the policy, the demo registry and an empty store of cases."""
    store = CaseStore(f"sqlite:///{tmp_path_factory.mktemp('cases') / 'cases.db'}")
    with acting_for("visitor:any"):
        yield build_toolset(policy_index, Registry.open(), cases=store)
    store.close()


def test_every_tool_is_tried(toolset: Toolset) -> None:
    assert set(LEAST) == {tool.name for tool in toolset}


@pytest.mark.parametrize("name", LEAST)
def test_any_json_ends_in_a_result_or_an_input_error_that_names_the_field(name: str, toolset: Toolset) -> None:
    tool = toolset[name]
    properties = tool.schema["properties"]

    @settings(max_examples=100)
    @given(data=st.data())
    def answers(data: st.DataObject) -> None:
        fields = data.draw(st.lists(st.sampled_from(sorted(properties)), max_size=8, unique=True))
        drawn = {field: data.draw(plausible(properties[field]), label=field) for field in fields}
        ends_well(tool, {**LEAST[name], **drawn})

    answers()


@pytest.mark.parametrize("name", LEAST)
def test_json_of_the_wrong_shape_is_refused_with_a_way_out(name: str, toolset: Toolset) -> None:
    @settings(max_examples=60)
    @given(arguments=st.dictionaries(st.text(max_size=10), JSON, max_size=4))
    def answers(arguments: dict[str, Any]) -> None:
        ends_well(toolset[name], arguments)

    answers()


def ends_well(tool: Tool, arguments: dict[str, Any]) -> None:
    """A result that JSON can carry, or an error that names the field, the value and the way out."""
    try:
        json.dumps(tool.call(arguments), allow_nan=False, default=str)
    except ToolInputError as error:
        assert error.field
        assert error.remedy.endswith(".")
        assert error.field in str(error) and error.remedy in str(error)
        assert error.shown in str(error) and len(error.shown) < 1_000


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        (
            "compute_deadlines",
            {"due_date": "2026-02-30"},
            "due_date: give a date such as 2026-03-01. Got '2026-02-30'.",
        ),
        (
            "compute_deadlines",
            {"due_date": "9999-12-31"},
            "due_date: give a date between 1980 and 2199. Got 9999-12-31.",
        ),
        (
            "compute_deadlines",
            {"due_date": "2026-03-01", "mep_days": "60 days"},
            "mep_days: give a whole number. Got '60",
        ),
        ("compute_deadlines", {"mep_day": 60}, "mep_day: there is no such argument; use one of: mep_days"),
        ("compute_indemnity", {"debt": 9, "limit": 9, "insured_pct": 0.9}, "insured_pct: give per cent: 90, not 0.9."),
        ("compute_indemnity", {"debt": True}, "debt: true or false does not fit here. Got True."),
        (
            "compute_indemnity",
            {"invoices": [{"amount": []}]},
            "invoices.0.amount: give an amount, or an amount and its",
        ),
        ("late_interest", {"amount": 1, "regime": "cn_sme", "days": True}, "days: true or false does not fit here."),
        ("estimate_premium", {}, "turnover: this is needed. Yearly credit sales to be insured, without VAT. Got {}."),
        ("estimate_premium", {"turnover": -5}, "turnover.amount: give 0 or more. Got -5."),
        (
            "estimate_premium",
            {"turnover": {"amount": "1m"}},
            "turnover.amount: give a number in figures, such as 50000.",
        ),
        (
            "estimate_premium",
            {"turnover": {"amount": 1, "currency": "money"}},
            "turnover.currency: give the code of the",
        ),
        ("analyse_receivables", {"loss": 1, "net_margin_pct": 0}, "net_margin_pct: give more than 0. Got 0."),
        ("late_interest", {"amount": 1, "regime": "cn_sme", "days": 40_000}, "days: give 36500 or less. Got 40000."),
        (
            "late_interest",
            {"amount": 1, "regime": "UK"},
            "regime: use one of: uk_statutory, eu_directive, cn_sme,",
        ),
        ("check_coverage", {"facts": {"due": 1}}, "facts.due: there is no such argument; use one of:"),
        ("estimate_premium", {"turnover": 5, "sector": "服装" * 9_000}, "sector: give at most 200 characters. Got"),
        ("compute_deadlines", {"mep": 60}, "mep: there is no such argument; use one of: mep_days. Got 60."),
        ("compute_deadlines", {"due_date": "2026-03-01", "mep_days": -1}, "mep_days: give 0 or more. Got -1."),
        ("compute_deadlines", {"notice_basis": "x"}, "notice_basis: use one of: due_date, mep_end, notice_complete,"),
        (
            "lookup_buyer",
            {"name": "Acme", "country": "Atlantis"},
            "country: Give it in English or Chinese, or its two-letter",
        ),
        ("claim_checklist", {"cause": ""}, "cause: give text: 1 or more characters. Got ''."),
        ("search_knowledge", {"query": "限额", "top_k": 51}, "top_k: give 50 or less. Got 51."),
        ("search_knowledge", {"query": "  "}, "query: give the words to look for. Got '  '."),
        (
            "search_knowledge",
            {"query": "限额", "document": "WT-2026"},
            "document: there is no such document; use one of:",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_plain_words(
    name: str, arguments: dict[str, Any], said: str, toolset: Toolset
) -> None:
    with pytest.raises(ToolInputError) as raised:
        toolset[name].call(arguments)
    assert str(raised.value).startswith(said)
    assert len(str(raised.value)) < 1_500


CELLS = (
    st.none() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["2026-03-01", "1,5", "31/12/26"])
)
HEADERS = ["客户", "buyer", "due date", "到期日", "amount", "金额", "paid", "limit", "currency", "disputed", "x", ""]
LEDGERS = st.lists(st.dictionaries(st.sampled_from(HEADERS), CELLS, max_size=6), max_size=5) | st.lists(
    st.lists(st.text(max_size=8), max_size=6).map(",".join), max_size=6
).map(lambda lines: "\n".join(["customer,due date,amount,paid", *lines]))


@settings(max_examples=200)
@given(ledger=LEDGERS, today=st.none() | st.dates().map(str), days=st.integers(1, 3660), mep=st.integers(0, 720))
def test_any_ledger_ends_in_a_result_or_a_named_mistake(ledger: Any, today: str | None, days: int, mep: int) -> None:
    ends_well(RECEIVABLES, {"ledger": ledger, "today": today, "days": days, "mep_days": mep})


RECEIVABLES = Tool(analyse_receivables)
TOOLS = {tool.name: tool for tool in map(Tool, (estimate_premium, compute_deadlines, compute_indemnity))}
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
