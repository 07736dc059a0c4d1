"""Rights of the service desk, and who sees a ticket: who raised it, and who holds the right at its institution."""

from enum import StrEnum

from django.db.models import Q

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.operations.servicedesk.models import MonthlyReport, Ticket


class Right(StrEnum):
    """Names of rights."""

    RAISE = "servicedesk.ticket.raise"
    VIEW = "servicedesk.ticket.view"
    WORK = "servicedesk.ticket.work"
    ASSIGN = "servicedesk.ticket.assign"
    CONFIRM = "servicedesk.ticket.confirm"
    DECIDE_GRADE = "servicedesk.grade.decide"
    SIGN_REPORT = "servicedesk.report.sign"
    ACKNOWLEDGE_REPORT = "servicedesk.report.acknowledge"
    SUBMIT_DEMAND = "servicedesk.demand.submit"
    AGREE_FOR_A = "servicedesk.plan.agree_for_a"
    AGREE_FOR_B = "servicedesk.plan.agree_for_b"
    ASK_CONTROLLED = "servicedesk.controlled.ask"
    TAKE_CONTROLLED = "servicedesk.controlled.take"
    CONFIRM_CONTROLLED = "servicedesk.controlled.confirm"
    ANSWER_CONTROLLED = "servicedesk.controlled.answer"
    EXECUTE_CONTROLLED = "servicedesk.controlled.execute"
    WRITE_KNOWLEDGE = "servicedesk.article.write"
    VIEW_FIGURES = "servicedesk.figures.view"
    EXPORT = "servicedesk.figures.export"
    FEED_MONITOR = "servicedesk.monitor.feed"
    MANAGE = "servicedesk.desk.manage"


class TicketPolicy(ScopePolicy[Ticket]):
    """A ticket is also seen by the account that raised it, wherever it belongs; to look and to answer, no more."""

    def filter(self, actor: Actor, right: str) -> Q:
        """Return the condition under which a ticket may be used by `actor` with `right`."""
        reached = super().filter(actor, right)
        if self.is_own_way(actor, right):
            return reached | Q(raiser_id=actor.account_id)
        return reached

    def allows(self, actor: Actor, right: str, row: Ticket) -> bool:
        """Tell whether `actor` may use this ticket with `right`."""
        own = self.is_own_way(actor, right) and row.raiser_id == actor.account_id
        return own or super().allows(actor, right, row)

    def is_own_way(self, actor: Actor, right: str) -> bool:
        """Tell whether having raised a ticket opens it: for looking, and for confirming what was done about it."""
        staff = actor.kind is ActorKind.STAFF and actor.account_id is not None
        return staff and right in {Right.VIEW, Right.CONFIRM} and actor.may(Right.RAISE)


TICKETS = TicketPolicy("ticket", paths=("path",))
REPORTS: ScopePolicy[MonthlyReport] = ScopePolicy("monthly report", paths=("path",))
