"""Short messages over an HTTP gateway: one POST of JSON; the key of the sending makes a repeat harmless.

Asked:    POST <url>, `Authorization: Bearer <token>`, `Idempotency-Key: <key>`,
          {"key", "to", "template", "text", "receipt_url"}
Answered: 2xx {"reference": "..."} accepted; 408, 425, 429 and 5xx mean later; any other status refuses for good.
The gateway tells the end of it at `receipt_url` (see `api.py`).
"""

import json
import urllib.error
import urllib.request

from tianmu.foundation.messages.gateways.answer import Answer, Parcel, Verdict
from tianmu.foundation.messages.gateways.settings import SmsGateway

SECONDS = 10
LATER = frozenset({408, 425, 429})
MOST_ANSWER_BYTES = 64_000


def send(gateway: SmsGateway, parcel: Parcel, receipt_url: str) -> Answer:
    """Hand one message to the gateway."""
    body = {
        "key": parcel.key,
        "to": parcel.to,
        "template": parcel.template,
        "text": parcel.text,
        "receipt_url": receipt_url,
    }
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {gateway.token}",
        "Idempotency-Key": parcel.key,
    }
    request = urllib.request.Request(gateway.url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - http(s) only, see settings
            return Answer(Verdict.ACCEPTED, reference=_reference(answer.read(MOST_ANSWER_BYTES)))
    except urllib.error.HTTPError as error:
        verdict = Verdict.LATER if error.code in LATER or error.code >= 500 else Verdict.REFUSED
        return Answer(verdict, reason=f"HTTP {error.code}")
    except OSError as error:
        return Answer(Verdict.LATER, reason=type(error).__name__)


def _reference(raw: bytes) -> str:
    try:
        found = json.loads(raw)
    except ValueError:
        return ""
    return str(found.get("reference", ""))[:80] if isinstance(found, dict) else ""
