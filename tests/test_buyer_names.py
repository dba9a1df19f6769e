import pytest

from evals.bench.fit_matching import JUDGED
from evals.bench.matching import hard_pairs
from tools.buyers.matching import similarity
from tools.buyers.names import parse_name
from tools.buyers.persons import person_in


@pytest.mark.parametrize(
    ("name", "core", "form"),
    [
        ("Tharnwick Fund IV LP", "tharnwick fund 4", "lp"),
        ("Plant No 20 Drovemur", "plant 20 drovemur", ""),
        ("Castelvane Sociedad de Responsabilidad Limitada de Capital Variable", "castelvane", "llc"),
        ("Quelmar Joint Stock Companny", "qulmar", "jsc"),
        ("Zephrine Vertriebsgesellschaft mbH", "zephrine sales", "llc"),
        ("Kavistan National Oil Company (KNOC)", "kavistan national oil", "inc"),
        ("Mistlewaite Foods Ltd (formerly Dunmarrow Foods Ltd)", "mistlewaite foods", "llc"),
        ("Harrowfen Ltd t/a Harrowfen Joinery", "harrowfen", "llc"),
        ("Thornquay Haulage Limited (in administration)", "thornquay haulage", "llc"),
        ("ИП Морволтов", "morvoltov", "sole"),
        ("An-Nur Trading Est.", "al nur trading", "works"),
        ("QuelmarElectronics GmbH", "qulmar electronics", "llc"),
        ("株式会社ホシナガ", "hoshinaga", "jsc"),
        ("株式会社曜棠製作所", "曜棠制作所", "jsc"),
        ("深圳曜棠电子有限公司（清算中）", "深圳曜棠电子", "llc"),
        ("曜棠食品有限公司（原名霁桥食品有限公司）", "曜棠食品", "llc"),
        ("内蒙古自治区霁桥乳业有限公司", "内蒙古霁桥乳业", "llc"),
        ("曜棠五金个体工商户", "曜棠五金", "sole"),
    ],
)
def test_names_of_many_countries_are_taken_apart(name: str, core: str, form: str) -> None:
    parsed = parse_name(name)
    assert (parsed.core, parsed.form) == (core, form)


def test_a_part_of_a_chinese_company_is_told_from_it() -> None:
    part = parse_name("上海曜棠化工有限公司采购部")
    assert (part.core, part.branch, part.is_branch) == ("上海曜棠化工", "采购部", True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northern Command Navy", "Southern Command Navy"),
        ("Morvault Iran", "Morvault Iraq"),
        ("Zephrine Austria GmbH", "Zephrine Australia Pty Ltd"),
        ("Telegrav Communications", "Tele Grav Nord Communications Leasing"),
        ("Tharnwick Fund XIV", "Tharnwick Fund XVI"),
        ("Ural Company", "Uralmet Company"),
        ("曜棠集团有限公司", "曜棠集团财务有限公司"),
        ("曜棠一号私募基金", "曜棠二号私募基金"),
        ("曜棠五金个体工商户", "曜棠五金有限公司"),
    ],
)
def test_known_words_that_differ_are_not_each_others_misspelling(one: str, other: str) -> None:
    assert similarity(one, other) < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zephrine Deutschland GmbH", "Zephrine Germany GmbH"),
        ("Zephrine London Ltd", "Zephrine UK Ltd"),
        ("KNOC", "Kavistan National Oil Company"),
        ("Fed. Savings Bank of Ostrevan", "Federal Savings Bank of Ostrevan"),
        ("Ministerio de Defensa de Kavistan", "Kavistan Ministry of Defence"),
        ("Q 8 Petrol Stations", "Q8 Petrol Stations"),
        ("Shaikh Zaid Contracting", "Sheikh Zayed Contracting"),
        ("Beijing Jiqiao Automobile Sales Co.", "北京霁桥汽车销售有限公司"),
    ],
)
def test_one_company_in_other_words_is_recognised(one: str, other: str) -> None:
    assert similarity(one, other) >= 0.5


def test_pairs_that_people_judged_are_mostly_told_apart() -> None:
    pairs = list(hard_pairs("seen"))
    right = sum((similarity(pair.one, pair.other) >= 0.5) == pair.is_match for pair in pairs)
    assert JUDGED.is_file()
    assert right / len(pairs) >= 0.88


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Mr John Smith", "certain"),
        ("Frau Müller", "certain"),
        ("Mr Kipling Cakes Ltd", "no"),
        ("Mr", "no"),
        ("张先生", "certain"),
        ("王总", "certain"),
        ("王小明", "possible"),
        ("欧阳锋", "possible"),
        ("张三食品有限公司", "no"),
        ("澜岫电子", "no"),
    ],
)
def test_names_of_persons_are_recognised(name: str, person: str) -> None:
    assert person_in(name) == person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quelmar/Tharnwick Foods", "Quelmar"),
        ("Tharnwick Foods Ltd", "Quelmar GmbH / Tharnwick Foods Ltd"),
        ("厦门曜棠电子有限公司/Xiamen Yaotang Electronics", "厦门曜棠电子有限公司"),
        ("厦门曜棠电子有限公司/Xiamen Yaotang Electronics", "Xiamen Yaotang Electronics Co., Ltd."),
    ],
)
def test_either_of_two_names_joined_by_a_slash_may_be_meant_and_is_asked_about(one: str, other: str) -> None:
    assert 0.8 < similarity(one, other) < 0.98


@pytest.mark.parametrize(
    "name", ["Quelmar Import/Export Ltd", "Quelmar A/S", "Quelmar Ltd t/a Tharnwick Foods", "Quelmar Asia/Pacific Ltd"]
)
def test_a_slash_between_trade_words_places_or_letters_joins_no_names(name: str) -> None:
    assert parse_name(name).sides == ()
