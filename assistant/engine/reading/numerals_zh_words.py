"""The characters of Chinese numerals, and what stands beside them: where 47万一分 ends, what 两三 counts."""

import re

from assistant.engine.reading.numeral_parts import ARABIC

ZH_DIGITS = {
    c: i
    for i, cs in enumerate(("零〇", "一壹", "二两贰俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in cs
}


ZH_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


ZH_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}


ZH_UNITS = ZH_SMALL | ZH_BIG


ZH_MORE = "多余来几"


ANOTHER = re.compile(
    r" ?(?:%|‰|成(?![立为本员])|折|天|[日号](?![元本圆])|个|月|年|周|星期|季|期|小时|分(?!之)|/\d"
    r"|[张笔家份批票单户位名次种柜件台套](?![欧美日港]))"
)
"""What follows a number that cannot be the tail of a sum."""


NEXT_SUM = re.compile(rf"(?:{ARABIC}|[一二两三四五六七八九十百千]+)[多余来几]? ?(?P<unit>[万亿])")
"""40万55万70万: three sums."""


NO_TAIL = re.compile(
    r"[一二两三四五六七八九]?十[一二三四五六七八九]?(?![一二三四五六七八九万亿])"  # 三十万六十天: it would be 零六十
    r"|一(?![千百十点零\s,.;:!?)，。；：！？、）元块的左上美欧港日英刀镑]|$)"  # 47万一分没少, 39万一直没付
    r"|两(?![百千十万亿])"
    r"|[一二两三四五六七八九]百[零一二三四五六七八九十]*(?:天|个月|年|周)"
)
"""What follows 万 without being its tail."""


SHORT = re.compile(r"(?<![老数])[百千][二三四五六七八九](?![十百千万亿分之年月日号个家天%成折倍])")
"""千三 is 1,300 to a trader, as 一千三 is."""


DOZEN = re.compile(r"打(?![折电开官到来给进过入款钱了在回算掉水过去])")


ROUNDABOUT = re.compile(r"个把(?=[万亿月年周]|星期|礼拜)")
"""个把月: about one."""


COUNTED_BIG = re.compile(r"个(?=[多几]?[亿w])", re.I)
"""两个亿, 3个多亿."""


SPREAD_BEFORE = ZH_UNITS.keys() | set("个成天周年月星礼家位张笔票单次倍")
"""What two digits count when they mean from one to the other."""
