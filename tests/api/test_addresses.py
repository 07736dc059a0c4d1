"""Addresses found by their first word are those that Django's own resolver finds."""

import re

import pytest
from django.urls import Resolver404, URLResolver

from tianmu.foundation.api.addresses import FirstWordResolver
from tianmu.site.urls import urlpatterns

API = next(one for one in urlpatterns if isinstance(one, FirstWordResolver))
PLAIN = URLResolver(API.pattern, API.urlconf_name, API.default_kwargs, API.app_name, API.namespace)
KEY = "01a2321c-948f-74c3-a9b2-8a2eb69ba177"


def test_every_address_is_found_as_before() -> None:
    for one in API.url_patterns:
        address = f"api/v1/{re.sub(r'<[^>]+>', KEY, str(one.pattern))}"
        found, expected = API.resolve(address), PLAIN.resolve(address)
        assert (found.func, found.kwargs, found.route) == (expected.func, expected.kwargs, expected.route)
        assert (found.namespaces, found.view_name) == (expected.namespaces, expected.view_name)


@pytest.mark.parametrize("address", ["api/v1/nothing", "api/v2/search", "api/v1/search/x/y/z", ""])
def test_what_is_nowhere_is_not_found(address: str) -> None:
    with pytest.raises(Resolver404):
        API.resolve(address)
