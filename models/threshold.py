"""The table of thresholds as the team keeps it: dated rows, read again by a person, changed with a reason, never erased.

Loaded once from data/procurement_thresholds.csv, when it is empty; from then on the team's. A new figure ends the old row
the day before and begins a row of its own; a figure that was wrong from the start is set aside (no longer applicable) and stays
to be read. Two applicable rows never speak of the same day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Select, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.calendar import today_in_paris
from models.database import Base, Dated, db, lock_for_numbering
from models.errors import Conflict, NotReady
from models.procurement import CHECK_EVERY_DAYS
from models.procurement_table import Row

if TYPE_CHECKING:
    from models.user import User

REASON_MIN = 10
ONE_DAY = timedelta(days=1)
#: What the person who read the text may say of a figure; the file has finer words for where it was seen.
CONFIDENCES = ("verified_text", "verified_secondary", "memory")
LARGEST_CENTS = 10**14


class Threshold(Dated, Base):
    """One row. ``comparator``: lt, gte, gt, gte_eu, date; ``amount_cents`` before tax, None where there is none; bounds of the
    days included, None: none known. ``checked_on``: the last day on which a person read the text again."""

    __tablename__ = "threshold"
    subject_type = "threshold"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    purchase_kind: Mapped[str] = mapped_column(String(20))
    buyer_kind: Mapped[str] = mapped_column(String(20))
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    applicable: Mapped[bool]
    comparator: Mapped[str] = mapped_column(String(8))
    effect_fr: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    legal_ref: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(Text)
    checked_on: Mapped[date]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("threshold.id"))

    checked_by: Mapped[User | None] = relationship()
    replaces: Mapped[Threshold | None] = relationship(remote_side=[id])

    @classmethod
    def listed(cls) -> Select[Threshold]:
        """Every row, by code, the oldest first."""
        return select(cls).order_by(cls.code, cls.purchase_kind, cls.buyer_kind, cls.valid_from, cls.id)

    @classmethod
    def load(cls, rows: Iterable[Row]) -> None:
        """Take the rows of the file, once: what the team changed survives a restart."""
        if not db.session.scalar(select(func.count(cls.id))):
            db.session.add_all(cls(**vars(row)) for row in rows)
            db.session.flush()

    def counts_on(self, day: date) -> bool:
        """Whether it is in force that day or will be."""
        return self.applicable and (self.valid_to is None or self.valid_to >= day)

    @property
    def is_stale(self) -> bool:
        """Whether nobody has read it again for more than ninety days."""
        return (today_in_paris() - self.checked_on).days > CHECK_EVERY_DAYS

    def check(self, *, by: User) -> None:
        """« Relu le »: the text was read today, and the row says what it says."""
        self.checked_on, self.checked_by = today_in_paris(), by
        Activity.record("check", self, by=by, code=self.code, on=self.checked_on.isoformat())

    def revise(
        self, *, by: User, reason: str, amount_cents: int | None, valid_from: date | None, legal_ref: str,
        source: str, confidence: str = "verified_text", valid_to: date | None = None,
    ) -> Threshold:  # fmt: skip
        """Another figure or other days: a row of its own, which remembers what it replaces.

        From a later day on, this row ends the day before; from the same day, it was wrong and is set aside. Raises NotReady
        (no reason, no amount, days out of order) or Conflict (another row holds one of the days).
        """
        lock_for_numbering(db.session(), "threshold")
        problems = list(self._complain_of(reason, amount_cents, valid_from, valid_to))
        if problems:
            raise NotReady(problems)
        is_correction = valid_from == self.valid_from
        if is_correction:
            self.applicable = False
        elif self.valid_to is None or (valid_from is not None and valid_from <= self.valid_to):
            assert valid_from is not None, "_complain_of asks for one"
            valid_to = valid_to or self.valid_to
            self.valid_to = valid_from - ONE_DAY
        new = Threshold(
            **{name: getattr(self, name) for name in ("code", "purchase_kind", "buyer_kind", "comparator", "effect_fr")},
            amount_cents=amount_cents, applicable=True, valid_from=valid_from, valid_to=valid_to, legal_ref=legal_ref,
            confidence=confidence, source=source, checked_on=today_in_paris(), checked_by=by, replaces=self,
        )  # fmt: skip
        db.session.add(new)
        db.session.flush()
        new._refuse_overlap()
        how = "corrected" if is_correction else "succeeded"
        Activity.record(
            "revise", new, by=by, code=self.code, replaces=self.id, how=how, reason=reason.strip()
        )
        return new

    def _complain_of(
        self, reason: str, amount_cents: int | None, valid_from: date | None, valid_to: date | None
    ) -> Iterable[tuple[str, str]]:
        if not self.applicable:
            yield "amount_cents", "Cette ligne n’est plus appliquée : changez celle qui l’a remplacée."
        if len(reason.strip()) < REASON_MIN:
            yield "reason", "Dites pourquoi, et quel texte vous avez lu, en dix caractères au moins."
        if amount_cents is None or not 0 < amount_cents < LARGEST_CENTS:
            yield "amount_cents", "Donnez un montant positif, en euros hors taxes."
        if valid_from is None and self.valid_from is not None:
            yield "valid_from", "Donnez le premier jour où ce montant s’applique."
        if valid_from and self.valid_from and valid_from < self.valid_from:
            yield (
                "valid_from",
                "Ce jour est antérieur à la ligne que vous changez : partez de la ligne d’alors.",
            )
        if valid_to and valid_from and valid_to < valid_from:
            yield "valid_to", "Le dernier jour vient avant le premier."

    def _refuse_overlap(self) -> None:
        """Two rows of one code for the same day would give two answers."""
        others = select(Threshold).where(
            Threshold.id != self.id,
            Threshold.applicable,
            Threshold.code == self.code,
            Threshold.purchase_kind == self.purchase_kind,
            Threshold.buyer_kind == self.buyer_kind,
        )
        for other in db.session.scalars(others):
            starts = self.valid_from is None or other.valid_to is None or self.valid_from <= other.valid_to
            ends = self.valid_to is None or other.valid_from is None or other.valid_from <= self.valid_to
            if starts and ends:
                raise Conflict("Une autre ligne s’applique déjà à l’un de ces jours : changez-la d’abord.")

    @classmethod
    def acts(cls) -> Select[Activity]:
        """What was read again or changed, the latest first."""
        return select(Activity).where(Activity.subject_type == cls.subject_type).order_by(Activity.id.desc())


def plain_rows(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """What a guidance keeps of the rows it was made with: they may change, it may not."""
    return [
        {
            "code": row.code,
            "amount_cents": row.amount_cents,
            "legal_ref": row.legal_ref,
            "valid_from": row.valid_from.isoformat() if row.valid_from else None,
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "confidence": row.confidence,
            "checked_on": row.checked_on.isoformat(),
        }
        for row in rows
    ]
