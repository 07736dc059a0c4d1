"""Whether a contract goes on after one of its years (1.2, 10.9; readings R-15 and O-033)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Posted:
    """A written notice of a side that it will not renew."""

    year: int
    posted_on: date
    delivered_on: date | None


def notice_due(terms: Terms, year: int) -> date:
    """Return the last day on which a notice ends the contract with its year."""
    return ContractYears.of(terms).last_day(year) - timedelta(days=terms.renewal_notice_days)


def is_in_time(notice: Posted, terms: Terms, readings: Readings) -> bool:
    """Tell whether a notice came in time, by the day that counts: of delivery or of posting."""
    counted = notice.posted_on if readings.notice_30d_counts == "posted" else notice.delivered_on
    return counted is not None and counted <= notice_due(terms, notice.year)


def renews(year: int, notices: Iterable[Posted], terms: Terms, readings: Readings) -> bool:
    """Tell whether a contract goes on by itself after a year."""
    given = any(one.year == year and is_in_time(one, terms, readings) for one in notices)
    return terms.renews_by_itself and not given
