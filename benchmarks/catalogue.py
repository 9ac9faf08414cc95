"""A database with a demonstration and as many solutions as asked, for benchmarks on the real stack.

    prepare(folder / "var", database_url, solutions=100_000)      # then running_stack(DATABASE_URL=database_url)

Written in bulk with their vectors, as publications and workers leave them, so that a stack started on it has nothing to
encode. Texts and vectors vary those of the repository (``benchmarks.material``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from benchmarks import material
from matching.document import Document
from matching.encoder import Encoder
from models import Embedding, Need, Organization, Solution, Theme, User, db
from models.database import utc_now
from settings import Settings
from webapp import create_app
from webapp.commands import prepare as set_up

PAGES_EACH = 4  # solutions of one company
AT_ONCE = 5_000
CLOSING = "Installation en un mois, formation des agents sur place et suivi par nos équipes pendant la première année."


def prepare(var_dir: Path, database_url: str, *, solutions: int, encoder: Encoder) -> int:
    """A demonstration, completed to ``solutions`` public ones; nothing in it waits for a comparison. How many there are."""
    settings = Settings.from_environment({"VAR_DIR": str(var_dir), "DATABASE_URL": database_url})
    with create_app(settings).app_context():
        set_up()
        for model in (Need, Solution):
            db.session.execute(update(model).where(model.status == "published").values(matched_at=utc_now()))
        there = _count()
        _insert(max(0, solutions - there), encoder)
        db.session.commit()
        there = _count()
        db.session.remove()
        db.engine.dispose()
    return there


def as_rows(texts: Sequence[material.Text]) -> Iterator[dict[str, Any]]:
    """The fields of solutions with these texts."""
    codes = Theme.codes()
    for number, text in enumerate(texts):
        yield {
            "title": text.title[:120],
            # A page must say at least so much.
            "pitch": (text.pitch if len(text.pitch) >= 20 else f"{text.title} : {text.pitch}")[:280],
            "how_it_works": text.body if len(text.body) >= 100 else f"{text.body} {CLOSING}",
            "themes": [text.theme] if text.theme in codes else ["citizen_services"],
            "maturity": f"M{5 + number % 5}",
        }


def _insert(count: int, encoder: Encoder) -> None:
    rows = as_rows(material.varied(count))
    vectors = material.vectors(count, encoder)
    owners = _companies(count)
    author = db.session.scalars(select(User).limit(1)).one()
    first = (db.session.scalar(select(func.max(Solution.id))) or 0) + 1
    now = utc_now()
    dated = {"status": "published", "published_at": now, "matched_at": now, "author_id": author.id}
    for start in range(0, count, AT_ONCE):
        some = [
            {"id": first + start + place, "organization_id": owners[(start + place) // PAGES_EACH], **row, **dated}
            for place, row in enumerate(islice(rows, AT_ONCE))
        ]  # fmt: skip
        db.session.execute(insert(Solution), some)
        db.session.execute(
            insert(Embedding), [_embedding(row, vectors[row["id"] - first], encoder.version) for row in some]
        )


def _embedding(row: dict[str, Any], vector: Any, version: str) -> dict[str, Any]:
    # A solution whose title holds what is masked (a SIREN) has another text: the worker encodes that one itself.
    read = Document(row["id"], "solution", row["title"], (row["pitch"], "", row["how_it_works"]))
    return {
        "subject_type": "solution",
        "subject_id": row["id"],
        "model": version,
        "content_hash": read.text_hash,
        "dimension": len(vector),
        "vector": vector.astype("<f4").tobytes(),
    }


def _companies(solutions: int) -> list[int]:
    first = (db.session.scalar(select(func.max(Organization.id))) or 0) + 1
    names = [f"Fournisseur d’essai numéro {n}" for n in range(solutions // PAGES_EACH + 1)]
    rows = [
        {"id": first + place, "kind": "startup", "sides": ["supply"], "legal_name": name, "display_name": name,
         "status": "verified"} for place, name in enumerate(names)
    ]  # fmt: skip
    db.session.execute(insert(Organization), rows)
    return [row["id"] for row in rows]


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(Solution).where(Solution.status.in_(Solution.PUBLIC))) or 0  # fmt: skip
