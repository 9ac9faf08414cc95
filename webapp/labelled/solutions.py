"""Solutions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "solution.nature": {"public": _l("Innovations publiques"), "common": _l("Biens communs")},
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
}
