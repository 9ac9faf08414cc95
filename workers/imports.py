"""Files of companies: read, shown to the team, then written piece by piece; a worker that stops goes on where it was.

A piece is one transaction: its rows, and how far the run is. Two workers at once wait for one another on the run's row, and each
goes on from where the other is. The same file twice writes nothing new, since a SIRET is unique.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from models import Organization, Territory, db
from models.database import reading_only
from models.import_run import ImportRun, Refused
from models.prospects import Establishment, bring_prospects, communes_of
from workers.queue import ring
from workers.rows import numbers, one_by_one, take
from workers.sirene import Row, Unreadable, read_rows

#: Some tens of milliseconds on SQLite, whose other writers wait meanwhile.
AT_ONCE = 500
#: Seconds between two pieces: on SQLite whoever waits to write looks again every tenth of a second, and gets its turn then.
PAUSE = 0.15
#: A run ends before the errand's own limit (queue.LONGEST_JOB), and rings for what is left.
RUN_FOR = 60.0


def run_imports() -> None:
    """Read what was received, write what was decided. Run twice, nothing more is written."""
    ends_at = time.monotonic() + RUN_FOR
    for number in numbers(ImportRun.owed()):
        _treat(number, ends_at)
        if time.monotonic() > ends_at:
            break
    if numbers(ImportRun.owed().limit(1)):
        ring("run_imports")
        db.session.commit()


def _treat(number: int, ends_at: float) -> None:
    try:
        rows = _read(number)
    except Unreadable as no:
        sentence = str(no)
        one_by_one([number], lambda n: db.session.get_one(ImportRun, n).fail(sentence))
        return
    if rows is None:
        return
    with reading_only():
        status = db.session.scalar(select(ImportRun.status).where(ImportRun.id == number))
        counts = _foresee(rows) if status == "read" else None
        db.session.rollback()
    if counts is not None:
        one_by_one([number], lambda n: _show(n, rows, counts))
        return
    while time.monotonic() < ends_at and one_by_one([number], lambda n: _write_piece(n, rows)):
        if not _is_running(number):
            return
        time.sleep(PAUSE)


def _read(number: int) -> list[Row] | None:
    """Every row of the file, judged; None when somebody else was quicker."""
    with reading_only():
        run = db.session.get(ImportRun, number, populate_existing=True)
        if run is None or run.status not in ("read", "running") or run.contents is None:
            db.session.rollback()
            return None
        contents, naf = run.read_contents(), list(run.naf)
        wanted = set(db.session.scalars(communes_of(run.places))) if run.places else set()
        known = {
            territory.code: territory.successor_id or territory.id
            for territory in db.session.scalars(
                select(Territory).where(Territory.kind.in_(("commune", "former")))
            )
        }
        db.session.rollback()
    known |= {code: known["75056"] for code in _ARRONDISSEMENTS if "75056" in known}
    return list(read_rows(contents, communes=known, naf=naf, places=wanted))


#: INSEE writes the arrondissement of Paris, whose commune is 75056.
_ARRONDISSEMENTS = [f"751{number:02d}" for number in range(1, 21)]


def _good(rows: Sequence[Row]) -> list[Establishment]:
    return [row for _line, row in rows if isinstance(row, Establishment)]


def _refused(rows: Sequence[Row]) -> list[Refused]:
    return [row for _line, row in rows if isinstance(row, Refused)]


def _foresee(rows: Sequence[Row]) -> dict[str, int]:
    """What writing would do, in figures."""
    good = _good(rows)
    known: set[str | None] = set()
    for start in range(0, len(good), AT_ONCE):
        piece = [row.siret for row in good[start : start + AT_ONCE]]
        known |= set(db.session.scalars(select(Organization.siret).where(Organization.siret.in_(piece))))
    return {"new": len(good) - len(known), "known": len(known), "refused": len(rows) - len(good)}


def _show(number: int, rows: Sequence[Row], counts: dict[str, int]) -> None:
    run = take(ImportRun, number)
    if run is not None and run.status == "read":
        run.preview(counts, rows=len(rows), report=_refused(rows))


def _write_piece(number: int, rows: Sequence[Row]) -> None:
    """The next rows that nobody wrote, or the end."""
    run = take(ImportRun, number)
    if run is None or run.status != "running":
        return
    piece = rows[run.rows_done : run.rows_done + AT_ONCE]
    counts: Counter[str] = bring_prospects(_good(piece))
    counts["refused"] += len(_refused(piece))
    run.advance(run.rows_done + len(piece), counts)
    if run.rows_done >= len(rows):
        run.finish(_refused(rows))


def _is_running(number: int) -> bool:
    with reading_only():
        status = db.session.scalar(select(ImportRun.status).where(ImportRun.id == number))
        db.session.rollback()
    return status == "running"
