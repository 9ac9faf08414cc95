"""20 000 companies of an extract of SIRENE brought in by the errand, on a database of its own.

    python -m benchmarks.import_companies [--rows 20000] [--database postgresql://…]

The extract is made up (tests/sirene_extract.py), with its accidents. The table says how long it took to read and judge every row
without writing (the preview), to write them, and to bring the same file again. Goal: written in less than a minute. Every row is
accounted for, or the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from benchmarks.stack import table
from models import ImportRun, Organization, User, db
from settings import Settings
from tests.sirene_extract import make_rows, write
from webapp import create_app
from webapp.commands import migrate
from webapp.reference import load_reference_tables
from workers.imports import run_imports

GOAL = 60.0  # seconds
HEADINGS = ["", "seconds", "new", "unchanged", "refused"]


def main() -> int:
    """Print the table. Exit code 1 when it took longer than the goal, or a row is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--database", help="an empty database; by default a SQLite file that is removed")
    asked = parser.parse_args()
    contents = write(make_rows(asked.rows))
    with tempfile.TemporaryDirectory() as folder:
        environ = {"VAR_DIR": str(Path(folder) / "var"), "DATABASE_URL": asked.database or ""}
        (Path(folder) / "var").mkdir()
        app = create_app(Settings.from_environment(environ))
        with app.app_context():
            migrate()
            load_reference_tables()
            person = User.register(
                email="equipe@example.org", password="mesure des importations", first_name="", last_name=""
            )
            db.session.commit()
            lines: list[list[object]] = []
            first, slowest = bring(contents, person, "first", lines)
            again, _ = bring(contents, person, "the same file again", lines)
            made = db.session.scalar(
                sa.select(sa.func.count(Organization.id)).where(Organization.source == "sirene_import")
            )
            db.session.remove()
            db.engine.dispose()
    print(f"{asked.rows} rows, {len(contents) / 1e6:.1f} MB")
    print(table(HEADINGS, lines))
    whole = first["new"] + first["refused"] == asked.rows and made == first["new"] and again["new"] == 0
    print("every row is new or refused, none twice" if whole else "ROWS ARE MISSING")
    return 0 if whole and slowest < GOAL else 1


def bring(
    contents: bytes, person: User, name: str, lines: list[list[object]]
) -> tuple[dict[str, int], float]:
    run = ImportRun.receive(contents, file_name="extrait.csv", naf=[], places=[], by=person)
    db.session.commit()
    began = time.monotonic()
    run_imports()
    read = time.monotonic() - began
    run.start(by=person)
    db.session.commit()
    began = time.monotonic()
    while run.status == "running":
        run_imports()
        db.session.refresh(run)
    written = time.monotonic() - began
    counts = run.counts
    lines.append([f"{name}: read and shown", read, "", "", ""])
    lines.append([f"{name}: written", written, *(counts[key] for key in ("new", "unchanged", "refused"))])
    return counts, written


if __name__ == "__main__":
    sys.exit(main())
