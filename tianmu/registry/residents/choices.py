"""Closed lists of the residents room."""

from django.db import models


class ResidentKind(models.TextChoices):
    """How firmly a person is known: on the county's register, or from outside or not yet identified (merged later)."""

    RESIDENT = "resident", "居民"
    TEMPORARY = "temporary", "临时"


class ClosedAs(models.TextChoices):
    """Why a register entry is closed (residents' health record R0.6)."""

    DEATH = "death", "死亡"
    MOVED_AWAY = "moved_away", "迁出"
    LOST = "lost", "失访"
    ERROR = "error", "建档错误"


class DeathSource(models.TextChoices):
    """Where a death is known from."""

    CERTIFICATE = "certificate", "死亡医学证明"
    CIVIL_AFFAIRS = "civil_affairs", "民政殡葬"
    POLICE = "police", "公安户籍"
    FAMILY = "family", "家属告知"
    HOSPITAL = "hospital", "医院记录"


class PairState(models.TextChoices):
    """What became of two entries that may be one person."""

    OPEN = "open", "待核对"
    LATER = "later", "稍后"
    NOT_SAME = "not_same", "不是同一人"
    MERGED = "merged", "已合并"
    FADED = "faded", "已不相似"


class LinkKind(models.TextChoices):
    """What the second person is to the first."""

    MOTHER = "mother", "母亲"
    FATHER = "father", "父亲"
    GUARDIAN = "guardian", "监护人"
    TEMPORARY_GUARDIAN = "temporary_guardian", "临时监护人"
    PROXY = "proxy", "委托代办人"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "子女"
    SIBLING = "sibling", "兄弟姐妹"
    OTHER = "other", "其他亲属"


class LinkRight(models.TextChoices):
    """What a link allows the second person to do for the first."""

    REPORTS = "reports", "查看报告"
    APPOINTMENTS = "appointments", "代为预约"
    CONSENTS = "consents", "代为授权"


class ProofKind(models.TextChoices):
    """By which paper a link is proved."""

    BIRTH_CERTIFICATE = "birth_certificate", "出生医学证明"
    HOUSEHOLD_REGISTER = "household_register", "户口簿"
    MARRIAGE_CERTIFICATE = "marriage_certificate", "结婚证"
    COURT_PAPER = "court_paper", "法院文书"
    AUTHORISATION = "authorisation", "授权委托书"
    SEEN_AT_COUNTER = "seen_at_counter", "窗口核验"


class ConsentWay(models.TextChoices):
    """How consent was given or withdrawn."""

    APP = "app", "居民端"
    PAPER = "paper", "纸质签署"
    COUNTER = "counter", "窗口口头"
    PHONE = "phone", "电话"


class HouseholdRole(models.TextChoices):
    """What a member is to the head of the household."""

    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "子女"
    PARENT = "parent", "父母"
    GRANDCHILD = "grandchild", "孙辈"
    OTHER = "other", "其他"
