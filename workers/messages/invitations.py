"""Invitations: of a person to an organisation, of a company to the platform; and what became of the first."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models.campaign import CompanyInvitation
from models.invitation import Invitation
from models.text import canon_line
from models.user import User
from workers.messages.message import Action, Message, Quote, day, link, of_the, some, the, to_organization


def member_invited(to: Any, invitation: Invitation, activity: Any) -> Message:
    name = the(invitation.organization)
    return Message(
        subject=_(
            "%(person)s vous invite à rejoindre %(name)s", person=invitation.invited_by.name, name=name
        ),
        blocks=(
            _(
                "%(person)s vous invite à rejoindre %(name)s sur Adopte une innovation, la place de marché où les communes de la Métropole du Grand Paris disent leurs besoins et où des entreprises leur répondent.",
                person=invitation.invited_by.name,
                name=name,
            ),
            _(
                "Pas encore de compte ? Ouvrez-en un avec cette adresse : l’invitation vous attendra dans « Mon espace »."
            ),
            _(
                "L’invitation vaut jusqu’au %(day)s. Vous ne connaissez pas cette personne ? Ne faites rien, ou déclinez : personne d’autre n’en saura rien.",
                day=day(invitation.ends_at),
            ),
        ),
        action=Action(_("Lire l’invitation"), link("organizations.invitation", token=invitation.token)),
        because=_("un administrateur %(of)s a donné cette adresse", of=of_the(invitation.organization)),
    )


def invitation_accepted(to: User, invitation: Invitation, activity: Any) -> Message:
    return Message(
        subject=_(
            "Invitation acceptée : %(email)s rejoint %(name)s",
            email=invitation.email,
            name=the(invitation.organization),
        ),
        blocks=(
            _(
                "%(email)s a accepté votre invitation et fait maintenant partie %(of)s.",
                email=invitation.email,
                of=of_the(invitation.organization),
            ),
        ),
        action=Action(
            _("Voir les membres"), to_organization(invitation.organization, "organizations.members")
        ),
        because=_("vous avez invité cette personne"),
    )


def invitation_declined(to: User, invitation: Invitation, activity: Any) -> Message:
    return Message(
        subject=_("Invitation déclinée : %(email)s", email=invitation.email),
        blocks=(
            _(
                "%(email)s ne souhaite pas rejoindre %(name)s. L’adresse est-elle la bonne ? Vous pouvez inviter quelqu’un d’autre.",
                email=invitation.email,
                name=the(invitation.organization),
            ),
        ),
        action=Action(
            _("Voir les membres"), to_organization(invitation.organization, "organizations.members")
        ),
        because=_("vous avez invité cette personne"),
    )


def company_invited(to: Any, letter: CompanyInvitation, activity: Any) -> Message:
    name = canon_line(letter.organization.display_name)
    return Message(
        subject=_("%(name)s et les besoins des communes du Grand Paris", name=name),
        blocks=_words(letter),
        action=Action(_("Lire les besoins et s’inscrire"), link("pages.how_it_works")),
        because=_from_where(name),
        unsubscribe=link("organizations.opt_out", token=letter.token),
    )


def company_reminded(to: Any, letter: CompanyInvitation, activity: Any) -> Message:
    name = canon_line(letter.organization.display_name)
    return Message(
        subject=_("Dernier message : %(name)s et les besoins des communes", name=name),
        blocks=some(
            _(
                "Nous vous avons écrit le %(day)s et n’avons pas eu de vos nouvelles. Nous ne relancerons pas une seconde fois.",
                day=day(letter.sent_at),
            ),
            *_words(letter),
        ),
        action=Action(_("Lire les besoins et s’inscrire"), link("pages.how_it_works")),
        because=_from_where(name),
        unsubscribe=link("organizations.opt_out", token=letter.token),
    )


def _words(letter: CompanyInvitation) -> tuple[Any, ...]:
    return some(
        Quote(letter.campaign.text),
        _(
            "Pour rejoindre %(name)s : ouvrez un compte, cherchez votre numéro SIRET (%(siret)s), puis « Je suis la première personne ».",
            name=canon_line(letter.organization.display_name),
            siret=letter.organization.siret or "",
        ),
        _(
            "L’inscription et la lecture des besoins sont gratuites. La Métropole met en relation, elle n’attribue pas de marché."
        ),
    )


def _from_where(name: str) -> str:
    return _(
        "%(name)s figure au répertoire public SIRENE et que l’équipe de la Métropole y a associé cette adresse professionnelle",
        name=name,
    )
