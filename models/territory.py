"""The Métropole du Grand Paris and its parts: 130 communes (Paris among them), 11 EPT, the Métropole itself.

Rows come from data/communes.csv and data/epts.csv (Code officiel géographique 2026), never from people. A commune that
joined another one stays, with the day and its successor (data/former_communes.csv, or a merger decided by an administrator).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base

KINDS = ("commune", "ept", "metropole", "former")


class Territory(Base):
    """``code``: INSEE code of a commune, T2…T12 of an EPT, MGP for the Métropole. ``parent``: its EPT, or the Métropole.

    ``former``: a commune until ``ended_on`` (the first day it is one no more), now part of ``successor``.
    """

    __tablename__ = "territory"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(5), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    siren: Mapped[str | None] = mapped_column(String(9))
    population: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("territory.id"))

    successor_id: Mapped[int | None] = mapped_column(ForeignKey("territory.id"))
    ended_on: Mapped[date | None]

    parent = relationship("Territory", remote_side=[id], foreign_keys=[parent_id])
    successor = relationship("Territory", remote_side=[id], foreign_keys=[successor_id])

    @classmethod
    def communes(cls) -> Select[Territory]:
        """The 130 communes in alphabetical order."""
        return select(cls).where(cls.kind == "commune").order_by(cls.name)

    @classmethod
    def former_communes(cls) -> Select[Territory]:
        """Those that joined another one: their names and INSEE codes are still typed, and found in old files."""
        return select(cls).where(cls.kind == "former").order_by(cls.name)

    def join(self, successor: Territory, *, on: date) -> None:
        """This commune is part of ``successor`` from that day on."""
        self.kind, self.successor, self.ended_on = "former", successor, on
