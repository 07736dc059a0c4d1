"""What expressions may call, under English and Chinese names, and which kinds each takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass

NUMBER, TEXT, BOOLEAN, INSTANT, DAY = "number", "text", "boolean", "instant", "day"
ANY, SAME, ORDERED = "any", "same", "ordered"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes: `takes` in order, the last one again up to `most` in all; `gives` may be `same`.

    `same` is the kind that all arguments of that sort share. In places of `literals` only a written value may stand.
    """

    takes: tuple[str, ...]
    gives: str
    most: int = 0
    names: tuple[str, ...] = ()
    literals: tuple[int, ...] = ()
    group: str = ""

    @property
    def largest(self) -> int:
        """Return how many arguments it takes at most."""
        return max(self.most, len(self.takes))


_MANY = 40
OPERATORS: Mapping[str, Signature] = {
    **dict.fromkeys(("+", "-", "*", "/", "%"), Signature((NUMBER, NUMBER), NUMBER)),
    "negative": Signature((NUMBER,), NUMBER),
    **dict.fromkeys(("=", "!="), Signature((SAME, SAME), BOOLEAN)),
    **dict.fromkeys(("<", "<=", ">", ">="), Signature((ORDERED, ORDERED), BOOLEAN)),
    **dict.fromkeys(("and", "or"), Signature((BOOLEAN, BOOLEAN), BOOLEAN)),
    "not": Signature((BOOLEAN,), BOOLEAN),
    "in": Signature((SAME, SAME), BOOLEAN, _MANY),
}
FUNCTIONS: Mapping[str, Signature] = {
    "if": Signature((BOOLEAN, SAME, SAME), SAME, names=("如果",), group="logic"),
    "coalesce": Signature((SAME, SAME), SAME, 6, ("首个非空",), group="logic"),
    "is_empty": Signature((ANY,), BOOLEAN, names=("为空",), group="logic"),
    "is_known": Signature((ANY,), BOOLEAN, names=("不为空",), group="logic"),
    "abs": Signature((NUMBER,), NUMBER, names=("绝对值",), group="number"),
    "round": Signature((NUMBER, NUMBER), NUMBER, names=("四舍五入",), literals=(1,), group="number"),
    "floor": Signature((NUMBER,), NUMBER, names=("向下取整",), group="number"),
    "ceil": Signature((NUMBER,), NUMBER, names=("向上取整",), group="number"),
    "least": Signature((NUMBER, NUMBER), NUMBER, 6, ("较小值",), group="number"),
    "greatest": Signature((NUMBER, NUMBER), NUMBER, 6, ("较大值",), group="number"),
    "band": Signature((NUMBER, NUMBER), TEXT, 13, ("分段",), tuple(range(1, 13)), group="number"),
    "length": Signature((TEXT,), NUMBER, names=("长度",), group="text"),
    "lower": Signature((TEXT,), TEXT, names=("小写",), group="text"),
    "upper": Signature((TEXT,), TEXT, names=("大写",), group="text"),
    "concat": Signature((TEXT, TEXT), TEXT, 6, ("连接",), group="text"),
    "left": Signature((TEXT, NUMBER), TEXT, names=("左截取",), literals=(1,), group="text"),
    "contains": Signature((TEXT, TEXT), BOOLEAN, names=("包含",), group="text"),
    "starts_with": Signature((TEXT, TEXT), BOOLEAN, names=("开头是",), group="text"),
    "year": Signature((DAY,), NUMBER, names=("年",), group="time"),
    "quarter": Signature((DAY,), NUMBER, names=("季度",), group="time"),
    "month": Signature((DAY,), NUMBER, names=("月",), group="time"),
    "day": Signature((DAY,), NUMBER, names=("日",), group="time"),
    "weekday": Signature((DAY,), NUMBER, names=("星期",), group="time"),
    "hour": Signature((INSTANT,), NUMBER, names=("小时",), group="time"),
    "date_of": Signature((INSTANT,), DAY, names=("日期部分",), group="time"),
    "date": Signature((TEXT,), DAY, names=("日期",), literals=(0,), group="time"),
    "minutes_between": Signature((INSTANT, INSTANT), NUMBER, names=("相隔分钟",), group="time"),
    "hours_between": Signature((INSTANT, INSTANT), NUMBER, names=("相隔小时",), group="time"),
    "days_between": Signature((DAY, DAY), NUMBER, names=("相隔天数",), group="time"),
}
BY_NAME: Mapping[str, str] = {
    **{key: key for key in FUNCTIONS},
    **{name: key for key, one in FUNCTIONS.items() for name in one.names},
}
