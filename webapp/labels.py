"""The French word for each stored value; English comes from translations/."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import SelectChoice

from models import Theme, db

LABELS: dict[str, dict[str, Any]] = {
    "need.status": {
        "draft": _l("Brouillon"),
        "awaiting_validation": _l("À valider par la commune"),
        "in_review": _l("En relecture"),
        "changes_requested": _l("À modifier"),
        "published": _l("Publié"),
        "closed": _l("Clos"),
        "in_dialogue": _l("Dialogue ouvert"),
        "concluded": _l("Conclu"),
        "withdrawn": _l("Retiré"),
        "archived": _l("Archivé"),
        "discarded": _l("Supprimé"),
    },
    "need.outcome": {
        "experiment": _l("Expérimentation"),
        "direct_purchase": _l("Achat direct déclaré par la commune"),
        "consultation_launched": _l("Consultation lancée"),
        "group": _l("Groupement de commandes"),
        "funding_dossier": _l("Dossier de financement"),
        "unsuccessful": _l("Infructueux : aucune réponse ne convenait"),
        "no_followup": _l("Sans suite : la commune y renonce"),
    },
    "need.intent": {
        "sourcing": _l("Savoir ce qui existe"),
        "experiment": _l("Expérimenter"),
        "purchase": _l("Préparer un achat"),
        "group": _l("Acheter à plusieurs"),
    },
    "need.budget": {
        "unknown": _l("Je ne sais pas encore"),
        "lt_40k": _l("Moins de 40 000 € HT"),
        "40_60k": _l("40 000 à 60 000 € HT"),
        "60_90k": _l("60 000 à 90 000 € HT"),
        "90_100k": _l("90 000 à 100 000 € HT"),
        "100_216k": _l("100 000 à 216 000 € HT"),
        "gte_216k": _l("216 000 € HT ou plus"),
    },
    "need.resource": {
        "public_space": _l("Un lieu dans l’espace public"),
        "technical_staff": _l("Des agents techniques"),
        "data": _l("Des données"),
        "premises": _l("Des locaux"),
        "local_partners": _l("Des partenaires locaux"),
        "test_users": _l("Des habitants ou agents volontaires pour essayer"),
    },
    "need.constraint": {
        "personal_data": _l("Données personnelles"),
        "accessibility": _l("Accessibilité (RGAA)"),
        "eu_hosting": _l("Hébergement dans l’Union européenne"),
        "interoperability": _l("Liaison avec nos logiciels"),
        "safety": _l("Sécurité des personnes"),
        "heritage": _l("Patrimoine protégé"),
    },
    "solution.status": {
        "draft": _l("Brouillon"),
        "in_review": _l("En relecture"),
        "changes_requested": _l("À modifier"),
        "published": _l("En ligne"),
        "stale": _l("À confirmer"),
        "suspended": _l("Suspendue"),
        "archived": _l("Archivée"),
    },
    "solution.price_unit": {
        "one_off": _l("une fois"),
        "per_year": _l("par an"),
        "per_site": _l("par site"),
        "per_inhabitant": _l("par habitant"),
        "free": _l("gratuit"),
    },
    "solution.hosting": {
        "FR": _l("En France"),
        "EU": _l("Dans l’Union européenne"),
        "outside_EU": _l("Hors de l’Union européenne"),
        "on_premise": _l("Chez la collectivité"),
    },
    "solution.accessibility": {
        "rgaa_full": _l("Totalement conforme au RGAA"),
        "partial": _l("Partiellement conforme"),
        "none": _l("Non conforme"),
        "na": _l("Sans objet"),
    },
    "match.status": {
        "suggested": _l("À relire"),
        "snoozed": _l("Reportée"),
        "approved": _l("Retenue"),
        "dismissed": _l("Écartée"),
        "introduced": _l("Entreprise prévenue"),
        "converted": _l("Réponse reçue"),
        "declined": _l("Déclinée"),
        "expired": _l("Sans réponse"),
        "void": _l("Caduque"),
    },
    "match.closeness": {"very_close": _l("très proche"), "close": _l("proche"), "to_check": _l("à vérifier")},
    "match.dismiss": {
        "off_topic": _l("Hors sujet"),
        "maturity": _l("Maturité qui ne convient pas"),
        "territory": _l("Lieu qui ne convient pas"),
        "duplicate": _l("Doublon"),
        "already_in_touch": _l("Déjà en contact"),
        "conflict": _l("Conflit d’intérêts"),
        "quality": _l("Fiche trop faible"),
        "other": _l("Autre raison"),
    },
    "match.decline": {
        "off_topic": _l("Ce n’est pas ce que nous faisons"),
        "no_capacity": _l("Pas de disponibilité"),
        "territory": _l("Trop loin ou hors de notre secteur"),
        "timing": _l("Le calendrier ne convient pas"),
        "already_in_touch": _l("Nous sommes déjà en contact"),
        "other": _l("Autre raison"),
    },
    "response.status": {
        "draft": _l("Brouillon"),
        "submitted": _l("Envoyée"),
        "under_review": _l("En cours d’examen"),
        "clarification": _l("Précision demandée"),
        "shortlisted": _l("Présélectionnée"),
        "retained": _l("Retenue"),
        "not_retained": _l("Non retenue"),
        "withdrawn": _l("Retirée"),
        "void": _l("Caduque"),
    },
    "response.reason": {
        "does_not_answer": _l("Ne répond pas au problème"),
        "not_mature": _l("Pas assez éprouvée"),
        "too_expensive": _l("Hors de nos moyens"),
        "other_preferred": _l("Une autre réponse convient mieux"),
        "need_given_up": _l("Nous renonçons à ce besoin"),
        "conditions": _l("Conditions qui ne conviennent pas"),
        "other": _l("Autre raison"),
    },
    "response.terms": {
        "free": _l("Essai gratuit"),
        "shared_cost": _l("Coût partagé"),
        "paid": _l("Essai payant"),
    },
    "organization.kind": {
        "commune": _l("Commune"),
        "ept": _l("Établissement public territorial"),
        "metropole": _l("Métropole"),
        "other_public": _l("Autre organisme public"),
        "startup": _l("Jeune entreprise"),
        "sme": _l("PME"),
        "mid_cap": _l("Entreprise de taille intermédiaire"),
        "large_company": _l("Grande entreprise"),
        "association": _l("Association"),
        "cooperative": _l("Coopérative"),
        "lab": _l("Laboratoire"),
        "school": _l("École ou université"),
        "designer": _l("Designer"),
        "citizen_group": _l("Collectif d’habitants"),
        "incubator": _l("Incubateur"),
        "investor": _l("Investisseur"),
        "expert_body": _l("Organisme expert"),
    },
    "organization.status": {
        "prospect": _l("Pas encore inscrite"),
        "pending": _l("En cours de vérification"),
        "verified": _l("Vérifiée"),
        "suspended": _l("Suspendue"),
        "archived": _l("Archivée"),
    },
    "ranking.verdict": {
        "identical": _l("Identique"),
        "rescored": _l("Même ordre, autres scores"),
        "differs": _l("Ordre différent"),
        "altered": _l("Modifié depuis"),
        "other_version": _l("Pas rejouable ici"),
        "unfinished": _l("Pas abouti"),
    },
    "ranker.status": {
        "trained": _l("Pas essayés"),
        "shadow": _l("À l’essai"),
        "in_service": _l("En service"),
        "retired": _l("Retirés"),
    },
    "membership.role": {
        "contributor": _l("Contributeur"),
        "validator": _l("Validateur"),
        "org_admin": _l("Administrateur"),
        "curator": _l("Équipe Métropole"),
        "admin": _l("Administrateur de la plateforme"),
    },
    "membership.status": {
        "requested": _l("Demande en attente"),
        "active": _l("Membre"),
        "refused": _l("Refusée"),
        "left": _l("Parti"),
    },
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(label=label, theme_label=theme_label, choices_of=choices_of)


def label(kind: str, value: str | None) -> str:
    """The word for a stored value: ``label('need.status', 'draft')`` is « Brouillon ». Lists of the tables (maturity,
    place, business_model) are read there."""
    if value is None or value == "":
        return ""
    if kind in LABELS:
        return str(LABELS[kind].get(value, value))
    taxonomy = {"place": "territory"}.get(kind, kind)
    return _listed().get((taxonomy, value), value)


def theme_label(code: str) -> str:
    return _listed().get(("theme", code), code)


def choices_of(kind: str) -> list[SelectChoice]:
    """The values of a kind with their words, for a form field."""
    return [SelectChoice(value, words) for value, words in LABELS[kind].items()]


def theme_choices(taxonomy: str = "theme") -> list[SelectChoice]:
    """The lines of one closed list in its own order, for a form field."""
    return [SelectChoice(code, words) for (listed, code), words in _listed().items() if listed == taxonomy]


def _listed() -> dict[tuple[str, str], str]:
    """Every line of the closed lists in the language of the page, read once a request."""
    if "listed" not in g:
        name = Theme.name_en if str(get_locale()) == "en" else Theme.name_fr
        rows = db.session.execute(select(Theme.taxonomy, Theme.code, name).order_by(Theme.position))
        g.listed = {(taxonomy, code): words or code for taxonomy, code, words in rows}
    return g.listed
