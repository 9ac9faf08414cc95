"""Coming in. A visitor has no session: a refused form is answered by its own page, never by a redirect."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for
from flask_login import current_user

from models import SignIn, User, db
from models.token import read_token
from webapp import limits
from webapp.accounts.area import blueprint
from webapp.accounts.door import arrive, knock
from webapp.accounts.enrolment import enroll, write_about_password, write_again
from webapp.accounts.forms import AddressForm, NewPasswordForm, RegisterForm, SignInForm
from webapp.accounts.proconnect import goodbye, is_offered
from webapp.demonstration.accounts import demonstration_accounts
from webapp.limits import limiter
from webapp.links import safe_next
from webapp.sessions import close_sign_in
from workers.queue import ring

REFUSALS = {
    "wrong": "L’adresse ou le mot de passe ne convient pas. Vérifiez-les, ou choisissez un autre mot de passe.",
    "too_many": "Trop d’essais en peu de temps pour cette adresse. Attendez cinq minutes, puis recommencez.",
}


def _was_refused(response: Any) -> bool:
    return bool(response.status_code != 303)


@blueprint.route("/connexion", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_IN, methods=["POST"], deduct_when=_was_refused)
def sign_in() -> Any:
    """Refused attempts are counted, by account (in the database) and by network address; welcome ones are not."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(_onward() or url_for("spaces.home"), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _show_sign_in(form, 422 if form.errors else 200)
    who = knock(form.email.data, form.password.data)
    if who.user is not None and who.verdict == "welcome":
        arrive(who.user)
    db.session.commit()
    if who.verdict == "welcome":
        return redirect(_onward() or url_for("spaces.home"), 303)
    if who.verdict == "unconfirmed":
        return render_template("accounts/unconfirmed.html", email=form.email.data), 403
    form.complain([("", REFUSALS[who.verdict])])
    return _show_sign_in(form, 429 if who.verdict == "too_many" else 422)


def _show_sign_in(form: SignInForm, code: int) -> Any:
    accounts = demonstration_accounts() if current_app.config["SETTINGS"].is_demonstration else []
    page = render_template(
        "accounts/sign_in.html", form=form, onward=_onward(), accounts=accounts, proconnect=is_offered()
    )
    return page, code


def _onward() -> str | None:
    """Where the person was going, when it is a page of ours."""
    return safe_next(request.values.get("next"))


@blueprint.post("/deconnexion")
def sign_out() -> Any:
    id_token = session.get("proconnect")
    close_sign_in()
    db.session.commit()
    return goodbye(id_token)


@blueprint.route("/inscription", methods=["GET", "POST"])
@limiter.limit(limits.REGISTER, methods=["POST"])
def register() -> Any:
    """The same page for everybody: only the message tells whether the address had an account."""
    if current_user.is_authenticated:
        return redirect(url_for("spaces.home"), 303)
    form = RegisterForm()
    if not form.validate_on_submit():
        page = render_template("accounts/register.html", form=form, proconnect=is_offered())
        return page, 422 if form.errors else 200
    enroll(**form.chosen("email", "password", "first_name", "last_name", "job_title"))
    ring("deliver_notifications")
    db.session.commit()
    return _show_check_mail(form.email.data)


@blueprint.route("/inscription/verifiez-vos-courriels", methods=["GET", "POST"])
@limiter.limit(limits.MAIL, methods=["POST"])
def check_mail() -> Any:
    """« Rien reçu ? »: send it again."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("accounts/write_again.html", form=form), 422 if form.errors else 200
    write_again(form.email.data)
    ring("deliver_notifications")
    db.session.commit()
    return _show_check_mail(form.email.data)


def _show_check_mail(email: str) -> str:
    return render_template("accounts/check_mail.html", email=User.normalise(email))


@blueprint.route("/confirmation/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Any:
    """One button: mail scanners open links by themselves, they do not press buttons."""
    user = read_token("confirm", token)
    if user is None:
        return _show_dead_link("confirm")
    if request.method == "GET":
        return render_template("accounts/confirm.html", email=user.email, onward=_onward())
    user.confirm()
    arrive(user)
    first = url_for("spaces.home" if user.active_memberships() else "organizations.choose")
    db.session.commit()
    return redirect(_onward() or first, 303)


@blueprint.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@limiter.limit(limits.MAIL, methods=["POST"])
def forgot() -> Any:
    """The same answer for every address."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgot.html", form=form), 422 if form.errors else 200
    write_about_password(form.email.data)
    ring("deliver_notifications")
    db.session.commit()
    return render_template("accounts/forgot_sent.html", email=User.normalise(form.email.data))


@blueprint.route("/mot-de-passe/<token>", methods=["GET", "POST"])
def reset(token: str) -> Any:
    """Choose another password: every session ends, a new one begins. The link proved the address as well."""
    user = read_token("reset", token)
    if user is None:
        return _show_dead_link("reset")
    form = NewPasswordForm()
    if not (form.validate_on_submit() and form.obeys(lambda: user.set_password(form.password.data))):
        return render_template(
            "accounts/reset.html", form=form, email=user.email
        ), 422 if form.errors else 200
    user.confirm()
    SignIn.end_all(user)
    arrive(user)
    db.session.commit()
    return redirect(url_for("spaces.home"), 303)


def _show_dead_link(purpose: str) -> Any:
    """Used, too old or badly copied. Who is signed in already has nothing left to confirm."""
    if purpose == "confirm" and current_user.is_authenticated:
        return redirect(url_for("spaces.home"), 303)
    return render_template("accounts/dead_link.html", purpose=purpose), 410
