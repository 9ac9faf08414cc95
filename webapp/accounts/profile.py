"""« Mon compte »: names, language, password, and the browsers where one is signed in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Identity, SignIn, SignInAttempt, db
from webapp.accounts.area import blueprint
from webapp.accounts.browsers import browser_words
from webapp.accounts.forms import ChangePasswordForm, ProfileForm
from webapp.accounts.proconnect import goodbye
from webapp.permissions import loaded
from webapp.sessions import close_sign_in, current_sign_in


@blueprint.route("/mon-compte", methods=["GET", "POST"])
def profile() -> Any:
    form = ProfileForm(obj=current_user)
    if not form.validate_on_submit():
        return _show_profile(form, ChangePasswordForm(formdata=None))
    for name, value in form.chosen("first_name", "last_name", "job_title", "locale").items():
        setattr(current_user, name, value)
    db.session.commit()
    flash(_("Vos informations sont enregistrées."), "success")
    answer = redirect(url_for("accounts.profile"), 303)
    answer.delete_cookie("lang")  # the account's language counts from now on
    return answer


@blueprint.post("/mon-compte/mot-de-passe")
def change_password() -> Any:
    """Asks for the present one; the other browsers are signed out."""
    form = ChangePasswordForm()
    if not (
        form.validate_on_submit()
        and _is_themselves(form)
        and form.obeys(lambda: current_user.set_password(form.password.data))
    ):
        db.session.commit()
        return _show_profile(ProfileForm(formdata=None, obj=current_user), form)
    SignIn.end_all(current_user, keep=current_sign_in())
    db.session.commit()
    flash(_("Mot de passe changé. Vos autres sessions sont fermées."), "success")
    return redirect(url_for("accounts.profile"), 303)


def _is_themselves(form: ChangePasswordForm) -> bool:
    """Whether the present password is right; refusals count like those of the sign-in page."""
    if SignInAttempt.too_many("account", current_user.email):
        form.complain(
            [("present", "Trop d’essais en peu de temps. Attendez cinq minutes, puis recommencez.")]
        )
    elif not current_user.check_password(form.present.data):
        SignInAttempt.note("account", current_user.email)
        form.complain([("present", "Ce n’est pas votre mot de passe actuel.")])
    return not form.errors


def _show_profile(form: ProfileForm, password_form: ChangePasswordForm) -> Any:
    wrong = bool(form.errors or password_form.errors)
    page = render_template(
        "accounts/profile.html",
        form=form,
        password_form=password_form,
        failed=wrong,
        browser_words=browser_words,
        sessions=[s for s in db.session.scalars(SignIn.living(current_user)) if s.is_living],
        here_now=current_sign_in(),
        identities=db.session.scalars(Identity.of(current_user)).all(),
    )
    return page, 422 if wrong else 200


@blueprint.post("/mon-compte/sessions/<int:sign_in_id>/fermer")
def end_session(sign_in_id: int) -> Any:
    """Sign one browser out; this one, like « Se déconnecter »."""
    sign_in = loaded(SignIn)
    if sign_in is current_sign_in():
        id_token = session.get("proconnect")
        close_sign_in()
        db.session.commit()
        return goodbye(id_token)
    sign_in.end()
    db.session.commit()
    flash(_("Cette session est fermée."), "success")
    return redirect(url_for("accounts.profile") + "#sessions", 303)


@blueprint.post("/mon-compte/sessions/fermer-les-autres")
def end_other_sessions() -> Any:
    SignIn.end_all(current_user, keep=current_sign_in())
    db.session.commit()
    flash(_("Vos autres sessions sont fermées."), "success")
    return redirect(url_for("accounts.profile") + "#sessions", 303)
