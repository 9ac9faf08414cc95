"""Why somebody receives a message about a need: the end of « Vous recevez ce message parce que … »."""

from __future__ import annotations

from flask_babel import gettext as _

from models.follow import Follow
from models.need import Need
from models.need_audiences import asking, supporting
from models.user import User
from workers.messages.message import of_the


def as_owner(need: Need) -> str:
    return _("vous avez écrit ce besoin ou que vous validez ceux %(of)s", of=of_the(need.organization))


def as_team() -> str:
    return _("vous faites partie de l’équipe de la Métropole")


def as_concerned(to: User, need: Need) -> str:
    """A company that deals with the need, or somebody who asked to hear of it."""
    if Follow.find(to, "need", need.id) is not None:
        return _("vous suivez ce besoin")
    if any(person.id == to.id for person in asking(need)):
        return _("votre organisation a posé une question sur ce besoin")
    if any(person.id == to.id for person in supporting(need)):
        return _("votre organisation a dit « nous aussi » sous ce besoin")
    return _("votre organisation a répondu à ce besoin, prépare une réponse, ou lui a été présentée")


def as_respondent() -> str:
    return _("votre organisation a répondu à ce besoin")
