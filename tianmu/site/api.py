"""The API of the house: every room's router under its own name."""

import tianmu
from tianmu.clinical.ecg.api import router as ecg
from tianmu.community.resident.api import router as resident
from tianmu.exchange.partners.api import router as partners
from tianmu.foundation.access.api import router as access
from tianmu.foundation.api.router import make_api
from tianmu.foundation.audit.api import router as audit
from tianmu.foundation.codes.api import router as codes
from tianmu.foundation.jobs.api import router as jobs
from tianmu.foundation.live.api import router as live
from tianmu.foundation.messages.api import router as messages
from tianmu.foundation.rulesets.api import router as rulesets
from tianmu.insight.reports.api import router as reports
from tianmu.insight.supervision.api import router as supervision
from tianmu.operations.contracts.api import router as contracts
from tianmu.operations.duty.api import router as duty
from tianmu.operations.servicedesk.api import router as servicedesk
from tianmu.registry.organizations.api import router as organizations
from tianmu.registry.residents.api import router as residents
from tianmu.registry.staff.api import router as staff
from tianmu.site.info import router as info
from tianmu.site.search import router as search

api = make_api(tianmu.__version__)
api.add_router("/access", access)
api.add_router("/live", live)
api.add_router("/jobs", jobs)
api.add_router("/audit", audit)
api.add_router("/messages", messages)
api.add_router("/rulesets", rulesets)
api.add_router("/codes", codes)
api.add_router("/organizations", organizations)
api.add_router("/staff", staff)
api.add_router("/residents", residents)
api.add_router("/ecg", ecg)
api.add_router("/resident", resident)
api.add_router("/duty", duty)
api.add_router("/servicedesk", servicedesk)
api.add_router("/contracts", contracts)
api.add_router("/reports", reports)
api.add_router("/partners", partners)
api.add_router("/supervision", supervision)
api.add_router("/search", search)
api.add_router("/site", info)
