"""Asking a partner whether it listens."""

from uuid import UUID

from tianmu.exchange.partners.errors import Code
from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.outcomes import Answer
from tianmu.exchange.partners.permissions import PARTNERS, Right
from tianmu.exchange.partners.transports import transports
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.actions import record


def probe(*, actor: Actor, partner_id: UUID) -> Answer:
    """Ask a partner whether it listens (C-ECHO, or a connection), and return what it says.

    Raises:
        TianmuError: it has no address.

    """
    partner = PARTNERS.one(actor, Right.MANAGE, Partner.objects.select_related("organization__unit"), partner_id)
    if not (partner.host and partner.port):
        raise TianmuError(Code.ADDRESS_MISSING, "Enter host and port of this partner first.", status=409)
    try:
        answer = transports()[partner.protocol].probe(partner)
    except OSError as error:
        answer = Answer(accepted=False, final=False, text=f"{type(error).__name__}: {error}")
    told = {"host": partner.host, "port": partner.port, "accepted": answer.accepted}
    record(actor=actor, action="partners.partner.probe", kind="partner", key=partner.pk, new=told)
    return answer
