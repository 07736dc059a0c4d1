"""What is said of every person alike, resident or staff."""

from django.db import models


class Sex(models.TextChoices):
    """Sex as registered."""

    MALE = "M", "男"
    FEMALE = "F", "女"
    UNKNOWN = "unknown", "未知"
