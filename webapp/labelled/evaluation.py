"""Evaluations of the responses to a need, and suppliers who answer together."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "shortlist.status": {
        "draft": _l("En cours"),
        "locked": _l("Verrouillée"),
        "shared": _l("Rapport au registre"),
    },
    "consortium_member.status": {
        "invited": _l("Invitée"),
        "accepted": _l("Partenaire"),
        "refused": _l("A refusé"),
        "left": _l("A quitté le groupement"),
        "removed": _l("N’est plus invitée"),
    },
}
