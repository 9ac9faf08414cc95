"""Questions, and what people follow."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "question.status": {
        "asked": _l("En attente de réponse"),
        "answered_publicly": _l("Réponse publique"),
        "answered_privately": _l("Réponse au demandeur seul"),
        "merged": _l("Réunie avec une autre"),
        "rejected": _l("Écartée"),
        "void": _l("Sans objet"),
    },
}
