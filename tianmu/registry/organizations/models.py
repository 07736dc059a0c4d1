"""The institution. Its key is that of its node in the scope tree, so an account's home leads straight to it."""

from django.db import models

from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.db.rows import VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.towns import Town, town_of


class Organization(VersionedRow):
    """An institution or a department; code, name and path are those of its scope unit (`select_related` it)."""

    unit = models.OneToOneField(ScopeUnit, on_delete=models.PROTECT, related_name="organization")
    kind = models.CharField(max_length=12, choices=OrganizationKind.choices)
    level = models.CharField(max_length=20, default="", blank=True)
    town_code = models.CharField(max_length=9, default="", blank=True)
    address = models.CharField(max_length=200, default="", blank=True)
    phone = SealedTextField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind"], name="organization_kind"),
            models.Index(fields=["town_code"], name="organization_town"),
        ]

    @property
    def name(self) -> str:
        """Return the name of the scope unit."""
        return self.unit.name

    @property
    def code(self) -> str:
        """Return the code of the scope unit."""
        return self.unit.code

    @property
    def path(self) -> str:
        """Return the path of the scope unit."""
        return self.unit.path

    @property
    def town(self) -> Town | None:
        """Return the town it stands in."""
        return town_of(self.town_code)
