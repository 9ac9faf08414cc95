"""Encoded texts with their sequence number. The vector index of a worker is a cache of this table, never a source.

One row for each (thing, model); a new text replaces the vector and takes a new number. A reader remembers the highest
number that it saw and asks for what came after; numbers are given under a lock so that none becomes visible late.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database import Base, db, lock_for_numbering, utc_now

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedding(Base):
    """``vector``: float32, little endian, unit length; ``model``: version of the encoder that made it."""

    __tablename__ = "embedding"
    __table_args__ = (UniqueConstraint("subject_type", "subject_id", "model"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(unique=True)
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    model: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    dimension: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    encoded_at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def store(
        cls, subject_type: str, subject_id: int, model: str, content_hash: str, vector: NDArray[np.float32]
    ) -> Embedding:
        """Keep the vector of a text; the same text again changes nothing."""
        session = db.session()
        lock_for_numbering(session, "embedding")
        row = session.scalar(
            select(cls).where(
                cls.subject_type == subject_type, cls.subject_id == subject_id, cls.model == model
            )
        )
        if row is not None and row.content_hash == content_hash:
            return row
        number = (session.scalar(select(func.max(cls.sequence))) or 0) + 1
        if row is None:
            row = cls(subject_type=subject_type, subject_id=subject_id, model=model)
            session.add(row)
        row.sequence = number
        row.content_hash, row.dimension = content_hash, int(vector.shape[0])
        row.vector, row.encoded_at = vector.astype("<f4").tobytes(), utc_now()
        session.flush()
        return row

    @classmethod
    def after(cls, sequence: int, model: str) -> Select[Embedding]:
        """What was encoded by ``model`` since ``sequence``, in order."""
        return select(cls).where(cls.model == model, cls.sequence > sequence).order_by(cls.sequence)

    @property
    def array(self) -> NDArray[np.float32]:
        # Here and not above: the pages import this module, and have no use for numpy's twelve megabytes.
        import numpy as np

        return np.frombuffer(self.vector, dtype="<f4").astype(np.float32)
