"""The year of service of the demo county: duty, inspections and reports beside the tickets, settled and paid."""

from collections.abc import Callable
from datetime import date
from random import Random
from uuid import UUID

from django.utils import timezone

from tianmu.foundation.access.models import Account
from tianmu.operations.contracts.demo_papers import hand_over, pay_last
from tianmu.operations.contracts.models import Contract
from tianmu.operations.contracts.selectors.contracts import terms_in_force
from tianmu.operations.duty.demo.days import Sides
from tianmu.operations.duty.demo.year import live_year
from tianmu.operations.servicedesk.demo.people import Cast, actor
from tianmu.operations.servicedesk.demo.year import Replayed, replay

Progress = Callable[[str, int, int], None]


def replay_service_year(*, seed: int, questions: int, progress: Progress, months: int = 12) -> Replayed:
    """Replay the first contract year: duty, inspections, tickets, fines, the statement of both, the last payment.

    Raises:
        TerminalError: there is no demo contract, or the year was replayed before.

    """

    def beside(people: Cast, contract_id: UUID, first: date, last: date) -> None:
        contract = Contract.objects.get(pk=contract_id)
        manager = Account.objects.select_related("home").get(login="manager1")
        live_year(
            sides=Sides(actor(manager), people.officer),
            unit_path=manager.home.path,
            first=first,
            last=last,
            chance=Random(f"{seed}:duty"),  # noqa: S311 - a made-up year
            months=months,
            progress=lambda done, total: progress("months of duty", done, total),
        )
        hand_over(
            contract=contract,
            engineer=people.engineers[2],
            officer=people.officer,
            year=1,
            chance=Random(f"{seed}:reports"),  # noqa: S311 - made-up reports
            progress=lambda done, total: progress("inspection reports", done, total),
        )

    done = replay(
        seed=seed, questions=questions, progress=lambda one, all_: progress("service year", one, all_), beside=beside
    )
    contract = Contract.objects.get(ref=done.contract)
    _pay(contract)
    return done


def _pay(contract: Contract) -> None:
    officer = actor(Account.objects.select_related("home").get(login="info1"))
    terms = terms_in_force(contract, 1)
    amount = terms.instalment_amount(terms.instalments[-1].number)
    pay_last(contract=contract, officer=officer, year=1, amount=f"{amount:.2f}", today=timezone.localdate())
