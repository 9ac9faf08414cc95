"""Companies that nobody has joined, a file of some more that waits to be read, and a campaign that nobody has started.

Names and SIRET are invented like those of the catalogue; addresses end in .example, where no mail goes.
"""

from __future__ import annotations

import csv
import io

from sqlalchemy import select

from models import Campaign, ImportRun, Invitation, Organization, Territory, db
from models.prospects import Establishment, bring_prospects
from models.text import slugify
from webapp.demonstration import accounts
from webapp.demonstration.cast import Cast
from webapp.demonstration.companies import INVENTED, fictitious_siret

#: Name, NAF, band, INSEE code, whether the team has an address.
_JOINED_BY_NOBODY = (
    ("Bécasse et Boussole", "62.01Z", "1-9", "93010", True),
    ("Loche et Lucarne", "62.02A", "10-49", "93066", True),
    ("Castor Compas", "71.12B", "1-9", "93006", True),
    ("Grue et Gouvernail", "38.11Z", "50-249", "94022", False),
    ("Blaireau Balise", "62.01Z", "0", "92050", True),
    ("Tanche et Tamis", "38.32Z", "10-49", "93001", False),
)
_IN_THE_FILE = (
    ("ÉPERVIER ET ÉTABLI", "62.01Z", "02", "93008", "A"),
    ("MARTRE ET MAILLET", "71.12B", "11", "94028", "A"),
    ("PIE ET PINCEAU", "62.02A", "01", "93059", "A"),
    ("VANNEAU ET VILEBREQUIN", "38.11Z", "12", "93006", "F"),
    ("", "62.01Z", "NN", "93010", "A"),
    ("GREBE ET GABARIT", "62.01Z", "03", "69123", "A"),
)
#: Who reads the directory and offers nothing: kind, name, seat.
_OBSERVERS = (
    ("incubator", "Pépinière Ricochet", "93001"),
    ("investor", "Fonds Girouette", "75056"),
)
_COLUMNS = (
    "siret", "denominationUniteLegale", "activitePrincipaleEtablissement", "trancheEffectifsEtablissement",
    "codeCommuneEtablissement", "etatAdministratifEtablissement",
)  # fmt: skip
_LETTER = (
    "Les communes de la Métropole du Grand Paris disent ici, avec leurs mots, ce qui ne va pas dans leurs rues, leurs "
    "écoles et leurs services. Des entreprises comme la vôtre leur répondent. Venez lire les besoins ouverts : cela prend cinq "
    "minutes, et c’est gratuit.\n\nL’équipe de la Métropole"
)


def announce_all(cast: Cast) -> None:
    _bring(cast)
    _receive_a_file(cast)
    Campaign.draft(
        by=cast.curator, title="Numérique, Seine-Saint-Denis", text=_LETTER, naf=["62"], places=["T6", "T8"]
    )
    _invite(cast)
    _observe(cast)


def _bring(cast: Cast) -> None:
    places = {territory.code: territory.id for territory in db.session.scalars(select(Territory))}
    bring_prospects(
        [
            Establishment(
                siret=fictitious_siret(90_000 + number),
                name=name,
                kind="sme",
                naf=naf,
                size_band=band,
                territory_id=places[insee],
                email=f"contact@entreprise-{number}.example" if has_address else "",
            )
            for number, (name, naf, band, insee, has_address) in enumerate(_JOINED_BY_NOBODY)
        ],
        source="seed",
    )


def _receive_a_file(cast: Cast) -> None:
    """The worker reads it at its first minute, then it waits for a decision."""
    table = io.StringIO(newline="")
    rows = csv.writer(table, delimiter=";")
    rows.writerow(_COLUMNS)
    for number, (name, *others) in enumerate(_IN_THE_FILE):
        rows.writerow((fictitious_siret(91_000 + number), name, *others))
    ImportRun.receive(
        table.getvalue().encode(), file_name="extrait-sirene-exemple.csv", naf=[], places=[], by=cast.curator
    )


def _invite(cast: Cast) -> None:
    """Bondy waits for a colleague's answer."""
    commune = cast.open_public_body(accounts.COMMUNE)
    db.session.refresh(commune, ["memberships"])
    Invitation.send(
        organization=commune,
        email="nouvelle.collegue@bondy.example",
        role="contributor",
        by=commune.administrators()[0],
    )


def _observe(cast: Cast) -> None:
    """An incubator and an investor, verified: they sign no charter, for they offer nothing."""
    for number, (kind, name, code) in enumerate(_OBSERVERS):
        observer = Organization.create(
            kind=kind, name=name, by=cast.somebody(slugify(name), "Direction", "contact"), siret=fictitious_siret(92_000 + number),
            territory=db.session.scalars(select(Territory).where(Territory.code == code)).one(), description=INVENTED,
        )  # fmt: skip
        db.session.refresh(observer, ["memberships"])
        observer.source = "seed"
        observer.verify(by=cast.curator)
        cast.date_arrival(observer)
