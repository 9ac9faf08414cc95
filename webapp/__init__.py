"""The pages: load, check, act, answer. Thin, light (never torch, FAISS or a model), denied by default."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

from models import User, db
from webapp import (
    csrf,
    errors,
    exposure,
    filters,
    labels,
    languages,
    limits,
    permissions,
    security,
    tally,
    uploads,
    visits,
)
from webapp.sessions import DatabaseSessions

#: One form with a text of a million characters must reach us, to be refused with a sentence and given back.
LARGEST_FORM = 4 * 1024 * 1024
login = LoginManager()


def create_app(settings: Any) -> Flask:
    """The application for one ``settings.Settings``; nothing is read from the environment here."""
    app = Flask(__name__)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True,
            # An error of the database quotes what was asked: words that somebody typed are nobody else’s.
            "hide_parameters": True,
            # Statements kept ready: the usual 500 weigh 25 MB more, which is more than this process may. A walk through every page
            # as nine people, the worst case, spends 1.9 times as much processor (with 200, 1.1); public pages that many people
            # open, no more (`python -m benchmarks.query_cache`).
            "query_cache_size": 80,
        },
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=2_000,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,  # addresses of static files carry their hash
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE="Europe/Paris",
        BOOTSTRAP_SERVE_LOCAL=True,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session, which has its own limits
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.session_interface = DatabaseSessions(secure=settings.public_url.startswith("https://"))
    db.init_app(app)
    _prepare_sign_in(app)
    Bootstrap5(app)
    Compress(app)
    for part in (uploads, languages, csrf, limits, permissions, errors, security, labels, filters):
        part.init_app(app)
    for part in (tally, exposure, visits):
        part.init_app(app)
    _fingerprint_static_files(app)
    _register_areas(app)
    return app


def _register_areas(app: Flask) -> None:
    from webapp import (
        accounts,
        alerts,
        attachments,
        conversations,
        curation,
        directory,
        evaluation,
        events,
        figures,
        following,
        interests,
        matches,
        needs,
        open_calls,
        organizations,
        pages,
        procurement,
        questions,
        references,
        register,
        reports,
        responses,
        search,
        solutions,
        spaces,
    )

    for area in (
        pages,
        accounts,
        organizations,
        spaces,
        needs,
        solutions,
        matches,
        interests,
        references,
        responses,
        evaluation,
        register,
        procurement,
        attachments,
        conversations,
        curation,
        search,
        questions,
        following,
        alerts,
        directory,
        figures,
        reports,
        events,
        open_calls,
    ):
        app.register_blueprint(area.blueprint)


def _prepare_sign_in(app: Flask) -> None:
    login.session_protection = None  # it protects nothing here: sessions live in the database
    login.login_view = "accounts.sign_in"
    login.init_app(app)


@login.user_loader
def _load_user(number: str) -> User | None:
    user = db.session.get(User, int(number))
    return user if user is not None and user.is_active else None


def _fingerprint_static_files(app: Flask) -> None:
    """``asset('app.css')``, and every address of a static file, carries a hash of its contents: cached for a year."""
    hashes: dict[tuple[str, str], str] = {}

    def fingerprint(endpoint: str, filename: str) -> str:
        if (endpoint, filename) not in hashes or app.debug:
            owner = app if endpoint == "static" else app.blueprints[endpoint.partition(".")[0]]
            path = Path(str(owner.static_folder)) / filename
            hashes[endpoint, filename] = (
                hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
            )
        return hashes[endpoint, filename]

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.endswith("static") and "filename" in values and "v" not in values:
            values["v"] = fingerprint(endpoint, values["filename"])

    app.jinja_env.globals["asset"] = lambda name: app.url_for("static", filename=name)
