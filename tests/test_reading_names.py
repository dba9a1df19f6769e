"""Company names in sentences as people write them: the whole name, and nothing but the name."""

import csv
import re
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from opencc import OpenCC

from assistant.engine.reading import read
from assistant.engine.reading.text import normalise

TODAY = date(2026, 11, 28)
REGISTRY = Path(__file__).parents[1] / "tools/data/demo_buyers.csv"

CHINESE = [
    "查一下{n}",
    "看看{n}的信用怎么样",
    "{n}靠谱吗",
    "跟{n}做生意安全吗",
    "对方叫{n}",
    "给{n}申请80万额度",
    "买家是{n},能放账60天吗",
    "我有个客户叫{n},行不行",
    "有没有一家叫{n}的公司",
    "请问{n}资信如何",
    "{n}欠我80万一直不付款怎么办",
    "我们卖给{n}的货,逾期30天了",
    "想和{n}签合同,帮我评估一下",
    "听说{n}要倒闭了",
    "昨天{n}来下单,靠不靠谱",
    "我们最近接触了{n},不知道信用好不好",
    "换一家,{n}",
    "老板让我看下{n}的情况",
    "我公司跟{n}做了三年生意",
    "名片上印的是{n}",
    "刚收到{n}的订单,20万美元,能做吗",
]
ENGLISH = """
can you check {n}
is {n} any good
how creditworthy is {n}, and what limit would you suggest?
thinking of selling 200k to {n}
my customer {n} has stopped paying
{n} owes us 80k since March
look up {n} please
who is {n}
should I sell to {n} on 60 days
apply for a limit of 80,000 on {n}
the buyer is called {n}
{n}, are they ok?
{n} - any good?
can we trust {n}
we just got an order from {n}, 200k on open account
new customer {n} asking for 90 days
{n} went bankrupt owing us 120,000
could you find {n} in the register
what about {n}
""".strip().splitlines()
ABSENT = [
    "杭州明远进出口有限公司",
    "北京和顺达建材有限公司",
    "和顺达建材有限公司",
    "深圳市向阳花食品有限公司",
    "上海对外经贸实业有限公司",
    "华为技术(深圳)有限公司",
    "浙江省义乌市小商品贸易有限公司",
    "苏州在线科技有限公司",
    "佛山市南海区恒丰五金制品厂",
    "东莞骊山建材科技有限公司",
    "苏州锟峒金属有限公司宁波分公司",
]
ABSENT_LATIN = (
    "Marrowby Electronics Co., Ltd.",
    "Müller & Söhne Maschinenbau GmbH",
    "Grupo Alimentario del Sur S.A. de C.V.",
    "Kowalski Stal Sp. z o.o.",
    "A.B.C. Trading Pte Ltd",
    "PT Maju Jaya Tbk",
    "Blue Harbor Foods Inc.",
    "3D Print Works Ltd",
    "Van der Berg Metals B.V.",
)


def names_in(message: str) -> list[str]:
    return [entity.value for entity in read(message, today=TODAY).of_kind("company")]


def same(found: list[str], name: str) -> bool:
    """Whether exactly this name was found; a closing full stop may be the sentence's."""
    return [item.rstrip(".").lower() for item in found] == [normalise(name).plain.rstrip(".").lower()]


def registered() -> tuple[list[str], list[str]]:
    with REGISTRY.open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    chinese = [name for name in names if re.search(r"[\u4e00-\u9fff]", name)]
    return chinese, [" ".join(name.split()) for name in names if name not in chinese]


def test_every_registered_name_is_read_as_it_stands() -> None:
    chinese, latin = registered()
    traditional = OpenCC("s2t")
    frames, english = cycle(CHINESE), cycle(ENGLISH)
    messages = [
        (form, frame.format(n=form))
        for name in (*chinese, *ABSENT)
        for form, frame in ((name, next(frames)), (traditional.convert(name), next(frames)), (name, next(english)))
    ]
    messages += [
        (name, frame.format(n=name)) for name in (*latin, *ABSENT_LATIN) for frame in (next(frames), next(english))
    ]
    wrong = [(message, names_in(message)) for name, message in messages if not same(names_in(message), name)]
    assert not wrong, wrong[:10]


def test_small_letters_and_capitals_are_read_too() -> None:
    latin = [name for name in registered()[1] if not re.search(r" A[BGS]$", name)]
    english = cycle(ENGLISH)
    messages = [
        (form, frame)
        for name in latin
        for frame in (next(english),)
        for form, frame in (
            (name.lower(), frame.format(n=name).lower()),
            (name.upper(), frame.format(n=name).upper()),
        )
    ]
    right = [same(names_in(message), name) for name, message in messages]
    assert sum(right) >= 0.98 * len(right)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("查一下云帆国贸还在不在经营", "云帆国贸"),
        ("给康垚建材报120万额度", "康垚建材"),
        ("Kelvane Solar has stopped paying", "Kelvane Solar"),
        ("换一家,成都沣润汽车零部件", "成都沣润汽车零部件"),
        ("Pinegrave靠谱吗", "Pinegrave"),
        ("查一下hollowreed solar", "hollowreed solar"),
    ],
)
def test_a_name_may_lack_its_legal_form(message: str, name: str) -> None:
    assert names_in(message) == [name]


@pytest.mark.parametrize(
    "message",
    [
        "保理公司替我们报损,要我们配合交什么",
        "我们香港公司卖给自己美国子公司再转卖",
        "东莞家具厂压款四个月",
        "酒店集团付款半年一次",
        "信用保险跟保理有什么区别",
        "什么叫“展延期”",
        "索赔材料有没有模板清单",
        "我是宁波海达进出口有限公司的,想投保",
        "invoice 是7月7号的,policy 有 60 days MEP",
        "is non-recourse factoring the same as insurance",
        "steel, Germany and Poland, 45 days",
        "Client B, different policy: protracted default",
        "what does “pari passu” mean",
        "we are Harlow Textiles Ltd and want a quote",
    ],
)
def test_words_for_any_company_or_for_our_own_name_no_buyer(message: str) -> None:
    assert names_in(message) == []


@pytest.mark.parametrize(
    "text",
    [
        "东莞建材科技有限公司",
        "到期现在怎么办",
        "近期现金流紧张",
        "出现额外费用",
        "兑现额",
        "指定单位",
        "能陪同吗",
        "助理陪同",
        "固定单价",
    ],
)
def test_words_that_meet_by_chance_are_no_slips(text: str) -> None:
    assert normalise(text).plain == text


@pytest.mark.parametrize(
    ("typed", "meant"), [("我的现额是多少", "我的限额是多少"), ("能陪多少", "能赔多少"), ("理陪材科", "理赔材料")]
)
def test_words_typed_by_their_sound_are_mended(typed: str, meant: str) -> None:
    assert normalise(typed).plain == meant
