"""Responses."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
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
}
