"""The encrypted stream: whole or refused."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.foundation.backup.sealed_stream import MAGIC, PIECE_BYTES, BackupError, SealedReader, SealingWriter

PASSPHRASE = "correct horse battery"


def sealed(data: bytes) -> bytes:
    target = io.BytesIO()
    with SealingWriter(target, PASSPHRASE) as writer:
        writer.write(data)
    return target.getvalue()


def opened(archive: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return SealedReader(io.BytesIO(archive), passphrase).read() or b""


@settings(max_examples=8, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([0, 1, PIECE_BYTES - 100, PIECE_BYTES, 2 * PIECE_BYTES]))
def test_what_goes_in_comes_out(data: bytes, padding: int) -> None:
    clear = data + b"x" * padding
    archive = sealed(clear)
    assert opened(archive) == clear
    assert len(data) < 8 or data not in archive


@pytest.mark.parametrize("position", [len(MAGIC), len(MAGIC) + 20, -1])
def test_a_changed_byte_is_refused(position: int) -> None:
    archive = bytearray(sealed(b"x" * 100))
    archive[position] ^= 1
    with pytest.raises(BackupError):
        opened(bytes(archive))


def test_an_archive_cut_between_two_pieces_is_refused() -> None:
    archive = sealed(b"x" * (2 * PIECE_BYTES))
    with pytest.raises(BackupError, match="ends too early"):
        opened(archive[: len(MAGIC) + 32 + 4 + PIECE_BYTES + 16])


def test_a_wrong_passphrase_and_another_file_are_told_apart() -> None:
    with pytest.raises(BackupError, match="passphrase is not the one"):
        opened(sealed(b"x"), "another passphrase")
    with pytest.raises(BackupError, match="not a backup of Tianmu"):
        opened(b"PK\x03\x04" + b"x" * 100)
