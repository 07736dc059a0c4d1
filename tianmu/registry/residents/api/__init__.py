"""The residents room over HTTP: one router, one file for each subject."""

from ninja import Router

from tianmu.registry.residents.api import people
from tianmu.registry.residents.api.people import present

__all__ = ["present", "router"]

router = Router()
router.add_router("", people.router)
