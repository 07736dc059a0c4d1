"""Closed lists of the ECG room (ecg.md section 1)."""

from django.db import models


class OrderState(models.TextChoices):
    """Where an order stands; the moves between states are in `rules/states.py`."""

    REGISTERED = "registered", "已登记"
    ACQUIRED = "acquired", "已采集"
    UPLOADED = "uploaded", "已上传"
    REJECTED = "rejected", "质量不合格"
    WAITING = "waiting", "待诊断"
    IN_PROGRESS = "in_progress", "诊断中"
    TO_REVIEW = "to_review", "待审核"
    SIGNED = "signed", "已发布"
    RETURNED = "returned", "已退回"
    IN_CONSULTATION = "in_consultation", "会诊中"
    WITHDRAWN = "withdrawn", "已撤回"
    AMENDED = "amended", "已修订"
    VOID = "void", "已作废"


class Urgency(models.TextChoices):
    """How soon a report is due; the minutes are in the rule set `ecg.time_limits`."""

    EMERGENCY = "emergency", "急诊"
    WARD = "ward", "病区"
    OUTPATIENT = "outpatient", "门诊"
    PHYSICAL = "physical", "体检"


class Critical(models.TextChoices):
    """What is known of critical values of an order."""

    NONE = "none", "无"
    OPEN = "open", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REJECTED = "rejected", "已排除"


class AlertState(models.TextChoices):
    """The closed loop of a critical value (ecg.md section 6)."""

    RAISED = "raised", "机器报警"
    CONFIRMED = "confirmed", "已确认"
    REJECTED = "rejected", "已排除"
    NOTIFIED = "notified", "已通报"
    ACKNOWLEDGED = "acknowledged", "已接收"
    DISPOSED = "disposed", "已处置"
    CLOSED = "closed", "已闭环"


class CallPurpose(models.TextChoices):
    """Why somebody is phoned."""

    NOTIFY = "notify", "通报"
    ESCALATE = "escalate", "升级"


class CallState(models.TextChoices):
    """Where an entry of the call list stands."""

    OPEN = "open", "待拨打"
    ANSWERED = "answered", "已接通"
    UNNEEDED = "unneeded", "无需拨打"


class Verdict(models.TextChoices):
    """What the quality review says of a closed critical value."""

    PROPER = "proper", "规范"
    LATE = "late", "超时"
    IMPROPER = "improper", "不规范"


class ConclusionClass(models.TextChoices):
    """The class printed on the report (ecg.md section 11)."""

    NORMAL = "normal", "正常心电图"
    MOSTLY_NORMAL = "mostly_normal", "大致正常心电图"
    BORDERLINE = "borderline", "可疑(边缘)心电图"
    ABNORMAL = "abnormal", "异常心电图"


class ReviewState(models.TextChoices):
    """Where a blind second reading stands."""

    OPEN = "open", "待抽查"
    DONE = "done", "已完成"


class Agreement(models.TextChoices):
    """How a blind second reading agrees with the signed report (诊断符合)."""

    FULL = "full", "符合"
    MINOR = "minor", "基本符合"
    MAJOR = "major", "不符合"


class UploadState(models.TextChoices):
    """Where a long recording that is sent in pieces stands."""

    OPEN = "open", "上传中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"


class LiveState(models.TextChoices):
    """Where a live session stands; the moves are in `rules/live/states.py`."""

    OPEN = "open", "等待信号"
    LIVE = "live", "监护中"
    INTERRUPTED = "interrupted", "已中断"
    ENDED = "ended", "已结束"


class LiveEnd(models.TextChoices):
    """Why a live session ended."""

    DEVICE = "device", "设备结束"
    STAFF = "staff", "人工结束"
    SILENT = "silent", "中断超时"
    TOO_LONG = "too_long", "超过最长时间"
    REFUSED = "refused", "设备权限失效"


class CutKind(models.TextChoices):
    """What was cut out of a live session."""

    FREEZE = "freeze", "冻结"
    ALARM = "alarm", "报警自动冻结"
    SESSION = "session", "整段"


class ConsultationState(models.TextChoices):
    """Where an expert consultation stands; the moves are in `rules/consultation.py`."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    CONCLUDED = "concluded", "已完成"
    CANCELLED = "cancelled", "已取消"


class InvitationState(models.TextChoices):
    """Where an invited expert stands."""

    INVITED = "invited", "待接受"
    ACCEPTED = "accepted", "已接受"
    DECLINED = "declined", "已谢绝"
    ANSWERED = "answered", "已签署意见"
    RELEASED = "released", "未等候"
