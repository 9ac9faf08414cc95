"""The vector index: inner products over unit vectors, exact, held in one block of memory.

Exact on purpose: approximate indexes lose 2 to 40 points of recall, and 100 000 vectors cost some ten milliseconds. From
MANY on, `search` looks at a few bytes of each first (`byte_scan`), then at the best of them again in full precision.

The index is a cache of vectors kept elsewhere. So its file is one piece (ids and vectors cannot get out of step),
written aside and renamed, and read with suspicion: anything odd raises IndexUnusable and the caller rebuilds.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matching.byte_scan import ByteScan
from matching.encoder import Vectors

# Two threads on a busy machine made a flat search 5 to 80 times slower.
faiss.omp_set_num_threads(1)

_MAGIC = b"adopte-index-2\n"

# Below, the exact scan is short enough, and spares the eighth of memory that the bytes add.
MANY = 200_000

# Read again in full precision: at a million vectors a third of it found the same ten (benchmarks/million_vectors.py).
READ_AGAIN = 300

Keys = NDArray[np.int64]
Cosines = NDArray[np.float32]


class IndexUnusable(Exception):
    """The file is missing, cut, altered or of another model: rebuild the index."""


class DenseIndex:
    """Unit vectors by integer id (64 bits, positive): `model` names the encoder version they come from."""

    def __init__(self, dimension: int, model: str = "") -> None:
        self.dimension = dimension
        self.model = model
        # The first len(self) rows are used, without holes: the last one moves into the place of one that leaves.
        self._rows: Vectors = np.zeros((0, dimension), dtype=np.float32)
        self._ids: Keys = np.zeros(0, dtype=np.int64)
        self._row_of: dict[int, int] = {}
        self._bytes: ByteScan | None = None

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, id: int) -> bool:
        return id in self._row_of

    def add(self, ids: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Hold `vectors` (one row an id); an id already held gets its new vector.

        Raises ValueError for a wrong shape, a repeated id, or a row that is not of norm 1; nothing was added then.
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
        places = np.array([self._place_of(key) for key in keys.tolist()], dtype=np.int64)
        self._make_room()
        self._rows[places] = rows
        self._ids[places] = keys
        if self._bytes is not None:
            self._bytes.put(places, rows)

    def remove(self, ids: Sequence[int] | Keys) -> None:
        """Forget `ids`; an unknown one is no error."""
        for key in np.asarray(ids, dtype=np.int64).tolist():
            hole = self._row_of.pop(key, None)
            if hole is None:
                continue
            last = len(self._row_of)
            if hole != last:
                self._rows[hole], self._ids[hole] = self._rows[last], self._ids[last]
                self._row_of[int(self._ids[hole])] = hole
            if self._bytes is not None:
                self._bytes.fill(hole)

    def cosines(self, vector: NDArray[np.float32]) -> tuple[Keys, Cosines]:
        """Every id held and its exact cosine, in no particular order.

        A cosine has the same bits wherever its row lies: what BLAS does not promise (its last rows are added otherwise).
        """
        count = len(self)
        return self._ids[:count].copy(), _inner_products(vector, self._rows[:count])

    def search(self, vector: NDArray[np.float32], count: int) -> tuple[Keys, Cosines]:
        """The `count` nearest ids and their cosines, best first (fewer when fewer are held).

        The cosines are exact. From MANY vectors on, the choice comes from the bytes (see `byte_scan`), and the first
        call after a load prepares them (seconds for a million).
        """
        count = min(count, len(self))
        if count <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if len(self) >= MANY:
            places = self._byte_scan().nearest(vector, min(len(self), max(READ_AGAIN, 10 * count)))
            keys, found = self._ids[places], _inner_products(vector, self._rows[places])
        else:
            keys, found = self.cosines(vector)
            # Not the first `count` but all as near as the last of them: equal ones are then chosen by id.
            near = found >= np.partition(found, len(found) - count)[len(found) - count]
            keys, found = keys[near], found[near]
        order = np.lexsort((keys, -found))[:count]
        return keys[order], found[order]

    def vector(self, id: int) -> NDArray[np.float32]:
        """A copy of the vector held for `id`. Raises KeyError."""
        return self._rows[self._row_of[id]].copy()

    def save(self, path: Path) -> None:
        """Write everything as one file; whoever reads at the same moment sees the old one or the new one, whole."""
        ids, rows = self._ids[: len(self)].astype("<i8"), self._rows[: len(self)].astype("<f4", copy=False)
        manifest = {
            "model": self.model,
            "dim": self.dimension,
            "count": len(self),
            "sha256": _digest(ids, rows),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_MAGIC + json.dumps(manifest).encode() + b"\n")
                file.write(ids.data)
                file.write(rows.data)
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
            with path.open("rb") as file:
                return cls._read(path, file, {"model": model, "dim": dimension})
        except OSError as error:
            raise IndexUnusable(f"{path} cannot be read.") from error

    @classmethod
    def _read(cls, path: Path, file: BufferedReader, wanted: dict[str, object]) -> DenseIndex:
        try:
            manifest = json.loads(file.readline()) if file.readline(len(_MAGIC)) == _MAGIC else {}
        except ValueError:
            manifest = {}
        for name, value in wanted.items():
            if not isinstance(manifest, dict) or manifest.get(name) != value:
                raise IndexUnusable(f"{path} is of another model, or no index ({name} is not {value}).")
        index = cls(int(str(wanted["dim"])), str(wanted["model"]))
        count = manifest.get("count")
        # The length is compared before anything of that length is asked of the memory.
        held = os.fstat(file.fileno()).st_size - file.tell()
        if not isinstance(count, int) or held != count * (8 + 4 * index.dimension):
            raise IndexUnusable(f"{path} does not hold the vectors that it announces.")
        index._ids = np.empty(count, dtype="<i8")
        index._rows = np.empty((count, index.dimension), dtype="<f4")
        file.readinto(index._ids.data)
        file.readinto(index._rows.data)
        index._row_of = {key: row for row, key in enumerate(index._ids.tolist())}
        if _digest(index._ids, index._rows) != manifest.get("sha256") or len(index) != count:
            raise IndexUnusable(f"{path} is not what was written (sha256 differs).")
        return index

    def _place_of(self, key: int) -> int:
        return self._row_of.setdefault(key, len(self._row_of))

    def _make_room(self) -> None:
        if len(self) > len(self._rows):
            room = max(len(self), len(self._rows) + len(self._rows) // 2, 64)
            # In place: the system moves pages of a large block instead of copying them, and no second copy is held.
            self._rows.resize((room, self.dimension), refcheck=False)
            self._ids.resize(room, refcheck=False)

    def _byte_scan(self) -> ByteScan:
        if self._bytes is None:
            self._bytes = ByteScan(self._rows[: len(self)])
        return self._bytes


def _inner_products(vector: NDArray[np.float32], rows: Vectors) -> Cosines:
    asked = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
    rows = np.ascontiguousarray(rows)
    products = np.empty(len(rows), dtype=np.float32)
    of_faiss: Any = faiss  # the types that it publishes lack this one
    of_faiss.fvec_inner_products_ny(
        faiss.swig_ptr(products), faiss.swig_ptr(asked), faiss.swig_ptr(rows), rows.shape[1], len(rows)
    )
    return products


def _digest(ids: Keys, rows: Vectors) -> str:
    digest = hashlib.sha256()
    digest.update(ids.data)
    digest.update(rows.data)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    # The rename itself must survive a power cut.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
