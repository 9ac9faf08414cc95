"""Messages about a response: its receipt, its reading, its answer. Nobody learns of anybody else's response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from models.activity import Activity
from models.need import Need
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
from workers.messages.readers import as_owner
from workers.messages.words import NOT_RETAINED


def response_receipt(to: User, response: Response, activity: Activity) -> Message:
    need = response.need
    number = (activity.details if activity is not None else {}).get("version", response.version)
    version = next((sent for sent in response.versions if sent.number == number), None)
    at = version.submitted_at if version else response.submitted_at
    return Message(
        subject=_("Réponse bien reçue : %(title)s", title=title(need)),
        blocks=some(
            _(
                "La réponse %(of)s au besoin « %(title)s » est enregistrée (version %(version)s), le %(moment)s, heure de Paris.",
                of=of_the(response.organization),
                title=title(need),
                version=number,
                moment=moment(at),
            ),
            _(
                "Vous pouvez la modifier ou la retirer jusqu’au %(day)s à 23 h 59. Gardez ce message : il fait foi de la date.",
                day=day(need.closes_on),
            ),
            _("Empreinte de ce que vous avez envoyé : %(hash)s", hash=version.short_hash)
            if version
            else None,
        ),
        action=Action(_("Relire la réponse"), to_response(response)),
        because=_supplier(response),
    )


def response_received(to: User, need: Need, responses: Sequence[Response]) -> Message:
    """One message for all that came since the last one. Under seal: how many, never whose."""
    count = len(responses)
    blocks: tuple[Block, ...]
    if need.sealed:
        blocks = (
            ngettext(
                "Une réponse à votre besoin est arrivée. Qui répond se saura en même temps que le reste.",
                "%(num)s réponses à votre besoin sont arrivées. Qui répond se saura en même temps que le reste.",
                count,
            ),
            _(
                "Les réponses sont sous pli fermé : vous les lirez toutes ensemble après le %(day)s à 23 h 59.",
                day=day(need.closes_on),
            ),
        )
    else:
        blocks = (
            *(block for response in responses for block in _arrived(response)),
            ngettext(
                "Vous pouvez la lire dès maintenant et demander une précision. La présélection se fait après l’échéance : chacun a le même temps pour répondre.",
                "Vous pouvez les lire dès maintenant et demander une précision. La présélection se fait après l’échéance : chacun a le même temps pour répondre.",
                count,
            ),
        )
    return Message(
        subject=ngettext(
            "Une réponse à « %(title)s »", "%(num)s réponses à « %(title)s »", count, title=title(need)
        ),
        blocks=(*blocks, _("S’il en arrive d’autres, un seul message vous les dira, le matin à 8 h.")),
        action=_to_read(need, responses),
        because=as_owner(need),
    )


def _arrived(response: Response) -> tuple[Block, ...]:
    return (
        _("%(organization)s a répondu à votre besoin. En résumé :", organization=The(response.organization)),
        Quote(response.sent.contents["summary"] if response.sent else ""),
    )


def _to_read(need: Need, responses: Sequence[Response]) -> Action:
    if need.sealed:
        return Action(_("Voir le besoin"), to_need(need))
    if len(responses) == 1:
        return Action(_("Lire la réponse"), to_response(responses[0]))
    return Action(_("Lire les réponses"), to_need(need, "needs.responses"))


def response_withdrawn(to: User, response: Response, activity: Activity) -> Message:
    need = response.need
    if response.is_for_others:
        said = _(
            "%(organization)s retire sa réponse au besoin « %(title)s ». Vous n’avez rien à lui répondre.",
            organization=The(response.organization),
            title=title(need),
        )
    else:  # taken back under seal: whose it was is never told
        said = _(
            "Une réponse au besoin « %(title)s », remise sous pli fermé, est retirée. Vous n’avez rien à faire.",
            title=title(need),
        )
    return Message(
        subject=_("Réponse retirée : %(title)s", title=title(need)),
        blocks=(said,),
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
        blocks=some(
            _(
                "Bonne nouvelle : %(organization)s retient votre réponse au besoin « %(title)s ».",
                organization=the(response.need.organization),
                title=title(response.need),
            ),
            _(
                "Elle va prendre contact avec vous pour la suite. Un achat ou une expérimentation se décide entre vous, selon les règles de la commande publique : la plateforme n’attribue pas de marché."
            ),
            _(
                "Peut-on dire que c’est vous ? Sans votre accord, votre organisation n’est nommée nulle part en public. Vous le donnez, ou le reprenez, sur la page de votre réponse."
            )
            if to.membership_of(response.organization)
            else None,
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
            "vous avez commencé cette réponse, ou que vous êtes membre %(of)s",
            of=of_the(response.organization),
        ),
    )


def _supplier(response: Response) -> str:
    return _("vous êtes membre %(of)s, qui a répondu à ce besoin", of=of_the(response.organization))


def _owner(response: Response) -> str:
    return _(
        "vous avez écrit ce besoin ou que vous validez ceux %(of)s", of=of_the(response.need.organization)
    )
