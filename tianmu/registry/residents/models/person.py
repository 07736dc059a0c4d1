"""The person. Id number, phone and address are sealed; found by keyed hashes of the whole and the last four."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Length, Substr
from django.db.models.lookups import GreaterThan

from tianmu.foundation.db.rows import VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.towns import Town, town_of
from tianmu.registry.people import Sex
from tianmu.registry.residents.choices import ClosedAs, ResidentKind

HASH_BYTES = 16


class Resident(VersionedRow):
    """One person. `scope_path` is the path of the institution that keeps her register.

    `scope_code` is the code of the whole institution in that path, by which lists of its own people are found in order.
    """

    name = models.CharField(max_length=80)
    name_keys = ArrayField(models.CharField(max_length=120), default=list)
    pinyin = models.CharField(max_length=200, default="")
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(null=True)
    kind = models.CharField(max_length=12, choices=ResidentKind.choices, default=ResidentKind.RESIDENT)
    id_number = SealedTextField(null=True)
    id_hash = models.BinaryField(max_length=HASH_BYTES, null=True)
    id_tail_hash = models.BinaryField(max_length=HASH_BYTES, null=True)
    phone = SealedTextField(null=True)
    phone_hash = models.BinaryField(max_length=HASH_BYTES, null=True)
    phone_tail_hash = models.BinaryField(max_length=HASH_BYTES, null=True)
    address = SealedTextField(null=True)
    town_code = models.CharField(max_length=9, default="", blank=True)
    village = models.CharField(max_length=60, default="", blank=True)
    register_unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="residents")
    scope_path = models.CharField(max_length=400)
    scope_code = models.CharField(max_length=40, default="")
    deceased_on = models.DateField(null=True)
    closed_as = models.CharField(max_length=12, choices=ClosedAs.choices, default="", blank=True)
    closed_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id_hash"], condition=models.Q(merged_into=None), name="resident_id_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="resident_not_into_self",
            ),
        ]
        indexes = [
            GinIndex(fields=["name_keys"], name="resident_name_keys", fastupdate=False),
            models.Index(
                fields=["pinyin", "id"], name="resident_by_pinyin", opclasses=["varchar_pattern_ops", "uuid_ops"]
            ),
            models.Index(fields=["scope_code", "id"], name="resident_by_institution"),
            models.Index(
                fields=["scope_code", "pinyin"],
                name="resident_pinyin_there",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
            models.Index(fields=["id_tail_hash", "id"], name="resident_by_id_tail"),
            models.Index(fields=["phone_hash", "id"], name="resident_by_phone"),
            models.Index(fields=["phone_tail_hash", "id"], name="resident_by_phone_tail"),
            models.Index("scope_code", Substr("name", 1, 1), "id", name="resident_character_1"),
            models.Index("scope_code", Substr("name", 2, 1), "id", name="resident_character_2"),
            models.Index("scope_code", Substr("name", 3, 1), "id", name="resident_character_3"),
            models.Index(
                fields=["scope_code", "id"],
                condition=models.Q(GreaterThan(Length("name"), 3)),
                name="resident_long_name",
            ),
            models.Index(fields=["birth_date"], name="resident_by_birth_date"),
            models.Index(
                fields=["scope_path", "id"], name="resident_by_scope", opclasses=["varchar_pattern_ops", "uuid_ops"]
            ),
        ]

    @property
    def town(self) -> Town | None:
        """Return the town she lives in."""
        return town_of(self.town_code)
