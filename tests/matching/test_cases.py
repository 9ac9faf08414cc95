"""What is known already: texts that share no word meet through the cases that they are both near to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.cases import NARROW, ProfileIndex, Profiles, case_base
from matching.document import Document
from matching.encoder import SentenceTransformerEncoder
from matching.matcher import Matcher
from matching.theming import ThemeSuggester

TOLD = Document(
    1,
    "need",
    "Ça sonne dans le vide",
    ("Le lundi, personne à la mairie ne décroche et les gens raccrochent.",),
)
CALLBOT = Document(
    2,
    "solution",
    "Serveur vocal interactif",
    ("Un callbot qualifie le motif, avec débordement vers des téléconseillers.",),
)
TREES = Document(
    3, "solution", "Plantation de haies", ("Des haies champêtres posées par une équipe d’insertion.",)
)


def profile_of(encoder: SentenceTransformerEncoder, *documents: Document) -> Profiles:
    vectors = encoder.encode([document.text for document in documents])
    return case_base(encoder).profiles(documents, vectors, encoder.version)


def test_a_problem_and_a_technique_without_a_common_word_share_cases(
    bundled: SentenceTransformerEncoder,
) -> None:
    matcher = Matcher(bundled)
    matcher.add([TREES, CALLBOT])
    first, second = matcher.suggest(TOLD, explain=False)
    assert first.document_id == CALLBOT.id
    assert first.components["words"] == 0
    assert first.components["known"] > 0.2 > 0.1 > second.components["known"]


def test_a_document_has_the_same_cases_alone_and_in_company(bundled: SentenceTransformerEncoder) -> None:
    crowd = [replace(TREES, id=10 + n, title=f"Haies, lot {n}") for n in range(150)]
    alone = profile_of(bundled, CALLBOT)
    among = profile_of(bundled, *crowd, TOLD, CALLBOT)
    assert alone.numbers.shape == (1, sum(NARROW))
    assert np.array_equal(alone.numbers[0], among.numbers[-1])
    assert np.array_equal(alone.weights[0], among.weights[-1])


def test_profiles_come_back_as_they_were_held(bundled: SentenceTransformerEncoder) -> None:
    given = profile_of(bundled, TOLD, CALLBOT, TREES)
    index = ProfileIndex()
    index.add([4, 0, 7], given)
    index.remove(0)
    kept = index.profiles_of([7, 4])
    assert np.array_equal(kept.numbers, given.numbers[[2, 0]])
    assert np.array_equal(kept.weights, given.weights[[2, 0]])
    query = case_base(bundled).query(TOLD, bundled.encode([TOLD.text])[0], bundled.version)
    assert index.scores(query, 8)[[0, 4]].tolist() == [0, pytest.approx(index.scores(query, 8).max())]


def test_vectors_of_another_encoder_change_no_profile(bundled: SentenceTransformerEncoder) -> None:
    theirs = np.ones((1, 7), dtype=np.float32) / np.sqrt(7)
    found = case_base(bundled).profiles([CALLBOT], theirs, "other@1")
    assert np.array_equal(found.numbers, profile_of(bundled, CALLBOT).numbers)


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Les corbeilles du parc débordent le dimanche, sacs par terre", "circular_waste"),
        ("trottinettes garées n’importe où", "mobility"),
        ("Nos aînés sont seuls pendant la canicule", "health_care"),
        ("Hameçonnage : deux boîtes de messagerie piratées", "connectivity_security"),
    ],
)
def test_the_theme_of_a_few_words_is_among_the_three_first(
    bundled: SentenceTransformerEncoder, text: str, theme: str
) -> None:
    suggested = ThemeSuggester(bundled).suggest(text)
    assert theme in [code for code, _ in suggested]
    assert [share for _, share in suggested] == sorted((share for _, share in suggested), reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "?! …", "zzz qqqx xvvx wwww mmkm kkgk"])
def test_a_text_that_says_nothing_has_no_theme(bundled: SentenceTransformerEncoder, text: str) -> None:
    assert ThemeSuggester(bundled).suggest(text) == []
