"""Closed lists of the report designer."""

from django.db import models


class Form(models.TextChoices):
    """As what a report leaves the house."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"


class RunState(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", "运行中"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"
    FAILED = "failed", "失败"


class Every(models.TextChoices):
    """How often a schedule sends."""

    DAILY = "daily", "每天"
    WEEKLY = "weekly", "每周"
    MONTHLY = "monthly", "每月"


class DaysOff(models.TextChoices):
    """What happens when the day is not worked."""

    SEND = "send", "照常发送"
    SKIP = "skip", "跳过"
    NEXT_WORKDAY = "next_workday", "顺延到下一个工作日"
