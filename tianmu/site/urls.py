"""Every address of the platform."""

from django.urls import URLPattern, URLResolver, path, re_path

from tianmu.community.resident.pages import enter, shared, shared_pdf
from tianmu.foundation.api.addresses import by_first_word
from tianmu.foundation.documents.pages import verify
from tianmu.operations.contracts.pages import feed as contract_feed
from tianmu.operations.duty.pages import feed as duty_feed
from tianmu.site.api import api
from tianmu.site.pages import APPS, app_page, front_door, service_worker

_APP = "|".join(APPS)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front_door),
    by_first_word("api/v1/", api.urls),
    path("verify/<slug:sha256>", verify),
    path("share/", enter),
    path("share/<slug:code>", shared),
    path("share/<slug:code>/report.pdf", shared_pdf),
    path("feeds/contracts/<slug:secret>.ics", contract_feed),
    path("feeds/duty/<slug:secret>.ics", duty_feed),
    re_path(rf"^(?P<app>{_APP})/sw\.js$", service_worker),
    re_path(rf"^(?P<app>{_APP})/(?P<rest>.*)$", app_page),
]

handler500 = "tianmu.foundation.api.answers.server_error"
