"""Rows to documents, vectors from the table or the encoder, and the two indexes that a worker holds.

    corpus = the_corpus()                 # one a process; loads the encoder
    corpus.catch_up()                     # before each answer: what changed, what came, what left
    corpus.solutions.matcher.suggest(corpus.needs.document(12))

The index is a cache of the database, never a source: any number of workers give the same answer, and a lost one costs
a rebuild. Names and numbers of organisations are masked here, before anything is encoded: the same text signed by
somebody else gets the same score.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matching.document import Document
from matching.encoder import Encoder, EncodingError, SentenceTransformerEncoder
from matching.matcher import Matcher
from models import Embedding, Need, Organization, Solution, db
from models.database import reading_only
from workers.holdings import Holdings

log = logging.getLogger(__name__)

Vector = NDArray[np.float32]
T = TypeVar("T")

MASK = "[…]"
SHORTEST_NAME = 3  # characters; « EDF » is masked, « Io » would be found in half of the words
READ_AT_ONCE = 500
ENCODED_AT_ONCE = 64  # about a second with a small transformer: what a killed worker loses

# SIREN, SIRET and VAT numbers, in one block or in threes.
_REGISTRATION = re.compile(
    r"(?<![\w])(?:FR[\s.]?\d{2}[\s.]?)?\d{3}[\s.]?\d{3}[\s.]?\d{3}(?:[\s.]?\d{5})?(?!\d)", re.IGNORECASE
)
_BUDGET_TOP_CENTS = {
    "lt_40k": 40_000_00,
    "40_60k": 60_000_00,
    "60_90k": 90_000_00,
    "90_100k": 100_000_00,
    "100_216k": 216_000_00,
}
# Prices for a number that we do not know cannot be set against a budget.
_COMPARABLE_UNITS = ("one_off", "per_year")


# ------------------------------------------------------------------ rows to documents


def document_of(thing: Need | Solution) -> Document:
    """What the matcher sees of a need or a solution: never a name, a SIRET, or who wrote it."""
    return _need_document(thing) if isinstance(thing, Need) else _solution_document(thing)


def _need_document(need: Need) -> Document:
    hide = _masker(need.organization)
    budget = need.budget_max_cents
    return Document(
        id=need.id,
        kind="need",
        title=hide(need.title),
        parts=(hide(need.irritant), hide(need.expected_outcome)),
        themes=tuple(need.themes or ()),
        territories=tuple(need.places or ()),
        maturity_min=_level(need.maturity_min),
        maturity_max=_level(need.maturity_max),
        budget_max_cents=_BUDGET_TOP_CENTS.get(need.budget) if budget is None else budget,
        organization_id=need.organization_id,
    )


def _solution_document(solution: Solution) -> Document:
    hide = _masker(solution.organization)
    low, high = solution.price_from_cents, solution.price_to_cents
    if solution.price_unit == "free":
        low, high = 0, 0
    elif solution.price_unit not in _COMPARABLE_UNITS:
        low = high = None
    return Document(
        id=solution.id,
        kind="solution",
        title=hide(solution.title),
        parts=(hide(solution.pitch), hide(solution.problem_solved), hide(solution.how_it_works)),
        themes=tuple(solution.themes or ()),
        territories=tuple(solution.places or ()),
        maturity=_level(solution.maturity),
        price_from_cents=low,
        price_to_cents=high,
        organization_id=solution.organization_id,
    )


def _level(maturity: str | None) -> int | None:
    return int(maturity[1:]) if maturity else None


def _masker(organization: Organization) -> Any:
    names = {organization.display_name, organization.legal_name}
    if organization.territory is not None and organization.territory.kind in ("commune", "ept"):
        names.add(organization.territory.name)
    longest_first = sorted((name for name in names if len(name) >= SHORTEST_NAME), key=len, reverse=True)
    pattern = _names_pattern(tuple(longest_first))
    return lambda text: mask(text, pattern)


def mask(text: str, names: re.Pattern[str] | None) -> str:
    """``text`` without these names nor any SIREN or SIRET, each replaced by one sign that is the same for everybody."""
    text = _REGISTRATION.sub(MASK, text or "")
    return names.sub(MASK, text) if names else text


def _names_pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    # « L’Haÿ-les-Roses » is also typed « L'Hay les Roses »: apostrophes, hyphens and spaces count as one.
    written = [
        r"[\s\-’'.]+".join(re.escape(word) for word in re.split(r"[\s\-’'.]+", name) if word)
        for name in names
    ]
    return re.compile(r"(?<!\w)(?:" + "|".join(filter(None, written)) + r")(?!\w)", re.IGNORECASE)


# ------------------------------------------------------------------ one index


class Catalogue:
    """The public things of one kind, held by a Matcher that catches up with the database."""

    def __init__(self, model: type[Need] | type[Solution], encoder: Encoder) -> None:
        self.kind = model.subject_type
        self.matcher = Matcher(encoder)
        self._model = model
        self._encoder = encoder
        self._sequence = 0
        self._seen: dict[int, tuple[Any, ...]] = {}  # id → when it and its organisation changed
        self._documents: dict[int, Document] = {}
        self._vectors: dict[int, Vector] = {}
        self._arrived: dict[int, tuple[str, Vector]] = {}  # vectors encoded by other workers, by id
        self._mute: dict[int, str] = {}  # id → hash of a text that has no vector
        self.holdings = Holdings()  # what the matcher holds, for who wants to compute a ranking again

    def document(self, number: int) -> Document | None:
        """The document held under ``number``, as of the last catch_up; None when it is not public."""
        return self._documents.get(number)

    def vector(self, number: int) -> Vector:
        """Raises EncodingError for a text that has none."""
        if number not in self._vectors:
            raise EncodingError(f"{self.kind} {number} has no vector.")
        return self._vectors[number]

    def catch_up(self, most_to_encode: int | None = None) -> None:
        """Hold exactly what is public now. Call it with nothing pending in the session: transactions end here.

        ``most_to_encode`` bounds the work of a live question; the rest is left to the errands. Interrupted anywhere, it
        goes on from there next time.
        """
        assert not (db.session.new or db.session.dirty), (
            "commit first: encoding must not happen inside a transaction"
        )
        db.session.rollback()
        with reading_only():
            present = self._read_present()
            self._read_arrivals()
            changed = self._read_documents([n for n, when in present.items() if self._seen.get(n) != when])
            db.session.rollback()
        self._forget([number for number in self._seen if number not in present])
        missing = [document for document in changed if not self._place(document)]
        waiting = {int(document.id) for document in missing}
        self._seen |= {int(one.id): present[int(one.id)] for one in changed if int(one.id) not in waiting}
        for some in _chunks(missing[:most_to_encode], ENCODED_AT_ONCE):
            self._encode(some)
            self._seen |= {int(one.id): present[int(one.id)] for one in some}

    def _read_present(self) -> dict[int, tuple[Any, ...]]:
        """One light query: a thing is looked at again when it, or the organisation whose name is masked, changed."""
        model = self._model
        rows = db.session.execute(
            select(model.id, model.updated_at, Organization.updated_at, Organization.id)
            .join(Organization, model.organization_id == Organization.id)
            .where(model.status.in_(model.PUBLIC))
        )
        return {row[0]: tuple(row[1:]) for row in rows}

    def _read_arrivals(self) -> None:
        arrivals = Embedding.after(self._sequence, self._encoder.version).where(
            Embedding.subject_type == self.kind
        )
        for row in db.session.scalars(arrivals):
            self._sequence = row.sequence
            self._arrived[row.subject_id] = (row.content_hash, row.array)

    def _read_documents(self, ids: list[int]) -> list[Document]:
        model: Any = self._model
        owner = joinedload(model.organization).joinedload(Organization.territory)
        return [
            document_of(thing)
            for some in _chunks(ids, READ_AT_ONCE)
            for thing in db.session.scalars(
                select(model).where(model.id.in_(some)).options(owner).order_by(model.id)
            )
        ]

    def _place(self, document: Document) -> bool:
        """Hold a document if its vector is known. False: it must be encoded."""
        number = int(document.id)
        held = self._documents.get(number)
        if held is not None and held.content_hash == document.content_hash:
            return True
        if self._mute.get(number) == document.content_hash:
            return True
        hashed, vector = self._arrived.get(number, ("", None))
        if vector is None or hashed != document.content_hash:
            return False
        del self._arrived[number]
        self._hold([document], [vector])
        return True

    def _encode(self, documents: Sequence[Document]) -> None:
        """Encode, keep the vectors for the other workers, hold. Nothing is locked while the encoder works."""
        documents, vectors = self._encoded(documents)
        for document, vector in zip(documents, vectors, strict=True):
            Embedding.store(self.kind, int(document.id), self._encoder.version, document.content_hash, vector)
        db.session.commit()
        self._hold(documents, vectors)
        log.info("%d texts of kind %s encoded", len(documents), self.kind)

    def _encoded(self, documents: Sequence[Document]) -> tuple[list[Document], list[Vector]]:
        try:
            return list(documents), list(self._encoder.encode([document.text for document in documents]))
        except EncodingError:
            if len(documents) > 1:
                pairs = [self._encoded([document]) for document in documents]
                return [d for ds, _ in pairs for d in ds], [v for _, vs in pairs for v in vs]
            number = int(documents[0].id)
            log.warning("%s %d has no vector: left out of the index", self.kind, number)
            self._forget([number])
            self._mute[number] = documents[0].content_hash
            return [], []

    def _hold(self, documents: Sequence[Document], vectors: Sequence[Vector]) -> None:
        if not documents:
            return
        self.matcher.add(documents, np.stack(vectors))
        for document in documents:
            self.holdings.put(int(document.id), document.content_hash)
        self._documents |= {int(document.id): document for document in documents}
        self._vectors |= {
            int(document.id): vector for document, vector in zip(documents, vectors, strict=True)
        }

    def _forget(self, ids: Iterable[int]) -> None:
        for number in list(ids):
            self.matcher.remove([number])
            self.holdings.drop(number)
            for held in (self._seen, self._documents, self._vectors, self._mute, self._arrived):
                held.pop(number, None)


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


# ------------------------------------------------------------------ one a process


class Corpus:
    """Everything public on both sides. Not thread-safe: a worker is one thread."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.needs = Catalogue(Need, encoder)
        self.solutions = Catalogue(Solution, encoder)

    def catch_up(self, most_to_encode: int | None = None) -> None:
        self.needs.catch_up(most_to_encode)
        self.solutions.catch_up(most_to_encode)


def the_corpus() -> Corpus:
    """The corpus of this process; the first call loads the encoder (seconds)."""
    corpus: Corpus | None = current_app.extensions.get("corpus")
    if corpus is None:
        settings = current_app.config["SETTINGS"]
        encoder = SentenceTransformerEncoder(settings.encoder_model, offline=settings.encoder_offline)
        corpus = current_app.extensions["corpus"] = Corpus(encoder)
    return corpus
