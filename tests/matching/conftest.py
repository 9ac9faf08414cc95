"""A toy corpus whose right answers are obvious, and two encoders that must both find them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest

from matching.document import Document
from matching.encoder import Encoder, SentenceTransformerEncoder, Vectors, unit_rows
from matching.text import stems


class HashingEncoder:
    """Each stem points in its own direction: enough meaning for a toy corpus, and nothing to load."""

    version = "hashing@1"
    dimension = 128

    def encode(self, texts: Sequence[str]) -> Vectors:
        return unit_rows(np.array([self._vector(text) for text in texts]).reshape(-1, self.dimension))

    def _vector(self, text: str) -> np.ndarray:
        total = np.zeros(self.dimension)
        for stem in stems(text):
            seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:4], "big")
            total += np.random.default_rng(seed).standard_normal(self.dimension)
        return total


@pytest.fixture(scope="session")
def bundled() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


@pytest.fixture
def hashing() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(params=["hashing", pytest.param("bundled", marks=pytest.mark.encoder)])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return request.getfixturevalue(request.param)


BINS, STRAYS, CALLS, SHADE, CANTEEN, BIKES = range(1, 7)


@pytest.fixture
def solutions() -> list[Document]:
    return [
        Document(
            BINS,
            "solution",
            "Corbeilles connectées",
            (
                "Un capteur mesure le remplissage des corbeilles de rue.",
                "Vos agents vident les corbeilles pleines et laissent les vides. Installation en une journée.",
            ),
            themes=("circular_waste",),
            maturity=8,
            price_from_cents=300_000,
        ),
        Document(
            STRAYS,
            "solution",
            "Refuge mobile pour chats errants",
            ("Une équipe stérilise les chats errants du quartier et leur trouve un foyer.",),
            themes=("climate_nature",),
            maturity=9,
        ),
        Document(
            CALLS,
            "solution",
            "Agent vocal pour le standard de la mairie",
            ("Il répond à tous les appels téléphoniques, jour et nuit. Aucun usager ne raccroche.",),
            themes=("citizen_services",),
            maturity=5,
            price_from_cents=900_000,
        ),
        Document(
            SHADE,
            "solution",
            "Voiles d’ombrage et arbres pour les cours d’école",
            ("Une cour plus fraîche pendant la canicule. Pose pendant les vacances scolaires.",),
            themes=("climate_nature", "youth_education"),
            territories=("school",),
            maturity=9,
        ),
        Document(
            CANTEEN,
            "solution",
            "Table de tri pour la cantine scolaire",
            ("Les enfants pèsent leurs restes. Le gaspillage alimentaire de la cantine diminue d’un tiers.",),
            themes=("circular_waste", "youth_education"),
            maturity=8,
        ),
        Document(
            BIKES,
            "solution",
            "Abri sécurisé pour vélos",
            ("Un box fermé où les habitants garent leur vélo près de la gare. Fini les vols de vélos.",),
            themes=("mobility",),
            maturity=9,
        ),
    ]


OBVIOUS = [
    ("Les corbeilles débordent", "Chaque lundi les corbeilles du parc sont pleines et les agents courent partout.", BINS),
    ("Le standard sonne dans le vide", "La mairie manque la moitié des appels téléphoniques.", CALLS),
    ("Trop chaud dans la cour", "Pendant la canicule les enfants cherchent l’ombrage d’un arbre dans la cour d’école.", SHADE),
    ("Gaspillage à la cantine", "Les restes de la cantine scolaire remplissent trois bacs.", CANTEEN),
    ("Vols de vélos à la gare", "Les habitants n’osent plus y laisser leur vélo.", BIKES),
]  # fmt: skip


@pytest.fixture(params=OBVIOUS, ids=[title for title, _, _ in OBVIOUS])
def obvious(request: pytest.FixtureRequest) -> tuple[Document, int]:
    """A need and the id of the solution that anyone would choose."""
    title, irritant, answer = request.param
    return Document(100, "need", title, (irritant,)), answer


@pytest.fixture
def bins_need() -> Document:
    title, irritant, _ = OBVIOUS[0]
    return Document(100, "need", title, (irritant,), themes=("circular_waste",))
