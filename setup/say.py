"""What the person at the terminal reads while things are set up: one line per step, one sentence per trouble."""

import sys
import threading
import time

BEGAN = time.monotonic()
_LOCK = threading.Lock()
NETWORK_WORDS = (
    *("name resolution", "dns error", "ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "Connection refused"),
    *("Could not find a version", "Failed to fetch", "error sending request", "ConnectTimeout"),
)


class TroubleError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    """Print one line with the seconds since the start."""
    with _LOCK:
        sys.stdout.write(f"[{time.monotonic() - BEGAN:5.1f} s] {text}\n")
        sys.stdout.flush()


def sentence_for(output: str, log: str) -> str:
    """Turn the last words of a failed program into one sentence that says what to do."""
    known = (
        (
            ("No space left on device", "ENOSPC", "Disk quota exceeded"),
            "the disk is full. Free about 3 GB and try again.",
        ),
        (
            ("ensurepip is not available", "No module named venv", "No module named ensurepip"),
            f"Python's venv module is missing. Install it: apt-get install python3.{sys.version_info[1]}-venv",
        ),
        (
            NETWORK_WORDS,
            "the package host cannot be reached. Check the network; behind a mirror set PIP_INDEX_URL, "
            "UV_DEFAULT_INDEX and NPM_CONFIG_REGISTRY.",
        ),
        (
            ("SELF_SIGNED_CERT", "UNABLE_TO_GET_ISSUER_CERT", "CERTIFICATE_VERIFY_FAILED", "invalid peer certificate"),
            "a proxy with a certificate of its own stands before the package host. Name the file of its authority in "
            "NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and PIP_CERT.",
        ),
        (
            ("Permission denied", "EACCES", "Read-only file system", "EROFS"),
            "a folder cannot be written. Clone the repository into a folder of your own.",
        ),
        (
            ("needs to be updated", "lockfile is out of date"),
            "uv.lock does not fit pyproject.toml",
        ),
    )
    for words, sentence in known:
        if any(word in output for word in words):
            return f"{sentence} (details: {log})"
    last = [line.strip() for line in output.splitlines() if line.strip() and "complete log of this run" not in line][
        -1:
    ] or ["no output"]
    return f"{last[0][:300]} (details: {log})"
