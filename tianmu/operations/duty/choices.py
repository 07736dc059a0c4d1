"""States of what the duty room keeps."""

from django.db.models import TextChoices


class Standing(TextChoices):
    """Where somebody stands in the chain of calls; who takes shifts is an engineer."""

    ENGINEER = "engineer", "驻场/值班工程师"
    SECOND = "second", "二线"
    MANAGER = "manager", "项目经理"
    LEAD = "lead", "项目负责人"


class RosterState(TextChoices):
    """A month's roster."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"


class SwapState(TextChoices):
    """A change of shifts between two people."""

    ASKED = "asked", "已申请"
    ACCEPTED = "accepted", "对方已同意"
    EFFECTIVE = "effective", "已生效"
    DECLINED = "declined", "已拒绝"
    WITHDRAWN = "withdrawn", "已撤回"


class FindingState(TextChoices):
    """A breach of attendance: computed, the provider heard, decided by the information section."""

    FOUND = "found", "待陈述"
    HEARD = "heard", "已陈述"
    CONFIRMED = "confirmed", "已认定"
    DISMISSED = "dismissed", "不予认定"


class FindingKind(TextChoices):
    """What was found; the names are those of contract facts."""

    LATE = "late", "迟到"
    LEFT_UNRECORDED = "left_unrecorded", "未报备离岗"
    HOLIDAY_NO_REPLY = "holiday_no_reply", "节假日失联"
