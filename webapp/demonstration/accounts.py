"""One account for each role, all with the same password. The domain « .example » can receive no mail (RFC 2606)."""

from __future__ import annotations

from dataclasses import dataclass

from models.text import Sentence

#: Public on purpose: it opens nothing but a demonstration.
PASSWORD = "marche-des-idees"  # noqa: S105
#: The commune that one tries first. It has published before, so its validator publishes without the Métropole's team.
COMMUNE = "Bondy"
#: It has published nothing yet: its first need passes the team.
NEW_COMMUNE = "Fontenay-aux-Roses"


@dataclass(frozen=True)
class Account:
    """A person one may sign in as. ``role``: what the sign-in page says; ``membership``: role in the organisation."""

    role: str
    email: str
    first_name: str
    last_name: str
    job_title: str
    membership: str


CONTRIBUTOR = Account(
    Sentence("Agente contributrice, Ville de %(commune)s", commune=COMMUNE), "agente@bondy.example", "Nadia", "Benali",
    "Responsable de l’accueil", "contributor",
)  # fmt: skip
VALIDATOR = Account(
    Sentence("Élu validateur, Ville de %(commune)s", commune=COMMUNE), "elu@bondy.example", "Thomas", "Girard",
    "Adjoint au maire", "validator",
)  # fmt: skip
ORG_ADMIN = Account(
    Sentence("Administratrice, Ville de %(commune)s", commune=COMMUNE), "administratrice@bondy.example", "Claire", "Morel",
    "Directrice de l’innovation", "org_admin",
)  # fmt: skip
NEW_VALIDATOR = Account(
    Sentence("Élue validatrice, Ville de %(commune)s (première publication)", commune=NEW_COMMUNE), "elue@fontenay-aux-roses.example",
    "Odile", "Delmas", "Adjointe au maire", "validator",
)  # fmt: skip
COMPANY_CONTRIBUTOR = Account(
    Sentence("Contributeur, entreprise Loutre & Lanterne"), "equipe@loutre-lanterne.example", "Léo", "Martin",
    "Chargé d’affaires", "contributor",
)  # fmt: skip
COMPANY_ADMIN = Account(
    Sentence("Administratrice et signataire, entreprise Loutre & Lanterne"), "direction@loutre-lanterne.example", "Sofia",
    "Lambert", "Directrice générale", "org_admin",
)  # fmt: skip
CURATOR = Account(
    Sentence("Équipe de la Métropole (curation)"), "ines@metropole.example", "Inès", "Caron",
    "Chargée de mission innovation", "curator",
)  # fmt: skip
ADMIN = Account(
    Sentence("Administrateur de la plateforme"), "administration@metropole.example", "Hugo", "Perrin",
    "Responsable de la plateforme", "admin",
)  # fmt: skip

ACCOUNTS = (
    CONTRIBUTOR, VALIDATOR, ORG_ADMIN, NEW_VALIDATOR, COMPANY_CONTRIBUTOR, COMPANY_ADMIN, CURATOR, ADMIN,
)  # fmt: skip


def demonstration_accounts() -> list[tuple[str, str, str]]:
    """(role in French, e-mail address, password) of each account, for the sign-in page and the terminal."""
    return [(account.role, account.email, PASSWORD) for account in ACCOUNTS]
