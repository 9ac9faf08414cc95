"""Messages about a public need: to its commune, and to everybody whom its changes concern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from models.activity import Activity
from models.match import Match
from models.need import Need
from models.need_columns import publicly_changed
from models.need_support import NeedSupport
from models.response import Response
from models.user import User
from workers.messages.message import (
    Action,
    Block,
    Message,
    Quote,
    The,
    consultation,
    day,
    link,
    listing,
    reason_of,
    some,
    the,
    title,
    to_need,
)
from workers.messages.readers import as_concerned, as_owner, as_respondent
from workers.messages.together import answering, belongs
from workers.messages.words import CLOSENESS, NEED_FIELDS, NOT_RETAINED, OUTCOMES


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
        because=as_owner(need),
    )


def need_amended(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Le besoin a changé : %(title)s", title=title(need)),
        blocks=(
            _(
                "%(organization)s a modifié ce besoin. Toutes les entreprises concernées le savent au même moment.",
                organization=The(need.organization),
            ),
            _("Ce qui a changé :"),
            listing(_changes(activity.details)),
            _(
                "Les réponses sont attendues jusqu’au %(day)s à 23 h 59. Si vous avez déjà répondu, vous pouvez modifier votre réponse jusque-là.",
                day=day(need.closes_on),
            ),
        ),
        action=Action(_("Lire ce qui a changé"), f"{to_need(need)}#changements"),
        because=as_concerned(to, need),
    )


def _changes(details: Mapping[str, Any]) -> Iterator[str]:
    """The fields that changed, in words; of a date, both."""
    for name in publicly_changed(details):
        field = str(NEED_FIELDS[name])
        before, after = details.get("changed", {}).get(name, (None, None))
        if name in ("closes_on", "questions_close_on") and before and after:
            days = {"before": day(date.fromisoformat(before)), "after": day(date.fromisoformat(after))}
            field = _("%(field)s : le %(after)s au lieu du %(before)s", field=field, **days)
        yield field


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
        because=as_concerned(to, need),
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
        because=as_concerned(to, need),
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
        because=as_owner(need),
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
        because=as_respondent(),
    )


def need_reopened(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("De nouveau ouvert : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s rouvre ce besoin : les réponses sont attendues jusqu’au %(day)s à 23 h 59. Voici pourquoi :",
                organization=The(need.organization),
                day=day(need.closes_on),
            ),
            Quote(reason_of(activity)),
            _(
                "Si vous avez déjà répondu, votre réponse compte toujours ; vous pouvez la modifier jusque-là."
            ),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=as_concerned(to, need),
    )


def need_closing_soon(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Plus que quelques jours : %(title)s", title=title(need)),
        blocks=(
            _(
                "Les réponses au besoin « %(title)s » sont attendues jusqu’au %(day)s à 23 h 59.",
                title=title(need),
                day=day(need.closes_on),
            ),
            _("Vous n’avez rien à faire si ce besoin n’est pas pour vous. Nous n’écrirons plus à ce sujet."),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=as_concerned(to, need),
    )


def need_dialogue_opened(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Le dialogue est ouvert : %(title)s", title=title(need)),
        blocks=(
            _(
                "%(organization)s ouvre le dialogue, et votre réponse en fait partie.",
                organization=The(need.organization),
            ),
            _("Elle peut vous demander des précisions. Il n’y a rien à faire pour l’instant."),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=as_respondent(),
    )


def need_dialogue_started_with_others(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Le dialogue commence : %(title)s", title=title(need)),
        blocks=(
            _(
                "%(organization)s ouvre le dialogue avec les entreprises présélectionnées. La vôtre n’en fait pas partie à ce jour.",
                organization=The(need.organization),
            ),
            _(
                "Vous n’avez rien à faire. Si ce n’est déjà fait, vous recevrez une réponse motivée avant la fin."
            ),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=as_respondent(),
    )


def need_concluded(to: User, need: Need, activity: Activity) -> Message:
    """One for each respondent: how it ended, and its own answer with its own reasons."""
    mine = [response for response in need.responses if belongs(to, answering(response))]
    return Message(
        subject=_("Besoin conclu : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s a conclu ce besoin : %(outcome)s.",
                organization=The(need.organization),
                outcome=str(OUTCOMES.get(need.outcome or "", "")),
            ),
            Quote(need.ending_reason),
            *(block for response in mine for block in _own_answer(response)),
            consultation(need),
            _("Merci d’y avoir consacré du temps."),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=as_respondent(),
    )


def _own_answer(response: Response) -> tuple[Block, ...]:
    if response.status == "retained":
        return (
            _(
                "Votre réponse est retenue. La suite se décide entre vous, selon les règles de la commande publique : la plateforme n’attribue pas de marché."
            ),
        )
    if response.status == "not_retained":
        why = NOT_RETAINED.get(response.reason_code or "other", NOT_RETAINED["other"])
        return some(
            _("Votre réponse n’est pas retenue. La raison : %(reason)s.", reason=str(why)),
            Quote(response.reason),
        )
    return ()


def need_supported(to: User, support: NeedSupport, activity: Activity) -> Message:
    return Message(
        subject=_("« Nous aussi » : %(title)s", title=title(support.need)),
        blocks=some(
            _(
                "%(organization)s a le même problème que vous et le dit sous votre besoin.",
                organization=The(support.organization),
            ),
            Quote(support.note),
            _("Cela n’engage personne. Vous pouvez prendre contact, et penser à acheter ensemble."),
        ),
        action=Action(_("Voir le besoin"), to_need(support.need)),
        because=as_owner(support.need),
    )


def need_feedback_asked(to: User, need: Need, activity: Activity) -> Message:
    return Message(
        subject=_("Trois mois après : %(title)s", title=title(need)),
        blocks=(
            _("Il y a trois mois, vous avez conclu ce besoin. Qu’en reste-t-il aujourd’hui ?"),
            _(
                "Deux phrases suffisent. Elles paraissent sous le besoin et servent aux communes qui ont le même problème, ce qui n’a pas marché comme ce qui a réussi."
            ),
        ),
        action=Action(_("Dire ce qu’il en reste"), to_need(need, "needs.give_feedback")),
        because=as_owner(need),
    )


def match_for_buyer(to: User, need: Need, matches: Sequence[Match]) -> Message:
    """One message for all that the team has retained since the last one."""
    count = len(matches)
    return Message(
        subject=ngettext(
            "Une solution présentée pour « %(title)s »",
            "%(num)s solutions présentées pour « %(title)s »",
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
        because=as_owner(need),
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
