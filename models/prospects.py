"""Companies that nobody has joined: brought in bulk from an extract of SIRENE, chosen by activity and place.

Twenty thousand rows one by one, each under the journal's lock, would take a quarter of an hour. So this is the one place where
organisations are written in bulk, all with the status of a ``prospect`` (invisible, can be claimed, owed nothing); the
journal has one act for the whole run, with its counts and the hash of its file (models/import_run.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, insert, or_, select, update

from models.database import db, utc_now
from models.organization import SUPPLY_KINDS, Organization
from models.territory import Territory


@dataclass(frozen=True, slots=True)
class Establishment:
    """One good row of the extract. ``siret`` has a right key, ``territory_id`` is a commune of the Métropole."""

    siret: str
    name: str
    kind: str
    naf: str
    size_band: str
    territory_id: int
    founded_on: date | None = None
    email: str = ""


def prospects(naf: Sequence[str] = (), places: Sequence[str] = ()) -> Select[Organization]:
    """Those of the supply side, by beginnings of NAF codes and by codes of communes or EPT; empty means all."""
    query = select(Organization).where(Organization.status == "prospect", Organization.kind.in_(SUPPLY_KINDS))
    if naf:
        query = query.where(or_(*(Organization.naf.startswith(code, autoescape=True) for code in naf)))
    if places:
        query = query.where(Organization.territory_id.in_(communes_of(places)))
    return query


def communes_of(codes: Sequence[str]) -> Select[int]:
    """Numbers of the communes of these codes: INSEE, or EPT for all of its communes. One that merged leads to its successor."""
    named = select(Territory.id).where(Territory.code.in_(codes))
    joined = select(Territory.successor_id).where(Territory.code.in_(codes), Territory.kind == "former")
    return select(Territory.id).where(
        or_(Territory.id.in_(named), Territory.parent_id.in_(named), Territory.id.in_(joined))
    )


def bring_prospects(rows: Sequence[Establishment], *, source: str = "sirene_import") -> Counter[str]:
    """Add the unknown ones, bring NAF and staff of the known ones up to date: {"new", "updated", "unchanged"}.

    What people wrote themselves (name, page, commune) is left alone. Rows brought twice change nothing. Raises IntegrityError
    when somebody creates one of them at the same moment: do it again.
    """
    wanted = {row.siret: row for row in rows}
    columns = (
        Organization.id, Organization.siret, Organization.naf, Organization.size_band, Organization.status,
        Organization.contact_email,
    )  # fmt: skip
    known = {
        found.siret: found
        for found in db.session.execute(select(*columns).where(Organization.siret.in_(wanted)))
    }
    fresh = [_as_columns(row, source) for siret, row in wanted.items() if siret not in known]
    if fresh:
        db.session.execute(insert(Organization), fresh)
    changed = []
    for siret, found in known.items():
        row = wanted[siret]
        email = found.contact_email or (row.email if found.status == "prospect" else "")
        after = {
            "naf": row.naf or found.naf,
            "size_band": row.size_band or found.size_band,
            "contact_email": email,
        }
        if any(getattr(found, name) != value for name, value in after.items()):
            changed.append({"id": found.id, **after})
    if changed:
        db.session.execute(update(Organization), changed)
    counts = Counter(new=len(fresh), updated=len(changed), unchanged=len(known) - len(changed))
    return +counts


def _as_columns(row: Establishment, source: str) -> dict[str, object]:
    now = utc_now()
    return {
        "kind": row.kind,
        "sides": ["supply"],
        "status": "prospect",
        "siret": row.siret,
        "siren": row.siret[:9],
        "legal_name": row.name,
        "display_name": row.name,
        "description": "",
        "website": "",
        "territory_id": row.territory_id,
        "email_domains": [],
        "four_eyes": False,
        "source": source,
        "naf": row.naf,
        "rna": "",
        "size_band": row.size_band,
        "founded_on": row.founded_on,
        "labels": [],
        "contact_email": row.email,
        "created_at": now,
        "updated_at": now,
    }
