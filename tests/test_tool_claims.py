import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.causes import cause_of
from tools.claims import claim_checklist
from tools.errors import ToolInputError
from tools.tables import table
from tools.toolset import Tool

TOOL = Tool(claim_checklist)
CAUSES = tuple(table("checklists")["causes"])


def call(**arguments: Any) -> dict[str, Any]:
    return TOOL.call(arguments)


def held(found: dict[str, Any]) -> set[str]:
    return {item["id"] for item in found["items"] if item["held"]}


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("insolvency", "insolvency"),
        ("客户破产了", "insolvency"),
        ("went bust", "insolvency"),
        ("protracted default", "protracted_default"),
        ("长期拖欠", "protracted_default"),
        ("买方拒收货物", "refusal"),
        ("信用证被拒付", "letter_of_credit"),
        ("L/C", "letter_of_credit"),
        ("外汇管制", "political"),
        ("pre-shipment", "pre_shipment"),
        ("质量纠纷", "dispute"),
        ("identity theft", "fraud"),
        ("winding-up petition", "insolvency"),
        ("长期拖欠后破产", "insolvency"),
        ("客户没有破产，只是一直不付", "protracted_default"),
        ("not insolvent, just slow: unpaid since March", "protracted_default"),
        ("goods rejected at the port", "refusal"),
        ("客户不肯收货", "refusal"),
        ("央行不放外汇", "political"),
        ("bank transfer never arrived, still unpaid", "protracted_default"),
        ("issuing bank went bust", "letter_of_credit"),
        ("buyer cancelled the order before shipment", "pre_shipment"),
        ("质量有问题不付款", "dispute"),
        ("claims the goods are defective", "dispute"),
        ("被骗了", "fraud"),
        ("warehouse fire", None),
        ("cheese", None),
    ],
)
def test_causes_are_known_by_words_in_both_languages(words, cause):
    assert cause_of(words) == cause


def test_an_unknown_cause_names_the_causes():
    with pytest.raises(ToolInputError) as raised:
        call(cause="cheese")
    assert raised.value.field == "cause"
    assert "insolvency" in raised.value.remedy


@pytest.mark.parametrize(
    ("cause", "own"),
    [
        ("insolvency", "proof_of_debt"),
        ("protracted_default", "collection_mandate"),
        ("refusal", "disposal_consent"),
        ("letter_of_credit", "swift_messages"),
        ("political", "local_deposit"),
        ("pre_shipment", "cost_ledger"),
        ("pre_shipment", "insolvency_notice"),
        ("dispute", "award"),
        ("fraud", "police_report"),
    ],
)
def test_each_cause_adds_its_own_papers_to_the_core_set(cause, own):
    names = [item["id"] for item in call(cause=cause)["items"]]
    assert own in names
    assert {"claim_form", "contract", "statement_of_account"} <= set(names)
    assert len(names) == len(set(names))


def test_before_shipment_there_is_no_proof_of_delivery_to_ask_for():
    names = {item["id"] for item in call(cause="pre_shipment")["items"]}
    assert "proof_of_delivery" not in names
    assert "invoices" not in names


def test_papers_are_recognised_in_both_languages_and_the_rest_is_said():
    found = call(cause="protracted_default", held=["发票", "signed delivery note", "采购合同", "invoices", "祖传秘方"])
    assert held(found) == {"invoices", "proof_of_delivery", "contract"}
    assert "invoices" not in found["missing"]
    assert [item["values"]["paper"] for item in found["warnings"] if item["id"] == "paper_not_recognised"] == [
        "祖传秘方"
    ]


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("增值税发票", "invoices"),
        ("物流记录", "proof_of_delivery"),
        ("债权申报回执", "proof_of_debt"),
        ("法院公告", "insolvency_notice"),
        ("微信聊天记录", "correspondence"),
        ("bill of lading", "proof_of_delivery"),
        ("purchase order", "contract"),
        ("debt_acknowledgement", "debt_acknowledgement"),
        ("the liquidator's address", "office_holder"),
    ],
)
def test_words_for_papers(words, item):
    assert held(call(cause="insolvency", held=[words])) == {item}


@pytest.mark.parametrize(
    ("words", "items"),
    [
        ("发票和合同", {"invoices", "contract"}),
        ("合同、发票、签收单、对账单", {"contract", "invoices", "proof_of_delivery", "statement_of_account"}),
        ("invoices, purchase orders and delivery notes", {"invoices", "contract", "proof_of_delivery"}),
        ("bills of lading", {"proof_of_delivery"}),
        ("可能损失通知书", {"overdue_notice"}),
        ("premium invoice", {"declaration_and_premium"}),
        ("没有提单", set()),
        ("提单丢了", set()),
        ("no proof of delivery", set()),
        ("invoices, but the bill of lading is missing", {"invoices"}),
        ("装箱单", set()),  # the seller's own list proves no delivery
    ],
)
def test_one_text_may_name_several_papers_or_say_that_one_is_not_there(words, items):
    assert held(call(cause="protracted_default", held=[words])) == items


def test_a_settlement_is_one_paper_although_its_name_has_an_and_in_it():
    assert held(call(cause="dispute", held=["和解协议及检验报告"])) == {"award", "expert_report"}


def test_a_paper_of_another_cause_is_said_to_be_off_the_list():
    found = call(cause="protracted_default", held=["court judgment", "祖传秘方"])
    said = {(item["id"], item["values"]["paper"]) for item in found["warnings"]}
    assert said == {("paper_not_needed", "court judgment"), ("paper_not_recognised", "祖传秘方")}


def test_missing_proof_of_delivery_shows_what_may_serve_instead():
    item = next(item for item in call(cause="protracted_default")["items"] if item["id"] == "proof_of_delivery")
    assert item["substitutes"]["zh"]
    assert item["substitutes"]["en"]
    assert item["clause"].startswith("wt-2026:")


def test_papers_that_only_help_are_not_missing():
    found = call(cause="protracted_default")
    assert "debt_acknowledgement" not in found["missing"]
    assert "repayment_plan" not in found["missing"]


def test_deadlines_come_along_with_a_due_date():
    found = call(cause="protracted_default", due_date="2026-03-01", mep_days=60, today="2026-05-01")
    assert {row["duty"]: row["date"] for row in found["deadlines"]}["overdue_notice"] == "2026-05-30"
    assert call(cause="protracted_default")["deadlines"] == []


def test_insolvency_deadlines_need_only_the_event():
    found = call(cause="破产", event_date="2026-05-28")
    assert {row["duty"]: row["date"] for row in found["deadlines"]}["adverse_notice"] == "2026-06-07"


def test_a_missed_notice_is_a_likely_reduction_unless_the_notice_is_on_file():
    arguments = {"cause": "protracted_default", "due_date": "2026-03-01", "today": "2026-06-09"}
    late = call(**arguments)["reductions"]
    assert [(item["id"], item["values"]) for item in late] == [("late_notice", {"days": 10})]
    assert call(**arguments, held=["overdue notice"])["reductions"] == []
    sent_late = call(**arguments, held=["overdue notice"], notice_complete_date="2026-06-01")["reductions"]
    assert [(item["id"], item["values"]) for item in sent_late] == [("late_notice", {"days": 2})]


def missed(found: dict[str, Any]) -> set[str]:
    return {item["values"]["duty"] for item in found["warnings"] if item["id"] == "deadline_passed"}


def test_what_was_sent_is_not_shouted_about_as_missed():
    arguments = {"cause": "protracted_default", "due_date": "2026-03-01", "today": "2026-12-01"}
    assert {"overdue_notice", "claim"} <= missed(call(**arguments))
    assert "overdue_notice" not in missed(call(**arguments, held=["overdue notice"]))
    stated = call(**arguments, facts={"notice_days_late": 12, "claim_days_late": 0})
    assert not {"overdue_notice", "claim"} & missed(stated)
    assert [(item["id"], item["values"]) for item in stated["reductions"]] == [("late_notice", {"days": 12})]


def test_a_notice_said_to_be_in_time_is_no_reduction_whatever_the_date():
    found = call(cause="insolvency", event_date="2026-05-28", today="2026-09-01", facts={"notice_days_late": 0})
    assert found["reductions"] == []
    assert "adverse_notice" not in missed(found)


@pytest.mark.parametrize("more", [{"held": ["仲裁裁决"]}, {"facts": {"unresolved_dispute": False}}])
def test_a_dispute_that_is_decided_suspends_nothing(more):
    found = call(cause="dispute", **more)
    assert found["reductions"] == []
    assert "dispute_suspends_the_claim" not in {item["id"] for item in found["warnings"]}


def test_every_term_of_the_policy_moves_the_dates_of_the_checklist():
    found = call(
        cause="protracted_default",
        due_dates=["2026-05-01", "2026-03-01"],
        mep_days=30,
        notice_days=10,
        collection_days=5,
        claim_days=90,
        calendar="working:DE",
    )
    rows = {row["duty"]: row["date"] for row in found["deadlines"]}
    assert (rows["overdue_notice"], rows["collection_handover"], rows["claim"]) == (
        "2026-04-16",  # ten working days after 31 March, Good Friday and Easter Monday left out
        "2026-04-05",
        "2026-06-29",
    )


def test_an_insolvency_whose_day_nobody_told_has_its_papers_and_no_dates():
    found = call(cause="insolvency", due_date="2026-03-01")
    assert found["deadlines"] == []
    assert "proof_of_debt" in found["missing"]
    assert call(cause="insolvency", due_date="2026-03-01", today="2026-03-10")["deadlines"]


@pytest.mark.parametrize(
    ("fact", "effect", "clause"),
    [
        ("shipped_after_stop", "deliveries_excluded", "11.6"),
        ("over_limit", "excess_excluded", "11.5"),
        ("dcl_not_justified", "deliveries_excluded", "3.5"),
        ("wrong_entity", "refused", "3.3"),
        ("terms_too_long", "deliveries_excluded", "11.5"),
        ("no_proof_of_delivery", "invoices_excluded", "8.4"),
        ("lost_recovery_rights", "reduced_or_refused", "10.4"),
    ],
)
def test_each_fact_cuts_the_claim_in_its_own_way(fact, effect, clause):
    found = call(cause="protracted_default", facts={fact: True})["reductions"]
    assert [(item["id"], item["effect"], item["clause"]) for item in found] == [(fact, effect, f"wt-2026:{clause}")]


def test_facts_show_what_cuts_the_claim_in_the_usual_order():
    facts = {"wrong_entity": True, "shipped_after_stop": True, "claim_days_late": 3, "over_limit": False}
    found = call(cause="protracted_default", facts=facts)["reductions"]
    assert [item["id"] for item in found] == ["late_claim", "shipped_after_stop", "wrong_entity"]
    assert [item["effect"] for item in found] == ["reduced_or_refused", "deliveries_excluded", "refused"]


def test_a_dispute_suspends_the_claim():
    found = call(cause="dispute")
    assert "dispute_suspends_the_claim" in {item["id"] for item in found["warnings"]}
    assert [item["id"] for item in found["reductions"]] == ["unresolved_dispute"]


@given(cause=st.sampled_from(CAUSES), words=st.lists(st.text(max_size=20), max_size=5))
def test_held_and_missing_never_overlap_whatever_is_claimed_to_be_held(cause, words):
    found = call(cause=cause, held=words)
    assert not held(found) & set(found["missing"])
    required = {item["id"] for item in found["items"] if item["required"]}
    assert required == set(found["missing"]) | (held(found) & required)
    json.dumps(found)


@given(cause=st.sampled_from(CAUSES), data=st.data())
def test_every_paper_is_recognised_by_its_own_titles(cause, data):
    item = data.draw(st.sampled_from(call(cause=cause)["items"]))
    for words in (item["id"], item["title"]["zh"], item["title"]["en"]):
        assert held(call(cause=cause, held=[words])) == {item["id"]}


@pytest.mark.parametrize("cause", CAUSES)
def test_every_paper_has_words_for_the_owner_and_for_staff_in_both_languages(cause):
    found = call(cause=cause)
    assert found["wording"] == {"owner": "why", "support": "check", "visitor": "title"}
    for item in found["items"]:
        for texts in (item[name] for name in found["wording"].values()):
            assert texts["zh"] and texts["en"]
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in texts["en"])
        assert item["why"] != item["check"]


def test_checks_are_kept_for_every_paper_and_for_no_other():
    assert set(table("paper_checks")) == set(table("checklists")["items"])
