"""Rights over background work."""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights of the jobs part."""

    VIEW = "jobs.job.view"
    MANAGE = "jobs.job.manage"
