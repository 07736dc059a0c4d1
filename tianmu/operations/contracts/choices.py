"""States and kinds of the contracts room."""

from django.db import models


class ContractState(models.TextChoices):
    """A contract renews itself until it ends."""

    ACTIVE = "active", "履行中"
    ENDED = "ended", "已终止"


class Side(models.TextChoices):
    """Who of the two."""

    A = "A", "甲方"
    B = "B", "乙方"


class FineState(models.TextChoices):
    """The engine computes, B is heard, A decides; a signed statement settles."""

    COMPUTED = "computed", "已计算"
    HEARD = "heard", "已听取意见"
    DECIDED = "decided", "已裁决"
    WAIVED = "waived", "已免除"
    SETTLED = "settled", "已结算"


class DisputeState(models.TextChoices):
    """B disputes what A decided; A upholds or gives in; what stays open goes the way of 9.2."""

    NONE = "none", "无争议"
    OPEN = "open", "争议中"
    UPHELD = "upheld", "维持"
    ACCEPTED = "accepted", "采纳"
    WITHDRAWN = "withdrawn", "已撤回"


class Delivery(models.TextChoices):
    """How a notice ended; refused or undeliverable, it is delivered on the day of sending."""

    SIGNED = "signed", "已签收"
    REFUSED = "refused", "拒收"
    UNDELIVERABLE = "undeliverable", "地址有误退回"


class DutyState(models.TextChoices):
    """How a duty stands on a day."""

    AHEAD = "ahead", "未到期"
    DUE_SOON = "due_soon", "即将到期"
    DONE = "done", "已完成"
    DONE_LATE = "done_late", "逾期完成"
    OVERDUE = "overdue", "已逾期"


class EvidenceOf(models.TextChoices):
    """What a piece of evidence belongs to."""

    FACT = "fact", "事实"
    DUTY = "duty", "义务"
    NOTICE = "notice", "通知"
    RENEWAL = "renewal", "续展合同"
