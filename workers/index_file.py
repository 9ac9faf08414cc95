"""What a worker holds, in a file: a worker that begins goes on from there instead of reading, cutting and adding every text.

It is a cache, written by any worker of the machine, aside and renamed. It is read with suspicion: the checksum comes first,
and whatever is odd (missing, cut, altered, of another encoder, of other reading rules) costs a rebuild and one line in
the log, never more. Whether what it says is still so is not asked of it: the first catch_up compares all of it with the
database, which also tells the file of another database.

    adopte-corpus-1 ⏎ manifest as JSON ⏎ parts, each from a multiple of 64 bytes on … SHA-256 of all that comes before
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import matching.cases
import matching.document
import matching.lexical
import matching.text
import workers.documents
from matching.cases import NARROW, Profiles
from matching.document import Document
from matching.encoder import Encoder
from matching.lexical import Words

log = logging.getLogger(__name__)

_MAGIC = b"adopte-corpus-1\n"
_ALIGNED = 64
_DIGEST = hashlib.sha256().digest_size
_NOT_USED_FOR = 30 * 24 * 3600  # seconds; a file of an encoder that nobody loads any more
_HALF_WRITTEN_FOR = 3600

#: When a thing and its organisation last changed, in microseconds since 1970.
Version = tuple[int, int]


def version_of(thing_updated_at: datetime, organization_updated_at: datetime) -> Version:
    return round(thing_updated_at.timestamp() * 1e6), round(organization_updated_at.timestamp() * 1e6)


@dataclass(frozen=True)
class Held:
    """Public things of one kind: same position, same thing."""

    documents: Sequence[Document]
    versions: Sequence[Version]
    vectors: NDArray[np.float32]
    words: Words
    profiles: Profiles


class Unusable(Exception):
    """Why a file is not taken."""


@cache
def reading_rules() -> str:
    """SHA-256 of the code that makes documents of rows, stems and cases of texts: what was made by other rules is made again."""
    digest = hashlib.sha256()
    for module in (workers.documents, matching.document, matching.text, matching.lexical, matching.cases):
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(matching.cases.VERSION.encode())
    return digest.hexdigest()


class IndexFile:
    """One file a kind of things and version of the encoder."""

    def __init__(self, folder: Path, kind: str, encoder: Encoder) -> None:
        name = re.sub(r"[^\w.-]+", "-", encoder.version)
        # Two names may be written alike once cut and cleaned.
        short = hashlib.sha256(encoder.version.encode()).hexdigest()[:8]
        self.path = folder / f"{kind}-{name[:60]}-{short}.index"
        self._wanted = {
            "kind": kind,
            "encoder": encoder.version,
            "dimension": encoder.dimension,
            "rules": reading_rules(),
        }

    def read(self) -> Held | None:
        """What was held, None when there is nothing that can be used."""
        started = time.monotonic()
        try:
            held = self._read()
        except FileNotFoundError:
            log.info("no index file at %s: everything is read from the database", self.path)
        except (Unusable, OSError, ValueError, KeyError, TypeError, IndexError) as why:
            log.warning("%s is not used (%s): everything is read from the database", self.path, why)
        else:
            log.info(
                "%d things held again from %s, %.1f s",
                len(held.documents),
                self.path,
                time.monotonic() - started,
            )
            return held
        return None

    def _read(self) -> Held:
        content = np.fromfile(self.path, dtype=np.uint8)
        if content[: len(_MAGIC)].tobytes() != _MAGIC:
            raise Unusable("it is no index file")
        if hashlib.sha256(content[:-_DIGEST].data).digest() != content[-_DIGEST:].tobytes():
            raise Unusable("it is not what was written")
        start = len(_MAGIC)
        end = start + int(np.flatnonzero(content[start:] == ord("\n"))[0])
        manifest = json.loads(content[start:end].tobytes())
        for name, value in self._wanted.items():
            if manifest[name] != value:
                raise Unusable(f"its {name} is {manifest[name]}")
        parts = _Parts(content, _aligned(end + 1), manifest["parts"])
        documents = [_document(line) for line in parts.take("documents").tobytes().splitlines()]
        count, of_numbers = len(documents), parts.take("versions").view("<i8").reshape(-1, 2).tolist()
        vectors = parts.take("vectors").view("<f4").reshape(count, int(manifest["dimension"]))
        stems = json.loads(parts.take("stems").tobytes())
        starts, numbers = parts.take("starts").view("<i8"), parts.take("numbers").view("<i4")
        counts = parts.take("counts").view("<f4")
        profiles = Profiles(
            parts.take("cases").view("<u2").reshape(count, sum(NARROW)),
            parts.take("nearness").view("<f2").reshape(count, sum(NARROW)),
        )
        words = Words(stems, starts, numbers, counts)
        return Held(documents, [(a, b) for a, b in of_numbers], vectors, words, profiles)

    def write(self, held: Held) -> None:
        """Keep what is held. Whoever reads at the same moment reads the old file or the new one, whole. A disk that is
        full or read-only is a line in the log."""
        started = time.monotonic()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()
            self._write(held)
        except OSError as why:
            log.warning("the index could not be kept at %s: %s", self.path, why)
        else:
            log.info(
                "%d things kept at %s, %.1f s", len(held.documents), self.path, time.monotonic() - started
            )

    def _write(self, held: Held) -> None:
        parts = _parts_of(held)
        sizes = {name: memoryview(part).nbytes for name, part in parts.items()}
        manifest = json.dumps({**self._wanted, "parts": sizes}).encode()
        descriptor, aside = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest = hashlib.sha256()
                written = 0

                def put(piece: Any) -> None:
                    nonlocal written
                    digest.update(piece)
                    file.write(piece)
                    written += memoryview(piece).nbytes

                put(_MAGIC + manifest + b"\n")
                for part in parts.values():
                    put(bytes(_aligned(written) - written))
                    put(part)
                file.write(digest.digest())
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self.path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise

    def _sweep(self) -> None:
        """Remove what a killed worker left half written, and files of encoders that are no longer used."""
        now = time.time()
        for pattern, age in ((".*.index.*", _HALF_WRITTEN_FOR), ("*.index", _NOT_USED_FOR)):
            for other in self.path.parent.glob(pattern):
                if other != self.path and now - other.stat().st_mtime > age:
                    other.unlink(missing_ok=True)


class _Parts:
    """The parts of a file, taken in the order of the manifest."""

    def __init__(self, content: NDArray[np.uint8], start: int, sizes: dict[str, int]) -> None:
        self._content = content
        self._places: dict[str, tuple[int, int]] = {}
        for name, size in sizes.items():
            self._places[name] = start, start + size
            start = _aligned(start + size)

    def take(self, name: str) -> NDArray[np.uint8]:
        start, end = self._places[name]
        return self._content[start:end]


def _parts_of(held: Held) -> dict[str, Any]:
    words = held.words
    arrays = {
        "versions": np.array(held.versions, dtype="<i8"),
        "vectors": held.vectors.astype("<f4", copy=False),
        "starts": words.starts.astype("<i8"),
        "numbers": words.numbers.astype("<i4"),
        "counts": words.counts.astype("<f4"),
        "cases": held.profiles.numbers.astype("<u2"),
        "nearness": held.profiles.weights.astype("<f2"),
    }
    return {
        "documents": b"\n".join(_line(document) for document in held.documents),
        "stems": json.dumps(list(words.stems)).encode(),
        **{name: array.reshape(-1).view(np.uint8) for name, array in arrays.items()},
    }


_FIELDS = [field.name for field in dataclasses.fields(Document)]


def _line(document: Document) -> bytes:
    # JSON writes line ends inside of texts as \n: one line a document.
    return json.dumps([getattr(document, name) for name in _FIELDS], separators=(",", ":")).encode()


def _document(line: bytes) -> Document:
    values: list[Any] = [tuple(v) if isinstance(v, list) else v for v in json.loads(line)]
    return Document(*values)


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED
