"""The reasons that a person can check, as codes and values. Nothing here changes a rank.

What is near is said in deviations above the usual: encoders differ in what a cosine of 0.4 is worth, so each one is first asked
how near sentences are that have nothing to do with each other, and words likewise.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.cases import NARROW, case_base
from matching.document import Document, Reason
from matching.eligibility import verdicts
from matching.encoder import Encoder, EncodingError, Vectors
from matching.text import sentences, stems, tokens

MOST_TERMS = 6
MOST_SENTENCES = 2
MOST_CLOSE_TERMS = 3
MOST_SUBJECTS = 2

# Product of two nearnesses from which a known subject is said to be that of both texts: 95 % of the judged pairs of grade 3 and 79 %
# of grade 2 have one, 0.8 % of those that nobody graded.
NEAR_SUBJECT = 0.08

# Sentences of fewer words (« Compatible SIP. ») are close to nothing or to everything by chance.
FEWEST_STEMS = 4

# Deviations above unrelated sentences from which two are shown as answering each other: 53 % of the pairs of grade 3 have two such
# sentences, 5 % of those that nobody graded (`python -m benchmarks.explanations`; from 3 on: 82 and 26 %).
NEAR_SENTENCES = 4.0
# Two words need more: there are many of them, and the nearest of a hundred is near by chance (31 and 6 %).
NEAR_WORDS = 6.0

# Share of the shorter one's stems found in the other: the title said again is not a second reason.
SAME_SENTENCE = 0.6

# A word is telling when few candidates use it: one in ten, or three where there are few of them.
TELLING_SHARE = 0.1
TELLING_USERS = 3
# Of each text, the rarest words that are compared with those of the other.
WORDS_COMPARED = 30

# About 20 MB each with ten sentences of 256 dimensions.
KEPT_DOCUMENTS = 2048
KEPT_WORDS = 20_000

# Nothing links them but the language: what is usual between two of these is no nearness.
UNRELATED_SENTENCES = (
    "Le toit du gymnase fuit depuis la tempête de novembre.",
    "Les familles paient la cantine en ligne une fois par mois.",
    "Un capteur mesure le bruit des deux-roues la nuit.",
    "La bibliothèque prête des instruments de musique aux collégiens.",
    "Nos agents plantent des haies le long du canal.",
    "Les personnes âgées appellent le standard pour un rendez-vous médical.",
    "Le logiciel vérifie les factures avant leur paiement.",
    "Les camions livrent les commerces avant sept heures.",
    "Une borne recharge six vélos électriques à la fois.",
    "Les archives du cadastre sont lues par reconnaissance de caractères.",
    "Le marché couvert trie ses invendus pour une association.",
    "Des rats ont été vus près de l’école maternelle.",
    "La traduction simultanée aide à l’accueil des réfugiés.",
    "Les pompiers demandent le plan des bornes d’incendie.",
    "L’ascenseur de la tour est en panne un jour sur cinq.",
    "Un film de lin remplace le plastique des serres.",
)
UNRELATED_WORDS = (
    "toiture", "cantine", "orage", "violon", "haie", "standard", "facture", "camion", "vélo", "archives", "marché", "rat",
    "traduction", "incendie", "ascenseur", "lin", "piscine", "impôt", "peinture", "médecin", "pont", "jardinage", "radio",
    "sommeil", "cimetière", "football",
)  # fmt: skip


@dataclass(frozen=True)
class _Read:
    """The sentences of a document worth showing, their vectors (same order); known subjects and how near each is."""

    sentences: tuple[str, ...]
    vectors: Vectors
    subjects: Mapping[str, float]


class Explainer:
    """Explains pairs; remembers the sentence vectors of the documents that it met last."""

    def __init__(self, encoder: Encoder, rarity: Callable[[str], float]) -> None:
        """`rarity` of a stem: higher for a rarer one (`LexicalIndex.rarity`)."""
        self._encoder = encoder
        self._base = case_base(encoder)
        self._rarity = rarity
        self._read: OrderedDict[str, _Read] = OrderedDict()
        self._words: OrderedDict[str, NDArray[np.float32] | None] = OrderedDict()

    def reasons(self, asked: Document, found: Document) -> tuple[Reason, ...]:
        """Subjects, sentences (two pairs at most), terms, close terms, themes (each only when there is one), then what fits, is
        unknown, contradicts."""
        return self.explain(asked, [found])[0]

    def explain(self, asked: Document, found: Sequence[Document]) -> list[tuple[Reason, ...]]:
        """The reasons of each of several pairs. What is not known yet is encoded all at once: ten pairs cost little more than one."""
        read, *others = self._read_all([asked, *found])
        ours, theirs = self._telling(asked), [self._telling(one) for one in found]
        words = [_apart(ours, one) for one in theirs]
        vectors = self._vectors_of({word for sides in words for side in sides for word in side})
        explained = []
        for one, its_read, its_terms, sides in zip(found, others, theirs, words, strict=True):
            asked_words, found_words = ([word for word in side if word in vectors] for side in sides)
            shown = (
                _shared_terms(ours, its_terms),
                self._close_terms(asked_words, found_words, vectors),
                _shared_themes(asked, one),
            )
            reasons = [*_shared_subjects(read, its_read), *self._answering_sentences(read, its_read)]
            reasons += [reason for reason in shown if reason]
            explained.append((*reasons, *_conditions(asked, one)))
        return explained

    # ------------------------------------------------------------------ reading

    def _read_all(self, documents: Sequence[Document]) -> list[_Read]:
        missing = {one.content_hash: one for one in documents if one.content_hash not in self._read}
        if missing:
            self._read.update(zip(missing, self._encode(list(missing.values())), strict=True))
        for one in documents:
            self._read.move_to_end(one.content_hash)
        found = [self._read[one.content_hash] for one in documents]
        while len(self._read) > KEPT_DOCUMENTS:
            self._read.popitem(last=False)
        return found

    def _encode(self, documents: Sequence[Document]) -> list[_Read]:
        said = [_worth_showing(one) for one in documents]
        texts = [one.text for one in documents]
        try:
            vectors = self._encoder.encode([*chain.from_iterable(said), *texts])
        except EncodingError:
            said = [[one for one in some if _has_vector(self._encoder, one)] for some in said]
            vectors = self._encoder.encode([*chain.from_iterable(said), *texts])
        profiles = self._base.profiles(documents, vectors[-len(documents) :], self._encoder.version)
        read, start = [], 0
        for some, numbers, weights in zip(said, profiles.numbers, profiles.weights, strict=True):
            cards = zip(numbers[: NARROW[0]].tolist(), weights.tolist(), strict=False)
            subjects = {self._base.names[number]: weight for number, weight in cards}
            read.append(_Read(tuple(some), vectors[start : start + len(some)], subjects))
            start += len(some)
        return read

    # ------------------------------------------------------------------ sentences

    def _answering_sentences(self, ours: _Read, theirs: _Read) -> Iterator[Reason]:
        if not ours.sentences or not theirs.sentences:
            return
        cosines = np.array(ours.vectors @ theirs.vectors.T)
        for _ in range(MOST_SENTENCES):
            row, column = divmod(int(cosines.argmax()), len(theirs.sentences))
            similarity = float(cosines[row, column])
            if similarity < self._near_sentences:
                return
            one, other = ours.sentences[row], theirs.sentences[column]
            yield Reason("sentences", {"asked": one, "found": other, "similarity": round(similarity, 4)})
            cosines[_like(one, ours.sentences), :] = -1
            cosines[:, _like(other, theirs.sentences)] = -1

    @cached_property
    def _near_sentences(self) -> float:
        return _unusual(self._encoder.encode(UNRELATED_SENTENCES), NEAR_SENTENCES)

    # ------------------------------------------------------------------ words

    def _close_terms(
        self, asked: Sequence[str], found: Sequence[str], vectors: Mapping[str, NDArray[np.float32]]
    ) -> Reason | None:
        """Words of each that say nearly the same, each the nearest of the other."""
        if not asked or not found:
            return None
        cosines = np.array([vectors[word] for word in asked]) @ np.array([vectors[word] for word in found]).T
        nearest, near_back = cosines.argmax(axis=1), cosines.argmax(axis=0)
        best = [
            (float(cosines[row, column]), asked[row], found[column])
            for row, column in enumerate(nearest.tolist())
            if near_back[column] == row and cosines[row, column] >= self._near_words
        ]
        pairs = [
            {"asked": asked_word, "found": found_word, "similarity": round(similarity, 4)}
            for similarity, asked_word, found_word in sorted(best, reverse=True)[:MOST_CLOSE_TERMS]
        ]
        return Reason("close_terms", {"pairs": pairs}) if pairs else None

    @cached_property
    def _near_words(self) -> float:
        return _unusual(self._encoder.encode(UNRELATED_WORDS), NEAR_WORDS)

    def _telling(self, document: Document) -> dict[str, str]:
        """The telling stems of a text, rarest first, each as it is most often written there (the first of several)."""
        surfaces: dict[str, Counter[str]] = {}
        for token in tokens(document.text):
            if not any(sign.isdigit() for sign in token.stem):
                surfaces.setdefault(token.stem, Counter())[token.surface] += 1
        # A rarity is log(1 + (held - users + 0.5) / (users + 0.5)); that of a stem that nobody uses is log(2 held + 2).
        unused = math.exp(self._rarity(""))
        most_users = max(TELLING_USERS, TELLING_SHARE * unused / 2)
        rarity = {stem: self._rarity(stem) for stem in surfaces}
        telling = [
            stem for stem in surfaces if (unused / math.exp(rarity[stem]) - 1) / 2 <= most_users + 0.01
        ]
        rarest = sorted(telling, key=lambda stem: (-rarity[stem], stem))
        return {stem: surfaces[stem].most_common(1)[0][0] for stem in rarest}

    def _vectors_of(self, words: Collection[str]) -> dict[str, NDArray[np.float32]]:
        """The vector of each word that has one."""
        missing = sorted(word for word in words if word not in self._words)
        if missing:
            self._words.update(_encode_words(self._encoder, missing))
        found = {}
        for word in words:
            self._words.move_to_end(word)
            vector = self._words[word]
            if vector is not None:
                found[word] = vector
        while len(self._words) > KEPT_WORDS:
            self._words.popitem(last=False)
        return found


def _worth_showing(document: Document) -> list[str]:
    every = [sentence for part in (document.title, *document.parts) for sentence in sentences(part)]
    # A short text has only short sentences: then they all count.
    return [sentence for sentence in every if len(stems(sentence)) >= FEWEST_STEMS] or every


def _shared_subjects(ours: _Read, theirs: _Read) -> Iterator[Reason]:
    shared = ours.subjects.keys() & theirs.subjects.keys()
    nearness = {name: ours.subjects[name] * theirs.subjects[name] for name in shared}
    near = sorted((-value, name) for name, value in nearness.items() if value >= NEAR_SUBJECT)
    if near:
        yield Reason("subjects", {"names": [name for _, name in near[:MOST_SUBJECTS]]})


def _conditions(asked: Document, found: Document) -> list[Reason]:
    order = ("fits", "unknown", "contradicts")
    said = sorted(verdicts(asked, found), key=lambda verdict: order.index(verdict.outcome))
    return [verdict.as_reason() for verdict in said]


def _apart(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The rarest words that only one of the two has."""
    asked = [surface for stem, surface in ours.items() if stem not in theirs]
    found = [surface for stem, surface in theirs.items() if stem not in ours]
    return asked[:WORDS_COMPARED], found[:WORDS_COMPARED]


def _shared_terms(ours: Mapping[str, str], theirs: Collection[str]) -> Reason | None:
    terms = [surface for stem, surface in ours.items() if stem in theirs][:MOST_TERMS]
    return Reason("terms", {"terms": terms}) if terms else None


def _shared_themes(asked: Document, found: Document) -> Reason | None:
    shared = [theme for theme in asked.themes if theme in found.themes]
    return Reason("themes", {"themes": shared}) if shared else None


def _unusual(vectors: Vectors, deviations: float) -> float:
    """The cosine that is so many deviations above the usual one between two of these vectors."""
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), k=1)]
    return float(cosines.mean() + deviations * cosines.std())


def _like(said: str, sentences: Sequence[str]) -> list[int]:
    """Positions of `said` and of the sentences that say it again."""
    own = set(stems(said))
    return [
        place
        for place, one in enumerate(sentences)
        if one == said or _overlap(own, set(stems(one))) > SAME_SENTENCE
    ]


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _encode_words(encoder: Encoder, words: Sequence[str]) -> dict[str, NDArray[np.float32] | None]:
    """None for a word that the encoder has no vector for."""
    try:
        return dict(zip(words, encoder.encode(words), strict=True))
    except EncodingError:
        known = [word for word in words if _has_vector(encoder, word)]
        return dict.fromkeys(words) | dict(zip(known, encoder.encode(known), strict=True))


def _has_vector(encoder: Encoder, text: str) -> bool:
    try:
        encoder.encode([text])
    except EncodingError:
        return False
    return True
