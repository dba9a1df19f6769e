"""Made-up companies in two scripts: as many as wanted, the same ones for the same seed.

Brands follow a skewed law, as real ones do: a few are borne by many companies, most by one.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

from tools.buyers.places import provinces
from tools.buyers.scripts import pinyin
from tools.tables import table

_OPENINGS = "b br c ch cl cr d dr f fl fr g gl gr h j k kr l m n p pl pr qu r s sc sh sl sp st t th tr v w z"
_VOWELS = "a e i o u ai ea io ou ei"
_ENDS = "l m n r s t x nd rk st ld ck nt rg ss th"
_TAILS = "ander ex holm ine ova mond wick tech ford aris enta by a o is us en ia on er"
_CHARACTERS = (
    "安邦宝昌辰成诚创达德鼎东发方飞丰峰福富港高冠光广国海航浩和恒弘宏鸿华汇惠吉佳嘉建健江杰捷金锦晋京晶景聚凯康科坤兰朗乐力利联亮林凌龙隆"
    "麦茂美民名明铭宁诺鹏普启千乾勤庆全群仁荣融如锐瑞润赛三森尚深升盛胜圣时世舒帅顺硕思泰腾天通同万威维伟卫文沃西祥翔协欣新鑫信兴星雄旭雅亚阳耀业亿易益银英盈永优友宇誉裕元园源远越云展长振正志智中众卓"
    "澜岫禾璟砚川岑帆曜棠翎柘岭泠沛珩霁桥棣沅峤澍邺昉暻榕晗芃钲钺洺湜琤瑀筠篁缦翊舸芷荻菡蓁虞谟赟轸迩逯邃郢酩钤铄锟镕闳阆隽霈韫颀飏馥骊鸢麓黛穗齐奡妤孚屹嵘巽帷庾弋彧徽恺愫懋撷旻昶晟晁杼栩桓梓楠槿橼檀欤汜沣"
)
_LARGE = 2
"""Cities of a province in which companies are."""
_QUALIFIERS = ("International", "Global", "Group", "Holdings", "Europe", "Asia", "Systems", "Solutions", "Industries")
_MORE_TRADES = (
    *(
        ("五金", "Hardware"),
        ("塑料", "Plastics"),
        ("物流", "Logistics"),
        ("进出口", "Import Export"),
        ("照明", "Lighting"),
    ),
    *(("玩具", "Toys"), ("农业", "Agriculture"), ("新能源", "Energy"), ("电器", "Electrical"), ("服装", "Garments")),
    *(("仪器", "Instruments"), ("阀门", "Valves"), ("轴承", "Bearings"), ("陶瓷", "Ceramics"), ("玻璃", "Glass")),
    *(("纸业", "Paper"), ("橡胶", "Rubber"), ("水产", "Seafood"), ("生物科技", "Biotech"), ("自动化", "Automation")),
)


class MadeUp(NamedTuple):
    """A company of the generated registry."""

    entity_id: str
    name: str
    country: str
    city: str


def companies(count: int, seed: int) -> Iterator[MadeUp]:
    """`count` companies with different names, half of them Chinese."""
    maker = _Maker(random.Random(seed))
    seen: set[str] = set()
    made = 0
    while made < count:
        company = maker.chinese(made) if made % 2 else maker.foreign(made)
        if company.name in seen:
            continue
        seen.add(company.name)
        made += 1
        yield company


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        words = table("demo_names")
        self.rng = rng
        self.trades = [(row["zh"], row["en"]) for row in words["trades"]] + list(_MORE_TRADES)
        self.forms = [form for form, _ in words["zh_forms"]]
        large = [city for province, cities in provinces().items() for city in (province, *cities[:_LARGE])]
        self.cities: list[str] = [*large, *(row["zh"] for row in words["zh_cities"])]
        self.countries = words["countries"]

    def chinese(self, number: int) -> MadeUp:
        rng = self.rng
        brand = self._characters(2 if rng.random() < 0.75 else 3)
        trade = rng.choice(self.trades)[0]
        if rng.random() < 0.25:
            trade += rng.choice(("科技", "贸易", "设备", "实业", "集团"))
        city = rng.choice(self.cities)
        return MadeUp(f"made-{number:07d}", f"{city}{brand}{trade}{rng.choice(self.forms)}", "CN", city)

    def foreign(self, number: int) -> MadeUp:
        rng = self.rng
        brand = self._brand()
        words = [brand]
        if rng.random() < 0.2:
            words.append(self._brand())
        if rng.random() < 0.2:
            words.append(rng.choice(_QUALIFIERS))
        words.append(rng.choice(self.trades)[1])
        country = rng.choice(self.countries)
        name = " ".join([*words, rng.choice(country["forms"])]).strip()
        return MadeUp(f"made-{number:07d}", name, country["code"], rng.choice(country["cities"]))

    def _characters(self, size: int) -> str:
        """Lower places of the list come up more often: the share of a character falls with its place."""
        last = len(_CHARACTERS)
        return "".join(_CHARACTERS[int(last * self.rng.random() ** 1.6)] for _ in range(size))

    def _brand(self) -> str:
        rng = self.rng
        rough = rng.random()
        if rough < 0.15:  # a pool of a few thousand words that many companies use
            rng = random.Random(int(4000 * self.rng.random() ** 2))
        parts = [_one(rng, _OPENINGS) + _one(rng, _VOWELS) + (_one(rng, _ENDS) if rng.random() < 0.4 else "")]
        if rng.random() < 0.7:
            parts.append(_one(rng, _OPENINGS) + _one(rng, _VOWELS))
        return ("".join(parts) + _one(rng, _TAILS)).capitalize()


def _one(rng: random.Random, words: str) -> str:
    return rng.choice(words.split())


def look_alike(rng: random.Random, company: MadeUp) -> str:
    """Another company in the same city and trade, whose brand shares half of its characters or its opening."""
    maker = _Maker(rng)
    if company.country == "CN":
        place = len(company.city)
        other = maker._characters(1)
        while other == company.name[place + 1] or pinyin(other) == pinyin(company.name[place + 1]):
            other = maker._characters(1)
        return company.name[: place + 1] + other + company.name[place + 2 :]
    brand, _, rest = company.name.partition(" ")
    ending = maker._brand().lower()
    other = brand[: max(2, len(brand) // 3)] + ending
    return f"{other} {rest}"
