"""A first look at a million vectors: one byte a number instead of four, so a quarter of the memory to read.

What limits a scan is the memory it reads. Numbers become whole ones from -127 to 127, those of the vector asked too, and FAISS
multiplies them as they are (the quantisers that turn each byte back into a real number took 1.6 times as long). The order is
nearly right; who needs it exact reads the first hundred again (`DenseIndex.search`).
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matching.encoder import Vectors

# The number that becomes 127 leaves one in this many above it, cut. Rounding hurts more than a rare cut.
CUT = 20_000


class ByteScan:
    """The bytes of a block of unit vectors, kept in step with it by `put` and `fill`: same row, same vector."""

    def __init__(self, rows: Vectors) -> None:
        sample = np.abs(rows[:: -(-len(rows) // 10_000)]).ravel()
        self._scale = np.float32(127.0 / np.quantile(sample, 1 - 1 / CUT))
        # Any: the types that FAISS publishes lack what SWIG adds (arrays in, arrays out).
        self._faiss: Any = faiss.IndexScalarQuantizer(
            rows.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        for start in range(0, len(rows), 65_536):  # in pieces: a second copy in full precision is never held
            self._faiss.add(self._scaled(rows[start : start + 65_536]))

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

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
        self._faiss.codes.resize(len(self) * self._faiss.d)

    def nearest(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The rows that seem nearest to `vector`, in about that order."""
        asked = np.asarray(vector, dtype=np.float32).reshape(1, -1)
        _, places = self._faiss.search(np.rint(asked * (127.0 / np.abs(asked).max())), count)
        return np.asarray(places[0], dtype=np.int64)

    def _scaled(self, rows: Vectors) -> Vectors:
        return np.clip(np.rint(rows * self._scale), -127, 127).astype(np.float32)

    def _codes(self) -> NDArray[np.uint8]:
        # The memory of FAISS itself, to be used at once: it moves when vectors are added.
        width = int(self._faiss.d)
        block: NDArray[np.uint8] = faiss.rev_swig_ptr(self._faiss.codes.data(), len(self) * width)
        return block.reshape(len(self), width)
