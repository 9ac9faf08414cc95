"""Rankings and learned weights."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
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
}
