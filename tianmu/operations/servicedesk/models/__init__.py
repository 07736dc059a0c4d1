"""The tables of the service desk; Django finds them all here."""

from tianmu.operations.servicedesk.models.intake import (
    CallerNumber,
    ChatGroup,
    Check,
    MonitorEvent,
    ReceivedLetter,
    SubsystemUse,
)
from tianmu.operations.servicedesk.models.knowledge import (
    Article,
    ArticlePicture,
    ArticleVersion,
    CannedAnswer,
    Deflection,
    Problem,
    SavedView,
    Survey,
)
from tianmu.operations.servicedesk.models.reports import MonthlyReport
from tianmu.operations.servicedesk.models.tickets import (
    Attachment,
    Reminder,
    StatusNote,
    Ticket,
    TicketClock,
    TicketEvent,
    TicketLink,
    TicketMessage,
)
from tianmu.operations.servicedesk.models.work import (
    ChangeRecord,
    ControlledRequest,
    ControlledStep,
    Demand,
    PlanNode,
)

__all__ = [
    "Article",
    "ArticlePicture",
    "ArticleVersion",
    "Attachment",
    "CallerNumber",
    "CannedAnswer",
    "ChangeRecord",
    "ChatGroup",
    "Check",
    "ControlledRequest",
    "ControlledStep",
    "Deflection",
    "Demand",
    "MonitorEvent",
    "MonthlyReport",
    "PlanNode",
    "Problem",
    "ReceivedLetter",
    "Reminder",
    "SavedView",
    "StatusNote",
    "SubsystemUse",
    "Survey",
    "Ticket",
    "TicketClock",
    "TicketEvent",
    "TicketLink",
    "TicketMessage",
]
