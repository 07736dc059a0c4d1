"""The contracts room's part of the API."""

from ninja import Router

from tianmu.operations.contracts.api.contracts import router as contracts
from tianmu.operations.contracts.api.duties import router as duties
from tianmu.operations.contracts.api.evaluate import router as evaluate
from tianmu.operations.contracts.api.ledger import router as ledger
from tianmu.operations.contracts.api.money import router as money
from tianmu.operations.contracts.api.statements import router as statements

router = Router(tags=["contracts"])
for part in (evaluate, contracts, ledger, money, duties, statements):
    router.add_router("", part)
