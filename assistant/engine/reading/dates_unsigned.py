"""Chinese days without their 日: 9月30到期, 8/29付, 到期10-08, 3.1到期."""

from assistant.engine.reading.date_parts import ZH_MONTH, ZH_YEAR, Rules, zh_date

_ZH_HAPPENS = (
    r"(?:到期|应付|付款|付的|付清|发货|发的货|开票|开的?发?票|出运|交货|装船|逾期|破产|倒闭|申请破产|进破产|受理)"
)
_ZH_AFTER_DAY = (
    rf" ?(?:就|该|要|才|的|那)?(?:{_ZH_HAPPENS}|各一|两[笔张票]|余款|尾款|今天|拖|拖到|来款|到账|进账|付|收|出|发|走)"
)
ZH_DAY_UNNAMED = (
    r"(?P<d>3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?"
    r"|[二三四五六七八九](?=[到该付给发开走出收交的]))"
    r"(?![\d.,/%‰:]\d|[\d%‰万千百十亿个天月年成点折元块分日号倍厘人美欧英镑刀港k]| ?(?:[$€£¥]|[a-z]{1,4}\b)"
    r"|[张笔家批票单户位名次种柜件台套箱吨周期季条份]|多|几|余[^款额]|来[万天家个]|星期|小时|左右|以内)"
)
"""9月30到期: the day of a month without its 日, where the figure counts nothing else."""
_ZH_DAY_OF = r"(?:到期日|发货日|开票日|付款日|出运日|交货日|应付日)"
"""3.1到期 and 到期日3.1: a dotted number beside what happened on it is a day."""


def unsigned_rules() -> Rules:
    """Days whose neighbours say that they are days: what happened on them, another day, an unwritten 日."""
    yield rf"(?<![\d.]){ZH_YEAR}?{ZH_MONTH}{ZH_DAY_UNNAMED}", zh_date
    yield rf"(?<![\d.个])(?P<y>)(?P<ry>){ZH_MONTH}(?P<d>半)(?!个|年|天|月|旬)", zh_date
    slashed = r"(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/%.,]\d|[\d/%万亿元])"
    yield rf"(?<![\d./+$€£¥A-Za-z])(?P<y>)(?P<ry>){slashed}(?=[、和][01]?\d/[0-3]?\d|{_ZH_AFTER_DAY})", zh_date
    yield rf"(?<=\d[、和/~至到-])(?P<y>)(?P<ry>){slashed}", zh_date
    yield (
        rf"(?:(?<={_ZH_DAY_OF})|(?<={_ZH_DAY_OF}[是为: ])|(?<=到期)|(?<=到期 )|(?<=[从拖]))(?P<y>)(?P<ry>){slashed}",
        zh_date,
    )
    yield rf"(?<=[拖到从])(?P<y>)(?P<ry>){slashed}(?=[付收给止]|拖|到|，|,|$)", zh_date
    dashed = r"[ :是]?(?P<m>1[0-2]|0?[1-9])-(?P<d>3[01]|[12]\d|0[1-9])(?![\d%./-]|[万亿元天个])"
    yield rf"(?<=到期|今天)(?P<y>)(?P<ry>){dashed}", zh_date
    dotted = r"(?P<m>1[0-2]|0?[1-9])\.(?P<d>3[01]|[12]\d|0?[1-9])(?![\d.%万亿元])"
    yield rf"(?<![\d.]){dotted}(?P<y>)(?P<ry>)(?= ?(?:号|日)?(?:就|该|要)?{_ZH_HAPPENS})", zh_date
    yield rf"(?<={_ZH_DAY_OF})(?P<y>)(?P<ry>){dotted}", zh_date
    yield rf"(?<={_ZH_DAY_OF}[是为:])(?P<y>)(?P<ry>){dotted}", zh_date
