"""Encoded texts, by model and by hash of the text. The vector index of a worker is a cache of this table, never a source.

One row for each (thing, model): a new text replaces the vector, a new model begins rows of its own beside the old ones, which
workers of the old model go on using. A text is looked up by its hash before it is encoded: the same words are encoded once,
whoever wrote them. Which things changed is asked of the journal (``Activity.since``), not of this table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database import Base, db, lock_for_numbering, utc_now

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]


class Embedding(Base):
    """``vector``: float32, little endian, unit length; ``model``: version of the encoder that made it; ``content_hash``:
    SHA-256 of the text that was encoded."""

    __tablename__ = "embedding"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id", "model"),
        Index("ix_embedding_content_hash_model", "content_hash", "model"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    model: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    dimension: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    encoded_at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def keep(cls, subject_type: str, model: str, vectors: Mapping[int, tuple[str, Vector]]) -> None:
        """Keep the vectors of some things: number → (hash of the text, vector). The same text again changes nothing."""
        session = db.session()
        lock_for_numbering(session, "embedding")  # two workers that encode the same thing wait for each other
        stored = {
            row.subject_id: row
            for row in session.scalars(
                select(cls).where(
                    cls.subject_type == subject_type, cls.model == model, cls.subject_id.in_(vectors)
                )
            )
        }
        for number, (hashed, vector) in vectors.items():
            row = stored.get(number)
            if row is None:
                row = cls(subject_type=subject_type, subject_id=number, model=model)
                session.add(row)
            if row.content_hash != hashed:
                row.content_hash, row.dimension = hashed, int(vector.shape[0])
                row.vector, row.encoded_at = vector.astype("<f4").tobytes(), utc_now()
        session.flush()

    @classmethod
    def known(cls, model: str, hashes: Collection[str]) -> dict[str, Vector]:
        """Vectors made by ``model``, by hash of their text, for those of ``hashes`` (some hundreds) that have one."""
        # Here and not above: the pages import this module, and have no use for numpy's twelve megabytes.
        import numpy as np

        rows = db.session.execute(
            select(cls.content_hash, cls.vector).where(cls.model == model, cls.content_hash.in_(hashes))
        )
        return {hashed: np.frombuffer(vector, dtype="<f4").astype(np.float32) for hashed, vector in rows}
