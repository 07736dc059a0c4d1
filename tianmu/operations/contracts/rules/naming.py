"""What a fact is called in Chinese, so that a statement and a ledger speak of matters and not of keys."""

from collections.abc import Mapping
from typing import Any

GRADES = {1: "特别重大事件（Ⅰ级）", 2: "重大事件（Ⅱ级）", 3: "较大事件（Ⅲ级）", 4: "一般事件（Ⅳ级）"}
ATTENDANCE = {
    "left_unrecorded": "驻场工程师未报备离岗",
    "late": "驻场工程师迟到",
    "holiday_no_reply": "节假日值班无应答",
}
COMPLEXITY = {"ordinary": "普通需求", "complex": "复杂需求"}


def title_of(content: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the Chinese name of a fact; `names` are those of the priced items by key."""
    kind = content["type"]
    if kind == "incident":
        systems = "、".join(names.get(key, key) for key in content["subsystems"])
        return f"{systems} {GRADES.get(content['grade'], '')}".strip()
    if kind == "attendance":
        return ATTENDANCE.get(content["kind"], str(content["kind"]))
    if kind == "demand":
        return COMPLEXITY.get(content["complexity"], "需求")
    if kind == "payment":
        return f"第{content['instalment']}期合同款"
    if kind == "service_delay":
        return f"停止服务 {content['from']} 至 {content['to']}"
    if kind == "extra_work":
        return str(content.get("title") or "范围外服务")
    return str(content["id"])
