"""What does not belong into the repository: private paths and hosts, keys, leftovers of a merge, huge files."""

import re
from pathlib import Path

from files import tracked

LARGEST_BYTES = 2_000_000
FONTS = (".ttf", ".otf", ".woff2")
GENERATED = ("web/packages/api/schema.d.ts", "web/packages/api/openapi.json")
TEXTS = (
    *(".py", ".md", ".ts", ".vue", ".json", ".toml", ".js", ".mjs", ".css", ".html", ".yml", ".yaml", ".sh"),
    *(".service", ".pem", ".key", ".env", ".conf", ".cfg", ""),
)
RULES = (
    ("the path of somebody's own machine", re.compile(r"(?<![\w.:}>/-])/(?:work|Users|home)/[a-z][\w.-]*/")),
    (
        "a package host of somebody's own",
        re.compile(
            r'(?:registry|url|resolved)"?\s*[:=]\s*"(?:file:|https?://(?!(?:pypi\.org|files\.pythonhosted\.org)/))[^"]*\.(?:whl|tgz|tar\.gz|simple)'
        ),
    ),
    ("a private key", re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----")),
    ("a leftover of a merge", re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)),
    ("a note to do later", re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")),
)
EXEMPT = ("package-lock.json", "uv.lock")


def faults(root: Path) -> list[str]:
    """Return the files that hold something they should not."""
    found = []
    for path in tracked(root):
        name = str(path.relative_to(root))
        if path.stat().st_size > LARGEST_BYTES and path.suffix not in FONTS and name not in GENERATED:
            found.append(f"{name} has {path.stat().st_size // 1_000_000} MB; large data does not belong here")
            continue
        if path.suffix in TEXTS:
            found += [f"{name} holds {what}" for what in offences(path)]
    return found + lock_hosts(root)


def offences(path: Path) -> list[str]:
    """Return what one file should not hold."""
    text = path.read_text(encoding="utf-8", errors="replace")
    rules = RULES[2:4] if path.name in EXEMPT else RULES
    return [what for what, pattern in rules if pattern.search(text)]


def lock_hosts(root: Path) -> list[str]:
    """Return package hosts in the lock files other than the public ones."""
    hosts = set(re.findall(r'(?:registry|url) = "([a-z]+:/+[^/"]*)', (root / "uv.lock").read_text(encoding="utf-8")))
    found = [f"uv.lock names {host}" for host in sorted(hosts - {"https://pypi.org", "https://files.pythonhosted.org"})]
    npm = root / "web" / "package-lock.json"
    if npm.exists() and '"resolved": "http' in npm.read_text(encoding="utf-8"):
        found.append("web/package-lock.json holds addresses (npm setting omit-lockfile-registry-resolved)")
    return found
