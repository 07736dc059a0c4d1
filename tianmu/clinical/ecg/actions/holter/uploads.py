"""A long recording comes in pieces: announced, sent piece by piece, taken in when it is whole (断点续传)."""

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.holter.taking_in import Announced, take_in
from tianmu.clinical.ecg.choices import UploadState
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import HolterUpload, Order
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.holter_limits import KEY, HolterLimits
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.rulesets.selectors import InForce
from tianmu.foundation.storage.parts import drop_part, part_path, write_part
from tianmu.registry.organizations.models import Organization

_EPOCH = (1980, 1, 1, 0, 0, 0)
_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileAnnounced:
    """One file of an upload: name, size, and the SHA-256 that the sender counted."""

    name: str
    size: int
    sha256: str


def limits_of(path: str, now: datetime) -> HolterLimits:
    """Return the limits in force at an institution."""
    return limits_everywhere(now)(path)


def limits_everywhere(now: datetime) -> Callable[[str], HolterLimits]:
    """Return how the limits in force at any institution are had; one statement for all of them."""
    rules = InForce((KEY,), timezone.localdate(now))
    return lambda path: HolterLimits.from_content(rules.at(KEY, path).content)


@transaction.atomic
def begin_upload(
    *, actor: Actor, origin: Organization, files: Sequence[FileAnnounced], asked: dict[str, Any], now: datetime
) -> HolterUpload:
    """Announce a recording; the same files announced again give the unfinished upload, which then goes on.

    Raises:
        TianmuError: it is larger than the limit (413).

    """
    actor.demand(Right.IMPORT, origin.unit.path)
    size = sum(one.size for one in files)
    limit = limits_of(origin.unit.path, now).most_bytes
    if size > limit:
        detail = f"The recording is larger than {limit >> 20} MB. Cut it and send the parts."
        raise TianmuError(Code.UPLOAD_DAMAGED, detail, status=413)
    listed = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in files]
    known = (
        HolterUpload.objects.select_for_update()
        .filter(account_id=actor.demand_account(), origin=origin, state=UploadState.OPEN, files=listed)
        .first()
    )
    if known is not None:
        known.asked = asked
        known.save(update_fields=["asked", "changed_at"])
        return known
    upload = HolterUpload.objects.create(
        account_id=actor.demand_account(), origin=origin, files=listed, asked=asked, size_bytes=size
    )
    record(actor=actor, action="ecg.holter.upload_begin", kind="ecg_holter_upload", key=upload.pk, new={"bytes": size})
    return upload


@transaction.atomic
def add_chunk(*, actor: Actor, upload_id: UUID, offset: int, data: bytes, sha256: str) -> HolterUpload:
    """Keep a piece. A piece that is here already changes nothing; one that would leave a hole is refused.

    Raises:
        ConflictError: pieces before it are missing; the answer says how far the file is.
        TianmuError: the bytes are not those the sender hashed (422).

    """
    upload = _own_open(actor, upload_id)
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise TianmuError(Code.UPLOAD_DAMAGED, "The piece was damaged on its way. Send it again.", status=422)
    if offset > upload.received_bytes or offset + len(data) > upload.size_bytes:
        detail = "This piece does not follow the ones that are here. Go on from the length in the answer."
        raise ConflictError(Code.UPLOAD_OFFSET, detail, received_bytes=upload.received_bytes)
    if offset + len(data) > upload.received_bytes:
        upload.received_bytes = write_part(upload.pk, offset, data)
        upload.save(update_fields=["received_bytes", "changed_at"])
    return upload


def finish_upload(*, actor: Actor, upload_id: UUID, now: datetime) -> tuple[HolterUpload, Order]:
    """Check the whole against the announced hashes and take the recording in; asked again, give the same order.

    Raises:
        ConflictError: bytes are missing.
        TianmuError: a file is not what was announced, or no recording; the upload is closed (422).

    """
    upload = _own(actor, upload_id)
    if upload.order is not None:
        return upload, upload.order
    upload = _own_open(actor, upload_id, lock=False)
    if upload.received_bytes != upload.size_bytes:
        detail = "The file is not whole yet. Go on from the length in the answer."
        raise ConflictError(Code.UPLOAD_OFFSET, detail, received_bytes=upload.received_bytes)
    try:
        whole = _checked_file(upload)
        name = str(upload.files[0]["name"]) if len(upload.files) == 1 else f"{Path(upload.files[0]['name']).stem}.zip"
        announced = Announced(name=name, asked=upload.asked)
        order = take_in(actor=actor, origin=upload.origin, path=whole, announced=announced, now=now)
    except TianmuError as error:
        if error.status == 422:
            HolterUpload.objects.filter(pk=upload.pk).update(state=UploadState.FAILED, problem=str(error)[:300])
            drop_part(upload.pk)
        raise
    finally:
        part_path(upload.pk).with_suffix(".zip").unlink(missing_ok=True)
    HolterUpload.objects.filter(pk=upload.pk).update(state=UploadState.DONE, order=order)
    drop_part(upload.pk)
    return HolterUpload.objects.get(pk=upload.pk), order


@transaction.atomic
def give_up_upload(*, actor: Actor, upload_id: UUID) -> None:
    """Drop an unfinished upload."""
    upload = _own_open(actor, upload_id)
    upload.state, upload.problem = UploadState.FAILED, "given up"
    upload.save(update_fields=["state", "problem", "changed_at"])
    drop_part(upload.pk)
    record(actor=actor, action="ecg.holter.upload_drop", kind="ecg_holter_upload", key=upload.pk)


def _own(actor: Actor, upload_id: UUID) -> HolterUpload:
    rows = HolterUpload.objects.select_related("origin__unit", "order")
    upload = rows.filter(pk=upload_id, account_id=actor.demand_account()).first()
    if upload is None:
        raise MissingError("upload")
    actor.demand(Right.IMPORT, upload.origin.unit.path)
    return upload


def _own_open(actor: Actor, upload_id: UUID, *, lock: bool = True) -> HolterUpload:
    upload = _own(actor, upload_id)
    if lock:
        rows = HolterUpload.objects.select_for_update(of=("self",)).select_related("origin__unit", "order")
        upload = rows.get(pk=upload.pk)
    if upload.state != UploadState.OPEN:
        raise ConflictError(Code.UPLOAD_CLOSED, "This upload is closed. Begin a new one.", state=upload.state)
    return upload


def _checked_file(upload: HolterUpload) -> Path:
    """Return the whole file, each part checked against its hash; several files become one plain ZIP."""
    path = part_path(upload.pk)
    single = len(upload.files) == 1
    target = path if single else path.with_suffix(".zip")
    with path.open("rb") as source:
        archive = None if single else zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)
        try:
            for told in upload.files:
                out = None
                if archive is not None:
                    entry = zipfile.ZipInfo(Path(told["name"]).name, _EPOCH)
                    entry.external_attr = 0o644 << 16
                    out = archive.open(entry, "w", force_zip64=True)
                digest, left = hashlib.sha256(), int(told["size"])
                while left:
                    data = source.read(min(_COPY_BYTES, left))
                    if not data:
                        break
                    digest.update(data)
                    left -= len(data)
                    if out is not None:
                        out.write(data)
                if out is not None:
                    out.close()
                if left or digest.hexdigest() != told["sha256"]:
                    detail = f"{told['name']} is not the file that was announced. Send it again."
                    raise TianmuError(Code.UPLOAD_DAMAGED, detail, status=422)
        finally:
            if archive is not None:
                archive.close()
    return target
