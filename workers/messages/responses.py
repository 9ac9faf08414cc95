"""Messages about a response: its receipt, its reading, its answer. Nobody learns of anybody else's response."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models.activity import Activity
from models.response import Response
from models.user import User
from workers.messages.message import (
    Action,
    Block,
    Message,
    Quote,
    The,
    day,
    link,
    moment,
    of_the,
    reason_of,
    some,
    the,
    title,
    to_need,
    to_response,
)
from workers.messages.words import NOT_RETAINED


def response_receipt(to: User, response: Response, activity: Activity) -> Message:
    need = response.need
    at = activity.at if activity is not None else response.submitted_at
    return Message(
        subject=_("Réponse bien reçue : %(title)s", title=title(need)),
        blocks=(
            _(
                "La réponse %(of)s au besoin « %(title)s » est enregistrée (version %(version)s), le %(moment)s, heure de Paris.",
                of=of_the(response.organization),
                title=title(need),
                version=response.version,
                moment=moment(at),
            ),
            _(
                "Vous pouvez la modifier ou la retirer jusqu’au %(day)s à 23 h 59. Gardez ce message : il fait foi de la date.",
                day=day(need.closes_on),
            ),
        ),
        action=Action(_("Relire la réponse"), to_response(response)),
        because=_supplier(response),
    )


def response_received(to: User, response: Response, activity: Activity) -> Message:
    need = response.need
    blocks: tuple[Block, ...]
    if response.is_sealed:
        blocks = (
            _("%(organization)s a répondu à votre besoin.", organization=The(response.organization)),
            _(
                "Les réponses sont sous pli fermé : vous les lirez toutes ensemble après le %(day)s à 23 h 59.",
                day=day(need.closes_on),
            ),
        )
        action = Action(_("Voir le besoin"), to_need(need))
    else:
        blocks = some(
            _(
                "%(organization)s a répondu à votre besoin. En résumé :",
                organization=The(response.organization),
            ),
            Quote(response.summary),
            _(
                "Vous pouvez la lire dès maintenant et demander une précision. La présélection se fait après l’échéance : chacun a le même temps pour répondre."
            ),
        )
        action = Action(_("Lire la réponse"), to_response(response))
    return Message(
        subject=_("Une réponse à « %(title)s »", title=title(need)),
        blocks=blocks,
        action=action,
        because=_owner(response),
    )


def response_withdrawn(to: User, response: Response, activity: Activity) -> Message:
    return Message(
        subject=_("Réponse retirée : %(title)s", title=title(response.need)),
        blocks=(
            _(
                "%(organization)s retire sa réponse au besoin « %(title)s ». Vous n’avez rien à lui répondre.",
                organization=The(response.organization),
                title=title(response.need),
            ),
        ),
        action=Action(_("Voir les réponses"), to_need(response.need, "needs.responses")),
        because=_owner(response),
    )


def response_clarification(to: User, response: Response, activity: Activity) -> Message:
    return Message(
        subject=_("Une précision demandée : %(title)s", title=title(response.need)),
        blocks=some(
            _(
                "%(organization)s lit votre réponse et demande une précision :",
                organization=The(response.need.organization),
            ),
            Quote(reason_of(activity)),
            _(
                "Répondez avant le %(day)s à 23 h 59. Passé ce jour, la lecture continue sans attendre.",
                day=day(response.clarification_until),
            )
            if response.clarification_until
            else None,
        ),
        action=Action(_("Répondre"), to_response(response)),
        because=_supplier(response),
    )


def response_clarified(to: User, response: Response, activity: Activity) -> Message:
    return Message(
        subject=_("Précision reçue : %(title)s", title=title(response.need)),
        blocks=some(
            _("%(organization)s répond à votre question :", organization=The(response.organization)),
            Quote(reason_of(activity)),
        ),
        action=Action(_("Lire la réponse"), to_response(response)),
        because=_owner(response),
    )


def response_shortlisted(to: User, response: Response, activity: Activity) -> Message:
    return Message(
        subject=_("Votre réponse est présélectionnée : %(title)s", title=title(response.need)),
        blocks=(
            _(
                "%(organization)s a présélectionné votre réponse. Elle peut vous contacter pour une démonstration ou un échange.",
                organization=The(response.need.organization),
            ),
            _(
                "Ce n’est pas encore une décision : vous en serez averti, avec ses raisons. La plateforme n’attribue pas de marché."
            ),
        ),
        action=Action(_("Voir la réponse"), to_response(response)),
        because=_supplier(response),
    )


def response_retained(to: User, response: Response, activity: Activity) -> Message:
    return Message(
        subject=_("Votre réponse est retenue : %(title)s", title=title(response.need)),
        blocks=(
            _(
                "Bonne nouvelle : %(organization)s retient votre réponse au besoin « %(title)s ».",
                organization=the(response.need.organization),
                title=title(response.need),
            ),
            _(
                "Elle va prendre contact avec vous pour la suite. Un achat ou une expérimentation se décide entre vous, selon les règles de la commande publique : la plateforme n’attribue pas de marché."
            ),
        ),
        action=Action(_("Voir la réponse"), to_response(response)),
        because=_supplier(response),
    )


def response_not_retained(to: User, response: Response, activity: Activity) -> Message:
    reason = NOT_RETAINED.get(response.reason_code or "other", NOT_RETAINED["other"])
    return Message(
        subject=_("Votre réponse n’est pas retenue : %(title)s", title=title(response.need)),
        blocks=some(
            _(
                "%(organization)s a lu votre réponse et ne la retient pas. La raison : %(reason)s.",
                organization=The(response.need.organization),
                reason=str(reason),
            ),
            Quote(response.reason or reason_of(activity)),
            _(
                "Cette décision porte sur ce besoin seulement. Votre solution reste proposée aux autres. Merci du temps que vous y avez consacré."
            ),
        ),
        action=Action(_("Voir la réponse"), to_response(response)),
        because=_supplier(response),
    )


def response_draft_reminder(to: User, response: Response, activity: Any) -> Message:
    need = response.need
    return Message(
        subject=_("Plus que quelques jours : %(title)s", title=title(need)),
        blocks=(
            _(
                "Vous avez commencé une réponse au besoin « %(title)s ». Elle n’est pas envoyée : %(organization)s ne la voit pas.",
                title=title(need),
                organization=the(need.organization),
            ),
            _("Les réponses sont attendues jusqu’au %(day)s à 23 h 59.", day=day(need.closes_on)),
        ),
        action=Action(_("Terminer ma réponse"), link("responses.edit", response_id=response.id)),
        because=_(
            "vous avez commencé cette réponse, ou vous êtes membre %(of)s", of=of_the(response.organization)
        ),
    )


def _supplier(response: Response) -> str:
    return _("vous êtes membre %(of)s, qui a répondu à ce besoin", of=of_the(response.organization))


def _owner(response: Response) -> str:
    return _("vous avez écrit ce besoin ou vous validez ceux %(of)s", of=of_the(response.need.organization))
