"""How much a question may ask for."""

from collections.abc import Sequence

Reach = Sequence[Sequence[str]]
PREVIEW_SECONDS = 8.0
RUN_SECONDS = 60.0
MOST_CELLS = 20_000
MOST_COLUMNS = 120
LISTED_IN_PREVIEW = 100
LISTED_IN_FILE = 20_000
LISTED_ON_SCREEN = 1_000
