import json
from types import SimpleNamespace
from typing import Any

import pytest

from knowledge.errors import IndexMissing
from knowledge.model import Hit, Passage, Span
from tools.catalogue import build_toolset
from tools.errors import ToolInputError, ToolUnavailable
from tools.policy import policy_terms, set_names

PASSAGE = Passage(
    id="wt-2026/en/7.1",
    document_id="wt-2026",
    language="en",
    clause="7.1",
    heading="Overdue notice",
    text="Report overdue debt. Within 30 days.",
    span=Span(start=100, end=136),
    kind="policy",
    title="Whole-turnover policy",
    edition="2026",
    source="E",
    confidence="M",
)


class OnePassage:
    def definitions(self, query: str, **_: Any) -> list[Hit]:
        return []

    def search(self, query: str, **_: Any) -> list[Hit]:
        return [
            Hit(passage=PASSAGE, score=0.91234567, nearness=1.0, quote=Span(start=121, end=136), dense=0.9, lexical=1.0)
        ]


class NoIndex:
    def definitions(self, query: str, **_: Any) -> list[Hit]:
        raise IndexMissing("there is no index")

    def search(self, query: str, **_: Any) -> list[Hit]:
        raise IndexMissing("there is no index")


def toolset(index: Any = None, **options: Any) -> Any:
    return build_toolset(index or OnePassage(), **options)


def test_typical_terms_carry_clause_source_and_confidence():
    terms = policy_terms()
    assert terms.days("mep_days") == 60
    term = terms.terms["mep_days"]
    assert (term.clause, term.origin, term.confidence) == ("wt-2026:5.3", "typical", "H")
    assert all(item.source and item.confidence in {"H", "M", "L"} for item in terms.terms.values())


def test_a_stated_value_keeps_the_clause_and_is_no_longer_an_assumption():
    terms = policy_terms().given(mep_days=45)
    assert terms.days("mep_days") == 45
    assert (terms.terms["mep_days"].clause, terms.terms["mep_days"].origin) == ("wt-2026:5.3", "user")
    assert not terms.is_assumed("mep_days")
    assert [item.parameter for item in terms.assumptions("mep_days", "notice_days")] == ["notice_days"]
    assert policy_terms().given("schedule", mep_days=45).terms["mep_days"].origin == "schedule"


def test_packaged_sets_are_complete_and_labelled():
    for name in set_names():
        terms = policy_terms(name)
        assert terms.confidence in {"H", "M", "L"}
        for parameter in ("mep_days", "notice_days", "notice_basis", "waiting_days", "waiting_basis", "claim_basis"):
            assert terms.has(parameter)
        assert terms.has("claim_months") != terms.has("claim_days")


def test_an_unknown_set_names_the_known_ones():
    with pytest.raises(ToolInputError, match="sinosure_type"):
        policy_terms("acme")


def test_a_found_passage_carries_its_citation():
    found = toolset()["search_knowledge"].call({"query": "overdue"})["passages"][0]
    assert found["citation_id"] == "wt-2026/en/7.1"
    assert found["reference"] == "wt-2026:7.1"
    assert found["quote"] == "Within 30 days."
    assert (found["start"], found["end"], found["score"]) == (121, 136, 0.9123)


def test_a_missing_index_is_nobodys_fault_here():
    with pytest.raises(ToolUnavailable):
        toolset(NoIndex())["search_knowledge"].call({"query": "overdue"})


def test_the_catalogue_has_the_tools_of_the_contract_with_every_argument_described():
    tools = toolset()
    names = {tool.name for tool in tools}
    assert {
        "search_knowledge",
        "estimate_premium",
        "claim_checklist",
        "compute_deadlines",
        "compute_indemnity",
    } <= names
    for tool in tools:
        assert tool.description
        json.dumps(tool.schema)
        assert all(field.get("description") for field in tool.schema["properties"].values())


def test_premium_estimates_can_be_switched_off_where_they_need_a_licence():
    assert "estimate_premium" not in {tool.name for tool in toolset(premium_estimates=False)}


def test_namespace_indexes_are_enough_for_the_catalogue():
    index = SimpleNamespace(search=lambda query, **_: [], definitions=lambda query, **_: [])
    assert toolset(index)["search_knowledge"].call({"query": "x"})["passages"] == []
