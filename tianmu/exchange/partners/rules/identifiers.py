"""Which names a partner may have, and which addresses may be called."""

import re
from ipaddress import ip_address

_AE_TITLE = re.compile(r"[A-Za-z0-9_.\-]{1,16}")
_APPLICATION = re.compile(r"[^\s|^~\\&][^|^~\\&\r\n]{0,63}")
_HOST = re.compile(r"(?=.{1,253}$)([A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9\-]{1,63})*")


def is_identifier(text: str, *, dicom: bool) -> bool:
    """Tell whether a text may be an application entity title (PS3.5 6.2, no blanks) or an HL7 application name."""
    pattern = _AE_TITLE if dicom else _APPLICATION
    return pattern.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Tell whether a text is an IP address or a host name; addresses for many (multicast) are none."""
    try:
        address = ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None and not text.replace(".", "").isdigit()
    return not (address.is_multicast or address.is_unspecified)
