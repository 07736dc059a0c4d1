"""Closed lists of the organizations room."""

from django.db import models


class OrganizationKind(models.TextChoices):
    """What an institution or a part of it is."""

    BUREAU = "bureau", "卫生健康局"
    HOSPITAL = "hospital", "县级医院"
    TOWNSHIP = "township", "乡镇卫生院"
    VILLAGE = "village", "村卫生室"
    DEPARTMENT = "department", "科室"
    STATION = "station", "社区卫生服务站"
    PROVIDER = "provider", "运维服务单位"
