"""A file of companies brought in by the team: read without writing anything, shown, then written, with a report.

No row is lost: each is new, brings something up to date, changes nothing, or is refused with its reason. The file is kept
until it is written or thrown away; it is read again from the row where a worker stopped.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Select, String, select
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.database import Base, Dated, db, utc_now
from models.errors import NotReady
from models.lifecycle import HasLifecycle, Lifecycle, Move

if TYPE_CHECKING:
    from models.user import User

LARGEST_FILE = 24 * 1024 * 1024

LIFECYCLE = Lifecycle(
    ("read", "previewed", "running", "done", "failed", "dropped"),
    (
        Move("preview", ("read",), "previewed", "system"),
        Move("start", ("previewed",), "running", "curator", stamps="started_at"),
        Move("finish", ("running",), "done", "system", stamps="ended_at"),
        Move("fail", ("read", "running"), "failed", "system", stamps="ended_at"),
        Move("drop", ("read", "previewed"), "dropped", "curator", stamps="ended_at"),
    ),
    {
        "read": "ce fichier attend d’être lu",
        "previewed": "ce fichier attend votre décision",
        "running": "ce fichier s’importe en ce moment",
        "done": "ce fichier est déjà importé",
        "failed": "ce fichier n’a pas pu être lu",
        "dropped": "ce fichier a été abandonné",
    },
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not brought in. ``line`` of the file (the heading is 1), ``reason``: a key of REASONS."""

    line: int
    siret: str
    reason: str
    excerpt: str


#: Why a row is refused.
REASONS = (
    "cells", "siret", "closed", "undisclosed", "name", "naf", "naf_unasked", "outside", "place_unasked", "twice",
)  # fmt: skip


class ImportRun(Dated, HasLifecycle, Base):
    """``counts``: rows by what becomes of them (new, updated, unchanged, refused), of the preview until it runs, then of what was
    written. ``rows_done``: rows of the file that are dealt with."""

    __tablename__ = "import_run"
    lifecycle = LIFECYCLE
    subject_type = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    naf: Mapped[list[str]] = mapped_column(JSON, default=list)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    trouble: Mapped[str] = mapped_column(String(300), default="")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    contents: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    report: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    by: Mapped[User] = relationship()

    @classmethod
    def receive(
        cls, contents: bytes, *, file_name: str, naf: list[str], places: list[str], by: User
    ) -> ImportRun:
        """Keep a file, to be read by a worker. Raises NotReady for an empty or too large one."""
        if not contents.strip():
            raise NotReady([("file", "Ce fichier est vide.")])
        if len(contents) > LARGEST_FILE:
            raise NotReady(
                [("file", "Ce fichier dépasse 24 Mo : coupez-le en plusieurs, ou gardez moins de colonnes.")]
            )
        run = cls(
            file_name=file_name[:120],
            sha256=hashlib.sha256(contents).hexdigest(),
            by=by,
            naf=naf,
            places=places,
            contents=zlib.compress(contents),
        )
        db.session.add(run)
        run._begin("read", by=by, sha256=run.sha256)
        return run

    @classmethod
    def owed(cls) -> Select[ImportRun]:
        """What a worker has to read or to write, oldest first."""
        return select(cls).where(cls.status.in_(("read", "running"))).order_by(cls.id)

    def same_before(self) -> Select[ImportRun]:
        """Earlier runs of the very same file that were written."""
        return select(type(self)).where(
            type(self).sha256 == self.sha256, type(self).status == "done", type(self).id != self.id
        )

    def read_contents(self) -> bytes:
        return zlib.decompress(self.contents or zlib.compress(b""))

    def read_report(self) -> list[Refused]:
        """Every row that was refused, in the order of the file."""
        return [Refused(*row) for row in json.loads(zlib.decompress(self.report))] if self.report else []

    def preview(self, counts: dict[str, Any], *, rows: int, report: Sequence[Refused]) -> None:
        """What a worker read, before anything is written."""
        self._move("preview", by=None)
        self.counts, self.rows_total = counts, rows
        self._keep_report(report)

    def _keep_report(self, report: Sequence[Refused]) -> None:
        rows = [(row.line, row.siret, row.reason, row.excerpt) for row in report]
        self.report = zlib.compress(json.dumps(rows, ensure_ascii=False).encode())

    def start(self, *, by: User) -> None:
        """Write what the preview showed; a worker does it."""
        self._move("start", by=by)
        self.counts, self.rows_done = {}, 0

    def advance(self, rows_done: int, counts: dict[str, int]) -> None:
        """One piece is written: in the same transaction as its rows."""
        self.rows_done = rows_done
        self.counts = {
            name: self.counts.get(name, 0) + counts.get(name, 0)
            for name in ("new", "updated", "unchanged", "refused")
        }

    def finish(self, report: Sequence[Refused]) -> None:
        """Everything is written: one act of the journal for all of it."""
        self._move("finish", by=None, sha256=self.sha256, rows=self.rows_total, **self.counts)
        self.contents = None
        self._keep_report(report)

    def fail(self, why: str) -> None:
        """``why``: a French sentence."""
        self._move("fail", by=None, sha256=self.sha256)
        self.trouble, self.contents = why[:300], None

    def drop(self, *, by: User) -> None:
        self._move("drop", by=by)
        self.contents = None

    @property
    def share_done(self) -> int:
        """Per cent."""
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0

    @property
    def seconds(self) -> float | None:
        """How long it was written, or has been so far."""
        return ((self.ended_at or utc_now()) - self.started_at).total_seconds() if self.started_at else None
