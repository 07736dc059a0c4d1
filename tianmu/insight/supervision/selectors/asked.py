"""What somebody asks supervision: a period, a part of the county, and what narrows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tianmu.foundation.access.errors import TianmuError
from tianmu.insight.supervision.errors import Code

MOST_DAYS = 3_700


@dataclass(frozen=True, slots=True)
class Asked:
    """From an instant up to another, at and below a unit; every narrowing may be left out.

    `doctor` is the key of a row split by doctor: an account's key where signatures are counted, else a name.
    """

    since: datetime
    until: datetime
    unit_path: str = ""
    town: str = ""
    organization: UUID | None = None
    device: UUID | None = None
    doctor: str = ""
    kind: str = ""
    urgency: str = ""
    sex: str = ""
    age: str = ""
    disease: str = ""
    hour: int | None = None
    weekday: int | None = None

    def demand_period(self) -> None:
        """Refuse a period that ends before it begins, or is longer than ten years.

        Raises:
            TianmuError: it is no period (422).

        """
        if not timedelta(0) < self.until - self.since <= timedelta(days=MOST_DAYS):
            detail = "A period begins before it ends and is at most ten years long."
            raise TianmuError(Code.PERIOD, detail, status=422, fields={"since": "order"})
