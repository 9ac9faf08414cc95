"""Messages about the evaluation of responses, for the commune alone: never a mark, which is read on the page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from models.activity import Activity
from models.evaluation import Shortlist
from models.user import User
from workers.messages.message import Action, Message, actor_of, link, of_the, title


def evaluation_locked(to: User, shortlist: Shortlist, activity: Activity) -> Message:
    need, count = shortlist.need, len(shortlist.compared)
    return Message(
        subject=_("Évaluation verrouillée : %(title)s", title=title(need)),
        blocks=(
            _(
                "%(person)s a verrouillé l’évaluation des réponses : les notes ne changent plus.",
                person=actor_of(activity),
            ),
            ngettext(
                "Vous lisez maintenant les notes de tous, pour la seule réponse reçue.",
                "Vous lisez maintenant les notes de tous, pour les %(num)s réponses reçues.",
                count,
            ),
            _(
                "Il reste à dire à chaque entreprise ce que vous décidez : l’évaluation aide à choisir, elle ne décide de rien."
            ),
        ),
        action=Action(_("Lire l’évaluation"), link("evaluation.show", need_id=need.id)),
        because=_(
            "vous avez noté ces réponses, écrit ce besoin ou que vous validez ceux %(of)s",
            of=of_the(need.organization),
        ),
    )
