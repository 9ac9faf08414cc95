"""Figures and reports."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "organization.side": {
        "demand": _l("Collectivités"),
        "supply": _l("Entreprises, associations et laboratoires"),
        "observer": _l("Partenaires"),
    },
    "visit_count.kind": {
        "visit": _l("Visites"),
        "home": _l("Accueil"),
        "needs": _l("Liste des besoins"),
        "need": _l("Pages de besoins"),
        "solutions": _l("Catalogue des solutions"),
        "solution": _l("Pages de solutions"),
        "search": _l("Recherches"),
        "organization": _l("Annuaire et pages d’organisations"),
        "map": _l("Carte"),
        "events": _l("Événements"),
        "figures": _l("Chiffres"),
        "explanation": _l("Aide et explications"),
    },
    "figures.use": {
        "needs": _l("Besoins publiés"),
        "solutions": _l("Solutions mises en ligne"),
        "responses": _l("Réponses envoyées"),
        "interests": _l("Demandes « J’adopte »"),
        "questions": _l("Questions posées"),
        "alerts": _l("Alertes gardées"),
        "guidances": _l("Voies d’achat cherchées"),
    },
    "figures.project": {
        "experiment": _l("Essais"),
        "purchase": _l("Achats"),
        "consultation": _l("Consultations lancées"),
        "group": _l("Groupements"),
        "funding": _l("Dossiers de financement"),
    },
    "figures.delay": {
        "introduction": _l("De la publication à la première mise en relation"),
        "answer": _l("De là à la première réponse"),
        "conclusion": _l("De là à la conclusion"),
    },
    "solution.figure": {
        "shown": _l("Montrée"),
        "opened": _l("Ouverte"),
        "introduced": _l("Mise en relation"),
        "answered": _l("Proposée en réponse"),
        "asked": _l("Demandée (« J’adopte »)"),
    },
    "report.status": {
        "draft": _l("Projet"),
        "frozen": _l("Figé"),
        "discarded": _l("Supprimé"),
    },
}
