"""What the Métropole and its communes did already, from public sources: references, companies, subjects of its strategy.

Nothing is added to the records: their words, their programme, their year. What they do not say is not said here.
"""

from __future__ import annotations

from datetime import date, datetime

from models import Need, Organization, db
from models.calendar import end_of_day
from models.database import PARIS
from models.need_lifecycle import TITLE_MIN
from models.text import slugify
from webapp.demonstration import needs
from webapp.demonstration.cast import Cast, backdate
from webapp.demonstration.records import PROJECTS, Record, read
from webapp.reference import METROPOLE_NAME, of, typographic

_PROGRAMMES = {
    "FMIN": "Fonds métropolitain pour l’innovation numérique (FMIN)",
    "IDLV": "fonds « Innover dans la ville » (IDLV)",
    "EXPLORATEURS": "programme des Explorateurs du numérique",
    "QMI édition 1": "programme « Quartiers métropolitains d’innovation », édition 1",
    "QMI édition 2": "programme « Quartiers métropolitains d’innovation », édition 2",
    "QMI": "programme « Quartiers métropolitains d’innovation »",
    "APPROPRIATION_IA": "programme d’appropriation métropolitaine de l’IA",
    "DIAT": "dispositif national des démonstrateurs d’IA frugale",
}
#: Kind of record → words before the programme in « source », and how the need ended. Only money granted is a funding.
_ENDINGS = {
    "funded_project": ("Projet financé", "funding_dossier"),
    "explorer_project": ("Projet", "experiment"),
    "innovation_district": ("Quartier", "experiment"),
    "ai_use_case": ("Cas d’usage IA", "experiment"),
    "metropolitan_project": ("Projet Métropole", "experiment"),
}
_SHORT = {
    "EXPLORATEURS": "Explorateurs",
    "APPROPRIATION_IA": "Appropriation IA",
    "QMI édition 1": "QMI, édition 1,",
    "QMI édition 2": "QMI, édition 2,",
}


def tell_all(cast: Cast) -> None:
    """Past projects are concluded needs, subjects of the digital strategy (SMAN) open ones, companies organisations."""
    for record in read(PROJECTS):
        if record["kind"] == "startup":
            _introduce_company(cast, record)
        elif record["kind"] == "demo_need":
            cast.needs[record["id"]] = _publish_subject(cast, record)
        else:
            cast.needs[record["id"]] = _recall_project(cast, record)
        cast.tick()


def _recall_project(cast: Cast, record: Record) -> Need:
    """A need published, closed and concluded in the year of its programme, the only date that is known."""
    organization = _holder(cast, record)
    words, outcome = _ENDINGS[record["kind"]]
    programme, year = record["programme"], record["year"]
    source = f"{words} {_SHORT.get(programme, programme)} {year}"
    told = f"Référence : {_PROGRAMMES[programme]}, {year}."
    need = needs.write(
        cast,
        organization,
        title=_title(record),
        irritant=f"{typographic(record['text_fr'])} {told}",
        expected_outcome=f"Projet conservé comme référence pour les communes qui ont le même sujet. {told}",
        themes=[record["theme"]],
        defis=[record["defi"]],
        source=source,
    )
    needs.publish(cast, need)
    need.closes_on = date(year, 12, 31)
    need.close()
    need.conclude(by=cast.validator(organization), outcome=outcome, reason=f"{source}.")
    # The first and the last day stand for the year. It was concluded here today: two years later it goes to the archive.
    first = datetime(year, 1, 1, 12, tzinfo=PARIS)
    backdate(
        need, created_at=first, submitted_at=first, validated_at=first, published_at=first,
        closed_at=end_of_day(need.closes_on),
    )  # fmt: skip
    return need


def _publish_subject(cast: Cast, record: Record) -> Need:
    """A subject of the SMAN, held by the Métropole which wrote it: no commune is named there."""
    need = needs.write(
        cast,
        cast.metropole,
        title=_title(record),
        irritant=f"{typographic(record['text_fr'])} Sujet relevé par le schéma métropolitain d’aménagement numérique.",
        expected_outcome="Connaître les solutions qui existent aujourd’hui, et les communes qui veulent les essayer.",
        themes=[record["theme"]],
        defis=[record["defi"]],
        source=f"{record['programme']} {record['year']}",
    )
    needs.publish(cast, need)
    needs.date_publication(cast, need, 10, 45)
    return need


def _introduce_company(cast: Cast, record: Record) -> None:
    """A company that a public source names: its name and that source, without solution nor SIRET."""
    company = Organization.prospect(kind="startup", name=record["organisation"], source="seed")
    company.description = (
        f"{typographic(record['text_fr'])} "
        "Fiche ouverte pour la démonstration par un compte d’essai : l’entreprise n’a rien signé ni publié ici."
    )
    agent = cast.somebody(slugify(company.display_name), "Compte d’essai", "essai")
    company.claim(by=agent)
    company.sign_charter(by=agent)
    company.verify(by=cast.curator)
    cast.date_arrival(company)
    db.session.flush()


def _holder(cast: Cast, record: Record) -> Organization:
    """The first body named. The Métropole for its own projects and for those whose commune the source does not name."""
    for insee in record.get("insee") or []:
        holder = cast.open_public_body(insee)
        for code in record.get("ept_code") or []:
            cast.open_public_body(code)  # its partner
        return holder
    for code in record.get("ept_code") or []:
        return cast.open_public_body(code)
    assert record["organisation"] in (None, METROPOLE_NAME), record
    return cast.metropole


def _title(record: Record) -> str:
    title = typographic(record["title"])
    before, separator, commune = title.partition("Quartier d’innovation de ")
    if separator:
        title = f"{before}Quartier d’innovation {of(commune)}"
    return title if len(title) >= TITLE_MIN else f"{title} ({typographic(record['organisation'])})"
