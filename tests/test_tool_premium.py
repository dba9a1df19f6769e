from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import ToolInputError
from tools.names import country_code, sector_id
from tools.premium import estimate_premium
from tools.tables import table
from tools.toolset import Tool

TOOL = Tool(estimate_premium)


def money(amount: Any, currency: str = "CNY") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def call(**arguments: Any) -> dict[str, Any]:
    return TOOL.call(arguments)


def plain(value: dict[str, Any] | None) -> Decimal:
    assert value is not None
    return Decimal(str(value["amount"]))


def ids(items: list[dict[str, Any]]) -> set[str]:
    return {item["id"] for item in items}


DOMESTIC_ELECTRONICS = {
    "turnover": money(50_000_000),
    "sector": "电子产品",
    "countries": ["CN"],
    "payment_terms_days": 60,
    "loss_ratio_pct": 0.03,
    "insured_pct": 90,
    "afl_pct": 0,
    "largest_buyer_pct": 15,
    "limits": 40,
    "jurisdiction": "CN_domestic",
}
EXPORT_APPAREL = {
    "turnover": money(120_000_000),
    "sector": "apparel",
    "countries": ["BR", "IN"],
    "payment_terms_days": 90,
    "loss_ratio_pct": 0.2,
    "insured_pct": 95,
    "afl_pct": 0,
    "largest_buyer_pct": 25,
    "buyer_grade": 6,
    "jurisdiction": "CN_export",
}
LARGE_EXCESS_OF_LOSS = {
    "turnover": money(800_000_000),
    "cover_type": "excess_of_loss",
    "sector": "services",
    "countries": [{"country": "DE", "share_pct": 50}, {"country": "CN", "share_pct": 50}],
    "payment_terms_days": 45,
    "loss_ratio_pct": 0.01,
    "insured_pct": 90,
    "afl_pct": 0.25,
    "largest_buyer_pct": 5,
}
ONE_CONSTRUCTION_BUYER = {
    "turnover": money(12_000_000),
    "cover_type": "single_buyer",
    "sector": "建筑",
    "countries": ["CN"],
    "payment_terms_days": 100,
    "insured_pct": 90,
    "largest_buyer_pct": 100,
}


def test_domestic_electronics_to_the_unit():
    found = call(**DOMESTIC_ELECTRONICS)
    assert found["raw_rate_pct"] == 0.2843
    assert (plain(found["low"]), plain(found["mid"]), plain(found["high"])) == (113_715, 142_144, 177_680)
    assert plain(found["fees"]) == 12_000
    assert plain(found["tax"]) == 8_529
    assert plain(found["minimum_premium"]) == 113_715
    assert plain(found["total"]) == 142_144 + 12_000 + 8_529
    assert found["clamped"] is None
    assert found["refer"] == []
    assert found["technical"]["rate_pct"] == 0.302
    assert {item["parameter"] for item in found["assumptions"]} == {"buyer_grade"}
    assert found["warnings"] == []


def test_export_apparel_to_the_unit_with_its_high_end_clipped():
    found = call(**EXPORT_APPAREL)
    assert found["raw_rate_pct"] == 0.7329
    assert (plain(found["mid"]), plain(found["high"])) == (879_447, 960_000)
    assert plain(found["tax"]) == 0
    assert found["technical"]["rate_pct"] == 0.876
    assert {"range_clipped_high", "technical_above_rate", "tax_not_verified"} <= ids(found["warnings"])


def test_large_excess_of_loss_is_flagged_below_the_band():
    found = call(**LARGE_EXCESS_OF_LOSS)
    assert found["raw_rate_pct"] == 0.0473
    assert abs(plain(found["mid"]) - 378_000) < 50
    assert found["refer"] == ["rate_outside_band_low"]
    assert found["clamped"] is None


def test_one_construction_buyer_is_flagged_above_the_band():
    found = call(**ONE_CONSTRUCTION_BUYER)
    assert found["raw_rate_pct"] == 1.617
    assert plain(found["mid"]) == 194_040
    assert found["refer"] == ["rate_outside_band_high"]
    assert "spread" not in ids(found["factors"])
    assert "loss_ratio_pct" in {item["parameter"] for item in found["assumptions"]}


def test_every_factor_says_where_it_comes_from():
    for factor in call(**EXPORT_APPAREL)["factors"]:
        assert factor["source"]
        assert factor["confidence"] in {"H", "M", "L"}


def test_every_unknown_input_is_named():
    found = call(turnover=5_000_000)
    assert {item["parameter"] for item in found["assumptions"]} == {
        "currency",
        "sector",
        "countries",
        "payment_terms_days",
        "loss_ratio_pct",
        "insured_pct",
        "afl_pct",
        "largest_buyer_pct",
        "buyer_grade",
        "limits",
        "jurisdiction",
    }
    assert found["mid"]["currency"] == "CNY"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"payment_terms_days": 181}, "terms_above_180_days"),
        ({"loss_ratio_pct": 0.51}, "losses_above_half_percent"),
        ({"insured_pct": 96}, "insured_pct_above_95"),
        ({"buyer_grade": 8}, "buyer_grade_8_or_worse"),
        ({"countries": [{"country": "DE", "share_pct": 99}, "伊朗"]}, "country_without_estimate"),
    ],
)
def test_what_must_be_referred_gets_no_figure(changes, reason):
    found = call(**(DOMESTIC_ELECTRONICS | changes))
    assert found["refer"] == [reason]
    assert reason in ids(found["warnings"])
    for name in ("rate_pct", "low", "mid", "high", "total", "minimum_premium"):
        assert found[name] is None


@pytest.mark.parametrize(
    ("name", "value", "factor_id", "factor"),
    [
        ("payment_terms_days", 30, "terms", 0.8),
        ("payment_terms_days", 31, "terms", 0.95),
        ("payment_terms_days", 61, "terms", 1.1),
        ("payment_terms_days", 120, "terms", 1.25),
        ("payment_terms_days", 180, "terms", 1.5),
        ("loss_ratio_pct", 0.0199, "losses", 0.85),
        ("loss_ratio_pct", 0.02, "losses", 0.95),
        ("loss_ratio_pct", 0.05, "losses", 1),
        ("loss_ratio_pct", 0.1, "losses", 1.25),
        ("loss_ratio_pct", 0.25, "losses", 1.6),
        ("loss_ratio_pct", 0.5, "losses", 1.6),
        ("insured_pct", 70, "indemnity", 0.87),
        ("insured_pct", 80, "indemnity", 0.87),
        ("insured_pct", 82.5, "indemnity", 0.9),
        ("insured_pct", 85, "indemnity", 0.93),
        ("insured_pct", 95, "indemnity", 1.08),
        ("afl_pct", 0.05, "deductible", 0.9),
        ("afl_pct", 0.075, "deductible", 0.85),
        ("afl_pct", 0.25, "deductible", 0.65),
        ("afl_pct", 2, "deductible", 0.65),
        ("largest_buyer_pct", 9.9, "spread", 0.95),
        ("largest_buyer_pct", 10, "spread", 1),
        ("largest_buyer_pct", 20, "spread", 1.12),
        ("largest_buyer_pct", 35, "spread", 1.25),
        ("largest_buyer_pct", 50, "spread", 1.25),
        ("largest_buyer_pct", 51, "spread", 1.4),
        ("buyer_grade", 3, "quality", 0.8),
        ("buyer_grade", 5, "quality", 1),
        ("buyer_grade", 7, "quality", 1.5),
        ("turnover", money(19_999_999), "size", 1.2),
        ("turnover", money(20_000_000), "size", 1),
        ("turnover", money(100_000_000), "size", 0.85),
        ("turnover", money(500_000_000), "size", 0.7),
        ("turnover", money(2_000_000_000), "size", 0.7),
        ("turnover", money(2_000_000_001), "size", 0.55),
    ],
)
def test_the_factor_tables_at_their_edges(name, value, factor_id, factor):
    found = call(**(DOMESTIC_ELECTRONICS | {name: value}))
    assert {item["id"]: item["value"] for item in found["factors"]}[factor_id] == factor


def test_country_groups_are_weighted_by_turnover():
    shares = [{"country": "Germany", "share_pct": 75}, {"country": "尼日利亚", "share_pct": 25}]
    found = call(**(DOMESTIC_ELECTRONICS | {"countries": shares}))
    assert {item["id"]: item["value"] for item in found["factors"]}["country"] == 0.75 * 0.90 + 0.25 * 1.45


def test_shares_that_do_not_add_up_are_scaled_and_said():
    shares = [{"country": "DE", "share_pct": 30}, {"country": "BR", "share_pct": 30}]
    found = call(**(DOMESTIC_ELECTRONICS | {"countries": shares}))
    assert {item["id"]: item["value"] for item in found["factors"]}["country"] == 1.05
    assert "country_shares_normalised" in ids(found["warnings"])


def test_the_band_holds_the_rate_and_says_so():
    cheap = call(**(DOMESTIC_ELECTRONICS | {"turnover": money(3_000_000_000), "afl_pct": 0.25}))
    assert (cheap["clamped"], cheap["rate_pct"]) == ("floor", 0.15)
    assert plain(cheap["low"]) == plain(cheap["mid"]) == 4_500_000
    assert "rate_held_at_band_floor" in ids(cheap["warnings"])
    dear = call(**(EXPORT_APPAREL | {"sector": "construction", "payment_terms_days": 150}))
    assert (dear["clamped"], dear["rate_pct"]) == ("ceiling", 0.8)
    assert plain(dear["high"]) == plain(dear["mid"]) == 960_000


def test_the_minimum_premium_floor_binds_for_small_turnover():
    found = call(**(DOMESTIC_ELECTRONICS | {"turnover": money(1_000_000), "limits": 0}))
    assert plain(found["minimum_premium"]) == 20_000
    assert plain(found["total"]) == 20_000 + 1_200
    assert {"id": "minimum_premium_applies", "values": {"minimum": money(20_000)}} in found["warnings"]
    assert "minimum_premium_applies" not in ids(call(**DOMESTIC_ELECTRONICS)["warnings"])
    euro = call(**(DOMESTIC_ELECTRONICS | {"turnover": money(100_000, "EUR"), "limits": 3}))
    assert plain(euro["minimum_premium"]) == 3_000
    assert plain(euro["fees"]) == 150


def test_other_currencies_get_converted_defaults_and_say_so():
    found = call(**(DOMESTIC_ELECTRONICS | {"turnover": money(8_000_000, "USD")}))
    assert found["mid"]["currency"] == "USD"
    assert "floor_and_fees_converted" in ids(found["warnings"])
    assert {item["id"]: item["value"] for item in found["factors"]}["size"] == 1


@pytest.mark.parametrize(
    ("jurisdiction", "tax_pct", "warning"),
    [
        ("CN_domestic", 6, None),
        ("CN_export", 0, "tax_not_verified"),
        ("UK", 12, None),
        ("DE", 19, None),
        ("CH", None, "tax_depends_on_split"),
        ("HK", None, "tax_levy_not_included"),
        ("other", None, "tax_not_known_here"),
        (None, None, "tax_not_included"),
    ],
)
def test_tax_is_a_line_of_its_own_by_jurisdiction(jurisdiction, tax_pct, warning):
    found = call(**(DOMESTIC_ELECTRONICS | {"jurisdiction": jurisdiction, "countries": None}))
    assert found["tax_pct"] == tax_pct
    assert {name for name in ids(found["warnings"]) if name.startswith("tax_")} == ({warning} if warning else set())


def test_turnover_that_cannot_be_insured_is_taken_off_and_vat_added():
    found = call(**(DOMESTIC_ELECTRONICS | {"non_insurable": money(10_000_000), "vat_pct": 13}))
    assert plain(found["insurable_turnover"]) == 45_200_000


def test_covering_vat_is_never_cheaper_than_leaving_it_out():
    just_below_a_band = DOMESTIC_ELECTRONICS | {"turnover": money(95_000_000)}
    found = call(**just_below_a_band, vat_pct=13)
    assert plain(found["mid"]) == 305_183  # 107.35m × 0.2842875%: the size is that of the turnover without VAT
    assert {item["id"]: item["input"] for item in found["factors"]}["size"] == 95_000_000


def test_how_the_insurable_turnover_comes_about_is_a_step():
    def first_step(**more):
        return call(**(DOMESTIC_ELECTRONICS | {"turnover": money(110_000_000)} | more))["steps"][0]

    both = first_step(non_insurable=money(10_000_000), vat_pct=13)
    assert both["formula"] == "(110,000,000 - 10,000,000) × (1 + 13%) = 113,000,000"
    assert (both["id"], both["result"]) == ("insurable_turnover", money(113_000_000))
    assert first_step(non_insurable=money(10_000_000))["formula"] == "110,000,000 - 10,000,000 = 100,000,000"
    assert first_step(vat_pct=13)["formula"] == "110,000,000 × (1 + 13%) = 124,300,000"
    assert first_step()["id"] == "raw_rate"


def test_the_shown_arithmetic_can_be_checked_at_any_size():
    shares = [{"country": "DE", "share_pct": 60}, {"country": "BR", "share_pct": 40}]
    found = call(**(DOMESTIC_ELECTRONICS | {"turnover": money(3_000_000_000), "countries": shares, "afl_pct": 0.17}))
    steps = {step["id"]: step["formula"] for step in found["steps"]}
    assert steps["country_factor"] == "0.9 × 60% + 1.2 × 40% = 1.02"
    turnover, rate = steps["premium"].split(" = ")[0].split(" × ")
    exact = Decimal(turnover.replace(",", "")) * Decimal(rate.removesuffix("%")) / 100
    assert abs(exact - plain(found["mid"])) <= Decimal("0.5")
    assert steps["average_exposure"] == "3,000,000,000 × 60 ÷ 365 = 493,150,685"
    assert steps["technical_check"] == "493,150,685 × 1.2% × 85% × 90% ÷ 0.5 ÷ 3,000,000,000 = 0.302%"


def test_the_days_of_the_technical_check_are_shown_when_nobody_stated_the_terms():
    steps = {step["id"]: step for step in call(turnover=money(36_500_000))["steps"]}
    assert steps["average_exposure"]["formula"] == "36,500,000 × 60 ÷ 365 = 6,000,000"
    assert steps["average_exposure"]["inputs"] == {"terms_days": 60}


@pytest.mark.parametrize(
    "countries",
    ["DE", {"DE": 100}, {"country": "DE", "share_pct": 100}, [{"country": "DE"}, {"country": "IR", "share_pct": 0}]],
)
def test_countries_may_be_written_in_several_ways_and_one_without_turnover_does_not_count(countries):
    found = call(**(DOMESTIC_ELECTRONICS | {"countries": countries}))
    assert found["refer"] == []
    assert {item["id"]: item["value"] for item in found["factors"]}["country"] == 0.9


@pytest.mark.parametrize("currency", ["usd", " USD ", "USD"])
def test_a_currency_code_may_be_written_in_any_case(currency):
    assert call(turnover=money(1_000_000, currency))["mid"]["currency"] == "USD"
    assert call(turnover=money(1_000_000, "RMB"))["mid"]["currency"] == "CNY"


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"countries": ["CN", "DE"]}, True),
        ({"countries": ["CN"]}, False),
        ({"countries": ["DE"], "jurisdiction": "CN_export"}, False),
        ({"countries": ["CN", "DE"], "jurisdiction": "CN_export"}, True),
        ({"countries": ["CN", "DE"], "jurisdiction": "UK"}, False),
        ({"countries": None}, False),
    ],
)
def test_home_and_export_sales_are_taxed_differently_in_china_and_that_is_said(changes, warned):
    found = call(**(DOMESTIC_ELECTRONICS | changes))
    assert ("tax_on_mixed_sales" in ids(found["warnings"])) is warned


def test_tax_that_is_not_included_is_no_zero():
    found = call(**(DOMESTIC_ELECTRONICS | {"jurisdiction": "HK"}))
    assert found["tax"] is None
    assert plain(found["total"]) == 142_144 + 12_000
    assert [step["formula"] for step in found["steps"] if step["id"] == "total"] == ["142,144 + 12,000 = 154,144"]


def test_the_expected_loss_check_says_nothing_of_excess_of_loss_cover():
    assert "technical_above_rate" not in ids(call(**LARGE_EXCESS_OF_LOSS)["warnings"])


@pytest.mark.parametrize(
    ("changes", "caution", "edge"),
    [({"insured_pct": 70}, "indemnity_at_table_edge", 80), ({"afl_pct": 2}, "deductible_at_table_edge", 0.25)],
)
def test_a_value_outside_its_table_is_named_with_the_edge(changes, caution, edge):
    found = call(**(DOMESTIC_ELECTRONICS | changes))
    assert [item["values"] for item in found["warnings"] if item["id"] == caution] == [{"edge": edge}]


def test_leaving_out_emerging_markets_leaves_out_the_riskier_ones_too():
    found = call(turnover=money(50_000_000), countries=["DE", "BR", "NG"], target=money(1))
    drops = {item["value"]: plain(item["mid"]) for item in found["what_if"] if item["id"] == "drop_countries"}
    assert list(drops) == ["BR, NG", "NG"]
    assert found["cheapest"]["changes"]["drop_countries"] == "BR, NG"
    assert plain(found["cheapest"]["due"]) < drops["BR, NG"]


def test_shares_that_nobody_stated_are_named():
    def shares(countries):
        assumed = call(**(DOMESTIC_ELECTRONICS | {"countries": countries}))["assumptions"]
        return [item["value"] for item in assumed if item["parameter"] == "country_shares"]

    assert shares(["DE", "BR", "CN"]) == ["DE 33.33%, BR 33.33%, CN 33.33%"]
    assert shares([{"country": "DE", "share_pct": 60}, "BR", "CN"]) == ["DE 60%, BR 20%, CN 20%"]
    assert shares([{"country": "DE", "share_pct": 60}, {"country": "BR", "share_pct": 40}]) == []
    assert shares(["DE"]) == []


def test_options_cost_more():
    base = plain(call(**DOMESTIC_ELECTRONICS)["mid"])
    political = plain(call(**DOMESTIC_ELECTRONICS, political_risk=True)["mid"])
    assert base * Decimal("1.05") <= political <= base * Decimal("1.10")
    early = plain(call(**DOMESTIC_ELECTRONICS, pre_shipment=True)["mid"])
    assert base * Decimal("1.10") <= early <= base * Decimal("1.15")


def test_levers_are_sorted_by_what_they_save():
    found = call(**EXPORT_APPAREL)
    savings = [plain(lever["saving"]) for lever in found["what_if"]]
    assert savings == sorted(savings, reverse=True)
    assert all(saving > 0 for saving in savings)
    assert {lever["id"] for lever in found["what_if"]} == {"insured_pct", "afl_pct", "payment_terms_days"}
    mixed = call(**(EXPORT_APPAREL | {"countries": ["DE", "BR"]}))
    assert "drop_countries" in {lever["id"] for lever in mixed["what_if"]}


@pytest.mark.parametrize("option", ["political_risk", "pre_shipment"])
def test_giving_an_option_up_is_a_lever(option):
    found = call(**DOMESTIC_ELECTRONICS, **{option: True})
    lever = next(item for item in found["what_if"] if item["id"] == option)
    assert (lever["value"], plain(lever["mid"])) == (False, 142_144)
    assert option not in {item["id"] for item in call(**DOMESTIC_ELECTRONICS)["what_if"]}


def test_the_fewest_changes_reach_a_target():
    found = call(**EXPORT_APPAREL, target=money(700_000))["cheapest"]
    assert found["reaches_target"] is True
    assert len(found["changes"]) == 1
    assert plain(found["mid"]) <= 700_000
    already = call(**EXPORT_APPAREL, target=money(900_000))["cheapest"]
    assert (already["changes"], already["reaches_target"]) == ({}, True)
    never = call(**EXPORT_APPAREL, target=money(1))["cheapest"]
    assert never["reaches_target"] is False
    assert plain(never["mid"]) == 334_901  # 80% cover, 0.25% first loss and 30 days together


def test_a_dominant_buyer_suggests_single_buyer_cover():
    found = call(**(DOMESTIC_ELECTRONICS | {"largest_buyer_pct": 60}))
    assert "consider_single_buyer_cover" in ids(found["warnings"])


def test_a_sector_nobody_knows_is_priced_as_unknown_and_said():
    found = call(**(DOMESTIC_ELECTRONICS | {"sector": "xyzzy"}))
    assert "sector_not_recognised" in ids(found["warnings"])
    assert {item["id"]: item["value"] for item in found["factors"]}["sector"] == 1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "turnover"),
        ({"turnover": 0}, "turnover"),
        ({"turnover": money(5, "ABC")}, "turnover.currency"),
        ({"turnover": 100, "non_insurable": 100}, "non_insurable"),
        ({"turnover": money(100), "target": money(5, "USD")}, "currency"),
        ({"turnover": 100, "countries": ["Atlantis"]}, "countries"),
        ({"turnover": 100, "countries": [{"country": "DE", "share_pct": 120}]}, "countries"),
        ({"turnover": 100, "countries": [{"country": "DE", "share_pct": 0}]}, "countries"),
        (
            {"turnover": 100, "countries": [{"country": "DE", "share_pct": 80}, {"country": "FR", "share_pct": 80}]},
            "countries",
        ),
        ({"turnover": 100, "buyer_grade": 11}, "buyer_grade"),
        ({"turnover": 100, "cover_type": "car"}, "cover_type"),
        ({"turnover": "NaN"}, "turnover"),
        ({"turnover": "USD 1m"}, "turnover.amount"),
        ({"turnover": money(100, "doubloons")}, "turnover.currency"),
        ({"turnover": 100, "countries": {"DE": "most"}}, "countries"),
    ],
)
def test_arguments_that_cannot_be_used_name_the_field(arguments, field):
    with pytest.raises(ToolInputError) as raised:
        TOOL.call(arguments)
    assert raised.value.field.startswith(field)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("巴西", "BR"),
        ("the USA", "US"),
        ("德国客户", "DE"),
        ("uk", "GB"),
        ("尼日尔", "NE"),
        ("尼日利亚", "NG"),
        ("custom", None),
    ],
)
def test_countries_are_known_by_their_names(words, code):
    assert country_code(words) == code


@pytest.mark.parametrize(
    ("words", "sector"),
    [
        ("做电子产品内销", "electronics_ict"),
        ("建材", "construction"),
        ("garments and shoes", "textile_apparel"),
        ("solar panels", "solar"),
        ("家具", "furniture"),
        ("elephants", None),
    ],
)
def test_sectors_are_known_by_their_words(words, sector):
    assert sector_id(words) == sector


def test_at_least_eighty_countries_have_a_group_and_both_names():
    countries = table("countries")["countries"]
    assert len(countries) >= 80
    for row in countries.values():
        assert row["group"] in {"low", "medium", "emerging", "high", "refer"}
        assert row["zh"]
        assert row["en"]


COVERS = st.sampled_from(["whole_turnover", "key_account", "single_buyer", "excess_of_loss"])
RISKS = st.fixed_dictionaries(
    {"turnover": st.integers(1_000_000, 5_000_000_000).map(money), "cover_type": COVERS},
    optional={
        "sector": st.sampled_from(["food", "construction", "电子", "solar"]),
        "countries": st.lists(st.sampled_from(["DE", "CN", "BR", "NG"]), min_size=1, max_size=3),
        "payment_terms_days": st.integers(0, 180),
        "loss_ratio_pct": st.integers(0, 50).map(lambda n: n / 100),
        "insured_pct": st.integers(60, 95),
        "afl_pct": st.integers(0, 30).map(lambda n: n / 100),
        "largest_buyer_pct": st.integers(0, 100),
        "buyer_grade": st.integers(1, 7),
        "political_risk": st.booleans(),
        "pre_shipment": st.booleans(),
    },
)


@given(risk=RISKS)
def test_whole_turnover_and_key_account_stay_in_the_band_with_both_ends(risk):
    found = call(**risk)
    low, mid, high = plain(found["low"]), plain(found["mid"]), plain(found["high"])
    assert low <= mid <= high
    if risk["cover_type"] in {"whole_turnover", "key_account"}:
        turnover = Decimal(risk["turnover"]["amount"])
        assert turnover * Decimal("0.0015") - 1 <= low
        assert high <= turnover * Decimal("0.0080") + 1


@given(risk=RISKS, one=st.integers(60, 95), other=st.integers(60, 95))
def test_more_cover_is_never_cheaper(risk, one, other):
    low, high = sorted((one, other))
    less, more = call(**(risk | {"insured_pct": low})), call(**(risk | {"insured_pct": high}))
    assert plain(less["mid"]) <= plain(more["mid"])


@given(risk=RISKS, vat=st.integers(0, 30), option=st.sampled_from(["political_risk", "pre_shipment"]))
def test_a_wider_cover_is_never_cheaper(risk, vat, option):
    mid = plain(call(**risk)["mid"])
    assert mid <= plain(call(**risk, vat_pct=vat)["mid"])
    assert mid <= plain(call(**(risk | {option: True}))["mid"])


@given(risk=RISKS, one=st.integers(0, 180), other=st.integers(0, 180))
def test_longer_terms_are_never_cheaper(risk, one, other):
    short, long = sorted((one, other))
    assert plain(call(**(risk | {"payment_terms_days": short}))["mid"]) <= plain(
        call(**(risk | {"payment_terms_days": long}))["mid"]
    )


@given(risk=RISKS, one=st.integers(0, 500), other=st.integers(0, 500))
def test_worse_losses_are_never_cheaper(risk, one, other):
    good, bad = (n / 1000 for n in sorted((one, other)))
    assert plain(call(**(risk | {"loss_ratio_pct": good}))["mid"]) <= plain(
        call(**(risk | {"loss_ratio_pct": bad}))["mid"]
    )


@given(risk=RISKS, one=st.integers(0, 100), other=st.integers(0, 100))
def test_a_larger_deductible_is_never_dearer(risk, one, other):
    small, large = (n / 100 for n in sorted((one, other)))
    assert plain(call(**(risk | {"afl_pct": small}))["mid"]) >= plain(call(**(risk | {"afl_pct": large}))["mid"])


@given(risk=RISKS, one=st.integers(1, 7), other=st.integers(1, 7))
def test_worse_buyers_are_never_cheaper(risk, one, other):
    good, bad = sorted((one, other))
    assert plain(call(**(risk | {"buyer_grade": good}))["mid"]) <= plain(call(**(risk | {"buyer_grade": bad}))["mid"])


@given(risk=RISKS, one=st.integers(0, 100), other=st.integers(0, 100))
def test_a_more_concentrated_book_is_never_cheaper(risk, one, other):
    spread, packed = sorted((one, other))
    assert plain(call(**(risk | {"largest_buyer_pct": spread}))["mid"]) <= plain(
        call(**(risk | {"largest_buyer_pct": packed}))["mid"]
    )


@given(risk=RISKS)
def test_a_riskier_country_is_never_cheaper(risk):
    premiums = [plain(call(**(risk | {"countries": [code]}))["mid"]) for code in ("DE", "CN", "BR", "NG")]
    assert premiums == sorted(premiums)


@given(risk=RISKS, limits=st.integers(0, 500))
def test_the_total_is_the_sum_of_its_lines(risk, limits):
    found = call(**risk, limits=limits, jurisdiction="UK")
    due = max(plain(found["mid"]), plain(found["minimum_premium"]))
    assert plain(found["total"]) == due + plain(found["fees"]) + plain(found["tax"])


@given(risk=RISKS, target=st.integers(1, 5_000_000))
def test_a_combination_says_truly_whether_it_reaches_the_target(risk, target):
    found = call(**risk, target=money(target))["cheapest"]
    assert found["reaches_target"] == (plain(found["due"]) <= target) or abs(plain(found["due"]) - target) <= 1
