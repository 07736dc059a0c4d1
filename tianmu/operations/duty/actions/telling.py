"""Telling the contract of a breach that the information section confirmed."""

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions.facts import Evidence, record_fact
from tianmu.operations.contracts.selectors.contracts import contract_in_force
from tianmu.operations.duty.choices import FindingKind
from tianmu.operations.duty.models import Finding


def tell_contract(finding: Finding) -> None:
    """Record a confirmed breach as a fact of the contract in force that day; told again, nothing changes."""
    contract = contract_in_force(finding.starts_at.astimezone(ZONE).date())
    if contract is None:
        return
    event: dict[str, object] = {
        "id": f"duty-{finding.pk}",
        "type": "attendance",
        "kind": finding.kind,
        "at": finding.starts_at.astimezone(ZONE).isoformat(),
    }
    if finding.kind == FindingKind.HOLIDAY_NO_REPLY:
        event["decided"] = f"{finding.amount_yuan:.2f}"
    record_fact(
        actor=system("duty"),
        contract_id=contract.pk,
        event=event,
        source=("duty_finding", finding.pk),
        now=timezone.now(),
        evidence=[Evidence(f"信息科认定：{finding.decided_by}", note=finding.decision, at=finding.decided_at)],
        reason=finding.decision,
    )
