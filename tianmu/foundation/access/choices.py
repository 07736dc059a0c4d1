"""Closed lists of the access part."""

from django.db import models


class AccountKind(models.TextChoices):
    """Who stands behind an account."""

    STAFF = "staff", "工作人员"
    RESIDENT = "resident", "居民"
    DEVICE = "device", "设备"
    APPLICATION = "application", "应用"


class Client(models.TextChoices):
    """The application a session was opened in; sessions of one browser are kept apart by it."""

    DESK = "desk", "工作台"
    POINT = "point", "采集站"
    RESIDENT = "resident", "居民端"
    WALL = "wall", "大屏"
