"""The tables that every installation has: territories, closed lists, and the public bodies that may join.

They come from ``data/*.csv`` (sources in data/README.md). Loading again brings names and figures up to date and adds
what is new; nothing is deleted, since other rows point here. Does not commit.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select

from models import Organization, Territory, Theme, Threshold, db
from models.procurement import read_rows

TABLES = Path(__file__).resolve().parent.parent / "data"
METROPOLE, METROPOLE_NAME, METROPOLE_SIREN = "MGP", "Métropole du Grand Paris", "200054781"
PARIS = "75056"


def load_reference_tables() -> None:
    """Territories, closed lists, then an organisation for each commune and EPT, which their people will claim."""
    load_territories()
    load_themes()
    load_public_bodies()
    load_thresholds()


def load_territories() -> None:
    """The Métropole, its 11 EPT (Paris is in none of them, though the source numbers it T1) and its 130 communes."""
    known = {territory.code: territory for territory in db.session.scalars(select(Territory))}

    def keep(
        code: str, kind: str, name: str, siren: str, population: int, parent: Territory | None
    ) -> Territory:
        territory = known.get(code) or Territory(code=code)
        if territory.kind != "former":  # a merger decided here stays, until the file knows of it too
            territory.kind = kind
        territory.name, territory.siren = typographic(name), siren or None
        territory.population, territory.parent = population, parent
        db.session.add(territory)
        return territory

    communes = list(_read("communes"))
    everybody = sum(int(row["population_2023"]) for row in communes)
    metropole = keep(METROPOLE, "metropole", METROPOLE_NAME, METROPOLE_SIREN, everybody, None)
    epts = {
        row["ept_code"]: keep(
            row["ept_code"], "ept", row["name"], row["siren"], int(row["population_2023"]), metropole
        )
        for row in _read("epts")
        if row["kind"] == "EPT"
    }
    for row in communes:
        parent = epts.get(row["ept_code"], metropole)
        keep(row["insee"], "commune", row["name"], row["siren"], int(row["population_2023"]), parent)
    db.session.flush()
    load_former_communes()


def load_former_communes() -> None:
    """Communes that joined another one: typed by people, found in old files, each leads to its successor."""
    known = {territory.code: territory for territory in db.session.scalars(select(Territory))}
    for row in _read("former_communes"):
        former = known.get(row["insee"]) or Territory(code=row["insee"], name=typographic(row["name"]))
        former.parent = known[row["successor_insee"]].parent
        former.join(known[row["successor_insee"]], on=date.fromisoformat(row["ended_on"]))
        db.session.add(former)
    db.session.flush()


def load_themes() -> None:
    """The nineteen themes and the other closed lists, each in the order of the file."""
    known = {(theme.taxonomy, theme.code): theme for theme in db.session.scalars(select(Theme))}
    positions: dict[str, int] = {}
    for row in _read("themes"):
        taxonomy, code = row["taxonomy"], row["code"]
        positions[taxonomy] = positions.get(taxonomy, 0) + 1
        theme = known.get((taxonomy, code)) or Theme(taxonomy=taxonomy, code=code)
        theme.position = positions[taxonomy]
        theme.name_fr, theme.name_en = typographic(row["label_fr"]), row["label_en"]
        # The kinds of place keep there where they come from, which is no definition.
        theme.definition = "" if taxonomy == "territory" else typographic(row["definition_fr"])
        db.session.add(theme)
    db.session.flush()


def load_public_bodies() -> None:
    """One organisation for each commune and EPT (prospect: invisible until claimed), and the Métropole's own."""
    have_one = set(
        db.session.scalars(
            select(Organization.territory_id).where(Organization.kind.in_(("commune", "ept", "metropole")))
        )
    )
    for territory in db.session.scalars(select(Territory).order_by(Territory.id)):
        if territory.id in have_one or territory.kind == "former":
            continue
        if territory.kind == "metropole":
            Organization.own(name=territory.name, territory=territory, siren=METROPOLE_SIREN)
        else:
            Organization.prospect(
                kind=territory.kind,
                name=public_body_name(territory),
                territory=territory,
                siren=territory.siren,
                source="seed",
            )


def load_thresholds() -> None:
    """The table of procurement thresholds, once: from then on it is the team's, and survives a restart."""
    Threshold.load(read_rows(TABLES / "procurement_thresholds.csv"))


def public_body_name(territory: Territory) -> str:
    """« Ville des Lilas », « Ville d’Alfortville », « EPT Plaine Commune »."""
    return f"EPT {territory.name}" if territory.kind == "ept" else f"Ville {of(territory.name)}"


def of(name: str) -> str:
    """A place name after « de »: « du Raincy », « des Lilas », « de La Courneuve », « d’Ivry-sur-Seine »."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    if name[0] in "AEIOUYÉÈÊÎÔÂ":
        return f"d’{name}"
    return f"de {name}"


def typographic(text: str) -> str:
    """The apostrophe of books, which our screens use."""
    return text.replace("'", "’")


def _read(table: str) -> Iterator[dict[str, str]]:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
