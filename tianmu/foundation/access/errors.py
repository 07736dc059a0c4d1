"""What can go wrong at the door: codes that clients translate."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes of the access part."""

    NOT_SIGNED_IN = "access.not_signed_in"
    SIGN_IN_FAILED = "access.sign_in_failed"
    TOO_MANY_ATTEMPTS = "access.too_many_attempts"
    SESSION_LOCKED = "access.session_locked"
    RIGHT_MISSING = "access.right_missing"
    CLIENT_MISMATCH = "access.client_mismatch"
    PASSWORD_WEAK = "access.password_weak"  # noqa: S105 - a code, not a password
    NOT_FOUND = "access.not_found"
    NOT_FOR_RESIDENTS = "access.not_for_residents"
    SECOND_FACTOR_NEEDED = "access.second_factor_needed"
    SECOND_FACTOR_WRONG = "access.second_factor_wrong"
    SECOND_FACTOR_OPEN = "access.second_factor_open"
    PASSWORD_CHANGE_NEEDED = "access.password_change_needed"  # noqa: S105 - a code, not a password
    REASON_NEEDED = "access.reason_needed"
    DELEGATION = "access.delegation_invalid"
    ACCOUNT_NEEDED = "access.account_needed"


class TianmuError(Exception):
    """An answer to the caller: a status, a stable code, and a sentence that says what to do."""

    def __init__(
        self, code: str, detail: str, *, status: int = 400, fields: dict[str, str] | None = None, **extra: object
    ) -> None:
        super().__init__(detail)
        self.code = str(code)
        self.detail = detail
        self.status = status
        self.fields = fields or {}
        self.extra = extra


class RefusedError(TianmuError):
    """The actor lacks a right; the answer names it, so that she knows what to ask for."""

    def __init__(self, right: str, path: str | None = None) -> None:
        super().__init__(
            Code.RIGHT_MISSING,
            f"This needs the right “{right}”. An administrator of your institution can grant it.",
            status=403,
            right=str(right),
            path=path,
        )
        self.right = right


class MissingError(TianmuError):
    """Nothing of that key is visible to the actor: missing, or not hers to see; the answer does not tell which."""

    def __init__(self, what: str) -> None:
        super().__init__(Code.NOT_FOUND, f"There is no {what} with this key that you may see.", status=404, what=what)


class ConflictError(TianmuError):
    """Somebody else changed or holds the thing; `extra` says who and what it is now."""

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(code, detail, status=409)
        self.extra = extra
