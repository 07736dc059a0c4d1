"""The local authority: certificates that a browser accepts once it trusts the authority, renewed in time."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from tianmu.site.serve.authority import local_names, main

NOW = datetime.now(UTC)


def serial(folder: Path, name: str) -> int:
    return x509.load_pem_x509_certificate((folder / name).read_bytes()).serial_number


def test_a_client_that_trusts_the_authority_accepts_the_server(tmp_path: Path) -> None:
    assert main(tmp_path, "127.0.0.1", NOW) == 0
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet_once, args=(listener, context))
        thread.start()
        trusting = ssl.create_default_context(cafile=tmp_path / "authority.pem")
        address = listener.getsockname()[:2]
        with (
            socket.create_connection(address) as plain,
            trusting.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            assert connection.recv(5) == b"hello"
        thread.join()


def greet_once(listener: socket.socket, context: ssl.SSLContext) -> None:
    plain, _ = listener.accept()
    with plain, context.wrap_socket(plain, server_side=True) as connection:
        connection.sendall(b"hello")


def test_keys_are_closed_to_others_and_nothing_is_made_twice(tmp_path: Path) -> None:
    main(tmp_path, "127.0.0.1", NOW)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.key")} == {0o600}
    before = (serial(tmp_path, "authority.pem"), serial(tmp_path, "server.pem"))
    main(tmp_path, "127.0.0.1", NOW + timedelta(days=300))
    assert (serial(tmp_path, "authority.pem"), serial(tmp_path, "server.pem")) == before


def test_a_certificate_near_its_end_or_for_another_name_is_made_anew(tmp_path: Path) -> None:
    main(tmp_path, "127.0.0.1", NOW)
    authority, first = serial(tmp_path, "authority.pem"), serial(tmp_path, "server.pem")
    main(tmp_path, "county.example", NOW)
    second = serial(tmp_path, "server.pem")
    assert second != first
    main(tmp_path, "county.example", NOW + timedelta(days=380))
    assert serial(tmp_path, "server.pem") != second
    assert serial(tmp_path, "authority.pem") == authority


def test_every_address_means_no_name_of_its_own() -> None:
    assert {"localhost", "127.0.0.1"} <= local_names("0.0.0.0")  # noqa: S104 - nothing is bound
    assert "0.0.0.0" not in local_names("0.0.0.0")  # noqa: S104 - nothing is bound
    assert "county.example" in local_names("county.example")
