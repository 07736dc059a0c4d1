"""Closed lists of the messages part."""

from django.db import models


class Channel(models.TextChoices):
    """How something leaves the house."""

    SMS = "sms", "短信"
    MAIL = "mail", "邮件"


class DeliveryState(models.TextChoices):
    """What is known of a sending; `accepted` is the gateway's word, `delivered` its receipt."""

    QUEUED = "queued", "待发送"
    ACCEPTED = "accepted", "已提交"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "未送达"
