"""The HTTP face of the service desk: parse, call, answer."""

from ninja import Router

from tianmu.operations.servicedesk.api.figures import router as figures
from tianmu.operations.servicedesk.api.incidents import router as incidents
from tianmu.operations.servicedesk.api.intake import router as intake
from tianmu.operations.servicedesk.api.knowledge import router as knowledge
from tianmu.operations.servicedesk.api.lists import router as lists
from tianmu.operations.servicedesk.api.reports import router as reports
from tianmu.operations.servicedesk.api.tickets import router as tickets
from tianmu.operations.servicedesk.api.work import router as work

router = Router(tags=["servicedesk"])
for part in (tickets, lists, incidents, work, knowledge, intake, figures, reports):
    router.add_router("", part)
