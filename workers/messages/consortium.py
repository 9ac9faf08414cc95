"""Messages between suppliers who answer together, and to the commune when one of them leaves."""

from __future__ import annotations

from flask_babel import gettext as _

from models.activity import Activity
from models.consortium import ConsortiumMember
from models.user import User
from workers.messages.message import (
    Action,
    Message,
    Quote,
    The,
    day,
    link,
    of_the,
    some,
    title,
    to_need,
    to_response,
)


def consortium_invited(to: User, member: ConsortiumMember, activity: Activity) -> Message:
    need = member.response.need
    return Message(
        subject=_("Répondre ensemble : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(company)s prépare une réponse au besoin « %(title)s » %(of)s, et vous invite à y prendre part. Votre part :",
                company=The(member.response.organization),
                title=title(need),
                of=of_the(need.organization),
            ),
            Quote(member.part),
            _(
                "Acceptez ou refusez jusqu’au %(day)s à 23 h 59. Sans accord de votre part, la collectivité ne lira pas votre nom.",
                day=day(need.closes_on),
            ),
        ),
        action=Action(_("Voir l’invitation"), _page(member)),
        because=_("vous êtes membre %(of)s", of=of_the(member.organization)),
    )


def consortium_accepted(to: User, member: ConsortiumMember, activity: Activity) -> Message:
    return Message(
        subject=_("Partenaire : %(name)s accepte", name=member.organization.display_name),
        blocks=(
            _(
                "%(name)s répond avec vous au besoin « %(title)s ». La collectivité lira son nom et sa part avec votre réponse.",
                name=The(member.organization),
                title=title(member.response.need),
            ),
        ),
        action=_to_group(member),
        because=_leads(member),
    )


def consortium_refused(to: User, member: ConsortiumMember, activity: Activity) -> Message:
    return Message(
        subject=_("Partenaire : %(name)s refuse", name=member.organization.display_name),
        blocks=(
            _(
                "%(name)s ne prendra pas part à votre réponse au besoin « %(title)s ». Vous pouvez inviter une autre organisation jusqu’à l’échéance.",
                name=The(member.organization),
                title=title(member.response.need),
            ),
        ),
        action=_to_group(member),
        because=_leads(member),
    )


def consortium_left(to: User, member: ConsortiumMember, activity: Activity) -> Message:
    return Message(
        subject=_("Partenaire : %(name)s s’en va", name=member.organization.display_name),
        blocks=(
            _(
                "%(name)s quitte votre groupement pour le besoin « %(title)s ». Votre réponse ne le nomme plus.",
                name=The(member.organization),
                title=title(member.response.need),
            ),
            _("Si elle ne tient pas sans ce partenaire, modifiez-la ou retirez-la."),
        ),
        action=_to_group(member),
        because=_leads(member),
    )


def consortium_changed(to: User, member: ConsortiumMember, activity: Activity) -> Message:
    response = member.response
    return Message(
        subject=_("Un groupement change : %(title)s", title=title(response.need)),
        blocks=(
            _(
                "%(name)s ne prend plus part à la réponse %(of)s au besoin « %(title)s ».",
                name=The(member.organization),
                of=of_the(response.organization),
                title=title(response.need),
            ),
        ),
        action=Action(_("Lire la réponse"), to_response(response)),
        because=_(
            "vous avez écrit ce besoin ou que vous validez ceux %(of)s", of=of_the(response.need.organization)
        ),
    )


def consortium_removed(to: User, member: ConsortiumMember, activity: Activity) -> Message:
    return Message(
        subject=_("Vous ne répondez plus ensemble : %(title)s", title=title(member.response.need)),
        blocks=(
            _(
                "%(company)s retire son invitation à répondre ensemble au besoin « %(title)s ». Vous pouvez y répondre de votre côté jusqu’à l’échéance.",
                company=The(member.response.organization),
                title=title(member.response.need),
            ),
        ),
        action=Action(_("Voir le besoin"), to_need(member.response.need)),
        because=_("vous êtes membre %(of)s", of=of_the(member.organization)),
    )


def _page(member: ConsortiumMember) -> str:
    return link("responses.invitation", consortium_member_id=member.id)


def _to_group(member: ConsortiumMember) -> Action:
    return Action(_("Voir le groupement"), link("responses.consortium", response_id=member.response_id))


def _leads(member: ConsortiumMember) -> str:
    return _("vous êtes membre %(of)s, qui porte cette réponse", of=of_the(member.response.organization))
