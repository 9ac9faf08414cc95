"""Messages about an account: they prove an address, and tell nothing to whoever does not read it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models.token import make_token
from models.user import User
from workers.messages.message import Action, Message, link


def confirm_email(to: User, user: User, activity: Any) -> Message:
    return Message(
        subject=_("Confirmez votre adresse"),
        blocks=(
            _("Bienvenue. Il reste un geste : confirmer que cette adresse est bien la vôtre."),
            _("Le lien vaut trois jours. Ensuite, il suffit d’en demander un autre en vous connectant."),
            _("Vous n’avez rien demandé ? Ne faites rien : sans confirmation, le compte ne sert à rien."),
        ),
        action=Action(
            _("Confirmer mon adresse"), link("accounts.confirm", token=make_token("confirm", user))
        ),
        because=_("un compte a été ouvert avec cette adresse"),
    )


def reset_password(to: User, user: User, activity: Any) -> Message:
    return Message(
        subject=_("Choisissez un nouveau mot de passe"),
        blocks=(
            _("Vous avez demandé un nouveau mot de passe. Le lien vaut une heure et ne sert qu’une fois."),
            _("Vous n’avez rien demandé ? Ne faites rien : l’ancien mot de passe reste valable."),
        ),
        action=Action(_("Choisir un mot de passe"), link("accounts.reset", token=make_token("reset", user))),
        because=_("quelqu’un a demandé un nouveau mot de passe pour cette adresse"),
    )


def identity_linked(to: User, user: User, activity: Any) -> Message:
    return Message(
        subject=_("ProConnect est lié à votre compte"),
        blocks=(
            _(
                "Quelqu’un a donné votre mot de passe et lié ProConnect à votre compte : il ouvre maintenant votre espace."
            ),
            _(
                "C’était vous : il n’y a rien à faire. Ce n’était pas vous : déliez-le dans « Mon compte », puis changez de mot de passe."
            ),
        ),
        action=Action(_("Ouvrir mon compte"), link("accounts.profile")),
        because=_("votre compte peut s’ouvrir d’une nouvelle façon"),
    )


def already_registered(to: User, user: User, activity: Any) -> Message:
    return Message(
        subject=_("Vous avez déjà un compte"),
        blocks=(
            _(
                "Quelqu’un, sans doute vous, vient de vouloir s’inscrire avec cette adresse. Elle a déjà un compte : rien n’a changé."
            ),
            _(
                "Connectez-vous avec votre mot de passe habituel. Depuis la même page, vous pouvez en demander un nouveau si vous l’avez oublié."
            ),
        ),
        action=Action(_("Me connecter"), link("accounts.sign_in")),
        because=_("une inscription a été demandée avec cette adresse"),
    )
