"""What an index holds, written down once for each state of it, so that a ranking can be computed again.

    holdings.put(12, document.content_hash)     # Catalogue says what it holds, what it let go
    state_id = keep_state(catalogue)            # before a ranking is stored; nothing to do while nothing changed

Each change costs one addition (the fingerprint is a sum), and a state is stored as its changes since the last whole one:
0.1 ms and some kilobytes in a catalogue of 100 000, instead of a sort and four megabytes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from matching.document import Document
from models import CatalogueState, DocumentVersion, db
from models.database import reading_only
from models.snapshot import fingerprint, look_up, weight_of

if TYPE_CHECKING:
    from workers.corpus import Catalogue

KEPT_AT_ONCE = 500  # versions a transaction: a few milliseconds of lock


class Holdings:
    """Number → content hash of what an index holds, and what changed since the state that was last written down whole."""

    def __init__(self) -> None:
        self.hashes: dict[int, str] = {}
        self.touched: set[int] = set()
        self.base_id: int | None = None
        self.kept: tuple[str, int] | None = None  # fingerprint and number of the state last written down
        self._weight = 0

    def put(self, number: int, content_hash: str) -> None:
        """The index holds this text now."""
        if self.hashes.get(number) != content_hash:
            self.drop(number)
            self.hashes[number] = content_hash
            self._weight += weight_of(number, content_hash)
            self.touched.add(number)

    def drop(self, number: int) -> None:
        """It no longer holds it; an unknown number is no error."""
        held = self.hashes.pop(number, None)
        if held is not None:
            self._weight -= weight_of(number, held)
            self.touched.add(number)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self._weight)

    def compare_with(self, state: CatalogueState) -> None:
        """From now on, changes are those since ``state``, a whole one."""
        before = state.pairs
        numbers = before.keys() | self.hashes.keys()
        self.touched = {number for number in numbers if before.get(number) != self.hashes.get(number)}
        self.base_id = state.id

    @property
    def deserves_a_whole_state(self) -> bool:
        """Past the square root of twice the count, one more list of changes costs more than starting anew."""
        return self.base_id is None or len(self.touched) ** 2 > 2 * len(self.hashes)


def keep_state(catalogue: Catalogue) -> int:
    """The number of the CatalogueState that ``catalogue`` is in; commits. Call it with nothing pending."""
    holdings: Holdings = catalogue.holdings
    assert len(holdings.hashes) == len(catalogue.matcher), "an index that holds more or less than it says"
    now = holdings.fingerprint
    if holdings.kept is not None and holdings.kept[0] == now:
        return holdings.kept[1]
    if holdings.base_id is None:
        _find_base(holdings)
    held = (catalogue.document(number) for number in sorted(holdings.touched))
    keep_versions(document for document in held if document is not None)
    whole = holdings.deserves_a_whole_state
    rows: Mapping[int, str | None] = (
        holdings.hashes if whole else {number: holdings.hashes.get(number) for number in holdings.touched}
    )
    state = CatalogueState.keep(now, len(holdings.hashes), rows, None if whole else holdings.base_id)
    number, is_whole = state.id, state.base_id is None
    db.session.commit()
    if whole and is_whole:
        holdings.base_id, holdings.touched = number, set()
    holdings.kept = now, number
    return number


def _find_base(holdings: Holdings) -> None:
    """A process that begins goes on from what others wrote: all texts of a whole state are kept already."""
    with reading_only():
        state = db.session.scalar(CatalogueState.latest_whole())
        if state is not None:
            holdings.compare_with(state)
        db.session.rollback()


def held_in(state: CatalogueState, numbers: Iterable[int]) -> dict[int, str]:
    """Which of ``numbers`` that state held, with the hash of their text, without unpacking all of it."""
    changes, whole = state.rows, _rows(state.whole)
    found = {}
    for number in numbers:
        is_there, hashed = look_up(changes, number)
        if not is_there:
            _, hashed = look_up(whole, number)
        if hashed is not None:
            found[number] = hashed
    return found


_read: dict[str, bytes] = {}  # the last whole state looked into: a hundred needs ask for the same megabytes


def _rows(whole: CatalogueState) -> bytes:
    if whole.fingerprint not in _read:
        _read.clear()
        _read[whole.fingerprint] = whole.rows
    return _read[whole.fingerprint]


def keep_versions(documents: Iterable[Document]) -> None:
    """Keep these texts as they were compared, each once; commits as it goes."""
    versions = {document.content_hash: contents_of(document) for document in documents}
    hashes = list(versions)
    for start in range(0, len(hashes), KEPT_AT_ONCE):
        DocumentVersion.keep({one: versions[one] for one in hashes[start : start + KEPT_AT_ONCE]})
        db.session.commit()


def contents_of(document: Document) -> dict[str, Any]:
    """All that a document says, without the number under which it is held."""
    contents = dataclasses.asdict(document)
    del contents["id"]
    return contents


def document_from(number: int, contents: Mapping[str, Any]) -> Document:
    """The document again. A field that is no more is left out: its hash then says that something changed."""
    known = {field.name for field in dataclasses.fields(Document)} - {"id"}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in contents.items()
        if name in known
    }
    return Document(id=number, **values)
