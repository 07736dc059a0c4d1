"""What granian loads in every web process: Django first, the site's ASGI door after it, no life without the parent."""

import gc
import signal
from importlib import import_module

import django

from tianmu.foundation.processes import tie_to_parent

COLLECT_AFTER = 20_000
tie_to_parent(signal.SIGKILL)
django.setup()
application = import_module("tianmu.site.asgi").application
import_module("django.urls").get_resolver().url_patterns  # noqa: B018 - every room is loaded before the first caller
gc.collect()
gc.freeze()
gc.set_threshold(COLLECT_AFTER)
