"""What is public, held by a worker as two indexes that are always right.

    corpus = the_corpus()                 # one a process; loads the encoder, and what was held when it last stopped
    corpus.catch_up()                     # before each answer: what changed, what came, what left
    corpus.solutions.matcher.suggest(corpus.needs.document(12))

The index is a cache of the database, never a source: any number of workers give the same answer, and a lost one costs
a rebuild.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import nsmallest
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from matching.document import Document
from matching.encoder import Encoder, EncodingError, SentenceTransformerEncoder
from matching.matcher import Matcher
from models import Embedding, Need, Organization, Solution, db
from models.database import reading_only
from workers.changes import Journal
from workers.documents import MASK, document_of
from workers.holdings import Holdings
from workers.index_file import Held, IndexFile, Version, version_of

__all__ = ["MASK", "Catalogue", "Corpus", "document_of", "the_corpus"]

log = logging.getLogger(__name__)

Vector = NDArray[np.float32]
T = TypeVar("T")

READ_AT_ONCE = 500
ENCODED_AT_ONCE = 64  # about a second with a small transformer: what a killed worker loses
# What a live question reads of what changed before it answers (thirty milliseconds with their cases), and what it may encode.
READ_LIVE = 16
ENCODED_LIVE = 4
# Whatever the journal says, each catch-up looks at the next of all numbers again: what was changed around the verbs of
# models/ (SQL by hand, a bulk load) is found too, in some minutes of use with 100 000 things, at once with two hundred.
LOOKED_AT_AGAIN = 200
LOOKED_AT_AGAIN_LIVE = 40  # while somebody waits, who asks often


class Catalogue:
    """The public things of one kind, held by a Matcher that catches up with the database."""

    def __init__(self, model: type[Need] | type[Solution], encoder: Encoder) -> None:
        self.kind = model.subject_type
        self.matcher = Matcher(encoder)
        self.holdings = Holdings()  # what the matcher holds, for who wants to compute a ranking again
        self.version = 0  # another number whenever something public, or its organisation, changed
        self.unsaved = 0  # how many things were held or let go since the last saved file
        self._model = model
        self._encoder = encoder
        self._journal = Journal(model)
        self._looked_up_to = 0
        self._owed: set[int] = set()  # public, and read before its last change or never
        self._seen: dict[int, Version] = {}
        self._documents: dict[int, Document] = {}
        self._mute: dict[int, str] = {}  # id → hash of a text that has no vector

    def document(self, number: int) -> Document | None:
        """The document held under ``number``, as of the last catch_up; None when it is not public."""
        return self._documents.get(number)

    def vector(self, number: int) -> Vector:
        """Raises EncodingError for a text that has none."""
        if number not in self._documents:
            raise EncodingError(f"{self.kind} {number} has no vector.")
        return self.matcher.vector(number)

    def catch_up(self, *, live: bool = False) -> None:
        """Hold exactly what is public now. Call it with nothing pending in the session: transactions end here.

        ``live``: somebody waits. What left is never answered; of what came or changed, more than READ_LIVE texts, or
        more than ENCODED_LIVE that nobody encoded yet, are left to `read_more` and to the next call. Nothing is written:
        an import holds the write lock of SQLite for longer than anybody waits for an answer.
        Interrupted anywhere, it goes on from there next time.
        """
        assert not (db.session.new or db.session.dirty), (
            "commit first: encoding must not happen inside a transaction"
        )
        db.session.rollback()
        with reading_only():
            mark = self._journal.mark
            try:
                changed = self._journal.changed()
                if changed is None or changed:
                    self._compare(changed, self._public(changed))
                if changed is not None:
                    self._look_again(LOOKED_AT_AGAIN_LIVE if live else LOOKED_AT_AGAIN)
            except BaseException:
                self._journal.mark = mark  # not looked at yet
                raise
            finally:
                db.session.rollback()
        if live:
            self._read(self._first_owed(), ENCODED_LIVE, keep=False)
        else:
            for some in _chunks(sorted(self._owed), READ_AT_ONCE):
                self._read(some, len(some))

    def read_more(self) -> bool:
        """Between two live questions: hold some more of what is owed and encoded. Whether it is worth calling again."""
        before = len(self._owed)
        self._read(self._first_owed(), 0, keep=False)
        return 0 < len(self._owed) < before

    # -------------------------------------------------------------- what changed

    def _public(self, numbers: Collection[int] | None) -> dict[int, Version]:
        """Which of ``numbers`` (None: of all) are public, and when each and its organisation last changed."""
        if numbers is None:
            return self._versions(self._rows())
        found: dict[int, Version] = {}
        for some in _chunks(sorted(numbers), READ_AT_ONCE):
            found |= self._versions(self._rows().where(self._model.id.in_(some)))
        return found

    def _rows(self) -> Select[Any]:
        model: Any = self._model
        return select(model.id, model.status, model.updated_at, Organization.updated_at).join(
            Organization, model.organization_id == Organization.id
        )

    def _versions(self, query: Select[Any]) -> dict[int, Version]:
        # The status is looked at here: an index on it would be taken before the one on numbers.
        public = self._model.PUBLIC
        return {row[0]: version_of(row[2], row[3]) for row in db.session.execute(query) if row[1] in public}

    def _compare(self, numbers: Collection[int] | None, public: dict[int, Version]) -> None:
        """Let go of those of ``numbers`` (None: of all) that left, owe a reading to those that came or changed."""
        known = self._seen.keys() | self._owed if numbers is None else numbers
        self._forget([number for number in known if number not in public])
        changed = {number for number, version in public.items() if self._seen.get(number) != version}
        if changed:
            self.version += 1
            self._owed |= changed

    def _look_again(self, count: int) -> None:
        number: Any = self._model.id
        last = db.session.scalar(select(func.max(number))) or 0
        numbers = range(self._looked_up_to + 1, self._looked_up_to + 1 + count)
        self._compare(numbers, self._versions(self._rows().where(number.between(numbers[0], numbers[-1]))))
        self._looked_up_to = numbers[-1]
        if self._looked_up_to >= last:
            self._forget([number for number in self._seen if number > self._looked_up_to])
            self._looked_up_to = 0

    # -------------------------------------------------------------- reading it

    def _first_owed(self) -> list[int]:
        return nsmallest(READ_LIVE, self._owed)

    def _read(self, numbers: Sequence[int], most_to_encode: int, *, keep: bool = True) -> None:
        """Read these things and hold them; ``keep`` the vectors that had to be made for the other workers."""
        if not numbers:
            return
        with reading_only():
            found = [
                (document_of(thing), version_of(thing.updated_at, thing.organization.updated_at))
                for thing in self._things(numbers)
            ]
            fresh = [document for document, _ in found if not self._is_held(document)]
            known = Embedding.known(self._encoder.version, {document.text_hash for document in fresh})
            db.session.rollback()
        versions = {int(document.id): version for document, version in found}
        self._forget([number for number in numbers if number not in versions])
        missing = [document for document in fresh if document.text_hash not in known]
        later = {int(document.id) for document in missing}
        self._hold([document for document in fresh if int(document.id) not in later], known)
        self._have_seen(versions, versions.keys() - later)
        for some in _chunks(missing[:most_to_encode], ENCODED_AT_ONCE):
            self._encode(some, keep)
            self._have_seen(versions, [int(document.id) for document in some])

    def _things(self, numbers: Sequence[int]) -> Iterable[Any]:
        model: Any = self._model
        owner = joinedload(model.organization).joinedload(Organization.territory)
        query = select(model).where(model.id.in_(numbers), model.status.in_(model.PUBLIC))
        return db.session.scalars(query.options(owner).order_by(model.id))

    def _is_held(self, document: Document) -> bool:
        """Held as it is, or known to have no vector."""
        number = int(document.id)
        if self.holdings.hashes.get(number) == document.content_hash:
            return True
        return number in self._mute and self._mute[number] == document.text_hash

    def _have_seen(self, versions: dict[int, Version], numbers: Collection[int]) -> None:
        self._seen |= {number: versions[number] for number in numbers}
        self._owed.difference_update(numbers)

    # -------------------------------------------------------------- holding it

    def _encode(self, documents: Sequence[Document], keep: bool) -> None:
        """Encode, keep the vectors for the other workers if asked to, hold. Nothing is locked while the encoder works."""
        vectors = self._encoded(list({document.text_hash: document for document in documents}.values()))
        made = {int(one.id): one.text_hash for one in documents if one.text_hash in vectors}
        if keep:
            rows = {number: (hashed, vectors[hashed]) for number, hashed in made.items()}
            Embedding.keep(self.kind, self._encoder.version, rows)
            db.session.commit()
        self._hold([document for document in documents if int(document.id) in made], vectors)
        for document in documents:
            if int(document.id) not in made:
                log.warning("%s %d has no vector: left out of the index", self.kind, document.id)
                self._let_go(int(document.id))
                self._mute[int(document.id)] = document.text_hash
        log.info("%d texts of kind %s encoded", len(vectors), self.kind)

    def _encoded(self, documents: Sequence[Document]) -> dict[str, Vector]:
        """Hash of the text → vector, without the texts that have none."""
        hashes = [document.text_hash for document in documents]
        try:
            vectors = self._encoder.encode([document.text for document in documents])
        except EncodingError:
            if len(documents) == 1:
                return {}
            return {h: vector for document in documents for h, vector in self._encoded([document]).items()}
        return dict(zip(hashes, vectors, strict=True))

    def _hold(self, documents: Sequence[Document], vectors: dict[str, Vector]) -> None:
        if not documents:
            return
        self.matcher.add(documents, np.stack([vectors[document.text_hash] for document in documents]))
        self._write_down(documents)

    def _write_down(self, documents: Sequence[Document]) -> None:
        for document in documents:
            self.holdings.put(int(document.id), document.content_hash)
            vars(document).pop("text", None)  # it was kept aside at its first use: it would double the memory
            self._mute.pop(int(document.id), None)
        self._documents |= {int(document.id): document for document in documents}
        self.unsaved += len(documents)

    def _let_go(self, number: int) -> None:
        if self._documents.pop(number, None) is not None:
            self.matcher.remove([number])
            self.holdings.drop(number)
            self.unsaved += 1

    def _forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._let_go(number)
            self._owed.discard(number)
            self._mute.pop(number, None)
            if self._seen.pop(number, None) is not None:
                self.version += 1

    # -------------------------------------------------------------- from one life to the next

    def held(self) -> Held:
        """What is held, for the next worker."""
        numbers = list(self._documents)
        vectors = np.zeros((len(numbers), self._encoder.dimension), dtype=np.float32)
        for row, number in enumerate(numbers):
            vectors[row] = self.matcher.vector(number)
        # A text that was read before its last change is held under the version that was read, and will be read again.
        versions = [self._seen.get(number, (0, 0)) for number in numbers]
        documents = [self._documents[number] for number in numbers]
        return Held(
            documents, versions, vectors, self.matcher.words_of(numbers), self.matcher.profiles_of(numbers)
        )

    def begin_with(self, held: Held) -> None:
        """Hold what another worker held; the next catch_up compares all of it with the database."""
        self.matcher.add(held.documents, held.vectors, held.words, held.profiles)
        self._write_down(held.documents)
        self._seen = dict(zip(self._documents, held.versions, strict=True))
        self.unsaved = 0


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


# ------------------------------------------------------------------ one a process


class Corpus:
    """Everything public on both sides. Not thread-safe: a worker is one thread."""

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        """``folder``: where what is held is kept from one life of a worker to the next; None: nowhere."""
        self.encoder = encoder
        self.needs = Catalogue(Need, encoder)
        self.solutions = Catalogue(Solution, encoder)
        self._folder = folder
        for catalogue in (self.needs, self.solutions):
            held = self._file(catalogue).read() if folder else None
            if held is not None:
                catalogue.begin_with(held)

    def catch_up(self) -> None:
        self.needs.catch_up()
        self.solutions.catch_up()

    def save(self) -> None:
        """Write down what is held, where enough changed for a start to notice (one thing in twenty) or the file is gone."""
        for catalogue in (self.needs, self.solutions):
            if self._folder is None:
                return
            file, count = self._file(catalogue), len(catalogue.matcher)
            if catalogue.unsaved > count // 20 or (count and not file.path.exists()):
                file.write(catalogue.held())
                catalogue.unsaved = 0

    def _file(self, catalogue: Catalogue) -> IndexFile:
        assert self._folder is not None
        return IndexFile(self._folder, catalogue.kind, self.encoder)


def the_corpus() -> Corpus:
    """The corpus of this process; the first call loads the encoder (seconds)."""
    corpus: Corpus | None = current_app.extensions.get("corpus")
    if corpus is None:
        settings = current_app.config["SETTINGS"]
        encoder = SentenceTransformerEncoder(settings.encoder_model, offline=settings.encoder_offline)
        corpus = current_app.extensions["corpus"] = Corpus(encoder, settings.var_dir / "index")
    return corpus


def keep_index() -> None:
    """The errand: what this worker holds, written down for the next one. One worker of a machine does it for all."""
    the_corpus().save()
