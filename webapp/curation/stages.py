"""The life of a need as a line, for those who introduce."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from models import Need
from webapp.filters import short_day

Stage = tuple[str, str, str]  # name, note, « past », « now » or « next »
_NOW = {"published": 3, "closed": 4, "in_dialogue": 4, "concluded": 5, "withdrawn": 5, "archived": 5}


def stages_of(need: Need, waiting: int, *, abstains: bool = False) -> list[Stage]:
    """``waiting``: proposals of this need that wait for a decision; ``abstains``: nothing is close enough."""
    proposals = ngettext("%(num)s à relire", "%(num)s à relire", waiting) if waiting else _("tout est relu")
    proposals = _("rien d’assez proche") if abstains else proposals
    names = [
        (_("Déposé"), short_day(need.submitted_at)),
        (_("Validé par la collectivité"), short_day(need.validated_at)),
        (_("Publié"), short_day(need.published_at)),
        (_("Mises en relation"), proposals),
        (_("Réponses"), _("jusqu’au %(day)s", day=short_day(need.closes_on)) if need.closes_on else ""),
        (
            _("Retiré") if need.status == "withdrawn" else _("Conclu"),
            short_day(need.withdrawn_at or need.concluded_at),
        ),
    ]
    reached = _NOW.get(need.status, 2)
    return [
        (name, note, "past" if place < reached else "now" if place == reached else "next")
        for place, (name, note) in enumerate(names)
    ]
