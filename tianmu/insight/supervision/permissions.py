"""Rights of the supervision room. Figures name nobody; rows with persons need the ECG room's own right and purpose."""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights."""

    VIEW = "supervision.figures.view"
    EXPORT = "supervision.figures.export"
