"""The demo county: every room's part in the order of the house, marked in the database so that it is made once."""

from tianmu.site.demo.filling import run
from tianmu.site.demo.logins import DEMO_LOGINS_FILE, demo_logins

__all__ = ["DEMO_LOGINS_FILE", "demo_logins", "run"]
