"""Rights over institutions.

The directory of the county's institutions holds no personal data: whoever may view it anywhere sees all of it.
Changing it is bound to a place.
"""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights of the organizations room."""

    VIEW = "organizations.unit.view"
    MANAGE = "organizations.unit.manage"
