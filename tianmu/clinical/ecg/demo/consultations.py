"""Three consultations of the demo county: one that waits for both experts, one half answered, one concluded."""

from datetime import datetime, timedelta

from django.utils import timezone

from tianmu.clinical.ecg.actions.consultations import answering, asking, ending
from tianmu.clinical.ecg.actions.locks import open_order
from tianmu.clinical.ecg.actions.reports import Wording, save_draft
from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.demo.month import staff_with
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Consultation, Order, StoredAnalysis
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.suggestion import suggestion
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import actor_for

ASKER = "reader1"
MOST_SEARCHED = 100
CASES = (("emergency", 0), ("ordinary", 1), ("ordinary", 2))
LINES = [{"code": None, "text": "建议结合临床，动态复查心电图"}]
OPINION = answering.Opinion("同意申请方判断，随访观察；症状加重时立即转上级医院。", LINES, "一周后复查", "agree")


def fill_consultations(*, now: datetime) -> int:
    """Put waiting ECGs to the experts of other hospitals; return how many. A second run does nothing."""
    account, experts = Account.objects.filter(login=ASKER, active=True).first(), staff_with("ecg_expert")
    if Consultation.objects.exists() or account is None or len(experts) < 2:
        return 0
    reader = actor_for(account, timezone.now())
    waiting = Order.objects.filter(state=OrderState.WAITING, kind="resting", severity="abnormal")
    newest = waiting.order_by("-registered_at")[:MOST_SEARCHED]
    orders = [one for one in newest if reader.may(Right.WRITE, one.centre_path)][: len(CASES)]
    for order, (urgency, answers) in zip(orders, CASES, strict=False):
        question = asking.Question(_question_about(order), [one.demand_account() for one in experts[:2]], urgency)
        _fill_one(order, reader, experts[:2], question, answers, now)
    return len(orders)


def _fill_one(
    order: Order, reader: Actor, experts: list[Actor], question: asking.Question, answers: int, now: datetime
) -> None:
    asked_at = now - timedelta(minutes=12)
    open_order(actor=reader, order_id=order.pk, now=asked_at)
    save_draft(actor=reader, order_id=order.pk, wording=_wording(order), expected=None, now=asked_at)
    row = asking.ask_consultation(actor=reader, order_id=order.pk, question=question, now=asked_at)
    for expert in experts[:answers]:
        opinion = answering.Opinion(
            "同意申请方判断，随访观察；症状加重时立即转上级医院。", LINES, "一周后复查", "agree"
        )
        answering.save_opinion(actor=expert, consultation_id=row.pk, opinion=opinion, expected=None, now=now)
        answering.sign_opinion(actor=expert, consultation_id=row.pk, now=now)
    if answers == len(experts):
        conclusion = ending.Conclusion("采纳两位专家意见，报告按此签发并电话告知采集机构。", LINES)
        ending.conclude_consultation(actor=reader, consultation_id=row.pk, conclusion=conclusion, now=now)


def _wording(order: Order) -> Wording:
    analysis = StoredAnalysis.objects.filter(recording__order=order).order_by("-id").first()
    given = suggestion(analysis.result, "zh-CN") if analysis else {}
    return Wording(
        findings=given.get("findings", ""),
        conclusion=given.get("conclusion", []),
        conclusion_class=given.get("conclusion_class", ""),
        advice=given.get("advice", ""),
    )


def _question_about(order: Order) -> str:
    known = library().entries
    found = "、".join(known[code].text("zh-CN") for code in order.statement_codes[:2] if code in known)
    return f"机器提示“{found}”，与患者临床表现不完全相符，请会诊：是否成立，需要怎样处理？"
