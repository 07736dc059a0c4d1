"""What the duty room does when something has happened: it tells the contract and the people whom it concerns."""

from datetime import date

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.events.listening import listens
from tianmu.foundation.messages.actions import send
from tianmu.operations.contracts.actions.duties import fulfil_duty
from tianmu.operations.contracts.actions.evidence import Evidence
from tianmu.operations.contracts.selectors.contracts import contract_in_force
from tianmu.operations.duty.actions.telling import tell_contract
from tianmu.operations.duty.events import FindingDecided, RosterPublished, SwapAsked
from tianmu.operations.duty.models import Finding, Roster, Swap
from tianmu.operations.duty.permissions import Right

ROSTER_DUTY = "O-072"


@listens(RosterPublished)
def roster_is_out(fact: RosterPublished) -> None:
    """Fulfil the duty of naming next month's roster, and tell everybody on it and the information section."""
    roster = Roster.objects.get(pk=fact.roster_id)
    month = date(roster.year, roster.month, 1)
    contract = contract_in_force(fact.at.astimezone(ZONE).date())
    if contract is not None:
        fulfil_duty(
            actor=system("duty"),
            contract_id=contract.pk,
            obligation=ROSTER_DUTY,
            on=month,
            now=fact.at,
            evidence=[Evidence(f"{roster.year}-{roster.month:02}", note=roster.published_by, at=roster.published_at)],
            source=("duty_roster", roster.pk),
        )
    on_it = roster.shifts.values_list("member__account_id", flat=True)
    send(
        account_ids={*on_it, *accounts_with(Right.ACKNOWLEDGE, roster.unit_path, timezone.now())},
        topic="duty.roster_published",
        facts={"year": roster.year, "month": roster.month},
        link=("duty_roster", roster.pk),
        once=f"duty.roster:{roster.pk}",
    )


@listens(FindingDecided)
def finding_is_decided(fact: FindingDecided) -> None:
    """Tell the contract of a breach that is confirmed, and the engineer of the decision."""
    finding = Finding.objects.select_related("member").get(pk=fact.finding_id)
    if fact.confirmed:
        tell_contract(finding)
    send(
        account_ids=[finding.member.account_id],
        topic="duty.finding_decided",
        facts={"kind": finding.kind, "confirmed": fact.confirmed},
        link=("duty_finding", finding.pk),
        once=f"duty.finding:{finding.pk}",
    )


@listens(SwapAsked)
def swap_is_asked(fact: SwapAsked) -> None:
    """Tell the colleague who is asked."""
    swap = Swap.objects.select_related("other", "asker", "shift").get(pk=fact.swap_id)
    send(
        account_ids=[swap.other.account_id],
        topic="duty.swap_asked",
        facts={"name": swap.asker.name, "day": swap.shift.starts_at.astimezone(ZONE).date().isoformat()},
        link=("duty_swap", swap.pk),
        once=f"duty.swap:{swap.pk}",
    )
