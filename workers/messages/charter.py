"""Messages about the charter of participation: a new version to sign, a colleague who waits for the signature."""

from __future__ import annotations

from flask_babel import gettext as _

from models.activity import Activity
from models.organization import Organization
from models.user import User
from workers.messages.message import Action, Message, Quote, day, of_the, some, the, to_organization


def charter_resign(to: User, organization: Organization, activity: Activity | None) -> Message:
    """The same words when the version comes and when it is recalled: what is to be done has not changed, the day is near."""
    standing = organization.charter_standing
    return Message(
        subject=_(
            "La charte a changé : à signer d’ici le %(day)s",
            day=day(standing.until or standing.charter.sign_until),
        ),
        blocks=some(
            _(
                "La version %(version)s de la charte de participation est en vigueur depuis le %(day)s. Ce qui change :",
                version=standing.charter.version,
                day=day(standing.charter.valid_from),
            ),
            Quote(standing.charter.change_note),
            _(
                "Vous pouvez la signer pour %(name)s. Jusqu’à ce jour, tout continue comme avant. Au-delà, ce qui est en ligne le reste et vos brouillons sont gardés, mais rien de neuf ne se publie avant la signature.",
                name=the(organization),
            ),
        ),
        action=Action(_("Lire et signer la charte"), to_organization(organization, "organizations.charter")),
        because=_signatory(organization),
    )


def charter_to_sign(to: User, organization: Organization, activity: Activity | None) -> Message:
    return Message(
        subject=_("On attend votre signature pour %(name)s", name=the(organization)),
        blocks=(
            _(
                "Une personne %(of)s vous demande de signer la charte de participation : sans elle, ni solution ni réponse ne peut partir.",
                of=of_the(organization),
            ),
            _(
                "C’est une page à lire et une case à cocher. Seuls les validateurs et les administrateurs signent."
            ),
        ),
        action=Action(_("Lire et signer la charte"), to_organization(organization, "organizations.charter")),
        because=_signatory(organization),
    )


def _signatory(organization: Organization) -> str:
    return _("vous pouvez signer au nom %(of)s", of=of_the(organization))
