"""« J'adopte » and references."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "interest.status": {
        "sent": _l("Envoyée"),
        "acknowledged": _l("Reçue"),
        "meeting_planned": _l("Rendez-vous fixé"),
        "met": _l("Rencontre faite"),
        "converted": _l("Aboutie"),
        "no_followup": _l("Sans suite"),
        "declined": _l("Déclinée"),
        "expired": _l("Restée sans réponse"),
        "void": _l("Caduque"),
    },
    "interest.wish": {
        "demo": _l("Une démonstration"),
        "quote": _l("Un devis"),
        "reference_call": _l("Parler à une collectivité qui s’en sert"),
        "experiment": _l("Un essai sur le territoire"),
        "join_group": _l("Un achat à plusieurs communes"),
    },
    "interest.conversion": {
        "need": _l("Nous écrivons un besoin, ouvert à toutes les entreprises"),
        "experiment": _l("Un essai est convenu"),
        "purchase": _l("Un achat est fait"),
        "group": _l("Nous proposons un achat à d’autres communes"),
    },
    "interest.decline": {
        "not_for_us": _l("Ce n’est pas ce que fait notre solution"),
        "no_capacity": _l("Nous n’avons pas la disponibilité"),
        "territory": _l("Nous n’intervenons pas à cet endroit"),
        "timing": _l("Le calendrier ne convient pas"),
        "other": _l("Autre raison"),
    },
    "reference.status": {
        "declared": _l("Déclarée par l’entreprise"),
        "asked": _l("À confirmer par la collectivité"),
        "confirmed": _l("Confirmée par la collectivité"),
        "contested": _l("Contestée par la collectivité"),
        "withdrawn": _l("Retirée"),
    },
    "reference.kind": {
        "pilot": _l("Essai"),
        "purchase": _l("Achat"),
    },
}
