"""Events, who comes to them, and calls."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "event.kind": {
        "meetup": _l("Rencontre ouverte"),
        "webinar": _l("Webinaire"),
        "training": _l("Formation"),
        "qualification_workshop": _l("Atelier de qualification des besoins"),
        "explorers_day": _l("Journée des explorateurs"),
        "learning_expedition": _l("Visite d’étude"),
        "cotech": _l("Comité technique"),
        "community_quarterly": _l("Rendez-vous trimestriel de la communauté"),
        "metropole_intelligences": _l("Métropole d’intelligences"),
        "prize_ceremony": _l("Remise de prix"),
    },
    "event.audience": {
        "all": _l("Tout le monde"),
        "demand": _l("Les collectivités"),
        "supply": _l("Les porteurs de solutions"),
    },
    "event.status": {
        "draft": _l("Brouillon"),
        "published": _l("Annoncé"),
        "cancelled": _l("Annulé"),
        "past": _l("Passé"),
        "discarded": _l("Supprimé"),
    },
    "registration.status": {
        "registered": _l("A une place"),
        "waitlisted": _l("Sur la liste d’attente"),
        "cancelled": _l("A rendu sa place"),
        "attended": _l("Présence notée"),
    },
    "open_call.status": {
        "draft": _l("Brouillon"),
        "announced": _l("Annoncé"),
        "open": _l("Ouvert"),
        "closed": _l("Terminé"),
        "archived": _l("Archivé"),
        "withdrawn": _l("Retiré"),
        "discarded": _l("Supprimé"),
    },
    "open_call.audience": {
        "demand": _l("Les collectivités, qui écrivent leurs besoins"),
        "supply": _l("Les porteurs de solutions, qui écrivent leurs fiches"),
    },
}
