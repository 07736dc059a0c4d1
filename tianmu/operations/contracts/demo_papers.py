"""Reports of a replayed year: inspections, quarterly checks and the vouchers of a payment, as files of evidence."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.printing.typst_compiler import Printable, compile_pdf
from tianmu.operations.contracts.actions.evidence import keep_file
from tianmu.operations.contracts.actions.evidence_upload import add_evidence
from tianmu.operations.contracts.actions.money import record_payment
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import Contract, Duty
from tianmu.operations.contracts.rules.periods import instalment_due
from tianmu.operations.contracts.rules.readings import readings_of
from tianmu.operations.contracts.selectors.contracts import readings_in_force, terms_in_force

_LAYOUT = Path(__file__).resolve().parent / "layouts" / "inspection_report.typ"
REPORTS = {"O-054": "云平台月度巡检报告", "O-060": "视频会议系统月度巡检报告", "O-022": "季度预防性检查报告"}
CHECKED = {
    "O-054": ("服务器硬件与告警", "存储容量", "操作系统与数据库", "备份与恢复抽查", "机房温湿度与供电"),
    "O-060": ("会议终端与摄像头", "话筒与扩声", "会议平台与许可", "网络丢包与时延"),
    "O-022": ("七个业务系统可用性", "接口与日志", "数据库索引与统计", "账号与权限", "应急预案演练记录"),
}


def hand_over(*, contract: Contract, engineer: Actor, officer: Actor, year: int, chance: Random,
              progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:  # fmt: skip
    """Put the signed report of each inspection and check of a year beside its duty; returns how many."""
    duties = list(contract.duties.filter(year=year, obligation__in=REPORTS).order_by("due_at", "obligation"))
    for number, duty in enumerate(duties, 1):
        made = duty.fulfilled_at or duty.due_at - timedelta(days=2)
        content = report(contract, duty, engineer.name, officer.name, made.astimezone(ZONE), chance)
        name = f"{REPORTS[duty.obligation]}-{duty.first}.pdf"
        add_evidence(
            actor=engineer,
            contract_id=contract.pk,
            of=EvidenceOf.DUTY,
            of_id=duty.pk,
            file=partial(keep_file, name=name, content=content),
            note="双方签字（示范）",
            now=made,
        )
        progress(number, len(duties))
    return len(duties)


def report(contract: Contract, duty: Duty, engineer: str, officer: str, made: datetime, chance: Random) -> bytes:
    """Return an invented report as PDF; it says that it is one of the demo."""
    rows: list[Printable] = [
        [str(number), what, f"{chance.randint(96, 100)} 分（示例）", "正常"]
        for number, what in enumerate(CHECKED[duty.obligation], 1)
    ]
    data: dict[str, Printable] = {
        "title": REPORTS[duty.obligation],
        "footer": f"{contract.ref}　{duty.obligation}　{duty.period}　示范数据，均为虚构",
        "head": [
            "合同编号",
            contract.ref,
            "检查日期",
            f"{made:%Y-%m-%d}",
            "期间起",
            f"{duty.first}",
            "义务编号",
            duty.obligation,
        ],
        "rows": rows,
        "conclusion": "设备与系统运行正常，未发现需整改问题。",
        "engineer": engineer,
        "officer": officer,
    }
    return compile_pdf(_LAYOUT.read_text(encoding="utf-8"), data=data, created_at=made)


def pay_last(*, contract: Contract, officer: Actor, year: int, amount: str, today: date) -> date | None:
    """Pay the last instalment of a year on the last day but two; nothing when that day has not come."""
    terms = terms_in_force(contract, year)
    readings = readings_of(terms.readings, readings_in_force(contract))
    last = terms.instalments[-1]
    day = instalment_due(last, terms, readings, calendar_in_force(today), year) - timedelta(days=2)
    if day > today:
        return None
    voucher = f"银行电子回单（示例）\n付款日 {day}\n金额 {amount} 元\n用途 {contract.ref} 第{last.number}期\n"
    record_payment(
        actor=officer,
        contract_id=contract.pk,
        year=year,
        instalment=last.number,
        day=day,
        amount=amount,
        now=datetime(day.year, day.month, day.day, 15, tzinfo=ZONE),
        evidence=[keep_file(name=f"银行回单-{day}.txt", content=voucher.encode())],
    )
    return day
