"""Introductions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
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
}
