"""When alerts and what can wait are written."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "alert.rhythm": {
        "instant": _l("Tout de suite"),
        "daily": _l("Dans le message du jour"),
        "weekly": _l("Dans le message de la semaine"),
        "paused": _l("Jamais : l’alerte est arrêtée"),
    },
    "user.rhythm": {
        "daily": _l("Une fois par jour au plus, à 8 h, les jours ouvrés"),
        "weekly": _l("Une fois par semaine au plus, à 8 h"),
        "instant": _l("Tout de suite"),
        "paused": _l("Jamais : seulement les messages nécessaires"),
    },
    "weekday": {
        "0": _l("Lundi"),
        "1": _l("Mardi"),
        "2": _l("Mercredi"),
        "3": _l("Jeudi"),
        "4": _l("Vendredi"),
    },
}
