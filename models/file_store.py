"""Where the bytes of attached documents lie: one folder, each under a random name, nothing of what a person typed.

    received = store.keep(stream, most=20 * MB)      # written, measured, hashed
    ...                                              # the row that names received.key
    db.session.commit()

The row is committed after the file is whole on the disk. A process that dies in between leaves a file that no row names: the
sweep removes it (workers/attachments.py).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.file_kind import HEAD

_BLOCK = 64 * 1024
_ARRIVING = "arriving"


class TooLarge(Exception):
    """More bytes than were allowed; nothing is kept."""


@dataclass(frozen=True)
class Received:
    """One file in the store. ``head``: its first bytes."""

    key: str
    size: int
    sha256: str
    head: bytes


@dataclass(frozen=True)
class FileStore:
    """``folder`` is made when the first file comes."""

    folder: Path

    def path_of(self, key: str) -> Path:
        """Where the bytes of ``key`` are. Raises ValueError for what is no key of ours."""
        if len(key) != 40 or not key.isalnum() or not key.isascii():
            raise ValueError("no key of this store")
        return self.folder / key[:2] / key

    def keep(self, stream: BinaryIO, *, most: int) -> Received:
        """Write ``stream`` whole to the disk, then give it its place: nobody ever sees half a file.

        Raises TooLarge past ``most`` bytes, OSError when the disk is full; then nothing is kept.
        """
        key = secrets.token_hex(20)
        arriving = self.folder / _ARRIVING
        arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside, place = arriving / key, self.path_of(key)
        try:
            received = self._copy(stream, aside, key, most)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            os.replace(aside, place)
            _sync_folder(place.parent)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return received

    @staticmethod
    def _copy(stream: BinaryIO, aside: Path, key: str, most: int) -> Received:
        digest, size, head = hashlib.sha256(), 0, b""
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > most:
                    raise TooLarge
                head = head or block[:HEAD]
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        return Received(key, size, digest.hexdigest(), head)

    def remove(self, key: str) -> None:
        """Harmless when it is gone already."""
        self.path_of(key).unlink(missing_ok=True)

    def sweep(self, known: set[str], *, older_than: float) -> int:
        """Remove files that ``known`` does not name and that were written more than so many seconds ago. How many."""
        removed, limit = 0, time.time() - older_than
        for path in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):  # somebody else sweeps too
                if path.name not in known and path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
        return removed


def _sync_folder(folder: Path) -> None:
    """So that the name survives a power cut, as the bytes do."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
