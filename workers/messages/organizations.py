"""Messages about an organisation and who belongs to it."""

from __future__ import annotations

from flask_babel import gettext as _

from models.activity import Activity
from models.membership import Membership
from models.organization import Organization
from models.user import User
from workers.messages.message import (
    Action,
    Message,
    Quote,
    The,
    link,
    of_the,
    reason_of,
    some,
    the,
    to_organization,
)


def organization_pending(to: User, organization: Organization, activity: Activity) -> Message:
    return Message(
        subject=_("Nous vérifions %(name)s", name=the(organization)),
        blocks=some(
            _(
                "Merci de votre inscription. L’équipe de la Métropole vérifie que vous représentez bien %(name)s, en général en deux jours ouvrés.",
                name=the(organization),
            ),
            _(
                "Vous pouvez déjà écrire vos textes : ils s’enregistrent tout seuls et partiront quand ce sera fait."
            )
            if organization.is_demand
            else _(
                "En attendant, signez la charte et préparez la fiche de votre solution : elle partira en relecture quand ce sera fait."
            ),
        ),
        action=Action(_("Ouvrir mon espace"), link("spaces.home")),
        because=_("vous avez inscrit cette organisation"),
    )


def organization_to_verify(to: User, organization: Organization, activity: Activity) -> Message:
    return Message(
        subject=_("À vérifier : %(name)s", name=organization.display_name),
        blocks=(
            _(
                "Une organisation vient de s’inscrire et attend d’être vérifiée : %(name)s.",
                name=organization.display_name,
            ),
            _("Vérifiez son numéro SIRET et l’adresse de la personne qui l’inscrit."),
        ),
        action=Action(_("Vérifier l’organisation"), to_organization(organization, "curation.organization")),
        because=_("vous faites partie de l’équipe de la Métropole"),
    )


def organization_verified(to: User, organization: Organization, activity: Activity) -> Message:
    return Message(
        subject=_("C’est vérifié : bienvenue, %(name)s", name=organization.display_name),
        blocks=(
            _(
                "Vous pouvez maintenant publier des besoins. Un validateur de votre organisation les relit, et pour le premier, l’équipe de la Métropole aussi."
            )
            if organization.is_demand
            else _(
                "Vous pouvez maintenant envoyer vos solutions en relecture et répondre aux besoins publiés."
            ),
        ),
        action=Action(_("Ouvrir mon espace"), link("spaces.home")),
        because=_member(organization),
    )


def organization_suspended(to: User, organization: Organization, activity: Activity) -> Message:
    return Message(
        subject=_("Organisation suspendue : %(name)s", name=organization.display_name),
        blocks=some(
            _("L’équipe de la Métropole suspend %(name)s, pour cette raison :", name=the(organization)),
            Quote(reason_of(activity)),
            _(
                "Plus rien ne peut être publié en son nom, et les solutions de son catalogue ne sont plus en ligne pour l’instant. Si c’est une erreur, écrivez à l’équipe."
            ),
        ),
        action=Action(_("Ouvrir mon espace"), link("spaces.home")),
        because=_member(organization),
    )


def organization_reinstated(to: User, organization: Organization, activity: Activity) -> Message:
    return Message(
        subject=_("La suspension est levée : %(name)s", name=organization.display_name),
        blocks=(
            _(
                "%(name)s peut de nouveau publier et répondre. Les solutions suspendues en même temps sont de nouveau en ligne.",
                name=The(organization),
            ),
        ),
        action=Action(_("Ouvrir mon espace"), link("spaces.home")),
        because=_member(organization),
    )


def organization_archived(to: User, organization: Organization, activity: Activity) -> Message:
    return Message(
        subject=_("Organisation archivée : %(name)s", name=organization.display_name),
        blocks=(
            _(
                "%(name)s n’apparaît plus sur la plateforme. Ce qu’elle a publié reste dans les registres, comme la loi le demande.",
                name=The(organization),
            ),
            _("Votre compte, lui, reste ouvert : vous pouvez rejoindre une autre organisation."),
        ),
        action=Action(_("Choisir une organisation"), link("organizations.choose")),
        because=_member(organization),
    )


def organization_merged(to: User, organization: Organization, activity: Activity) -> Message:
    before = (activity.details or {}).get("name", "")
    return Message(
        subject=_("%(before)s fait maintenant partie %(of)s", before=before, of=of_the(organization)),
        blocks=(
            _(
                "L’équipe de la Métropole a réuni %(before)s et %(name)s. Besoins, solutions et réponses sont maintenant au nom %(of)s ; les registres gardent le nom d’origine.",
                before=before,
                name=the(organization),
                of=of_the(organization),
            ),
            _("Vous gardez votre rôle. Les anciennes adresses mènent à la nouvelle page."),
        ),
        action=Action(_("Voir les membres"), to_organization(organization, "organizations.members")),
        because=_member(organization),
    )


def membership_requested(to: User, membership: Membership, activity: Activity) -> Message:
    organization, person = membership.organization, membership.user
    return Message(
        subject=_("%(person)s demande à rejoindre %(name)s", person=person.name, name=the(organization)),
        blocks=(
            _(
                "%(person)s (%(email)s) demande à rejoindre %(name)s.",
                person=person.name,
                email=person.email,
                name=the(organization),
            ),
            _(
                "Acceptez seulement une personne que vous connaissez : elle pourra lire vos brouillons et écrire au nom de l’organisation."
            ),
        ),
        action=Action(_("Accepter ou refuser"), to_organization(organization, "organizations.members")),
        because=_(
            "vous administrez cette organisation, ou que vous faites partie de l’équipe de la Métropole"
        ),
    )


def membership_accepted(to: User, membership: Membership, activity: Activity) -> Message:
    return Message(
        subject=_("Vous avez rejoint %(name)s", name=the(membership.organization)),
        blocks=(
            _("Votre demande est acceptée : vous êtes membre %(of)s.", of=of_the(membership.organization)),
            _(
                "Vous pouvez écrire des besoins, des solutions ou des réponses en son nom. Ses validateurs les relisent."
            ),
        ),
        action=Action(_("Ouvrir mon espace"), link("spaces.home")),
        because=_("vous avez demandé à rejoindre cette organisation"),
    )


def membership_refused(to: User, membership: Membership, activity: Activity) -> Message:
    return Message(
        subject=_("Demande refusée : %(name)s", name=membership.organization.display_name),
        blocks=(
            _(
                "Un administrateur %(of)s n’a pas accepté votre demande. Parlez-en avec vos collègues : vous pourrez la refaire.",
                of=of_the(membership.organization),
            ),
        ),
        action=Action(_("Choisir une organisation"), link("organizations.choose")),
        because=_("vous avez demandé à rejoindre cette organisation"),
    )


def _member(organization: Organization) -> str:
    return _("vous êtes membre %(of)s", of=of_the(organization))
