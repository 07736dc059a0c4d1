"""What is shown of a person's data to those who need not know all of it (resident-app specification 1.4, PIPL)."""

import re

_STREET = re.compile(r"^(.*?(?:路|街|道|巷|弄|村|镇|社区))")


def masked_id_number(number: str | None) -> str:
    """Return the first six and the last four characters: `320481********0138`."""
    return "" if not number else f"{number[:6]}********{number[-4:]}"


def masked_phone(phone: str | None) -> str:
    """Return the first three and the last four digits; of a short number only the last two."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"


def masked_address(address: str | None) -> str:
    """Return the address down to the street or village."""
    if not address:
        return ""
    found = _STREET.match(address)
    return f"{found.group(1) if found else address[:6]}****"


def masked_name(name: str) -> str:
    """Return a name for other residents' eyes: 张*三, 张* of two characters, the first and last of longer ones."""
    letters = "".join(name.split())
    if len(letters) <= 1:
        return "*" * len(letters)
    return letters[0] + "*" if len(letters) == 2 else letters[0] + "*" * (len(letters) - 2) + letters[-1]
