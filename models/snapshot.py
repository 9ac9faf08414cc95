"""What was compared, kept so that it can be compared again: each text once, and which texts the index held.

A catalogue of 100 000 is not written down again for each ranking. A state is either whole or the changes since a whole
one; it is known by a fingerprint, so that all rankings made while nothing changed share one row.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, db, lock_for_numbering, utc_now

_NUMBER, _DIGEST = 4, 32  # bytes
_GONE = bytes(_DIGEST)
_RING = 1 << 256


class DocumentVersion(Base):
    """One text as the matcher read it (names masked): ``contents`` are the fields of a Document, without its id."""

    __tablename__ = "document_version"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def keep(cls, versions: Mapping[str, Mapping[str, Any]]) -> None:
        """Write down those that are not there yet: content hash → contents, whose ``kind`` is one."""
        session = db.session()
        lock_for_numbering(session, "document_version")
        known = set(session.scalars(select(cls.content_hash).where(cls.content_hash.in_(versions))))
        session.add_all(
            cls(content_hash=hashed, kind=contents["kind"], contents=dict(contents))
            for hashed, contents in versions.items()
            if hashed not in known
        )
        session.flush()

    @classmethod
    def of(cls, hashes: Iterable[str]) -> Select[DocumentVersion]:
        return select(cls).where(cls.content_hash.in_(list(hashes)))


class CatalogueState(Base):
    """Which texts an index held: number of each thing → content hash of its text.

    ``rows``: packed pairs (4 bytes, 32 bytes), all of them, or those that differ from ``base`` (32 zeros: not held).
    """

    __tablename__ = "catalogue_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    count: Mapped[int]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_state.id"))
    rows: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    kept_at: Mapped[datetime] = mapped_column(default=utc_now)

    base: Mapped[CatalogueState | None] = relationship(remote_side=[id])

    @classmethod
    def keep(
        cls, fingerprint: str, count: int, rows: Mapping[int, str | None], base_id: int | None
    ) -> CatalogueState:
        """The state of this fingerprint, written down if it is new."""
        session = db.session()
        lock_for_numbering(session, "catalogue_state")
        state = session.scalar(select(cls).where(cls.fingerprint == fingerprint))
        if state is None:
            state = cls(fingerprint=fingerprint, count=count, base_id=base_id, rows=pack(rows))
            session.add(state)
            session.flush()
        return state

    @classmethod
    def latest_whole(cls) -> Select[CatalogueState]:
        return select(cls).where(cls.base_id.is_(None)).order_by(cls.id.desc()).limit(1)

    @property
    def pairs(self) -> dict[int, str]:
        """Number → content hash, all that the index held."""
        held = self.base.pairs if self.base is not None else {}
        for number, hashed in unpack(self.rows):
            if hashed is None:
                held.pop(number, None)
            else:
                held[number] = hashed
        return held

    @property
    def whole(self) -> CatalogueState:
        """The whole state that this one counts from: itself, if it is one."""
        return self.base or self


def pack(rows: Mapping[int, str | None]) -> bytes:
    return b"".join(
        number.to_bytes(_NUMBER, "big") + (bytes.fromhex(hashed) if hashed else _GONE)
        for number, hashed in sorted(rows.items())
    )


def unpack(packed: bytes) -> Iterator[tuple[int, str | None]]:
    size = _NUMBER + _DIGEST
    for start in range(0, len(packed), size):
        digest = packed[start + _NUMBER : start + size]
        number = int.from_bytes(packed[start : start + _NUMBER], "big")
        yield number, None if digest == _GONE else digest.hex()


def look_up(packed: bytes, number: int) -> tuple[bool, str | None]:
    """Whether ``number`` is among packed rows, and its hash (None: not held): a few looks, however many rows there are."""
    size = _NUMBER + _DIGEST

    def number_at(row: int) -> int:
        return int.from_bytes(packed[row * size : row * size + _NUMBER], "big")

    row = bisect_left(range(len(packed) // size), number, key=number_at)
    found = next(unpack(packed[row * size : (row + 1) * size]), None)
    return (True, found[1]) if found is not None and found[0] == number else (False, None)


def weight_of(number: int, content_hash: str) -> int:
    """What one pair adds to the fingerprint of a state."""
    pair = number.to_bytes(_NUMBER, "big") + bytes.fromhex(content_hash)
    return int.from_bytes(hashlib.sha256(pair).digest(), "big")


def fingerprint(weight: int) -> str:
    """64 hexadecimal digits of a sum of ``weight_of``. A sum and not the hash of a sorted list: in a catalogue of 100 000,
    one change costs one addition."""
    return f"{weight % _RING:064x}"


def fingerprint_of(pairs: Mapping[int, str]) -> str:
    return fingerprint(sum(weight_of(number, hashed) for number, hashed in pairs.items()))
