"""What a person reads when the platform is up: the address and one login per role."""

import json
from pathlib import Path
from unicodedata import east_asian_width

from tianmu.site.serve.plan import Plan

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def banner(plan: Plan, seconds: float) -> str:
    """Return the lines: address, logins of the demo county, where data and logs are, how to stop."""
    lines = ["", f"Tianmu is ready after {seconds:.1f} s:  {plan.address()}", ""]
    logins = demo_logins(plan.home)
    if logins:
        lines += table([("role", "login", "password"), *logins])
        lines.append("")
    if plan.host not in LOOPBACK:
        lines.append(f"Everyone who reaches {plan.host} can open it" + (", with these logins." if logins else "."))
    if plan.tls:
        lines.append(f"Trust the local authority once on every device: {plan.home / 'tls' / 'authority.pem'}")
    lines.append(f"Data: {plan.home}   Logs: {plan.home / 'logs'}   Stop: Ctrl-C")
    return "\n".join(lines)


def demo_logins(home: Path) -> list[tuple[str, str, str]]:
    """Return role, login and password of the demo county's people, as the demo left them in `demo-logins.json`."""
    try:
        entries = json.loads((home / "demo-logins.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [(str(entry["role"]), str(entry["login"]), str(entry["password"])) for entry in entries]


def table(rows: list[tuple[str, str, str]]) -> list[str]:
    """Return aligned lines; a Chinese letter is two columns wide."""
    widths = [max(width(row[column]) for row in rows) for column in range(3)]
    return ["  " + "  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in rows]


def width(text: str) -> int:
    """Return how many terminal columns a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def pad(text: str, size: int) -> str:
    """Fill a text with spaces to a width in columns."""
    return text + " " * (size - width(text))
