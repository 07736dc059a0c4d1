"""What the ECG room answers to lower floors: counts, moves with a person, rule sets it can read; at start-up."""

from typing import Any
from uuid import UUID

from tianmu.clinical.ecg.choices import OrderState, Urgency
from tianmu.clinical.ecg.models import Device
from tianmu.clinical.ecg.rules.critical_loop import demand_loop
from tianmu.clinical.ecg.rules.holter_limits import HolterLimits
from tianmu.clinical.ecg.rules.limits import demand_minutes
from tianmu.clinical.ecg.rules.machine import machine_rules
from tianmu.foundation.db.prepared import fetched
from tianmu.foundation.rulesets.ports import reads_rule_set
from tianmu.registry.organizations.ports import Counted
from tianmu.registry.organizations.ports import answers_count as answers_of_organizations
from tianmu.registry.residents.ports import answers_count as answers_of_residents
from tianmu.registry.residents.ports import moves_with_person

COUNT = "SELECT count(*) FROM ecg_order WHERE patient_id = %s AND state <> %s"


def device_count(path: str) -> int:
    """Return how many active devices stand at and below a scope path."""
    return Device.objects.filter(organization__unit__path__startswith=path, active=True).count()


def ecg_count(resident_id: UUID) -> int:
    """Return how many ECGs a person has; void ones are not counted."""
    ((found,),) = fetched(COUNT, (resident_id, OrderState.VOID.value))
    return int(found)


def readable_criteria(content: Any) -> None:  # noqa: ANN401 - any JSON
    """Refuse thresholds that the engine does not know."""
    machine_rules(content, "new", {"base": "consensus_2017"}, "new")


def readable_critical_values(content: Any) -> None:  # noqa: ANN401 - any JSON
    """Refuse critical values that the engine cannot read."""
    machine_rules({}, "new", content, "new")


def readable_limits(content: Any) -> None:  # noqa: ANN401 - any JSON
    """Refuse time limits that lack one."""
    demand_minutes(content, Urgency.values)


def readable_holter_limits(content: Any) -> None:  # noqa: ANN401 - any JSON
    """Refuse limits of ambulatory ECGs that lack one."""
    HolterLimits.from_content(content)


def readable_loop(content: Any) -> None:  # noqa: ANN401 - any JSON
    """Refuse rules of the closed loop that cannot be followed."""
    demand_loop(content)


reads_rule_set("ecg.critical_loop", readable_loop)
reads_rule_set("ecg.criteria", readable_criteria)
reads_rule_set("ecg.critical_values", readable_critical_values)
reads_rule_set("ecg.time_limits", readable_limits)
reads_rule_set("ecg.holter", readable_holter_limits)
answers_of_organizations(Counted.DEVICES, device_count)
answers_of_residents("ecg", ecg_count)
moves_with_person("ecg.Order.patient_id")
moves_with_person("ecg.LiveSession.patient_id")
