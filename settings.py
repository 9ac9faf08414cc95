"""What changes from one machine to another, read once from the environment.

``.env.example`` documents each variable; with none set, everything runs on one machine. A value that cannot work is
refused here, at once, with a sentence: never later, in the middle of somebody's work. Only ``launch.py`` and the tests
read the environment; the rest of the application is handed a ``Settings``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

SHORTEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """A variable cannot work. ``str(error)`` is one French sentence that names it and says what to write."""


@dataclass(frozen=True, slots=True)
class ProConnect:
    """Who identifies people of public bodies and companies (OpenID Connect). ``issuer``: without a slash at its end."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the application may depend on outside of itself.

    Fields are documented in ``.env.example``, under the same names in capitals (``environment`` is ``APP_ENV``). Paths
    are absolute. ``redis_url`` is None when ``python -m launch stack`` starts a Redis of its own, ``encoder_model`` is
    None for the encoder that comes with the application.
    """

    environment: str
    var_dir: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    encoder_model: str | None
    encoder_offline: bool
    host: str
    port: int
    public_url: str
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    web_threads: int
    mail_url: str = field(repr=False)
    mail_from: str
    files_dir: Path
    clamav_url: str | None
    company_lookup_url: str | None
    proconnect: ProConnect | None
    log_level: str

    @property
    def is_demonstration(self) -> bool:
        """Whether example records, their accounts and the page of sent mails are shown."""
        return self.environment == "demonstration"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read, complete and check every variable.

        On the first start of a demonstration, writes ``<VAR_DIR>/secret_key`` (mode 0600) so that sessions outlive a
        restart. Raises SettingsError for the first value that cannot work.
        """
        read = _Reader(environ)
        environment = read.choice("APP_ENV", ("demonstration", "production"))
        var_dir = Path(read.text("VAR_DIR", "var")).expanduser().absolute()
        host = read.text("HOST", "127.0.0.1")
        port = read.number("PORT", 8000, 1, 65535)
        public_url = _web_address(read.text("PUBLIC_URL", f"http://127.0.0.1:{port}"))
        return cls(
            environment=environment,
            var_dir=var_dir,
            database_url=_database(read.text("DATABASE_URL", f"sqlite:///{var_dir / 'adopte.sqlite3'}")),
            redis_url=_redis(read.text("REDIS_URL")),
            secret_key=_secret(read.text("SECRET_KEY"), environment, var_dir),
            encoder_model=read.text("ENCODER_MODEL") or None,
            encoder_offline=read.yes_or_no("ENCODER_OFFLINE", True),
            host=host,
            port=port,
            public_url=public_url,
            trusted_hosts=_hosts(read.text("TRUSTED_HOSTS"), public_url),
            proxy_hops=read.number("PROXY_HOPS", 0, 0, 10),
            web_threads=read.number("WEB_THREADS", 4, 1, 64),
            mail_url=_mail(read.text("MAIL_URL", f"file:{var_dir / 'mail'}")),
            mail_from=_sender(read.text("MAIL_FROM", "Adopte une innovation <ne-pas-repondre@localhost>")),
            files_dir=Path(read.text("FILES_DIR", str(var_dir / "files"))).expanduser().absolute(),
            clamav_url=_antivirus(read.text("CLAMAV_URL")),
            company_lookup_url=_register(read.text("COMPANY_LOOKUP_URL")),
            proconnect=_proconnect(
                read.text("PROCONNECT_ISSUER"),
                read.text("PROCONNECT_CLIENT_ID"),
                read.text("PROCONNECT_CLIENT_SECRET"),
            ),
            log_level=read.choice("LOG_LEVEL", LOG_LEVELS, "INFO"),
        )


class _Reader:
    """Values of the environment, blank ones being absent (compose files set them so)."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str, default: str = "") -> str:
        value = self.environ.get(name, "").strip()
        if any(ord(character) < 32 for character in value):
            raise SettingsError(
                f"{name} contient un caractère de contrôle : écrivez sa valeur sur une seule ligne."
            )
        return value or default

    def choice(self, name: str, allowed: tuple[str, ...], default: str = "") -> str:
        value = self.text(name, default or allowed[0])
        for word in allowed:
            if value.lower() == word.lower():
                return word
        raise SettingsError(f"{name} vaut « {value} » : choisissez {' ou '.join(allowed)}.")

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return int(value)
        raise SettingsError(f"{name} vaut « {value} » : écrivez un nombre entier de {least} à {most}.")

    def yes_or_no(self, name: str, default: bool) -> bool:
        value = self.text(name, "yes" if default else "no").lower()
        if value in ("1", "yes", "true", "on", "oui"):
            return True
        if value in ("0", "no", "false", "off", "non"):
            return False
        raise SettingsError(f"{name} vaut « {value} » : écrivez yes ou no.")


def _database(url: str) -> str:
    """The address for SQLAlchemy; hosting companies write PostgreSQL's in three ways, our driver is psycopg."""
    scheme, colon, rest = url.partition("://")
    if colon and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    if colon and scheme == "sqlite" and len(rest) > 1 and ":memory:" not in rest:
        return url
    raise SettingsError(
        "DATABASE_URL n’est pas comprise : écrivez postgresql://utilisateur:mot-de-passe@machine/base "
        "ou sqlite:////chemin/absolu/fichier.sqlite3."
    )


def _redis(url: str) -> str | None:
    if not url:
        return None
    if url.startswith(("redis://", "rediss://", "unix://")):
        return url
    raise SettingsError(
        "REDIS_URL n’est pas comprise : écrivez redis://machine:6379/0 ou unix:///chemin/socket."
    )


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises on a port that is no number)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment:
        return url.rstrip("/")
    raise SettingsError(
        f"PUBLIC_URL vaut « {url} » : écrivez l’adresse vue par le public, https://exemple.fr."
    )


def _register(url: str) -> str | None:
    """The register of companies; none by default."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment:
        return url
    raise SettingsError(
        f"COMPANY_LOOKUP_URL vaut « {url} » : écrivez l’adresse d’un répertoire d’entreprises, ou rien."
    )


def _proconnect(issuer: str, client_id: str, client_secret: str) -> ProConnect | None:
    """All three, or nothing. HTTPS, but for a server on this machine."""
    given = (issuer, client_id, client_secret)
    if not any(given):
        return None
    if not all(given):
        raise SettingsError(
            "Donnez PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID et PROCONNECT_CLIENT_SECRET, ou aucun des trois."
        )
    try:
        parts = urlsplit(issuer)
        parts.port  # noqa: B018 (raises on a port that is no number)
    except ValueError:
        parts = urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if is_safe and parts.hostname and not parts.query and not parts.fragment:
        return ProConnect(issuer.rstrip("/"), client_id, client_secret)
    raise SettingsError(
        f"PROCONNECT_ISSUER vaut « {issuer} » : écrivez l’adresse en https:// que ProConnect vous a donnée."
    )


def _hosts(listed: str, public_url: str) -> tuple[str, ...]:
    """Names under which we answer; the loopback ones too, for health checks from the machine itself."""
    if not listed:
        listed = f"{urlsplit(public_url).hostname},127.0.0.1,localhost"
    names = dict.fromkeys(name.strip().lower() for name in listed.split(",") if name.strip())
    for name in names:
        if "/" in name or " " in name or name == "*":
            raise SettingsError(
                f"TRUSTED_HOSTS contient « {name} » : écrivez des noms d’hôtes séparés par des virgules."
            )
    return tuple(names)


def _mail(url: str) -> str:
    try:
        parts = urlsplit(url)
        understood = parts.scheme == "file" and bool(parts.path)
        understood = understood or (
            parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        )
    except ValueError:
        understood = False
    if understood:
        return url
    raise SettingsError(
        "MAIL_URL n’est pas comprise : écrivez smtp://utilisateur:mot-de-passe@machine:587 ou file:dossier."
    )


def _antivirus(url: str) -> str | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        understood = parts.scheme == "tcp" and bool(parts.hostname) and parts.port != 0
        understood = understood or (parts.scheme == "unix" and len(parts.path) > 1 and not parts.netloc)
    except ValueError:
        understood = False
    if understood:
        return url
    raise SettingsError(
        "CLAMAV_URL n’est pas comprise : écrivez tcp://machine:3310 ou unix:///chemin/socket."
    )


def _sender(address: str) -> str:
    mailbox = address.rpartition("<")[2].rstrip("> ")
    if "@" in mailbox.strip("@"):
        return address
    raise SettingsError(f"MAIL_FROM vaut « {address} » : écrivez Nom <adresse@exemple.fr>.")


def _secret(given: str, environment: str, var_dir: Path) -> str:
    """The key that signs cookies and links. A demonstration may make its own; production must be given one."""
    if given and len(given) < SHORTEST_SECRET:
        raise SettingsError(
            f"SECRET_KEY est trop courte : il faut au moins {SHORTEST_SECRET} caractères tirés au hasard."
        )
    if given:
        return given
    if environment == "production":
        raise SettingsError(
            "SECRET_KEY manque : en production, donnez une clé secrète "
            "(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')."
        )
    return _secret_of_this_machine(var_dir / "secret_key")


def _secret_of_this_machine(path: Path) -> str:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            # Linked once it is whole: of two processes that start together one leaves its key, both read that one.
            with NamedTemporaryFile("w", dir=path.parent, prefix=".secret_key_") as new:  # mode 0600
                new.write(secrets.token_urlsafe(48))
                new.flush()
                with suppress(FileExistsError):
                    os.link(new.name, path)
        kept = path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"Le dossier {path.parent} ne peut pas être écrit ({error.strerror}) : "
            "donnez-en un autre par VAR_DIR, ou corrigez ses droits."
        ) from None
    if len(kept) < SHORTEST_SECRET:
        raise SettingsError(f"Le fichier {path} est abîmé : supprimez-le, une nouvelle clé sera créée.")
    return kept
