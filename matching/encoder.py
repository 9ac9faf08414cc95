"""From texts to unit vectors. One protocol, one real encoder: any model that sentence-transformers can load."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BUNDLED = Path(__file__).parent / "encoders" / "static-fr"


class EncoderUnavailable(Exception):
    """The model cannot be loaded; the message is one sentence for the person who chose it."""


class EncodingError(ValueError):
    """A text has no vector (empty, or nothing that the model knows), or the model answered NaN."""


class Encoder(Protocol):
    """Anything that turns texts into unit vectors, the same vector for the same text."""

    @property
    def version(self) -> str:
        """Name and short hash of the weights: vectors of two versions are never compared."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, dimension), float32, each row of norm 1. Raises EncodingError."""


def unit_rows(vectors: NDArray[Any]) -> Vectors:
    """Each row divided by its norm. Raises EncodingError for a row that is null or not finite."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    wrong = np.flatnonzero(~np.isfinite(norms[:, 0]) | (norms[:, 0] < 1e-6))
    if wrong.size:
        raise EncodingError(
            f"Text number {int(wrong[0]) + 1} has no usable vector (empty, or no known word)."
        )
    return rows / norms


class SentenceTransformerEncoder:
    """The bundled French encoder (`model=None`), or a model by local path or by name.

    Offline by default: a name must then be in the local Hugging Face cache, and nothing is asked of the network.
    Raises EncoderUnavailable when the model cannot be loaded.
    """

    def __init__(self, model: str | Path | None = None, *, offline: bool = True) -> None:
        name = str(model or BUNDLED)
        if _looks_like_path(name) and not Path(name).expanduser().is_dir():
            raise EncoderUnavailable(f"There is no encoder at {name}: this folder does not exist.")
        is_folder = Path(name).expanduser().is_dir()
        self._model = _load(str(Path(name).expanduser()) if is_folder else name, offline)
        _read_to_the_end(self._model)
        self.version = f"{Path(name).name if is_folder else name}@{_weights_hash(self._model)}"
        # float16 weights (static-fr) are slower than float32 on a CPU and lose digits in the mean.
        self._model.float()
        self.dimension = int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit_rows(self._model.encode(list(texts), batch_size=32, show_progress_bar=False))


def _read_to_the_end(model: Any) -> None:
    """A mean of word vectors has no longest text, but the file of the tokenizer cuts at 128 pieces: long needs lost their
    end, and 2.8 points of nDCG alone (docs/matching.md). Transformers keep their own limit."""
    first = model[0]
    if type(first).__name__ == "StaticEmbedding":
        first.tokenizer.no_truncation()


def _looks_like_path(name: str) -> bool:
    return name.startswith((".", "~", os.sep)) or name.count("/") > 1


def _load(name: str, offline: bool) -> Any:
    # Read when the libraries are imported: they must be set before. An import costs 5 s, hence here and not above.
    if offline:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    # One thread: more of them fight with the other processes of a small machine, and add in another order.
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=offline)
    except Exception as error:  # the loaders raise a dozen unrelated types
        hint = (
            "give the folder of a model, or allow downloads" if offline else "check its name and the network"
        )
        raise EncoderUnavailable(f"The encoder « {name} » cannot be loaded: {hint}.") from error


def _weights_hash(model: Any) -> str:
    """Eight hexadecimal digits over all weights, as stored, and over how text is cut for them."""
    import torch

    digest = hashlib.sha256()
    tokenizer = getattr(model[0], "tokenizer", None)
    if tokenizer is not None and hasattr(tokenizer, "to_str"):
        digest.update(tokenizer.to_str().encode())  # the same weights read otherwise are other vectors
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:8]
