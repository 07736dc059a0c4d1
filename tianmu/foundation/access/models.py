"""Accounts, the scope tree, roles and grants, sessions and tokens, emergency openings and stated purposes."""

from collections.abc import Sequence

from django.db import models
from django.db.models.functions import Lower

from tianmu.foundation.access.choices import AccountKind, Client
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField


class ScopeUnit(Row):
    """A node of the scope tree; `path` is the parent's path, the node's code and a slash: `/ly/h1/ecg/`."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    code = models.CharField(max_length=40, unique=True)
    path = models.CharField(max_length=400, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(path__startswith="/", path__endswith="/"), name="scope_path_slashes"
            )
        ]


class Account(VersionedRow):
    """One who can act. People sign in by name and password; devices and applications by token.

    `read_grants` are the grants that were read together with the row, when they were.
    """

    read_grants: "Sequence[tuple[list[str], list[str], str]] | None" = None

    kind = models.CharField(max_length=12, choices=AccountKind.choices)
    login = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    password = models.CharField(max_length=200, default="")
    home = models.ForeignKey(ScopeUnit, on_delete=models.PROTECT, related_name="accounts")
    person_id = models.UUIDField(null=True)
    active = models.BooleanField(default=True)
    locale = models.CharField(max_length=8, default="zh-CN")
    preferences = models.JSONField(default=dict)
    password_changed_at = models.DateTimeField(null=True)
    password_history = models.JSONField(default=list)
    must_change_password = models.BooleanField(default=False)
    totp_secret = SealedTextField(null=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    recovery_hashes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("login"), "kind", name="account_login_once"),
            models.UniqueConstraint(fields=["kind", "person_id"], name="account_person_once"),
        ]


class Role(Row):
    """A named bundle of rights; loaded from versioned data, changed by administrators.

    `purpose_rights` show figures at any time, and persons only while a purpose is stated (个人信息保护法 第六条).
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, default="")
    rights = models.JSONField(default=list)
    purpose_rights = models.JSONField(default=list)


class Grant(Row):
    """An account holds a role at a node of the tree and below, between two dates."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey(ScopeUnit, on_delete=models.PROTECT, related_name="grants")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    delegated_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="delegations")
    reason = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "role", "unit", "starts_on"], name="grant_once")]


class Session(Row):
    """A person signed in at one client; only the hash of the cookie is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    client = models.CharField(max_length=12, choices=Client.choices)
    token_hash = models.BinaryField(max_length=32, unique=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, default="")
    second_factor_at = models.DateTimeField(null=True)
    opened_persons = models.JSONField(default=dict)
    purpose = models.JSONField(default=dict)


class Token(Row):
    """A bearer token of a device or an application; only its hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=80)
    token_hash = models.BinaryField(max_length=32, unique=True)
    rights = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class SignInAttempt(Row):
    """A failed sign-in, counted by login and address so that nobody can lock out somebody else from afar.

    A browser in which this login was used before is counted by itself (`browser`), so that not even a neighbour
    behind the same address can.
    """

    login = models.CharField(max_length=80)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=40, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["login", "address", "at"], name="attempt_lookup")]


class BreakGlass(Row):
    """Somebody opened a person's record outside of her reach, with a reason; somebody else reviews it afterwards."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    home_path = models.CharField(max_length=400)
    person_id = models.UUIDField()
    reason = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    justified = models.BooleanField(null=True)
    review_note = models.CharField(max_length=400, default="")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(reviewed_at=None), name="break_glass_to_review")]


class StatedPurpose(Row):
    """Somebody whose role shows figures said for what she looks at persons; it ends by itself."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    home_path = models.CharField(max_length=400)
    code = models.CharField(max_length=40)
    list_version = models.CharField(max_length=40)
    text = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
