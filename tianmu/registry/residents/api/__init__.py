"""The residents room over HTTP: one router, one file for each subject."""

from ninja import Router

from tianmu.registry.residents.api import duplicates, families, merges, people, standing
from tianmu.registry.residents.api.people import present

__all__ = ["present", "router"]

router = Router()
for part in (people, duplicates, merges, families, standing):
    router.add_router("", part.router)
