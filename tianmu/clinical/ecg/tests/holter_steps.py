"""The steps of a long recording that several tests go: sent by the piece, analysed, opened, changed."""

import hashlib

import numpy as np
from django.utils import timezone

from tianmu.clinical.ecg.actions.holter.analysis import analyse_holter
from tianmu.clinical.ecg.actions.holter.editing import Wish, edit_holter
from tianmu.clinical.ecg.actions.holter.uploads import FileAnnounced, add_chunk, begin_upload, finish_upload
from tianmu.clinical.ecg.actions.locks import open_order
from tianmu.clinical.ecg.models import HolterReview, HolterUpload, Order
from tianmu.clinical.ecg.rules.holter_edits import Act
from tianmu.clinical.ecg.tests.county import County
from tianmu.clinical.ecg.tests.holter_files import holter_bytes
from tianmu.foundation.access.actor import Actor, system

CHUNK = 40_000


class Told:
    """A run that remembers what it was told."""

    def __init__(self, die_at: int | None = None) -> None:
        self.percents: list[int] = []
        self.die_at = die_at

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:  # noqa: ARG002 - the port's shape
        self.percents.append(done)
        if self.die_at is not None and done >= self.die_at:
            raise KeyboardInterrupt


def announced(data: bytes, name: str = "h.ecg") -> FileAnnounced:
    return FileAnnounced(name, len(data), hashlib.sha256(data).hexdigest())


def sent(county: County, data: bytes, upload: HolterUpload | None = None, until: int | None = None) -> HolterUpload:
    now = timezone.now()
    upload = upload or begin_upload(
        actor=county.sender,
        origin=county.township,
        files=[announced(data)],
        asked={"patient_id": str(county.patient.pk)},
        now=now,
    )
    for offset in range(upload.received_bytes, until or len(data), CHUNK):
        piece = data[offset : offset + CHUNK]
        digest = hashlib.sha256(piece).hexdigest()
        upload = add_chunk(actor=county.sender, upload_id=upload.pk, offset=offset, data=piece, sha256=digest)
    return upload


def analysed(county: County) -> Order:
    upload = sent(county, holter_bytes())
    _, order = finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())
    recording = order.recordings.get()
    analyse_holter(actor=system("test"), recording_id=recording.pk, run=Told(), now=timezone.now())
    return Order.objects.get(pk=order.pk)


def opened(county: County) -> tuple[Order, HolterReview]:
    order = analysed(county)
    open_order(actor=county.reader, order_id=order.pk, now=timezone.now())
    return Order.objects.get(pk=order.pk), HolterReview.objects.get()


def change(
    actor: Actor, order: Order, act: Act, expected: int, beats: object = (), **arguments: object
) -> HolterReview:
    wish = Wish(act, arguments, np.array(beats, dtype=np.int32))
    return edit_holter(actor=actor, order_id=order.pk, wish=wish, expected=expected, now=timezone.now())
