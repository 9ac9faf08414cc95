"""One process each: the preparation, the web, a worker, the clock."""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

from launch.checks import LaunchError, check_writable
from settings import Settings

GRACE = 2  # seconds left to the requests being answered when the web is told to stop

# Nobody looks at a screen while an errand runs: on two cores an import must not make a search wait.
ERRANDS_YIELD = 10


def set_up(settings: Settings) -> None:
    """Bring the database to the present version, with its reference tables, and once the demonstration records."""
    check_writable(settings.var_dir)
    from sqlalchemy.exc import OperationalError

    from webapp import create_app
    from webapp.commands import prepare

    try:
        with create_app(settings).app_context():
            prepare()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise LaunchError(f"La base de données ne répond pas, vérifiez DATABASE_URL ({reason}).") from None


def name_administrator(settings: Settings, email: str) -> None:
    """Give the platform an administrator and print the address where that person chooses a password."""
    from email_validator import EmailNotValidError, validate_email

    from models.errors import RuleViolation
    from webapp import create_app
    from webapp.commands import create_administrator

    try:
        validate_email(email, check_deliverability=False)
        with create_app(settings).app_context():
            print(
                "À ouvrir dans l’heure pour choisir un mot de passe :", create_administrator(email), sep="\n"
            )
    except EmailNotValidError:
        raise LaunchError(f"« {email} » n’est pas une adresse électronique.") from None
    except RuleViolation as error:
        raise LaunchError(str(error)) from None


def serve_pages(settings: Settings) -> None:
    """The web: gunicorn, one process of WEB_THREADS threads."""
    from gunicorn.app.base import BaseApplication

    options = {
        "bind": f"[{settings.host}]:{settings.port}"
        if ":" in settings.host
        else f"{settings.host}:{settings.port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "timeout": 30,
        "graceful_timeout": GRACE,
        "proc_name": "adopte-web",
        "loglevel": settings.log_level.lower(),
        "control_socket_disable": True,  # it would be written into the home folder
    }

    class Site(BaseApplication):
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return _application(settings)

    Site().run()


def work(settings: Settings, queue: str) -> None:
    """A worker of one queue. It alone loads the encoder, on one thread: two workers share the machine."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if queue == "errands":
        os.nice(ERRANDS_YIELD)
    redis_url = _redis_url(settings)
    # It tells, as errors, which processors it was not built for.
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)
    from matching.encoder import EncoderUnavailable
    from workers.listener import listen

    try:
        listen(_application(settings), queue, redis_url)
    except EncoderUnavailable as error:
        name = settings.encoder_model or "static-fr"
        raise LaunchError(
            f"Le modèle « {name} » ne se charge pas : corrigez ENCODER_MODEL (un dossier, ou un nom déjà téléchargé), "
            f"ou ENCODER_OFFLINE=no pour le télécharger. [{error}]"
        ) from None


def keep_the_clock(settings: Settings) -> None:
    """Ring every bell at its period, until told to stop."""
    _redis_url(settings)
    from workers.queue import ring_now
    from workers.schedule import keep_time

    stop = stopped_by_signal()
    with _application(settings).app_context():
        keep_time(ring_now, stop.wait)


def _application(settings: Settings) -> Any:
    from webapp import create_app

    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return create_app(settings)


def _redis_url(settings: Settings) -> str:
    if settings.redis_url is None:
        raise LaunchError("REDIS_URL manque : seul « python -m launch stack » apporte son propre Redis.")
    return settings.redis_url


def stopped_by_signal() -> threading.Event:
    """An event that Ctrl-C, SIGTERM or a closed terminal sets."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: stop.set())
    return stop
