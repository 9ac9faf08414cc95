from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching.encoder import EncoderUnavailable, EncodingError, SentenceTransformerEncoder

pytestmark = pytest.mark.encoder


def test_vectors_are_unit_float32_rows(bundled: SentenceTransformerEncoder) -> None:
    vectors = bundled.encode(["La cantine", "Le bruit de la rue"])
    assert vectors.shape == (2, bundled.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert bundled.encode([]).shape == (0, bundled.dimension)


def test_one_text_or_a_batch_of_32_gives_the_same_vector(bundled: SentenceTransformerEncoder) -> None:
    texts = [f"Besoin numéro {n} : " + "le bruit des terrasses le soir " * (n % 7) for n in range(32)]
    together = bundled.encode(texts)
    assert np.vstack([bundled.encode([text]) for text in texts]) == pytest.approx(together, abs=1e-6)


def test_an_empty_text_is_refused_by_its_number(bundled: SentenceTransformerEncoder) -> None:
    with pytest.raises(EncodingError, match="number 2"):
        bundled.encode(["La cantine", ""])


def test_the_end_of_a_long_need_counts_as_much_as_its_beginning(bundled: SentenceTransformerEncoder) -> None:
    story = "Depuis des mois le service attend une réponse, et chaque semaine il faut tout recommencer. " * 20
    pool = "La piscine municipale perd de l’eau et son chauffage consomme trop."
    with_end, without = bundled.encode([story + pool * 6, story])
    (asked,) = bundled.encode(["piscine : eau et chauffage"])
    assert with_end @ asked > without @ asked + 0.1


def test_a_very_long_text_is_encoded(bundled: SentenceTransformerEncoder) -> None:
    assert bundled.encode(["les corbeilles débordent " * 40_000]).shape == (1, bundled.dimension)


def test_the_version_names_the_model_and_its_weights(bundled: SentenceTransformerEncoder) -> None:
    name, _, weights = bundled.version.partition("@")
    assert name == "static-fr"
    assert len(weights) == 8
    assert SentenceTransformerEncoder().version == bundled.version


def test_a_wrong_path_or_name_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for model in (tmp_path / "absent", tmp_path / "empty", "no/such-model"):
        with pytest.raises(EncoderUnavailable) as caught:
            SentenceTransformerEncoder(model)
        assert str(model) in str(caught.value)
        assert "\n" not in str(caught.value)
