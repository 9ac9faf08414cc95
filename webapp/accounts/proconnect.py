"""Coming in by ProConnect, and going out of it. What waits for the browser's return is in a signed cookie of ten minutes: a visitor
has no session, and gets this one only by pressing the button.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import PasswordField

from models import Identity, User, db
from models.database import promise_to_read_only, utc_now
from models.identity import account_proved
from webapp import limits
from webapp.accounts import oidc
from webapp.accounts.area import blueprint
from webapp.accounts.door import arrive, knock
from webapp.accounts.forms import ADDRESS, LONGEST_TYPED
from webapp.acting import me
from webapp.forms import Form, at_most, required
from webapp.languages import chosen
from webapp.limits import limiter
from webapp.links import safe_next
from webapp.permissions import loaded
from workers.queue import ring

LASTS_SECONDS = 600
#: Why it did not come about → (what one reads, the status).
FAILURES: dict[str, tuple[Any, int]] = {
    "unreachable": (_l("ProConnect ne répond pas en ce moment. Ce n’est pas de votre fait."), 503),
    "stopped": (_l("Vous avez arrêté en chemin : rien n’est changé."), 400),
    "late": (
        _l("Plus de dix minutes ont passé, ou la demande vient d’un autre navigateur. Recommencez d’ici."),
        400,
    ),
    "refused": (
        _l("La réponse reçue de ProConnect ne convient pas ; par prudence, nous ne l’avons pas suivie."),
        400,
    ),
    "unverified": (
        _l(
            "ProConnect ne nous dit pas que votre adresse électronique est vérifiée : nous ne pouvons pas l’utiliser."
        ),
        403,
    ),
    "closed": (_l("Le compte de cette personne est fermé. Écrivez à l’équipe si c’est une erreur."), 403),
    "wrong": (_l("Ce n’est pas le mot de passe de ce compte."), 422),
    "too_many": (_l("Trop d’essais en peu de temps. Attendez cinq minutes, puis recommencez."), 429),
}


class LinkForm(Form):
    password = PasswordField(_l("Mot de passe de votre compte"), [required(), at_most(LONGEST_TYPED)])


def is_offered() -> bool:
    return current_app.config["SETTINGS"].proconnect is not None


def _provider() -> Any:
    return current_app.config["SETTINGS"].proconnect or abort(404)


def _back() -> str:
    return f"{current_app.config['SETTINGS'].public_url}{url_for('accounts.proconnect_return')}"


@blueprint.get("/connexion/proconnect")
@limiter.limit(limits.PROCONNECT)
def proconnect() -> Any:
    """The button « S’identifier avec ProConnect »."""
    provider, onward = _provider(), safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(onward or url_for("spaces.home"), 303)
    try:
        asked = oidc.begin(provider, _back())
    except oidc.Failure as failure:
        return _failed(failure.kind, str(failure))
    return _keep(redirect(asked.address, 303), "asked", {**asked.secrets, "next": onward})


@blueprint.get("/connexion/proconnect/retour")
@limiter.limit(limits.SIGN_IN, deduct_when=lambda response: response.status_code != 303)
def proconnect_return() -> Any:
    """The browser comes back with a code, good for one use, and with the cookie of the browser that left."""
    provider, kept = _provider(), _kept("asked")
    if kept is None and current_user.is_authenticated:  # « page précédente »
        return redirect(url_for("spaces.home"), 303)
    if kept is None:
        return _failed("late", "no cookie")
    try:
        person = oidc.finish(provider, _back(), kept, request.args)
    except oidc.Failure as failure:
        return _failed(failure.kind, str(failure))
    return _meet(person, kept["next"])


def _meet(person: oidc.Person, onward: str | None) -> Any:
    """By the subject; else by the address: an account that has it is linked by its password, never without a word."""
    db.session.rollback()
    promise_to_read_only(False)
    identity = db.session.scalar(Identity.known_as(person.issuer, person.subject))
    if identity is not None:
        identity.used_at = utc_now()
        return _come_in(identity.user, person, onward)
    if not person.email_is_verified or len(person.email) > 254 or not ADDRESS.regex.match(person.email):
        return _failed("unverified", "no verified address")
    holder = db.session.scalar(db.select(User).where(User.email == person.email))
    if holder is not None and holder.closed_at is None and holder.confirmed_at is not None:
        answer = redirect(url_for("accounts.proconnect_link"), 303)
        return _keep(answer, "link", {"person": asdict(person), "next": onward})
    if holder is not None and holder.closed_at is not None:
        return _failed("closed", "a closed account")
    user = account_proved(person.email, first_name=person.first_name, last_name=person.last_name)
    user.locale = chosen()
    Identity.link(user, issuer=person.issuer, subject=person.subject, is_new=True)
    return _come_in(user, person, onward)


def _come_in(user: User, person: oidc.Person, onward: str | None) -> Any:
    """The same session as by password; it remembers how to sign out there too."""
    if not user.is_active:
        return _failed("closed", "a closed account")
    arrive(user)
    session["proconnect"] = person.id_token
    db.session.commit()
    if not onward:
        has_one = bool(user.active_memberships())
        onward = (
            url_for("spaces.home") if has_one else url_for("organizations.choose", q=person.siret or None)
        )
    return _forget(redirect(onward, 303))


@blueprint.route("/connexion/proconnect/lier", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_IN, methods=["POST"], deduct_when=lambda response: response.status_code != 303)
def proconnect_link() -> Any:
    """Once: whoever knows the password of the account that has this address links both."""
    _provider()
    kept = _kept("link")
    if kept is None:
        return _failed("late", "no cookie")
    person, form = oidc.Person(**kept["person"]), LinkForm()
    if form.validate_on_submit():
        who = knock(person.email, form.password.data)
        if who.verdict == "welcome" and who.user is not None:
            return _link(who.user, person, kept["next"])
        db.session.commit()
        form.complain([("password", str(FAILURES["too_many" if who.verdict == "too_many" else "wrong"][0]))])
    page = render_template("accounts/proconnect_link.html", form=form, email=person.email)
    return page, 422 if form.errors else 200


def _link(user: User, person: oidc.Person, onward: str | None) -> Any:
    """A second click finds it linked already."""
    if db.session.scalar(Identity.known_as(person.issuer, person.subject)) is None:
        Identity.link(user, issuer=person.issuer, subject=person.subject)
        ring("deliver_notifications")
    answer = _come_in(user, person, onward)
    flash(_("ProConnect est lié à votre compte : la prochaine fois, il suffira."), "success")
    return answer


@blueprint.post("/mon-compte/proconnect/<int:identity_id>/delier")
def unlink_identity(identity_id: int) -> Any:
    loaded(Identity).unlink(by=me())
    db.session.commit()
    flash(_("ProConnect n’est plus lié à votre compte : connectez-vous avec votre mot de passe."), "success")
    return redirect(url_for("accounts.profile"), 303)


def goodbye(id_token: str | None) -> Any:
    """After signing out here: the home page, or ProConnect's own way out for who came in by it."""
    provider = current_app.config["SETTINGS"].proconnect
    if not id_token or provider is None:
        return redirect(url_for("pages.home"), 303)
    try:
        address = oidc.leaving(provider, id_token, f"{current_app.config['SETTINGS'].public_url}/")
    except oidc.Failure as failure:
        current_app.logger.warning("ProConnect, signing out: %s", failure)
        address = None
    page = render_template("accounts/leaving.html", address=address)
    # No redirect: a form may only lead to pages of ours (Content-Security-Policy), whatever comes after them.
    return page, 200, {"Refresh": f"0; url={address}"} if address else {}


def _failed(kind: str, why: str) -> Any:
    """What happened in plain words, and two ways on."""
    current_app.logger.warning("ProConnect, %s: %s", kind, why)
    db.session.rollback()
    sentence, code = FAILURES[kind]
    page = render_template("accounts/proconnect_failed.html", sentence=sentence, kind=kind)
    answer = current_app.make_response((page, code))
    answer.headers["Cache-Control"] = "no-store"  # its address may hold a code
    return _forget(answer)


# ------------------------------------------------------------------ the cookie between leaving and coming back


def _cookie() -> tuple[str, dict[str, Any]]:
    secure = current_app.session_interface.secure  # type: ignore[attr-defined]
    name = "__Host-proconnect" if secure else "proconnect"
    return name, {"path": "/", "secure": secure, "httponly": True, "samesite": "Lax"}


def _signs(step: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"proconnect.{step}")


def _keep(answer: Any, step: str, contents: dict[str, Any]) -> Any:
    name, attributes = _cookie()
    answer.set_cookie(name, _signs(step).dumps(contents), max_age=LASTS_SECONDS, **attributes)
    return answer


def _kept(step: str) -> dict[str, Any] | None:
    """``step``: asked (gone to the provider), link (the password is to be given). None: none, too old, or not ours."""
    try:
        contents: dict[str, Any] = _signs(step).loads(
            request.cookies.get(_cookie()[0], ""), max_age=LASTS_SECONDS
        )
    except BadData:
        return None
    return contents


def _forget(answer: Any) -> Any:
    name, attributes = _cookie()
    answer.delete_cookie(name, **attributes)
    return answer
