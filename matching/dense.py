"""The vector index: inner products over unit vectors, exact, held in one block of memory.

Exact on purpose: approximate indexes lose 2 to 40 points of recall, and 100 000 vectors cost some ten milliseconds. From
MANY on, `search` looks at a few bytes of each first (`byte_scan`), then at the best of them again in full precision.

The index is a cache of vectors kept elsewhere; its file, for who wants one, is the caller's (`workers/index_file.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matching.byte_scan import ByteScan
from matching.encoder import Vectors

# Two threads on a busy machine made a flat search 5 to 80 times slower.
faiss.omp_set_num_threads(1)

# Below, the exact scan is short enough, and spares the eighth of memory that the bytes add.
MANY = 200_000

# Read again in full precision: 0.998 of the ten nearest of a million are among them (benchmarks/million_vectors.py).
READ_AGAIN = 300

Keys = NDArray[np.int64]
Cosines = NDArray[np.float32]


class DenseIndex:
    """Unit vectors by integer id (64 bits, positive), all of one encoder version."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
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
