"""The Métropole du Grand Paris and its parts: 130 communes (Paris among them), 11 EPT, the Métropole itself.

Rows come from data/communes.csv and data/epts.csv (Code officiel géographique 2026), never from people.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base

KINDS = ("commune", "ept", "metropole")


class Territory(Base):
    """``code``: INSEE code of a commune, T2…T12 of an EPT, MGP for the Métropole. ``parent``: its EPT, or the Métropole."""

    __tablename__ = "territory"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(5), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    siren: Mapped[str | None] = mapped_column(String(9))
    population: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("territory.id"))

    parent = relationship("Territory", remote_side=[id])

    @classmethod
    def communes(cls) -> Select[Territory]:
        """The 130 communes in alphabetical order."""
        return select(cls).where(cls.kind == "commune").order_by(cls.name)
