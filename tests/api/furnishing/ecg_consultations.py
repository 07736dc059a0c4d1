"""Expert consultation: of each half an expert, a consultation that waits for her opinion and a concluded one."""

from uuid import UUID

from django.utils import timezone

from tests.api.world import SETUP, World, _staff
from tianmu.clinical.ecg.actions.consultations import answering, asking, ending
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.models import Consultation, Order
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import actor_for

PARAMETERS = {"consultation_id": "consultation.1"}
LINES = [{"code": None, "text": "三度房室阻滞"}]


def furnish(world: World) -> dict[str, UUID]:
    """Return the things of both halves by name."""
    found: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        expert = _staff(f"expert{number}", "ecg_expert", half.township.unit)
        more = _staff(f"expert{number}b", "ecg_expert", half.township.unit)
        asker = actor_for(half.second_reviewer, timezone.now(), client="desk")
        found[f"expert_account.{number}"] = expert.pk
        found[f"other_expert.{number}"] = more.pk
        open_one = _asked(world, number, asker, expert, 70 + number)
        found[f"consultation.{number}"] = open_one
        found[f"consulted_recording.{number}"] = Order.objects.get(consultations=open_one).recordings.get().pk
        answered = _asked(world, number, asker, expert, 80 + number)
        _answer(actor_for(expert, timezone.now(), client="desk"), answered)
        found[f"answered_consultation.{number}"] = answered
        concluded = _asked(world, number, asker, expert, 90 + number)
        _answer(actor_for(expert, timezone.now(), client="desk"), concluded)
        ending.conclude_consultation(
            actor=asker, consultation_id=concluded, conclusion=ending.Conclusion("采纳", LINES), now=timezone.now()
        )
        found[f"concluded.{number}"] = concluded
        for name, key in (("asked", open_one), ("answered", answered), ("concluded", concluded)):
            found[f"{name}_order.{number}"] = Consultation.objects.get(pk=key).order_id
    return found


def accounts(world: World) -> dict[str, Account]:
    """Return the accounts of both halves by name."""
    return {f"expert.{number}": Account.objects.get(login=f"expert{number}") for number in (1, 2)}


def _asked(world: World, number: int, asker: Actor, expert: Account, seed: int) -> UUID:
    half = (world.first, world.second)[number - 1]
    now = timezone.now()
    file = f"{seed}.scp", write(generate(Scenario(), seed).recording, "scp")
    sent = Sent(patient=half.patient, acquired_at=now)
    received = import_recording(actor=SETUP, origin=half.township, files=[file], sent=sent, now=now)
    question = asking.Question("三度房室阻滞？", [expert.pk])
    return asking.ask_consultation(actor=asker, order_id=received.order.pk, question=question, now=now).pk


def _answer(expert: Actor, consultation_id: UUID) -> None:
    now = timezone.now()
    opinion = answering.Opinion("同意。", LINES, "", "agree")
    answering.save_opinion(actor=expert, consultation_id=consultation_id, opinion=opinion, expected=None, now=now)
    answering.sign_opinion(actor=expert, consultation_id=consultation_id, now=now)
