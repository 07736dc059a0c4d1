"""Ambulatory ECGs: each half's township has sent one that is analysed and held by the reviewer, and begun another."""

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.utils import timezone

from tests.api.world import Half, World, _acting
from tianmu.clinical.ecg.actions.holter.analysis import analyse_holter
from tianmu.clinical.ecg.actions.holter.taking_in import Announced, take_in
from tianmu.clinical.ecg.actions.holter.uploads import FileAnnounced, begin_upload
from tianmu.clinical.ecg.actions.locks import open_order
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.synthesis import Scenario
from tianmu.clinical.ecg.synthesis.day import Day, write_day
from tianmu.foundation.access.actor import system
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.storage.parts import part_path

PARAMETERS = {"upload_id": "upload.1"}


class _Quiet:
    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Tell nobody."""


@lru_cache(maxsize=16)
def recording(seed: int) -> bytes:
    """Return the bytes of a recording of seventy seconds."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "h.ecg"
        piece = Scenario(duration_s=70.0, fs_hz=250.0)
        write_day(Day({"a": piece}, ("a",), datetime(2026, 3, 1, 8, 30)), path, seed)  # noqa: DTZ001 - ISHNE names no zone
        return path.read_bytes()


def furnish(world: World) -> dict[str, UUID]:
    """Send and analyse."""
    things: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        order = sent(half, 900 + number)
        open_order(actor=_acting(half.reviewer), order_id=order.pk, now=timezone.now())
        files = [FileAnnounced("b.ecg", 3, hashlib.sha256(b"abc").hexdigest())]
        upload = begin_upload(
            actor=_acting(half.doctor), origin=half.township, files=files, asked={}, now=timezone.now()
        )
        things |= {f"holter.{number}": order.pk, f"upload.{number}": upload.pk}
    return things


def grow(world: World) -> None:
    """Send more, begin more, change more."""
    for number in range(3):
        sent(world.first, 950 + number)
        begin_upload(
            actor=_acting(world.first.doctor),
            origin=world.first.township,
            files=[FileAnnounced(f"g{number}.ecg", 3, "0" * 64)],
            asked={},
            now=timezone.now(),
        )


def sent(half: Half, seed: int) -> Order:
    """Take a recording in and analyse it."""
    path = part_path(uuid7())
    path.write_bytes(recording(seed))
    announced = Announced("a.ecg", {}, patient=half.patient)
    order = take_in(
        actor=_acting(half.doctor), origin=half.township, path=path, announced=announced, now=timezone.now()
    )
    analyse_holter(actor=system("test"), recording_id=order.recordings.get().pk, run=_Quiet(), now=timezone.now())
    return Order.objects.get(pk=order.pk)
