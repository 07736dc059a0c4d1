"""Rights of the partners room: rows belong to the institution of the partner."""

from enum import StrEnum

from tianmu.exchange.partners.models import Partner, Sending
from tianmu.foundation.access.policy import ScopePolicy


class Right(StrEnum):
    """Names of rights."""

    VIEW = "partners.partner.view"
    MANAGE = "partners.partner.manage"


PARTNERS: ScopePolicy[Partner] = ScopePolicy("partner", paths=("organization__unit__path",))
SENDINGS: ScopePolicy[Sending] = ScopePolicy("sending", paths=("partner__organization__unit__path",))
