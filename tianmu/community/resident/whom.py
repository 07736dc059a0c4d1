"""For whom a resident asks: herself, or somebody whom she looks after; the key stands in every address."""

from typing import Annotated
from uuid import UUID

from ninja import Query

Whom = Annotated[UUID | None, Query(description="somebody whom the resident looks after; left out, herself")]
