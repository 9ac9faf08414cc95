"""What people read when something does not work: what happened, what was kept, what to do. Never a traceback."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from models import RuleViolation, db
from webapp.languages import said
from webapp.links import address_of
from webapp.sessions import SAFE_METHODS

NOT_TYPED = ("csrf_token", "password", "again", "new_password", "present")

SENTENCES = {
    400: (
        "Cette adresse ou ce formulaire n’est pas valable.",
        "Revenez à la page précédente et essayez encore.",
    ),
    403: (
        "Vous n’avez pas le droit de faire cela.",
        "Demandez à un administrateur de votre organisation, ou à l’équipe de la Métropole.",
    ),
    404: (
        "Cette page n’existe pas, ou elle n’est pas pour vous.",
        "L’adresse est peut-être incomplète. Vous pouvez chercher dans les besoins et dans les solutions.",
    ),
    405: (
        "Cette adresse ne s’ouvre pas directement.",
        "Elle répond à un bouton : revenez à la page d’où vous venez.",
    ),
    409: ("Ce n’est plus possible.", "Quelqu’un a sans doute agi entre-temps : relisez la page."),
    413: (
        "Le texte envoyé est trop long pour être reçu.",
        "Revenez en arrière : votre navigateur a gardé ce que vous aviez écrit. Raccourcissez-le, puis renvoyez-le.",
    ),
    429: ("Trop d’essais en peu de temps.", "Attendez quelques minutes, puis recommencez. Rien n’est perdu."),
    500: (
        "Une erreur est arrivée chez nous.",
        "Elle est notée et sera lue. Ce que vous aviez enregistré est gardé ; essayez encore dans un instant.",
    ),
    503: ("Le service est occupé.", "Essayez encore dans quelques secondes."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(CSRFError, give_back)
    app.register_error_handler(RuleViolation, show_refusal)
    app.register_error_handler(OperationalError, show_busy)
    app.register_error_handler(StaleDataError, show_refusal)
    app.register_error_handler(IntegrityError, show_race)
    app.register_error_handler(Exception, show_failure)


def show_http_error(error: HTTPException) -> Any:
    """One page for every status, in plain French."""
    db.session.rollback()
    code = error.code or 500
    if code < 400:
        return error
    what, then = SENTENCES.get(code, SENTENCES[400 if code < 500 else 500])
    return render_template("errors/error.html", code=code, what=_(what), then=_(then)), code


def give_back(error: CSRFError) -> Any:
    """The form was refused: here is what was typed, and one button that sends it again with a fresh token."""
    return show_resend(str(error.description), 400)


def show_busy(error: OperationalError) -> Any:
    """The database did not answer in five seconds: nothing was changed, the text is on the page."""
    from flask import current_app

    current_app.logger.warning("database busy: %s", error.orig)
    answer, code = show_resend(SENTENCES[503][0], 503)
    return answer, code, {"Retry-After": "5"}


def show_resend(why: str, code: int) -> tuple[str, int]:
    db.session.rollback()
    page = render_template(
        "errors/resend.html", why=why, typed=typed_text(), target=request.full_path.rstrip("?")
    )
    return page, code


def show_refusal(error: Exception) -> Any:
    """A rule said no to a button: say so on the page of the thing. With words typed: keep them in sight (409)."""
    db.session.rollback()
    sentence = said(error) if isinstance(error, RuleViolation) else _(SENTENCES[409][0])
    back = address_of(g.get("thing"))
    if request.method in SAFE_METHODS or not typed_text():
        flash(sentence, "error")
        return redirect(back, 303)
    return render_template("errors/refused.html", why=sentence, typed=typed_text(), back=back), 409


def show_race(error: IntegrityError) -> Any:
    """Something unique was written by somebody else, or by a double click, a moment before; logged in case it is us."""
    from flask import current_app

    current_app.logger.warning("%s %s: %s", request.method, request.path, error.orig)
    return show_refusal(error)


def show_failure(error: Exception) -> Any:
    """A mistake of ours: logged whole, shown as a sentence; what was typed is given back."""
    from flask import current_app

    current_app.logger.exception("%s %s failed", request.method, request.path)
    db.session.rollback()
    what, then = SENTENCES[500]
    return render_template("errors/error.html", code=500, what=_(what), then=_(then), typed=typed_text()), 500


def typed_text() -> list[tuple[str, str]]:
    """(name, value) of what a person typed in the refused form, passwords and tokens left out."""
    try:
        fields = request.form.items(multi=True)
    except HTTPException:
        return []
    return [(name, value) for name, value in fields if name not in NOT_TYPED and value.strip()]
