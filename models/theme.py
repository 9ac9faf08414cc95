"""The nineteen themes, and the other closed lists of data/themes.csv (défis, kinds of place, maturity levels …)."""

from __future__ import annotations

from sqlalchemy import Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database import Base, db

TAXONOMIES = ("theme", "defi", "qmi_challenge", "maturity", "territory", "business_model", "label")


class Theme(Base):
    """One line of a closed list; ``taxonomy`` says of which, ``code`` is what other tables keep."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("taxonomy", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    taxonomy: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_fr: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    definition: Mapped[str] = mapped_column(String(400), default="")

    @classmethod
    def listed(cls, taxonomy: str = "theme") -> Select[Theme]:
        """The lines of one list in their own order."""
        return select(cls).where(cls.taxonomy == taxonomy).order_by(cls.position)

    @classmethod
    def codes(cls, taxonomy: str = "theme") -> set[str]:
        return set(db.session.scalars(select(cls.code).where(cls.taxonomy == taxonomy)))
