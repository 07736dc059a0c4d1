"""Where the gateways are and how we prove who we are: environment variables, secrets also from files."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """An HTTP gateway that takes short messages."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server that takes letters."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    encryption: str


class GatewaySettingsError(ValueError):
    """The settings of a gateway cannot be used; the message says which and why."""


def sms_gateway() -> SmsGateway | None:
    """Return the gateway of TIANMU_SMS_URL with its token, None where none is set.

    Raises:
        GatewaySettingsError: the address is none of HTTP.

    """
    url = os.environ.get("TIANMU_SMS_URL", "")
    if not url:
        return None
    if urlsplit(url).scheme not in {"http", "https"}:
        message = "TIANMU_SMS_URL must begin with http:// or https://."
        raise GatewaySettingsError(message)
    return SmsGateway(url, _secret("TIANMU_SMS_TOKEN"))


def mail_server() -> MailServer | None:
    """Return the server of TIANMU_SMTP_URL (smtp://, smtp+starttls://, smtps://), None where none is set.

    Raises:
        GatewaySettingsError: the address is none of SMTP, or no sender is named.

    """
    url = os.environ.get("TIANMU_SMTP_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    sender = os.environ.get("TIANMU_MAIL_FROM", "")
    if parts.scheme not in ports or not parts.hostname or not sender:
        message = "TIANMU_SMTP_URL must be smtp://, smtp+starttls:// or smtps://host, with TIANMU_MAIL_FROM beside it."
        raise GatewaySettingsError(message)
    return MailServer(
        host=parts.hostname,
        port=parts.port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or "") or _secret("TIANMU_SMTP_PASSWORD"),
        sender=sender,
        encryption=parts.scheme.removeprefix("smtp").strip("+"),
    )


def _secret(name: str) -> str:
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"The file that {name}_FILE names cannot be read."
        raise GatewaySettingsError(message) from error
