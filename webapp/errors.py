"""What people read when something does not work: what happened, what was kept, what to do. Never a traceback."""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

from flask import Flask, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from models import RuleViolation, db
from models.database import promise_to_read_only
from webapp.languages import said
from webapp.links import address_of
from webapp.sessions import SAFE_METHODS

NOT_TYPED = ("csrf_token", "password", "again", "new_password", "present")

BUSY_ON_SQLITE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_CANTOPEN,
)

SENTENCES: dict[int | str, tuple[str, str]] = {
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
    "files": (
        "Ces fichiers sont trop lourds pour être reçus ensemble.",
        "Revenez en arrière : envoyez-les un à un, 20 Mo au plus chacun.",
    ),
    429: ("Trop d’essais en peu de temps.", "Attendez quelques minutes, puis recommencez. Rien n’est perdu."),
    500: (
        "Une erreur est arrivée chez nous.",
        "Elle est notée et sera lue. Ce que vous aviez enregistré est gardé ; essayez encore dans un instant.",
    ),
    503: ("Le service est occupé.", "Essayez encore dans quelques secondes."),
    507: (
        "Il n’y a plus de place ici pour ce que vous envoyez.",
        "Rien de cet envoi n’est gardé, le reste est intact. C’est noté : essayez plus tard.",
    ),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(CSRFError, give_back)
    app.register_error_handler(RuleViolation, show_refusal)
    app.register_error_handler(OperationalError, show_busy)
    app.register_error_handler(TimeoutError, show_busy)
    app.register_error_handler(StaleDataError, show_refusal)
    app.register_error_handler(IntegrityError, show_race)
    app.register_error_handler(OSError, show_no_room)
    app.register_error_handler(Exception, show_failure)


def show_http_error(error: HTTPException) -> Any:
    """One page for every status, in plain French."""
    db.session.rollback()
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(request.routing_exception, SecurityError):
        # A host that is not ours: no page can be drawn, it would not know its own addresses.
        return _(SENTENCES[400][0]), 400, {"Content-Type": "text/plain; charset=utf-8"}
    key = "files" if code == 413 and request.mimetype == "multipart/form-data" else code
    what, then = SENTENCES.get(key, SENTENCES[400 if code < 500 else 500])
    return render_template("errors/error.html", code=code, what=_(what), then=_(then)), code


def give_back(error: CSRFError) -> Any:
    """The form was refused: here is what was typed, and one button that sends it again with a fresh token."""
    return show_resend(str(error.description), 400)


def show_busy(error: OperationalError | TimeoutError) -> Any:
    """The database did not answer in five seconds: nothing was changed, the text is on the page."""
    from flask import current_app

    if not is_busy(error):
        return show_failure(error)
    current_app.logger.warning("database busy: %s", getattr(error, "orig", error))
    answer, code = show_resend(SENTENCES[503][0], 503)
    return answer, code, {"Retry-After": "5"}


def is_busy(error: OperationalError | TimeoutError) -> bool:
    """Whether trying again may help: a lock, a wait that was too long, a lost connection. SQLite says « operational » of a
    missing column too (PostgreSQL does not), and that is a mistake of ours."""
    cause = getattr(error, "orig", None)
    if not isinstance(cause, sqlite3.Error):
        return True
    # The low byte: SQLite adds details above it. An error without a code did not come from the engine.
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in BUSY_ON_SQLITE


def show_resend(why: str, code: int) -> tuple[str, int]:
    db.session.rollback()
    promise_to_read_only(True)  # the page itself must not wait for the lock that was not to be had
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


def show_no_room(error: OSError) -> Any:
    """The disk is full: of a file nothing is kept, and the page says so."""
    from flask import current_app

    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return show_failure(error)
    current_app.logger.critical("%s %s: no room left (%s)", request.method, request.path, error)
    db.session.rollback()
    what, then = SENTENCES[507]
    return render_template("errors/error.html", code=507, what=_(what), then=_(then), typed=typed_text()), 507


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
    except (HTTPException, OSError):  # the body itself could not be received
        return []
    return [(name, value) for name, value in fields if name not in NOT_TYPED and value.strip()]
