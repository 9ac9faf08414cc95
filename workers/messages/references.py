"""Messages about references: to the commune that is named, to the company that declared, to the team when it is contested."""

from __future__ import annotations

from flask_babel import gettext as _

from models.activity import Activity
from models.reference import Reference
from models.user import User
from workers.messages.message import Action, Message, Quote, The, link, some, the, title
from workers.messages.words import REFERENCE_KINDS


def reference_to_confirm(to: User, reference: Reference, activity: Activity) -> Message:
    return Message(
        subject=_("Est-ce exact ? %(company)s vous cite en référence", company=reference.solution.organization.display_name),
        blocks=some(
            _(
                "%(company)s déclare que votre organisation a adopté « %(title)s » : %(kind)s, %(year)s.",
                company=The(reference.solution.organization),
                title=title(reference),
                kind=REFERENCE_KINDS[reference.kind],
                year=reference.year,
            ),
            Quote(reference.note),
            _("Confirmez, ou dites ce qui n’est pas exact. D’ici là, la fiche dit « déclaré par l’entreprise ». Nous ne le demandons qu’une fois."),
        ),
        action=Action(_("Confirmer ou contester"), _page(reference)),
        because=_("votre organisation est citée sur cette fiche"),
    )  # fmt: skip


def reference_confirmed(to: User, reference: Reference, activity: Activity) -> Message:
    return Message(
        subject=_("Référence confirmée : %(name)s", name=reference.name),
        blocks=(
            _(
                "%(name)s confirme avoir adopté « %(title)s ». Votre fiche le dit désormais.",
                name=The(reference.organization) if reference.organization else reference.name,
                title=title(reference),
            ),
        ),
        action=Action(_("Voir la référence"), _page(reference)),
        because=_("cette fiche est celle de votre organisation"),
    )


def reference_contested(to: User, reference: Reference, activity: Activity) -> Message:
    return Message(
        subject=_("Référence contestée : %(name)s", name=reference.name),
        blocks=some(
            _(
                "Une référence déclarée sur « %(title)s » est contestée par %(name)s. Elle n’est plus sur la fiche.",
                name=the(reference.organization) if reference.organization else reference.name,
                title=title(reference),
            ),
            Quote(reference.reason),
            _("L’entreprise la retire, ou s’explique avec la collectivité, qui peut alors la confirmer."),
        ),
        action=Action(_("Voir la référence"), _page(reference)),
        because=_(
            "cette fiche est celle de votre organisation, ou que vous faites partie de l’équipe de la Métropole"
        ),
    )


def _page(reference: Reference) -> str:
    return link("references.show", reference_id=reference.id)
