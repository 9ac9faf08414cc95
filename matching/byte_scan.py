"""A first look at a million vectors: few bytes each, so little memory to read and little to multiply.

Turned so that the directions in which they differ most come first (principal axes: a turn keeps inner products), vectors
are nearly known by the first of these. Those that hold ENERGY of the whole become whole numbers from -127 to 127, one byte
each, those of the vector asked too, and FAISS multiplies bytes as they are: its quantisers that turn each byte back into a
real number took 1.6 times as long. The order is nearly right; who needs it exact reads the first few hundred again
(`DenseIndex.search`; figures: benchmarks/million_vectors.py).
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matching.encoder import Vectors

# The number that becomes 127 leaves one in this many above it, cut. Rounding hurts more than a rare cut.
CUT = 20_000

# Of the sum of squares. For static-fr 0.7 is half of the directions; all of them took half as long again and found the same ten.
ENERGY = 0.7
STEP = 32  # directions; what processors multiply at once

SAMPLE = 50_000


class ByteScan:
    """The bytes of a block of unit vectors, kept in step with it by `put` and `fill`: same row, same vector."""

    def __init__(self, rows: Vectors) -> None:
        sample = rows[:: -(-len(rows) // SAMPLE)]
        self._axes = _principal_axes(sample)
        self._scale = np.float32(127.0 / np.quantile(np.abs(sample @ self._axes), 1 - 1 / CUT))
        # Any: the types that FAISS publishes lack what SWIG adds (arrays in, arrays out).
        self._faiss: Any = faiss.IndexScalarQuantizer(
            self._axes.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        for start in range(0, len(rows), 65_536):  # in pieces: a second copy in full precision is never held
            self._faiss.add(self._scaled(rows[start : start + 65_536]))

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def width(self) -> int:
        """Bytes of one vector."""
        return int(self._faiss.d)

    def put(self, places: NDArray[np.int64], rows: Vectors) -> None:
        """Write `rows` at `places`; places from len(self) on are new, and given in order."""
        known = places < len(self)
        if known.any():
            codes = self._faiss.sa_encode(self._scaled(rows[known]))
            self._codes()[places[known]] = codes
        if not known.all():
            self._faiss.add(self._scaled(rows[~known]))

    def fill(self, hole: int) -> None:
        """Move the last row into `hole` (which may be the last one), and forget the last place."""
        codes = self._codes()
        codes[hole] = codes[-1]
        self._faiss.ntotal -= 1
        self._faiss.codes.resize(len(self) * self.width)

    def nearest(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The rows that seem nearest to `vector`, in about that order."""
        asked = np.asarray(vector, dtype=np.float32).reshape(1, -1) @ self._axes
        _, places = self._faiss.search(np.rint(asked * (127.0 / np.abs(asked).max())), count)
        return np.asarray(places[0], dtype=np.int64)

    def _scaled(self, rows: Vectors) -> Vectors:
        return np.clip(np.rint(rows @ self._axes * self._scale), -127, 127).astype(np.float32)

    def _codes(self) -> NDArray[np.uint8]:
        # The memory of FAISS itself, to be used at once: it moves when vectors are added.
        block: NDArray[np.uint8] = faiss.rev_swig_ptr(self._faiss.codes.data(), len(self) * self.width)
        return block.reshape(len(self), self.width)


def _principal_axes(rows: Vectors) -> NDArray[np.float32]:
    """One axis a column, those of most energy first, as many as ENERGY needs."""
    energies, axes = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    share = np.cumsum(energies[::-1]) / energies.sum()
    needed = int(np.searchsorted(share, ENERGY)) + 1
    kept = min(-(-needed // STEP) * STEP, rows.shape[1])
    return np.ascontiguousarray(axes[:, ::-1][:, :kept], dtype=np.float32)
