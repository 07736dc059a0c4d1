"""Closed lists of the service desk (spec service-desk.md 1); states and moves are in `rules/`."""

from django.db import models


class TicketKind(models.TextChoices):
    """What a ticket is about."""

    INCIDENT = "incident", "故障"
    QUESTION = "question", "咨询"
    REQUEST = "request", "服务请求"
    DEMAND = "demand", "需求"
    CHANGE = "change", "变更"
    INSPECTION_FINDING = "inspection_finding", "巡检发现"
    EVENT = "event", "监控事件"


class Channel(models.TextChoices):
    """By which way it reached the desk."""

    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信群"
    QQ = "qq", "QQ群"
    WEB = "web", "网页"
    APP = "app", "移动端"
    MAIL = "mail", "邮件"
    MONITOR = "monitor", "监控"
    INSPECTION = "inspection", "巡检"


class Urgency(models.TextChoices):
    """How soon the user needs it."""

    LOW = "low", "低"
    NORMAL = "normal", "普通"
    HIGH = "high", "紧急"


class Excluded(models.TextChoices):
    """Whose doing an incident was when it was not party B's (O-012, 016-018, 031)."""

    NONE = "", "无"
    PARTY_A = "party_a", "甲方原因"
    THIRD_PARTY = "third_party", "第三方原因"
    FORCE_MAJEURE = "force_majeure", "不可抗力"


class Direction(models.TextChoices):
    """Who speaks in a message."""

    INBOUND = "inbound", "用户"
    OUTBOUND = "outbound", "服务台"
    INTERNAL = "internal", "内部备注"


class LinkKind(models.TextChoices):
    """How two tickets belong together."""

    RELATED = "related", "相关"
    CAUSED_BY = "caused_by", "由其引起"
    SPLIT_FROM = "split_from", "拆分自"


class ArticleState(models.TextChoices):
    """Where an article stands."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    RETIRED = "retired", "已停用"


class ProblemState(models.TextChoices):
    """What is known of a problem."""

    OPEN = "open", "原因未明"
    KNOWN_ERROR = "known_error", "已知错误"
    SOLVED = "solved", "已解决"


class Complaint(models.TextChoices):
    """To whom a user complained because a node was missed (annex 2, 5.4.4-2)."""

    NONE = "none", "无"
    BUREAU = "bureau", "卫健局领导"
    CITY = "city", "市委市政府部门"
