"""What the statement says, as tables of Chinese text; the paper and the workbook draw the same tables."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from tianmu.foundation.printing.typst_compiler import Printable
from tianmu.operations.contracts.printing.inputs import Inputs, content_digest
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.readings import catalogue

_WORDS = Path(__file__).resolve().parent.parent / "data" / "statement_words.json"
_SIDES = {"A": "甲方", "B": "乙方"}


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """Return the Chinese words of the statement."""
    found: dict[str, Any] = json.loads(_WORDS.read_text(encoding="utf-8"))
    return found


def tables_of(inputs: Inputs) -> dict[str, Printable]:
    """Return every table of the statement."""
    content = inputs.content
    result = content["result"]
    said = words()
    signed = {one.side: one for one in inputs.signatures}
    digest = content_digest(content)
    return {
        "title": "运维服务合同结算表",
        "subtitle": f"{content['title']}　{said['years'].format(content['year'])}　第{content['instalment']}期",
        "footer": f"{content['ref']} 结算表第{content['number']}号",
        "draft": len(signed) < len(_SIDES),
        "head": _head(content, inputs.parties),
        "settlement": [
            [label, _yuan(result["settlement"][key])]
            for key, label in said["settlement"].items()
            if key in result["settlement"]
        ],
        "totals": [[label, _yuan(result["totals"][key])] for key, label in said["totals"].items()],
        "flags": [said["flags"][flag] for flag in result["flags"]],
        "lines": [_line(number, row) for number, row in enumerate(content["lines"], 1)],
        "readings": _readings(result["readings"]),
        "kpis": [
            [row["obligation"], obligations()[row["obligation"]]["zh"], str(row["total"]), str(row["on_time"])]
            for row in content["kpis"]
        ],
        "signatures": [_signature(side, inputs.parties, signed) for side in _SIDES],
        "proof": f"输入校验 SHA-256 {digest}　引擎 {result['engine_version']}　日历 {result['calendar_version']}",
    }


def _head(content: Mapping[str, Any], parties: Mapping[str, Mapping[str, str]]) -> list[Printable]:
    corrects = content["corrects"]
    rows = [
        ["合同编号", content["ref"], "结算表编号", str(content["number"])],
        ["甲方", parties.get("A", {}).get("name", "—"), "乙方", parties.get("B", {}).get("name", "—")],
        ["合同年", f"{content['first_day']} 至 {content['last_day']}", "计算至", content["case"]["as_of"]],
    ]
    if corrects:
        rows.append(["更正", f"替代第{corrects['number']}号", "原表校验", corrects["sha256"][:16]])
    return [cell for row in rows for cell in row]


def _line(number: int, row: Mapping[str, Any]) -> dict[str, Printable]:
    said = words()
    basis = [said["rules"][row["rule"]], row["note"]]
    basis += [_because(one, row["rule"]) for one in row["because"]]
    basis += [f"读法 {' '.join(row['readings'])}"] if row["readings"] else []
    named = [one["name"] + (f"（{one['sha256'][:12]}）" if one["sha256"] else "") for one in row["evidence"]]
    basis += [f"证据：{'、'.join(dict.fromkeys(named))}"] if named else []
    basis += [f"裁决：{row['decision']}"] if row["decision"] else []
    return {
        "number": str(number),
        "event": row["source"] or row.get("title") or row["event"],
        "clause": f"{row['clause']}　{row['obligation']}",
        "at": datetime.fromisoformat(row["at"]).strftime("%Y-%m-%d %H:%M") if row["at"] else "—",
        "basis": "；".join(part for part in basis if part),
        "assessed": _yuan(row["assessed"]),
        "payable": _yuan(row["payable"]) if row["payable"] else "—",
        "state": said["states"][row["state"]],
    }


def _because(code: str, rule: str) -> str:
    said = words()["because"]
    if code == "late" and rule == "C-5.5.2":
        return str(said["late_shift"])
    if code in said:
        return str(said[code])
    kind, _, value = code.partition(":")
    return str(said[kind].format(value)) if kind in said else code


def _readings(values: Mapping[str, Any]) -> list[Printable]:
    rows: list[Printable] = []
    for key, one in catalogue().items():
        value = values[key]
        default = value == one["default"]
        rows.append([one["id"], one["zh"], _value(value), "默认" if default else "已改"])
    return rows


def _value(value: object) -> str:
    """Return a reading's value in words; spans of hours as 08:00–12:00."""
    if isinstance(value, list):
        return "，".join("–".join(map(str, span)) if isinstance(span, list) else str(span) for span in value)
    key = json.dumps(value) if isinstance(value, bool) else str(value)
    return str(words()["reading_values"].get(key, key))


def _yuan(amount: str) -> str:
    return f"{Decimal(amount):,.2f}"


def _signature(side: str, parties: Mapping[str, Mapping[str, str]], signed: Mapping[str, Any]) -> dict[str, Printable]:
    found = signed.get(side)
    lines: list[Printable] = (
        [f"签署人：{found.name}　{found.title}", f"签署时间：{found.at}"] if found else ["签署人：", "签署时间："]
    )
    return {"side": _SIDES[side], "name": parties.get(side, {}).get("name", ""), "lines": lines}
