"""`python -m matching.training`: from the data to the bundled encoder and its base of cases, in about two minutes.

Give `--decisions FILE` (made by `python -m launch decisions`) to learn from what the team decided too. Measure before you
keep it: `python -m matching evaluate DIR`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from matching.encoder import BUNDLED
from matching.training.energy import Meter
from matching.training.material import DATA, Material, MaterialError

#: Where training begins: word vectors distilled from a sentence encoder, before any need was seen (its card is in the
#: data card). One byte a number and one scale a row.
BASE = Path(__file__).parent / "base.npz"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write, tell; 0 when it went well, 2 with one sentence on the error output otherwise."""
    parser = argparse.ArgumentParser(prog="python -m matching.training", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=DATA, help="folder of the material (default: what comes with it)"
    )
    parser.add_argument(
        "--decisions", type=Path, nargs="*", default=[], help="more pairs, from the team's decisions"
    )
    parser.add_argument(
        "--out", type=Path, default=BUNDLED, help="folder of the encoder (default: the bundled one)"
    )
    parser.add_argument(
        "--only-cases", action="store_true", help="keep the encoder, make the base of cases again"
    )
    chosen = parser.parse_args(arguments)
    try:
        material = Material.load(chosen.data, chosen.decisions)
    except MaterialError as error:
        print(error, file=sys.stderr)
        return 2
    meter = Meter()
    torch.set_num_threads(1)
    if not chosen.only_cases:
        _train_encoder(material, chosen.out)
    _build_cases(material, chosen.out)
    cost = meter.told()
    print(cost)
    _write_card(chosen.out / "README.md", material, cost)
    return 0


def base_weights() -> NDArray[np.float32]:
    """The word vectors from which training begins, shape (pieces, dimension)."""
    with np.load(BASE, allow_pickle=False) as stored:
        return np.asarray(stored["rows"].astype(np.float32) * stored["scales"].astype(np.float32)[:, None])


def _train_encoder(material: Material, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    from matching.training import contrast

    tokenizer = SentenceTransformer(str(BUNDLED), device="cpu", local_files_only=True)[0].tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def cut(texts: Sequence[str]) -> list[list[int]]:
        return [read.ids for read in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    examples = contrast.examples_of(material)
    print(f"{len(examples)} examples: {len(material.pairs)} pairs, {len(material.cards)} cards, ", end="")
    print(f"{sum(len(graded.grades) for graded in material.graded)} grades of {len(material.graded)} needs")
    weights = contrast.train(
        torch.from_numpy(base_weights()),
        cut,
        examples,
        told=lambda epoch, loss: print(f"epoch {epoch}: loss {loss:.3f}", flush=True),
    )
    layer = StaticEmbedding(tokenizer, embedding_weights=weights.numpy())
    SentenceTransformer(modules=[layer], device="cpu").half().save(str(folder), create_model_card=False)


def _build_cases(material: Material, folder: Path) -> None:
    from matching.encoder import SentenceTransformerEncoder
    from matching.training import cases

    encoder = SentenceTransformerEncoder(folder)
    version = cases.build(material, encoder, folder / "cases.npz")
    print(f"{encoder.version}, {len(material.cards) + len(material.pairs)} cases, version {version}")


def _write_card(file: Path, material: Material, cost: str) -> None:
    template = (Path(__file__).parent / "model_card.md").read_text(encoding="utf-8")
    sizes = json.loads((file.parent / "cases.json").read_text(encoding="utf-8"))
    graded = sum(len(one.grades) for one in material.graded)
    file.write_text(
        template.format(
            pairs=f"{sizes['pairs']:,}", cards=f"{sizes['cards']:,}", graded=f"{graded:,}", cost=cost
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
