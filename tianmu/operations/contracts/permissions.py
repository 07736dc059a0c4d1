"""Rights of the contracts room, and who sees a contract."""

from enum import StrEnum

from tianmu.foundation.access.policy import ScopePolicy
from tianmu.operations.contracts.models import Contract


class Right(StrEnum):
    """Names of rights. A decides and pays, B is heard, proposes and fulfils; who may sign says for which side."""

    VIEW = "contracts.contract.view"
    MANAGE = "contracts.contract.manage"
    REVEAL = "contracts.party.reveal"
    EVALUATE = "contracts.case.evaluate"
    RECORD = "contracts.fact.record"
    DECIDE = "contracts.fine.decide"
    ANSWER = "contracts.fine.answer"
    PAY = "contracts.payment.record"
    APPROVE_EXTRA = "contracts.extra.approve"
    FULFIL = "contracts.duty.fulfil"
    DRAFT = "contracts.statement.draft"
    SIGN_A = "contracts.statement.sign_a"
    SIGN_B = "contracts.statement.sign_b"


CONTRACTS: ScopePolicy[Contract] = ScopePolicy("contract", paths=("path",))
