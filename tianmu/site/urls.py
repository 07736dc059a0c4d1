"""Every address of the platform."""

from django.urls import URLPattern, URLResolver, path

from tianmu.site.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
]
