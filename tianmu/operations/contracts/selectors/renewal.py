"""Whether a contract goes on: its notices and renewals as the rules read them."""

from datetime import date

from tianmu.operations.contracts.models import Contract, Notice
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.rules.readings import readings_of
from tianmu.operations.contracts.rules.renewal import Posted, renews
from tianmu.operations.contracts.selectors.contracts import readings_in_force, terms_in_force


def posted(row: Notice) -> Posted:
    """Return a notice with the day on which it counts as delivered."""
    delivery = getattr(row, "delivery", None)
    return Posted(row.year, row.posted_on, delivery.delivered_on if delivery else row.delivered_on)


def last_day(contract: Contract, today: date) -> date | None:
    """Return the last day of a contract that was not renewed after a year before `today`; None while it goes on."""
    notices = [posted(one) for one in contract.notices.select_related("delivery")]
    signed = set(contract.renewals.values_list("year", flat=True))
    years = ContractYears.of(terms_in_force(contract))
    for year in range(1, years.of_day(max(today, contract.signed))):
        terms = terms_in_force(contract, year)
        readings = readings_of(terms.readings, readings_in_force(contract))
        if year + 1 not in signed and not renews(year, notices, terms, readings):
            return years.last_day(year)
    return None
