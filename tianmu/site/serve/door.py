"""What granian loads in every web process: Django first, the site's ASGI door after it, no life without the parent."""

import signal
from importlib import import_module

import django

from tianmu.foundation.processes import tie_to_parent

tie_to_parent(signal.SIGKILL)
django.setup()
application = import_module("tianmu.site.asgi").application
