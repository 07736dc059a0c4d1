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
    PURPOSE_NEEDED = "access.purpose_needed"
    PURPOSE_USELESS = "access.purpose_useless"
    REVIEWED = "access.reviewed"
    GRANT = "access.grant_invalid"
    LOGIN_TAKEN = "access.login_taken"


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
    """The actor lacks a right; the answer names it and who can grant it, so that she knows what to ask of whom."""

    def __init__(self, right: str, path: str | None = None, *, second_factor: bool = False) -> None:
        who = "An administrator of your institution can grant it."
        then = "You hold it once you sign in with your second factor." if second_factor else who
        super().__init__(
            Code.RIGHT_MISSING,
            f"This needs the right “{right}”. {then}",
            status=403,
            right=str(right),
            path=path,
        )
        self.right = right
        if second_factor:
            self.extra["second_factor"] = True


class PurposeNeededError(TianmuError):
    """The actor's role shows figures; persons are shown while a purpose is stated."""

    def __init__(self, right: str) -> None:
        super().__init__(
            Code.PURPOSE_NEEDED,
            "This shows persons. Your role shows figures; say for what purpose you look, then try again.",
            status=403,
            right=str(right),
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
