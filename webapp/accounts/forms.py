"""What people type about themselves. A password is never put in canon: it is taken as it was typed."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectChoice
from wtforms.validators import Regexp, ValidationError
from wtforms.widgets import EmailInput

from models import User
from models.user import PASSWORD_MAX, complain_of_password
from webapp.forms import Form, LineField, at_most, optional, required

#: One « @ », a dot in the domain, and before the « @ » what a message can be sent to: words of ASCII between dots, else no message
#: could even be written. The message that we send proves the rest.
ADDRESS = Regexp(
    r"^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*@[^@\s\"<>(),;:\\]+\.[^@\s\"<>(),;:\\.]{2,}$",
    message="Écrivez une adresse complète et sans accent, par exemple prenom.nom@ville.fr.",
)
#: Longer than any password that may be chosen: not worth hashing.
LONGEST_TYPED = 8 * PASSWORD_MAX


class EmailField(LineField):
    """An address, on the keyboard made for it."""

    widget = EmailInput()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_l("Adresse électronique"), [required(), at_most(254), ADDRESS], **kwargs)


class AddressForm(Form):
    """Ask for a message: confirm again, choose another password."""

    email = EmailField()


class SignInForm(Form):
    email = EmailField()
    password = PasswordField(_l("Mot de passe"), [required(), at_most(LONGEST_TYPED)])


class ProfileForm(Form):
    first_name = LineField(_l("Prénom"), [required(), at_most(80)])
    last_name = LineField(_l("Nom"), [required(), at_most(80)])
    job_title = LineField(_l("Fonction"), [optional(), at_most(120)])
    locale = RadioField(
        _l("Langue des pages"),
        [required()],
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
    )


class RegisterForm(Form):
    first_name = LineField(_l("Prénom"), [required(), at_most(80)])
    last_name = LineField(_l("Nom"), [required(), at_most(80)])
    job_title = LineField(_l("Fonction"), [optional(), at_most(120)])
    email = EmailField()
    password = PasswordField(_l("Mot de passe"), [required()])

    def validate_password(self, field: Any) -> None:
        """Said here, before the address is looked up: the answer is the same whether it has an account or not."""
        person = User(
            email=self.email.data or "",
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
        )
        complaint = complain_of_password(field.data, person)
        if complaint:
            raise ValidationError(complaint)


class NewPasswordForm(Form):
    """After a link received by mail."""

    password = PasswordField(_l("Nouveau mot de passe"), [required()])


class ChangePasswordForm(Form):
    present = PasswordField(_l("Mot de passe actuel"), [required(), at_most(LONGEST_TYPED)])
    password = PasswordField(_l("Nouveau mot de passe"), [required()])
