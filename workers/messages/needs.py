"""Messages about a need: to the commune that has it, to those who answer it, to the Métropole's team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from models.activity import Activity
from models.match import Match
from models.need import Need
from models.user import User
from workers.messages.message import (
    Action,
    Block,
    Message,
    Quote,
    The,
    actor_of,
    day,
    link,
    listing,
    of_the,
    reason_of,
    some,
    the,
    title,
    to_need,
)
from workers.messages.words import CLOSENESS, OUTCOMES

# ------------------------------------------------------------------ while it is written


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
        because=_team(),
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
        because=_team(),
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
        because=_owner(need),
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


# ------------------------------------------------------------------ once it is public


def need_published(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Votre besoin est en ligne : %(title)s", title=title(need)),
        blocks=(
            _(
                "Le besoin « %(title)s » est publié. Chacun peut le lire, et les entreprises peuvent y répondre jusqu’au %(day)s à 23 h 59.",
                title=title(need),
                day=day(need.closes_on),
            ),
            _(
                "Nous le comparons maintenant aux solutions du catalogue. L’équipe de la Métropole lit chaque rapprochement et prévient les entreprises qui conviennent : vous saurez lesquelles."
            ),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=_owner(need),
    )


def need_amended(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Le besoin a changé : %(title)s", title=title(need)),
        blocks=(
            _(
                "%(organization)s a modifié ce besoin. Toutes les entreprises concernées le savent au même moment.",
                organization=The(need.organization),
            ),
            _(
                "Les réponses sont attendues jusqu’au %(day)s à 23 h 59. Si vous avez déjà répondu, vous pouvez modifier votre réponse jusque-là.",
                day=day(need.closes_on),
            ),
        ),
        action=Action(_("Lire ce qui a changé"), to_need(need)),
        because=_follower(),
    )


def need_extended(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Plus de temps pour répondre : %(title)s", title=title(need)),
        blocks=(
            _(
                "%(organization)s repousse l’échéance de ce besoin : les réponses sont attendues jusqu’au %(day)s à 23 h 59.",
                organization=The(need.organization),
                day=day(need.closes_on),
            ),
            _(
                "Si vous avez déjà répondu, il n’y a rien à faire ; vous pouvez encore modifier votre réponse."
            ),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=_follower(),
    )


def need_withdrawn(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Besoin retiré : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s retire ce besoin avant son échéance. Voici pourquoi :",
                organization=The(need.organization),
            ),
            Quote(reason_of(activity)),
            _(
                "Aucune réponse ne sera examinée. Ce que vous avez écrit reste dans votre espace et n’est montré à personne."
            ),
        ),
        action=Action(_("Chercher d’autres besoins"), link("needs.index")),
        because=_follower(),
    )


def need_closed(to: User, need: Need, activity: Activity) -> Message:
    count = sum(response.status in response.RECEIVED for response in need.responses)
    if count:
        blocks = (
            ngettext(
                "L’échéance est passée. Une réponse vous attend.",
                "L’échéance est passée. %(num)s réponses vous attendent.",
                count,
            ),
            _(
                "Lisez-les côte à côte, posez vos questions, puis dites à chaque entreprise ce que vous décidez : chacune a pris du temps pour vous."
            ),
        )
        action = Action(_("Lire les réponses"), to_need(need, "needs.responses"))
    else:
        blocks = (
            _(
                "L’échéance est passée et aucune réponse n’est arrivée. Cela arrive, surtout pour un problème nouveau."
            ),
            _(
                "Vous pouvez conclure ce besoin, puis en écrire un autre, peut-être avec l’aide de l’équipe de la Métropole."
            ),
        )
        action = Action(_("Voir le besoin"), to_need(need))
    return Message(
        subject=_("Échéance passée : %(title)s", title=title(need)),
        blocks=blocks,
        action=action,
        because=_owner(need),
    )


def need_closed_respondent(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Échéance passée : %(title)s", title=title(need)),
        blocks=(
            _(
                "Ce besoin ne reçoit plus de réponses. La vôtre est bien là : %(organization)s va maintenant lire toutes celles qu’elle a reçues.",
                organization=the(need.organization),
            ),
            _("Vous aurez une réponse motivée, quelle que soit la décision."),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=_respondent(),
    )


def need_dialogue_opened(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Le dialogue est ouvert : %(title)s", title=title(need)),
        blocks=(
            _(
                "%(organization)s ouvre le dialogue avec les entreprises qui ont répondu, la vôtre comprise.",
                organization=The(need.organization),
            ),
            _("Elle peut vous demander des précisions. Il n’y a rien à faire pour l’instant."),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=_respondent(),
    )


def need_concluded(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Besoin conclu : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s a conclu ce besoin : %(outcome)s.",
                organization=The(need.organization),
                outcome=str(OUTCOMES.get(need.outcome or "", "")),
            ),
            Quote(need.ending_reason),
            _("Merci d’y avoir consacré du temps."),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=_respondent(),
    )


def need_feedback_asked(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Trois mois après : %(title)s", title=title(need)),
        blocks=(
            _("Il y a trois mois, vous avez conclu ce besoin. Qu’en reste-t-il aujourd’hui ?"),
            _(
                "Deux phrases suffisent, et elles servent aux communes qui ont le même problème : répondez simplement à l’équipe de la Métropole depuis la page du besoin."
            ),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=_owner(need),
    )


def match_for_buyer(to: User, need: Need, matches: Sequence[Match]) -> Message:
    """One message for all that the team has retained since the last one."""
    count = len(matches)
    return Message(
        subject=ngettext(
            "Une solution retenue pour « %(title)s »",
            "%(num)s solutions retenues pour « %(title)s »",
            count,
            title=title(need),
        ),
        blocks=(
            ngettext(
                "L’équipe de la Métropole a lu ce qui se rapproche de votre besoin et vous présente une solution :",
                "L’équipe de la Métropole a lu ce qui se rapproche de votre besoin et vous présente %(num)s solutions :",
                count,
            ),
            *(block for match in matches for block in _presented(match)),
            ngettext(
                "L’entreprise est prévenue. Elle vous répondra sur la plateforme si elle le souhaite.",
                "Les entreprises sont prévenues. Elles vous répondront sur la plateforme si elles le souhaitent.",
                count,
            ),
        ),
        action=Action(
            ngettext(
                "Voir pourquoi elle vous est proposée", "Voir pourquoi elles vous sont proposées", count
            ),
            to_need(need, "needs.matches"),
        ),
        because=_owner(need),
        proposed=True,
    )


def _presented(match: Match) -> tuple[Block, ...]:
    """One solution, in the words that the company reads too."""
    line = _(
        "%(title)s, %(organization)s : %(closeness)s",
        title=title(match.solution),
        organization=match.solution.organization.display_name,
        closeness=str(CLOSENESS.get(match.closeness, match.closeness)),
    )
    return some(listing([line]), Quote(match.introduction))


def _owner(need: Need) -> str:
    return _("vous avez écrit ce besoin ou vous validez ceux %(of)s", of=of_the(need.organization))


def _team() -> str:
    return _("vous faites partie de l’équipe de la Métropole")


def _follower() -> str:
    return _("votre organisation a répondu à ce besoin, prépare une réponse, ou lui a été présentée")


def _respondent() -> str:
    return _("votre organisation a répondu à ce besoin")
