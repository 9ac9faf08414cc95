"""Messages about a need while it is written: to its commune and to the Métropole's team."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models.activity import Activity
from models.need import Need
from models.user import User
from workers.messages.message import (
    Action,
    Message,
    Quote,
    The,
    actor_of,
    of_the,
    reason_of,
    some,
    the,
    title,
    to_need,
)
from workers.messages.readers import as_owner, as_team


def need_help_asked(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Aide demandée : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(person)s, %(organization)s, aimerait qu’on l’aide à écrire ce besoin.",
                person=actor_of(activity),
                organization=the(need.organization),
            ),
            Quote(need.irritant),
            _("La première personne de l’équipe qui prend la demande devient son interlocutrice."),
        ),
        action=Action(_("Lire le brouillon et proposer de l’aide"), to_need(need, "curation.need")),
        because=as_team(),
    )


def need_help_offered(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Quelqu’un vous aide à écrire « %(title)s »", title=title(need)),
        blocks=(
            _(
                "%(person)s, de l’équipe de la Métropole, a pris votre demande et va vous contacter.",
                person=actor_of(activity),
            ),
            _(
                "Vous pouvez continuer à écrire en attendant : le brouillon reste le vôtre et s’enregistre tout seul."
            ),
        ),
        action=Action(_("Reprendre mon brouillon"), to_need(need, "needs.edit", step="problem")),
        because=_("vous avez demandé de l’aide pour ce besoin"),
    )


def need_help_assigned(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("À vous d’aider : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(person)s vous confie l’aide à l’écriture de ce besoin, %(organization)s.",
                person=actor_of(activity),
                organization=the(need.organization),
            ),
            Quote(need.irritant),
            _("L’auteur connaît votre nom. Écrivez-lui, ou appelez-le."),
        ),
        action=Action(_("Lire le brouillon"), to_need(need, "curation.need")),
        because=as_team(),
    )


def need_help_invited(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Vous pouvez écrire dans « %(title)s »", title=title(need)),
        blocks=(
            _(
                "%(person)s, %(organization)s, vous invite à modifier ce brouillon avec son équipe.",
                person=actor_of(activity),
                organization=the(need.organization),
            ),
            _(
                "Le journal dit quels champs vous changez. Soumettre, valider et publier restent à la collectivité ; l’invitation s’arrête quand elle le soumet."
            ),
        ),
        action=Action(_("Ouvrir le brouillon"), to_need(need, "needs.edit", step="problem")),
        because=_("vous aidez à écrire ce besoin"),
    )


def need_to_validate(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("À valider : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(person)s a terminé un besoin et vous le soumet. Rien n’est publié sans vous.",
                person=actor_of(activity),
            ),
            Quote(need.irritant),
            _("Vous pouvez le valider, ou le renvoyer avec un mot d’explication."),
        ),
        action=Action(_("Lire et décider"), to_need(need)),
        because=_("vous validez les besoins %(of)s", of=of_the(need.organization)),
    )


def need_sent_back(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("À reprendre : %(title)s", title=title(need)),
        blocks=some(
            _("%(person)s a relu votre besoin et vous le renvoie avec ce mot :", person=actor_of(activity)),
            Quote(reason_of(activity)),
            _("Votre texte est intact. Corrigez-le, puis soumettez-le de nouveau."),
        ),
        action=Action(_("Reprendre mon brouillon"), to_need(need, "needs.edit", step="problem")),
        because=_("vous avez écrit ce besoin"),
    )


def need_in_review(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("À relire : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s a validé ce besoin. C’est à l’équipe de le relire avant sa publication.",
                organization=The(need.organization),
            ),
            Quote(need.irritant),
        ),
        action=Action(_("Relire le besoin"), to_need(need, "curation.need")),
        because=as_team(),
    )


def need_changes_requested(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Encore un effort : %(title)s", title=title(need)),
        blocks=some(
            _(
                "L’équipe de la Métropole a relu votre besoin et demande des changements avant de le publier :"
            ),
            Quote(reason_of(activity)),
            _("Corrigez le texte, puis renvoyez-le. Si le fond change, votre validateur le relira d’abord."),
        ),
        action=Action(_("Modifier le besoin"), to_need(need, "needs.edit", step="problem")),
        because=as_owner(need),
    )


def need_draft_reminder(to: User, need: Need, activity: Any) -> Message:
    return Message(
        subject=_("Votre brouillon vous attend : %(title)s", title=title(need)),
        blocks=(
            _(
                "Vous avez commencé à décrire un besoin, et il n’a pas bougé depuis plusieurs jours. Tout ce que vous avez écrit est gardé."
            ),
            _(
                "Quelques phrases suffisent : ce qui ne va pas, et ce qui irait mieux. L’équipe de la Métropole peut vous aider, demandez-le depuis le brouillon."
            ),
        ),
        action=Action(_("Reprendre mon brouillon"), to_need(need, "needs.edit", step="problem")),
        because=_("vous avez commencé ce besoin"),
    )
