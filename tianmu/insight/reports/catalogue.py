"""The data sets of the house: what the rooms declare, gathered once."""

from collections.abc import Mapping
from functools import cache

from tianmu.clinical.ecg.datasets import DATA_SETS as ECG
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.datasets import DataSet
from tianmu.operations.servicedesk.datasets import DATA_SETS as SERVICEDESK


@cache
def data_sets() -> Mapping[str, DataSet]:
    """Return every data set by key."""
    return {one.key: one for one in (*ECG, *SERVICEDESK)}


def data_set(key: str) -> DataSet:
    """Return a data set.

    Raises:
        MissingError: no room declares it.

    """
    found = data_sets().get(key)
    if found is None:
        raise MissingError("data set")
    return found
