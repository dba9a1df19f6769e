import csv
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.buyers import Company, Registry, make_assess_buyer, make_lookup_buyer
from tools.buyers.demo import demo_rows
from tools.buyers.identifiers import check_identifier
from tools.buyers.importers import DEMO, read_companies_house, read_generic, read_gleif
from tools.buyers.matching import similarity
from tools.buyers.names import parse_name
from tools.errors import ToolInputError
from tools.toolset import Tool


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    opened = Registry.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lookup(registry: Registry) -> Tool:
    return Tool(make_lookup_buyer(registry))


@pytest.fixture(scope="module")
def assess(registry: Registry) -> Tool:
    return Tool(make_assess_buyer(registry))


def warnings(result: dict[str, Any]) -> set[str]:
    return {warning["id"] for warning in result["warnings"]}


def test_the_demo_file_is_what_its_generator_makes() -> None:
    with DEMO.open(encoding="utf-8", newline="") as file:
        stored = list(csv.DictReader(file))
    made = [{key: str(row.get(key, "")) for key in stored[0]} for row in demo_rows()]
    assert stored == made


def test_the_demo_registry_is_wide_and_marked_as_fictional() -> None:
    companies = list(read_generic())
    assert len(companies) >= 300
    assert len({company.country for company in companies}) >= 20
    assert {company.source for company in companies} == {"demo registry (fictional)"}
    assert {"active", "dissolved", "insolvent"} <= {company.status for company in companies}


def test_every_demo_identifier_has_right_check_digits() -> None:
    for company in read_generic():
        for kind, value in company.identifiers.items():
            check = check_identifier(value, company.country)
            assert (check.kind, check.valid) == (kind, True), value


@pytest.mark.parametrize(
    "query",
    [
        "厦门霁桥食品有限公司",
        "霁桥",
        "廈門霽橋",
        "jiqiao",
    ],
)
def test_a_chinese_company_is_found_by_full_short_traditional_and_pinyin_names(query: str) -> None:
    registry = Registry.open(demo=False)
    registry.add(
        [
            Company(entity_id="1", name="厦门霁桥食品有限公司", country="CN"),
            Company(entity_id="2", name="厦门泠沛食品有限公司", country="CN"),
        ]
    )
    result = Tool(make_lookup_buyer(registry)).call({"name": query})
    assert result["candidates"][0]["entity_id"] == "1"
    registry.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quelmar Electronics Ltd", "QUELMAR ELECTRONICS LIMITED"),
        ("Quelmar Intl Mfg Co., Ltd.", "Quelmar International Manufacturing"),
        ("Müller & Söhne GmbH", "Mueller Soehne Gmbh"),
        ("Quelmar Electronics Ltd", "Quelmarr Electronics"),
        ("臺灣曜棠電子股份有限公司", "台湾曜棠电子股份有限公司"),
        ("ＱＵＥＬＭＡＲ　ＥＬＥＣＴＲＯＮＩＣＳ", "Quelmar Electronics"),
        ("Brindlow Tehnologies Ltd", "Brindlow Technologies Ltd"),
        ("Banque Morvault", "Morvault Bank"),
        ("Sociedad Anónima Zephrine", "Zephrine S. A."),
        ("Quelmar GmbH Deutschland", "Quelmar Deutschland GmbH"),
        ("КНП ООО Морволт", "KNP Morvolt LLC"),
        ("广东省深圳市曜棠电子有限公司", "曜棠电子（深圳）有限公司"),
        ("湖北曜棠电子有限公司", "武汉曜棠电子有限公司"),
        ("Yaotang Electronics (Shenzhen)", "深圳市曜棠电子有限公司"),
    ],
)
def test_spellings_of_one_company_match(one: str, other: str) -> None:
    assert similarity(one, other) >= 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northquill Steel Ltd", "Northquill Foods Ltd"),
        ("上海曜棠电子有限公司", "上海霁桥电子有限公司"),
        ("General Trading Co", "National Trading Co"),
        ("Tharnwick 24 Ltd", "Tharnwick 35 Ltd"),
        ("Tharnwick Fund II LP", "Tharnwick Fund III LP"),
        ("Zephrine Shanghai Ltd", "Zephrine Beijing Ltd"),
        ("Corvantis", "Corvantis Leasing"),
        ("Zephrine (UK) Limited", "Zephrine Industries Group"),
        ("深圳曜棠电子有限公司", "广州曜棠电子有限公司"),
        ("曜棠第一棉纺厂", "曜棠第二棉纺厂"),
        ("北京银行", "上海银行"),
        ("Guangzhou Yaotang Electronics Co Ltd", "深圳曜棠电子有限公司"),
        ("上海曜棠化工有限公司北京分公司", "上海曜棠化工有限公司青岛分公司"),
    ],
)
def test_companies_that_share_only_common_words_do_not_match(one: str, other: str) -> None:
    assert similarity(one, other) < 0.5


def test_look_alikes_are_never_picked_silently(lookup: Tool) -> None:
    names = [row for row in read_generic() if row.country == "CN" and row.kind == "company"]
    brands: dict[str, list[Company]] = {}
    for row in names:
        brands.setdefault(parse_name(row.name).brand, []).append(row)
    brand = next(brand for brand, rows in brands.items() if len(rows) > 1)
    result = lookup.call({"name": brand})
    assert result["ambiguous"]
    assert 2 <= len(result["candidates"]) <= 5
    assert "look_alikes_ask_which" in warnings(result)


@pytest.mark.parametrize("query", ["武汉澜秀电子有限公司", "霁桥医疗器械", "Quelmar Tradin S.A."])
def test_a_lone_company_that_is_called_otherwise_is_asked_about(lookup: Tool, query: str) -> None:
    result = lookup.call({"name": query})
    assert len(result["candidates"]) == 1
    assert result["ambiguous"]
    assert "name_differs_confirm" in warnings(result)


def test_another_branch_of_a_company_is_not_the_one_asked_for(lookup: Tool) -> None:
    branch = next(company for company in read_generic() if company.kind == "branch")
    elsewhere = branch.name.replace(f"{branch.city}分公司", "拉萨分公司")
    found = lookup.call({"name": elsewhere})
    assert found["candidates"][0]["entity_id"] == branch.parent
    assert found["ambiguous"]


def test_a_personal_name_is_not_looked_up(lookup: Tool) -> None:
    assert {"natural_person_not_looked_up", "no_match_meaning"} <= warnings(lookup.call({"name": "王小明"}))


def test_a_valid_number_that_is_not_registered_says_what_that_does_not_mean(lookup: Tool) -> None:
    for text in ("91350200776049653A", "529900T8BM49AURSDO55"):
        result = lookup.call({"name": text})
        assert result["candidates"] == []
        assert result["identifier_check"]["valid"] is True
        assert warnings(result) == {"no_match_meaning"}


def test_a_registered_number_finds_its_company_at_once(lookup: Tool, registry: Registry) -> None:
    company = registry.get("demo-0001")
    assert company is not None
    result = lookup.call({"identifier": company.identifiers["lei"].lower()})
    assert [(c["entity_id"], c["match"]) for c in result["candidates"]] == [("demo-0001", 1)]
    assert not result["ambiguous"]


def test_a_number_of_another_name_is_asked_about(lookup: Tool, registry: Registry) -> None:
    company = registry.get("demo-0001")
    assert company is not None
    result = lookup.call({"name": "霁桥食品有限公司", "identifier": company.identifiers["lei"]})
    assert result["ambiguous"]
    assert "number_of_another_name" in warnings(result)
    agreed = lookup.call({"name": company.name, "identifier": company.identifiers["lei"]})
    assert not agreed["ambiguous"]


def test_a_name_found_without_the_number_given_is_asked_about(lookup: Tool) -> None:
    result = lookup.call({"name": "武汉澜岫电子有限公司", "identifier": "91350200776049653A"})
    assert [c["entity_id"] for c in result["candidates"]][:1] == ["demo-0001"]
    assert result["ambiguous"]
    assert "number_not_on_record" in warnings(result)


@pytest.mark.parametrize("country", ["CN", "cn", "China", "中国"])
def test_a_country_may_be_a_name_or_a_code(lookup: Tool, country: str) -> None:
    assert lookup.call({"name": "武汉澜岫电子有限公司", "country": country})["candidates"]


def test_a_company_of_another_country_is_shown_and_asked_about(lookup: Tool) -> None:
    result = lookup.call({"name": "武汉澜岫电子有限公司", "country": "UK"})
    assert [c["country"] for c in result["candidates"]] == ["CN"]
    assert result["ambiguous"]
    assert "country_differs" in warnings(result)


@pytest.mark.parametrize("name", ["Mr John Smith", "张先生", "11010519491231002X", "110105194912310021"])
def test_a_person_is_not_looked_up_and_no_number_of_one_is_repeated(lookup: Tool, name: str) -> None:
    result = lookup.call({"name": name})
    assert result["candidates"] == []
    assert warnings(result) == {"natural_person_not_looked_up"}
    assert not result["identifier_check"] or result["identifier_check"]["value"] == ""


def test_a_name_that_ends_in_a_year_is_no_number() -> None:
    registry = Registry.open(demo=False)
    registry.add([Company(entity_id="1", name="Tharnwick Capital 2020", country="GB")])
    result = Tool(make_lookup_buyer(registry)).call({"name": "Tharnwick Capital 2020"})
    registry.close()
    assert [c["entity_id"] for c in result["candidates"]] == ["1"]


def test_a_branch_points_to_its_legal_entity(lookup: Tool, assess: Tool) -> None:
    branch = next(company for company in read_generic() if company.kind == "branch")
    result = lookup.call({"name": branch.name})
    found = next(c for c in result["candidates"] if c["entity_id"] == branch.entity_id)
    assert found["parent"] == branch.parent
    assessed = assess.call({"entity_id": branch.entity_id})
    assert assessed["entity_id"] == branch.parent
    assert "branch_limit_belongs_to_entity" in warnings(assessed)


def test_an_absent_company_has_no_candidates(lookup: Tool) -> None:
    assert lookup.call({"name": "Zzyzx Roadside Attractions Oy"})["candidates"] == []


def test_a_personal_identity_number_is_not_looked_up(lookup: Tool) -> None:
    assert "natural_person_not_looked_up" in warnings(lookup.call({"name": "11010519491231002X"}))


@pytest.mark.parametrize("arguments", [{}, {"name": ""}, {"name": "!!!"}, {"name": "A", "country": "Atlantis"}])
def test_a_lookup_without_a_usable_name_names_the_field(lookup: Tool, arguments: dict[str, Any]) -> None:
    with pytest.raises(ToolInputError):
        lookup.call(arguments)


def test_companies_house_rows_with_spaced_headers_are_read(tmp_path: Path) -> None:
    path = tmp_path / "basic.csv"
    path.write_text(
        "CompanyName, CompanyNumber, RegAddress.PostTown,CompanyStatus,IncorporationDate, PreviousName_1.CompanyName\n"
        '"THARNWICK FOODS LTD","00123456","LEEDS","Active","03/04/1998","THARNWICK DAIRY LTD"\n'
        '"QUELMAR LTD","SC99999","PERTH","Liquidation","01/12/2020",""\n',
        encoding="utf-8",
    )
    first, second = read_companies_house(path)
    assert (first.city, first.founded, first.other_names) == ("LEEDS", 1998, ("THARNWICK DAIRY LTD",))
    assert second.status == "insolvent"


def test_gleif_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lei.csv"
    path.write_text(
        "LEI,Entity.LegalName,Entity.OtherEntityNames.OtherEntityName.1,Entity.LegalAddress.City,"
        "Entity.LegalAddress.Country,Entity.EntityStatus,Entity.EntityCategory,"
        "Entity.RegistrationAuthority.RegistrationAuthorityEntityID\n"
        "529900T8BM49AURSDO55,厦门霁桥食品有限公司,Xiamen Jiqiao Foods,厦门,CN,ACTIVE,GENERAL,"
        "91350200776049653A\n",
        encoding="utf-8",
    )
    (company,) = read_gleif(path)
    assert company.other_names == ("Xiamen Jiqiao Foods",)
    assert company.identifiers["uscc"] == "91350200776049653A"


def test_importing_twice_replaces_and_survives_reopening(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    registry = Registry.open(url, demo=False)
    company = Company(entity_id="1", name="Quelmar Ltd", country="GB", identifiers={"lei": "X"})
    registry.add([company])
    registry.add([replace(company, name="Quelmar Foods Ltd")])
    registry.close()
    again = Registry.open(url, demo=False)
    assert len(again) == 1
    assert [item.name for item in again.by_identifier("X")] == ["Quelmar Foods Ltd"]
    again.close()


def test_the_limit_example_of_the_domain_study(assess: Tool) -> None:
    result = assess.call(
        {
            "grade": 5,
            "own_sales": {"amount": 6_000_000, "currency": "CNY"},
            "payment_terms_days": 60,
            "collection_lag_days": 15,
            "vat_pct": 13,
            "seasonality": 1.2,
            "indicators": {"tangible_net_worth": 8_000_000, "buyer_turnover": 60_000_000},
        }
    )
    assert result["limit"]["need"]["amount"] == 1_671_781
    assert result["recommended_limit"] == {"amount": 1_200_000, "currency": "CNY"}
    assert result["limit"]["gap"]["amount"] == 471_781


def test_too_few_indicators_give_no_grade(assess: Tool) -> None:
    result = assess.call({"indicators": {"equity_ratio_pct": 40}})
    assert (result["outcome"], result["grade"], result["score"]) == ("insufficient_data", None, None)
    assert result["coverage_pct"] == 5


@pytest.mark.parametrize("fact", ["is_insolvent", "is_dishonest_debtor", "is_sanctioned", "is_overdue_past_mep"])
def test_a_hard_stop_overrules_any_score(assess: Tool, fact: str) -> None:
    strong = next(c for c in read_generic() if c.status == "active" and c.figures)
    result = assess.call(
        {"entity_id": strong.entity_id, "indicators": {fact: True}, "own_sales": 9, "payment_terms_days": 9}
    )
    assert (result["outcome"], result["hard_stops"]) == ("hard_stop", [fact])
    assert result["grade"] >= 9
    assert result["recommended_limit"]["amount"] == 0


def test_natural_persons_are_not_scored(assess: Tool) -> None:
    trader = next(company for company in read_generic() if company.kind == "sole_trader")
    for arguments in ({"entity_id": trader.entity_id}, {"indicators": {"is_natural_person": True}}):
        result = assess.call(arguments)
        assert (result["outcome"], result["grade"], result["score"]) == ("natural_person", None, None)


def test_the_scorecard_has_24_indicators_worth_100_and_states_its_scale(assess: Tool) -> None:
    result = assess.call({"entity_id": "demo-0001"})
    assert len(result["indicators"]) == 24
    assert sum(item["weight"] for item in result["indicators"]) == 100
    assert result["scale"] == "own_1_best_10_worst"
    assert "own_scale_not_an_insurer_grade" in warnings(result)


FULL: dict[str, Any] = {
    "status": "active",
    "age_years": 8,
    "current_ratio": 1.4,
    "interest_cover": 2.5,
    "net_debt_to_ebitda": 3,
    "on_time_rate_pct": 90,
    "overdue_reports": 0,
    "payment_index": 70,
    "lawsuits_12m": 0,
    "liens_count": 0,
    "sector_outlook": "medium",
    "country_risk": "medium",
}


@given(equity=st.integers(-50, 90), more=st.integers(0, 50), late=st.integers(0, 150), later=st.integers(0, 60))
def test_a_stronger_buyer_never_grades_worse(equity: int, more: int, late: int, later: int) -> None:
    with_registry = Registry.open(demo=False)
    assess = Tool(make_assess_buyer(with_registry))
    weak = assess.call({"indicators": FULL | {"equity_ratio_pct": equity, "days_beyond_terms": late + later}})
    strong = assess.call({"indicators": FULL | {"equity_ratio_pct": equity + more, "days_beyond_terms": late}})
    with_registry.close()
    assert strong["score"] >= weak["score"]
    assert strong["grade"] <= weak["grade"]


@given(
    sales=st.integers(0, 10**9),
    terms=st.integers(0, 360),
    worth=st.integers(0, 10**9),
    turnover=st.integers(0, 10**10),
    grade=st.integers(1, 10),
)
def test_the_recommended_limit_never_exceeds_need_or_capacity(
    sales: int, terms: int, worth: int, turnover: int, grade: int
) -> None:
    registry = Registry.open(demo=False)
    result = Tool(make_assess_buyer(registry)).call(
        {
            "grade": grade,
            "own_sales": sales,
            "payment_terms_days": terms,
            "indicators": {"tangible_net_worth": worth, "buyer_turnover": turnover},
        }
    )
    registry.close()
    limit, advice = Decimal(str(result["recommended_limit"]["amount"])), result["limit"]
    assert limit <= Decimal(str(advice["need"]["amount"]))
    assert limit <= Decimal(str(advice["capacity"]["amount"]))
    assert Decimal(str(advice["need"]["amount"])) == limit + Decimal(str(advice["gap"]["amount"]))


NAMES = st.sampled_from([company.name for company in read_generic()])


@given(one=NAMES, other=NAMES)
def test_similarity_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert similarity(one, other) == pytest.approx(similarity(other, one), abs=0.02)
    assert 0 <= similarity(one, other) <= 1


@given(name=NAMES)
def test_a_name_matches_itself_fully(name: str) -> None:
    assert similarity(name, name) == 1
    assert parse_name(name).core


@pytest.mark.parametrize(
    ("name", "core", "form"),
    [
        ("Brindlow Sp. z o.o.", "brindlow", "llc"),
        ("ФГУП Морволт", "morvolt", "state"),
        ("Brindlow e.G.", "brindlow", "coop"),
        ("Brindlow GmbH & Co. KGaA", "brindlow", "lp"),
        ("E.ON AG", "eon", "jsc"),
        ("上海市浦东新区霁桥食品有限公司", "上海霁桥食品", "llc"),
        ("株式会社", "株式会社", ""),
    ],
)
def test_names_are_taken_apart(name: str, core: str, form: str) -> None:
    parsed = parse_name(name)
    assert (parsed.core, parsed.form) == (core, form)


def test_a_branch_is_told_from_its_company() -> None:
    for name, core, branch in (
        ("上海曜棠化工青岛分公司", "上海曜棠化工", "青岛"),
        ("Brindlow Ltd, Leeds Branch", "brindlow", "leeds"),
    ):
        parsed = parse_name(name)
        assert (parsed.core, parsed.branch, parsed.is_branch) == (core, branch, True)
