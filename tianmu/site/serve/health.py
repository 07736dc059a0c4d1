"""Does the web process answer already: one short look without a thread."""

import socket
import ssl

LOOK_SECONDS = 0.4


def answers(host: str, port: int, *, tls: bool = False) -> bool:
    """Tell whether an HTTP request to the address is answered at all."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a comparison, nothing is bound here
    try:
        with socket.create_connection((local, port), timeout=LOOK_SECONDS) as plain:
            plain.settimeout(LOOK_SECONDS)
            connection = unverified().wrap_socket(plain) if tls else plain
            connection.sendall(b"HEAD / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def unverified() -> ssl.SSLContext:
    """Return a context for looking at our own server, whose local authority this process does not know."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
