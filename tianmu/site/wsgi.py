"""The synchronous half of the site: every page and every call that is not a stream."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tianmu.site.settings")
application = get_wsgi_application()
