"""The vector index: exact inner products over unit vectors, with FAISS.

Exact on purpose: at 10 000 documents a search costs 0.2 ms, and approximate indexes lose 2 to 40 points of recall.
The index is a cache of vectors kept elsewhere. So its file is one piece (ids and vectors cannot get out of step),
written aside and renamed, and read with suspicion: anything odd raises IndexUnusable and the caller rebuilds.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matching.encoder import Vectors

# Two threads on a busy machine made a flat search 5 to 80 times slower.
faiss.omp_set_num_threads(1)

_MAGIC = b"adopte-index-1\n"

Keys = NDArray[np.int64]


class IndexUnusable(Exception):
    """The file is missing, cut, altered or of another model: rebuild the index."""


class DenseIndex:
    """Unit vectors by integer id (64 bits, positive): `model` names the encoder version they come from."""

    def __init__(self, dimension: int, model: str = "") -> None:
        self.dimension = dimension
        self.model = model
        # Any: the types that FAISS publishes lack what SWIG adds (arrays in, arrays out).
        self._faiss: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._held: set[int] = set()

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    def __contains__(self, id: int) -> bool:
        return id in self._held

    def add(self, ids: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Hold `vectors` (one row an id); an id already held gets its new vector.

        Raises ValueError for a wrong shape, a repeated id, or a row that is not of norm 1.
        """
        keys = np.asarray(ids, dtype=np.int64)
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if rows.shape != (len(keys), self.dimension):
            raise ValueError(
                f"Expected {len(keys)} vectors of {self.dimension} dimensions, got {rows.shape}."
            )
        if len(set(keys.tolist())) != len(keys):
            raise ValueError("The same id is given twice.")
        # Written so that NaN fails too.
        if not np.all(np.abs(np.einsum("ij,ij->i", rows, rows) - 1.0) < 1e-3):
            raise ValueError("Vectors must have norm 1.")
        self.remove(keys)
        if len(keys):
            self._faiss.add_with_ids(rows, keys)
            self._held.update(keys.tolist())

    def remove(self, ids: Sequence[int] | Keys) -> None:
        """Forget `ids`; an unknown one is no error."""
        keys = np.array(
            [key for key in np.asarray(ids, dtype=np.int64).tolist() if key in self._held], dtype=np.int64
        )
        if len(keys):
            self._faiss.remove_ids(keys)
            self._held.difference_update(keys.tolist())

    def search(self, vector: NDArray[np.float32], count: int) -> tuple[Keys, NDArray[np.float32]]:
        """The `count` nearest ids and their cosines, best first (fewer when fewer are held)."""
        count = min(count, len(self))
        if count <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        cosines, keys = self._faiss.search(
            np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1), count
        )
        return keys[0], cosines[0]

    def vector(self, id: int) -> NDArray[np.float32]:
        """The vector held for `id`. Raises KeyError."""
        if id not in self._held:
            raise KeyError(id)
        return np.asarray(self._faiss.reconstruct(id))

    def save(self, path: Path) -> None:
        """Write everything as one file; whoever reads at the same moment sees the old one or the new one, whole."""
        body = faiss.serialize_index(self._faiss).tobytes()
        manifest = {
            "model": self.model,
            "dim": self.dimension,
            "count": len(self),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_MAGIC + json.dumps(manifest).encode() + b"\n" + body)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    @classmethod
    def load(cls, path: Path, *, model: str, dimension: int) -> DenseIndex:
        """The index saved at `path` for this `model`. Raises IndexUnusable whatever is wrong."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise IndexUnusable(f"{path} cannot be read.") from error
        magic, head, body = content[: len(_MAGIC)], *content[len(_MAGIC) :].partition(b"\n")[::2]
        try:
            manifest = json.loads(head) if magic == _MAGIC else {}
        except ValueError:
            manifest = {}
        wanted = {"model": model, "dim": dimension, "sha256": hashlib.sha256(body).hexdigest()}
        for name, value in wanted.items():
            if not isinstance(manifest, dict) or manifest.get(name) != value:
                raise IndexUnusable(
                    f"{path} is not an index of {model} in {dimension} dimensions ({name} differs)."
                )
        return cls._from_faiss(path, body, manifest)

    @classmethod
    def _from_faiss(cls, path: Path, body: bytes, manifest: dict[str, object]) -> DenseIndex:
        # Only reached with a right checksum: FAISS itself trusts what it reads.
        index = cls(int(str(manifest["dim"])), str(manifest["model"]))
        try:
            index._faiss = faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))
            index._held = set(faiss.vector_to_array(index._faiss.id_map).tolist())
        except (RuntimeError, AttributeError) as error:
            raise IndexUnusable(f"{path} is not readable by this FAISS.") from error
        same = len(index) == len(index._held) == manifest.get("count") and index._faiss.d == index.dimension
        if not same:
            raise IndexUnusable(f"{path} does not hold the vectors that it announces.")
        return index


def _sync_folder(folder: Path) -> None:
    # The rename itself must survive a power cut.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
