"""Whose word counts about where a caller is: only proxies that the installation names."""

import pytest
from django.test import RequestFactory, override_settings

from tianmu.foundation.access.middleware import address_of
from tianmu.foundation.access.request import is_encrypted


@pytest.mark.parametrize(
    ("remote", "said", "address"),
    [
        ("10.9.9.9", "1.2.3.4", "10.9.9.9"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_is_the_callers(remote: str, said: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": said})
    with override_settings(TRUSTED_PROXIES=frozenset({"10.0.0.1", "10.0.0.2"})):
        assert address_of(request) == address


def test_nobody_is_trusted_unless_named() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.2.3.4"})
    assert address_of(request) == "10.0.0.1"


@pytest.mark.parametrize(
    ("public", "secure", "encrypted"),
    [("http://x", False, False), ("https://x", False, True), ("http://x", True, True)],
)
def test_encrypted_is_what_we_or_our_public_address_speak(public: str, secure: bool, encrypted: bool) -> None:
    with override_settings(PUBLIC_URL=public):
        assert is_encrypted(RequestFactory().get("/", secure=secure)) is encrypted
