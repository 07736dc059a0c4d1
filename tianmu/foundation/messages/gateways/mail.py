"""Letters over SMTP; every attempt of one sending carries the same Message-ID."""

import smtplib
import ssl
from email.message import EmailMessage

from tianmu.foundation.messages.gateways.answer import Answer, Parcel, Verdict
from tianmu.foundation.messages.gateways.settings import MailServer

SECONDS = 15
FOR_GOOD = 500


def send(server: MailServer, parcel: Parcel) -> Answer:
    """Hand one letter to the server."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = server.sender, parcel.to, parcel.subject
    letter["Message-ID"] = f"<{parcel.key}@{server.sender.rpartition('@')[2]}>"
    letter.set_content(parcel.text)
    try:
        with _connected(server) as client:
            if server.user:
                client.login(server.user, server.password)
            client.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        return _refused(code)
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Verdict.LATER, reason=type(error).__name__)
    return Answer(Verdict.ACCEPTED, reference=str(letter["Message-ID"])[:80])


def _refused(code: int) -> Answer:
    return Answer(Verdict.REFUSED if code >= FOR_GOOD else Verdict.LATER, reason=f"SMTP {code}")


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.encryption == "s":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
    client = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    if server.encryption == "starttls":
        client.starttls(context=ssl.create_default_context())
    return client
