"""Time-based one-time passwords (RFC 6238 over RFC 4226, SHA-1, six digits, 30 seconds): pure."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
SECRET_BYTES = 20


def new_secret() -> str:
    """Return a fresh secret in base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """Return the code of a time step."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, unix_seconds: float, used_up_to: int) -> int | None:
    """Return the step whose code this is, one step of clock error allowed; a step is good once."""
    now = int(unix_seconds) // STEP_SECONDS
    for step in range(now - WINDOW, now + WINDOW + 1):
        if step > used_up_to and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def address(secret: str, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that authenticator applications read from a QR code."""
    query = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS})
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
