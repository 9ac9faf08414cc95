"""Needs."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "need.status": {
        "draft": _l("Brouillon"),
        "awaiting_validation": _l("À valider par la collectivité"),
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
        "direct_purchase": _l("Achat direct déclaré par la collectivité"),
        "consultation_launched": _l("Consultation lancée"),
        "group": _l("Groupement de commandes"),
        "funding_dossier": _l("Dossier de financement"),
        "unsuccessful": _l("Infructueux : aucune réponse ne convenait"),
        "no_followup": _l("Sans suite : la collectivité y renonce"),
    },
    "need.intent": {
        "sourcing": _l("Savoir ce qui existe"),
        "experiment": _l("Expérimenter"),
        "purchase": _l("Préparer un achat"),
        "group": _l("Acheter à plusieurs"),
    },
    "need.purchase_kind": {
        "supplies_services": _l("Fournitures ou services"),
        "works": _l("Travaux"),
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
}
