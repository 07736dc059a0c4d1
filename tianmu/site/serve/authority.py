"""A local certificate authority for places without a proxy: service workers and encryption in the browser need TLS.

`python -m tianmu.site.serve.authority FOLDER HOST` makes what is missing and renews what ends within 30 days.
"""

import ipaddress
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
RENEW_DAYS = 30


def main(folder: Path, host: str, now: datetime) -> int:
    """Make the authority and the server's certificate where they are missing or ending."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not fresh(folder / "authority.pem", now, set()):
        make_authority(folder, now)
        (folder / "server.pem").unlink(missing_ok=True)
    names = local_names(host)
    if not fresh(folder / "server.pem", now, names):
        make_server(folder, names, now)
    return 0


def fresh(path: Path, now: datetime, names: set[str]) -> bool:
    """Tell whether a certificate exists, does not end soon, and covers the names."""
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    if certificate.not_valid_after_utc - now < timedelta(days=RENEW_DAYS):
        return False
    if not names:
        return True
    covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names <= {str(name.value) for name in covered}


def local_names(host: str) -> set[str]:
    """Return the names and addresses under which this machine may be opened."""
    names = {"localhost", "127.0.0.1", socket.gethostname()}
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - a comparison
        names.add(host)
    try:
        names |= {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    except OSError:
        return names
    return names


def make_authority(folder: Path, now: datetime) -> None:
    """Make the authority's key and its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Tianmu local authority {now:%Y-%m-%d}")])
    certificate = (
        builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_key(folder / "authority.key", key)
    write(folder / "authority.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def make_server(folder: Path, names: set[str], now: datetime) -> None:
    """Make the server's key and certificate, signed by the authority."""
    authority = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
    signer = serialization.load_pem_private_key((folder / "authority.key").read_bytes(), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        message = f"{folder / 'authority.key'} is not a key of the local authority"
        raise TypeError(message)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tianmu")])
    certificate = (
        builder(subject, authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in sorted(names)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    write_key(folder / "server.key", key)
    write(folder / "server.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    """Return a certificate with the fields that both kinds share."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
    )


def general_name(name: str) -> x509.GeneralName:
    """Return a name or an address in the form of a certificate."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key that only this account can read."""
    plain = serialization.NoEncryption()
    write(path, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain), 0o600)


def write(path: Path, content: bytes, mode: int) -> None:
    """Write a file so that it is whole or absent."""
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], datetime.now(UTC)))
