"""What the staff room answers to the organizations room; loaded at start-up, imported by nobody."""

from tianmu.registry.organizations.ports import Counted, answers_count
from tianmu.registry.staff.selectors import staff_count

answers_count(Counted.STAFF, staff_count)
