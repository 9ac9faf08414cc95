"""Messages about « J'adopte » : to the company that is asked, to the commune at each step, to the team each week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from models.activity import Activity
from models.calendar_file import as_calendar
from models.interest import Interest
from models.organization import Organization
from models.user import User
from workers.messages.message import (
    Action,
    Message,
    Quote,
    The,
    day,
    link,
    listing,
    moment,
    of_the,
    some,
    the,
    title,
)
from workers.messages.words import CONVERSIONS, INTEREST_DECLINED, WISHES


def interest_received(to: User, interest: Interest, activity: Any) -> Message:
    return Message(
        subject=_("Une collectivité s’intéresse à votre solution : %(title)s", title=title(interest)),
        blocks=some(
            _(
                "%(organization)s vous écrit au sujet de « %(title)s ». Demande : %(wish)s.",
                organization=The(interest.organization),
                title=title(interest),
                wish=WISHES[interest.wish],
            ),
            Quote(interest.message),
            _("Lieu : %(site)s.", site=interest.site) if interest.site else None,
            _("Le besoin publié dont il s’agit : « %(title)s ».", title=title(interest.need))
            if interest.need
            else None,
            _(
                "Accusez réception d’ici au %(day)s : un clic suffit. Cela n’engage à rien, ce n’est ni une commande ni un marché.",
                day=day(interest.answer_expected_on),
            ),
        ),
        action=Action(_("Accuser réception"), _page(interest)),
        because=_as_supplier(),
    )


def interest_reminder(to: User, interest: Interest, activity: Any) -> Message:
    return Message(
        subject=_("Une collectivité attend votre accusé de réception : %(title)s", title=title(interest)),
        blocks=(
            _(
                "%(organization)s vous a écrit le %(day)s au sujet de « %(title)s », et attend de savoir si vous avez lu sa demande.",
                organization=The(interest.organization),
                day=day(interest.sent_at),
                title=title(interest),
            ),
            _("Accusez réception, ou déclinez en une phrase. Sans réponse de votre part, la demande s’éteint trente jours après son envoi."),
        ),
        action=Action(_("Accuser réception ou décliner"), _page(interest)),
        because=_as_supplier(),
    )  # fmt: skip


def interest_acknowledged(to: User, interest: Interest, activity: Activity) -> Message:
    return Message(
        subject=_("Votre demande est bien reçue : %(title)s", title=title(interest)),
        blocks=(
            _(
                "%(company)s a lu votre demande au sujet de « %(title)s ».",
                company=The(interest.solution.organization),
                title=title(interest),
            ),
            _("Convenez d’un rendez-vous : vous pouvez lui écrire depuis la page de la demande."),
        ),
        action=Action(_("Fixer un rendez-vous"), _page(interest)),
        because=_as_buyer(),
    )


def interest_declined(to: User, interest: Interest, activity: Activity) -> Message:
    return Message(
        subject=_("Demande déclinée : %(title)s", title=title(interest)),
        blocks=some(
            _(
                "%(company)s ne donne pas suite à votre demande : %(reason)s.",
                company=The(interest.solution.organization),
                reason=INTEREST_DECLINED[interest.reason_code or "other"],
            ),
            Quote(interest.reason),
            _("D’autres solutions du catalogue répondent peut-être au même problème."),
        ),
        action=Action(_("Voir les solutions"), link("solutions.index")),
        because=_as_buyer(),
    )


def interest_expired(to: User, interest: Interest, activity: Activity) -> Message:
    return Message(
        subject=_("Votre demande est restée sans réponse : %(title)s", title=title(interest)),
        blocks=(
            _(
                "%(company)s n’a pas répondu en trente jours à votre demande au sujet de « %(title)s », malgré deux relances.",
                company=The(interest.solution.organization),
                title=title(interest),
            ),
            _("L’équipe de la Métropole le sait. Vous pouvez écrire votre besoin : toutes les entreprises pourront y répondre."),
        ),
        action=Action(_("Déposer un besoin"), link("needs.create")),
        because=_as_buyer(),
    )  # fmt: skip


def interest_meeting(to: User, interest: Interest, activity: Activity) -> Message:
    return Message(
        subject=_("Rendez-vous le %(moment)s : %(title)s", moment=moment(interest.meeting_at), title=title(interest)),
        blocks=some(
            _(
                "%(buyer)s et %(company)s se rencontrent le %(moment)s au sujet de « %(title)s ».",
                buyer=The(interest.organization),
                company=the(interest.solution.organization),
                moment=moment(interest.meeting_at),
                title=title(interest),
            ),
            _("Lieu : %(place)s", place=interest.meeting_place) if interest.meeting_place else None,
            _("Le fichier joint ajoute ce rendez-vous à votre agenda. S’il change, vous recevez un autre message."),
        ),
        action=Action(_("Voir la demande"), _page(interest)),
        because=_("votre organisation prend part à ce rendez-vous"),
        calendar=_meeting_of(interest),
    )  # fmt: skip


def interest_converted(to: User, interest: Interest, activity: Activity) -> Message:
    return Message(
        subject=_("La suite de la demande : %(title)s", title=title(interest)),
        blocks=(
            _(
                "%(organization)s dit ce que devient sa demande au sujet de « %(title)s » : %(conversion)s.",
                organization=The(interest.organization),
                title=title(interest),
                conversion=CONVERSIONS[interest.conversion or "need"],
            ),
            _(
                "C’est la déclaration de la collectivité. La Métropole met en relation, elle n’attribue pas de marché."
            ),
        ),
        action=Action(_("Voir la demande"), _page(interest)),
        because=_as_supplier(),
    )


def interest_stopped(to: User, interest: Interest, activity: Activity) -> Message:
    return Message(
        subject=_("Demande sans suite : %(title)s", title=title(interest)),
        blocks=some(
            _(
                "%(organization)s ne donne pas suite à sa demande au sujet de « %(title)s ».",
                organization=The(interest.organization),
                title=title(interest),
            ),
            Quote(interest.reason),
            _called_off(interest) or _("Il n’y a rien à faire."),
        ),
        action=Action(_("Voir la demande"), _page(interest)),
        because=_as_supplier(),
        calendar=_meeting_of(interest),
    )


def interest_void(to: User, interest: Interest, activity: Activity) -> Message:
    return Message(
        subject=_("Demande caduque : %(title)s", title=title(interest)),
        blocks=(
            _(
                "La demande %(of)s au sujet de « %(title)s » s’arrête : la solution, ou l’une des deux organisations, n’est plus en ligne.",
                of=of_the(interest.organization),
                title=title(interest),
            ),
            _called_off(interest) or _("Il n’y a rien à faire."),
        ),
        action=Action(_("Voir la demande"), _page(interest)),
        because=_("votre organisation prend part à cette demande"),
        calendar=_meeting_of(interest),
    )  # fmt: skip


def unanswered_interests(to: User, metropole: Organization, expired: Sequence[Interest]) -> Message:
    """Once a week, to the team: companies that answered nobody. Neither messages nor amounts."""
    lines = (
        _(
            "%(company)s, « %(title)s », demandé par %(buyer)s le %(day)s",
            company=interest.solution.organization.display_name,
            title=title(interest),
            buyer=the(interest.organization),
            day=day(interest.sent_at),
        )
        for interest in expired
    )
    return Message(
        subject=_("Demandes « J’adopte » restées sans réponse"),
        blocks=(
            _(
                "Depuis une semaine, ces demandes se sont éteintes : l’entreprise n’a pas répondu en trente jours."
            ),
            listing(lines),
            _("Un appel suffit souvent : une adresse qui n’est plus lue, une personne partie."),
        ),
        action=Action(_("Voir la liste"), link("curation.adoptions")),
        because=_("vous faites partie de l’équipe de la Métropole"),
    )


def _called_off(interest: Interest) -> str | None:
    if not interest.is_meeting_called_off:
        return None
    return _(
        "Le rendez-vous du %(moment)s n’aura pas lieu : le fichier joint le retire de votre agenda.",
        moment=moment(interest.meeting_at),
    )


def _meeting_of(interest: Interest) -> str:
    """The file of the meeting, that is fixed or called off; nothing where there is none to come."""
    off = interest.is_meeting_called_off
    if interest.meeting_at is None or not (off or interest.status == "meeting_planned"):
        return ""
    host = str(current_app.config["SETTINGS"].public_url).partition("://")[2]
    return as_calendar(
        uid=f"interest-{interest.id}@{host}",
        starts_at=interest.meeting_at,
        written_at=interest.updated_at,
        title=_("Rendez-vous : %(title)s", title=title(interest)),
        place=interest.meeting_place,
        address=_page(interest),
        cancelled=off,
    )


def _page(interest: Interest) -> str:
    return link("interests.show", interest_id=interest.id)


def _as_supplier() -> str:
    return _("votre organisation présente cette solution sur la plateforme")


def _as_buyer() -> str:
    return _("vous avez envoyé cette demande, ou que vous décidez pour la collectivité qui l’a envoyée")
