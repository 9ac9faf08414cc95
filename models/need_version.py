"""A published need, word for word, at each of its versions: what « ce qui a changé » and the page of one version read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, utc_now
from models.response_version import refuse_changes

if TYPE_CHECKING:
    from models.need import Need


class NeedVersion(Base):
    """``contents``: the substance by name of the field; ``sha256``: the hash that the validator decided on."""

    __tablename__ = "need_version"
    __table_args__ = (UniqueConstraint("need_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    number: Mapped[int]
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=utc_now)

    need: Mapped[Need] = relationship(back_populates="published_versions")


event.listen(NeedVersion, "before_update", refuse_changes)
