"""Closed lists of the partners room."""

from django.db import models


class Protocol(models.TextChoices):
    """How a partner speaks."""

    DICOM = "dicom", "DICOM"
    HL7 = "hl7v2", "HL7 v2"


class Results(models.TextChoices):
    """What a partner receives after a signature."""

    NOTHING = "nothing", "不回传"
    DATA = "data", "数据"
    PAPER = "paper", "报告PDF"
    BOTH = "both", "数据和报告PDF"


class SendingState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达"
    REFUSED = "refused", "对方拒收"
    FAILED = "failed", "已放弃"
