"""What the environment may say, and what is refused with a sentence."""

from __future__ import annotations

import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_environment({"VAR_DIR": str(tmp_path / "var"), **environ})


class Witness(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **known: str) -> None:
        super().__init__(**known)
        self.asked: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


def test_every_variable_that_is_read_is_documented_and_every_documented_one_is_read(tmp_path: Path) -> None:
    environ = Witness(VAR_DIR=str(tmp_path))
    Settings.from_environment(environ)
    documented = re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == environ.asked


def test_the_example_as_it_is_changes_nothing(tmp_path: Path) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_the_documented_values_are_accepted(tmp_path: Path) -> None:
    pairs = re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    settings = read(tmp_path, **{name: value for name, value in pairs if name != "VAR_DIR"})
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert settings.public_url == "https://innovation.example.org"


def test_with_nothing_set_everything_stays_on_this_machine_and_in_one_folder(tmp_path: Path) -> None:
    settings = read(tmp_path)
    var = tmp_path / "var"
    assert settings.is_demonstration
    assert settings.database_url == f"sqlite:///{var}/adopte.sqlite3"
    assert settings.redis_url is None
    assert settings.mail_url == f"file:{var}/mail"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.trusted_hosts == ("127.0.0.1", "localhost")
    assert settings.files_dir == var / "files"
    assert settings.clamav_url is None
    assert settings.encoder_model is None
    assert settings.encoder_offline


def test_a_blank_value_is_an_absent_one(tmp_path: Path) -> None:
    assert read(tmp_path, REDIS_URL=" ", PORT="", ENCODER_MODEL="") == read(tmp_path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_three_ways_to_write_postgresql_reach_the_same_driver(tmp_path: Path, scheme: str) -> None:
    assert read(tmp_path, DATABASE_URL=f"{scheme}://u:p@h/b").database_url == "postgresql+psycopg://u:p@h/b"


def test_the_public_address_follows_the_port_and_its_name_is_trusted(tmp_path: Path) -> None:
    assert read(tmp_path, PORT="8123").public_url == "http://127.0.0.1:8123"
    settings = read(tmp_path, PUBLIC_URL="https://innovation.exemple.fr/")
    assert settings.public_url == "https://innovation.exemple.fr"
    assert settings.trusted_hosts == ("innovation.exemple.fr", "127.0.0.1", "localhost")
    assert read(tmp_path, TRUSTED_HOSTS="a.fr, B.fr").trusted_hosts == ("a.fr", "b.fr")


def test_a_demonstration_keeps_the_key_it_made_where_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_read_one_whole_key(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def start(place: Path) -> str:
        together.wait(timeout=60)
        return read(place).secret_key

    with ThreadPoolExecutor(8) as pool:
        for turn in range(100):
            place = tmp_path / str(turn)
            assert len(set(pool.map(start, [place] * 8))) == 1
            assert [path.name for path in (place / "var").iterdir()] == ["secret_key"]


def test_production_must_be_given_its_key_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY manque"):
        read(tmp_path, APP_ENV="production")
    assert not (tmp_path / "var" / "secret_key").exists()
    settings = read(tmp_path, APP_ENV="production", SECRET_KEY="k" * 32)
    assert not settings.is_demonstration


def test_proconnect_is_set_whole_and_reached_by_https_or_not_at_all(tmp_path: Path) -> None:
    whole = {"PROCONNECT_CLIENT_ID": "nous", "PROCONNECT_CLIENT_SECRET": "secret@proconnect"}
    assert read(tmp_path).proconnect is None
    for issuer in ("http://proconnect.example/api/v2", "proconnect.example", "https://", "https://h:port/"):
        with pytest.raises(SettingsError, match="PROCONNECT_ISSUER"):
            read(tmp_path, PROCONNECT_ISSUER=issuer, **whole)
    with pytest.raises(SettingsError, match="ou aucun des trois"):
        read(tmp_path, PROCONNECT_ISSUER="https://proconnect.example/api/v2")
    settings = read(tmp_path, PROCONNECT_ISSUER="https://proconnect.example/api/v2/", **whole)
    assert (
        settings.proconnect is not None and settings.proconnect.issuer == "https://proconnect.example/api/v2"
    )
    assert "secret@" not in repr(settings)


def test_secrets_are_not_shown_when_settings_are_printed(tmp_path: Path) -> None:
    shown = repr(
        read(
            tmp_path,
            SECRET_KEY="secret" * 8,
            DATABASE_URL="postgresql://u:secret@h/b",
            REDIS_URL="redis://:secret@h:6379/0",
            MAIL_URL="smtp://u:secret@h:587",
        )
    )
    assert "secret@" not in shown
    assert "secretsecret" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "²"),
        ("WEB_THREADS", "0"),
        ("PROXY_HOPS", "-1"),
        ("ENCODER_OFFLINE", "maybe"),
        ("DATABASE_URL", "mysql://u@h/b"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "adopte.sqlite3"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("PUBLIC_URL", "innovation.exemple.fr"),
        ("PUBLIC_URL", "https://exemple.fr:port"),
        ("TRUSTED_HOSTS", "https://exemple.fr/"),
        ("TRUSTED_HOSTS", "*"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://h:port"),
        ("MAIL_URL", "https://exemple.fr"),
        ("MAIL_FROM", "Adopte une innovation"),
        ("MAIL_FROM", "a@b.fr\nBcc: c@d.fr"),
        ("CLAMAV_URL", "127.0.0.1:3310"),
        ("CLAMAV_URL", "unix://clamd.sock"),
        ("CLAMAV_URL", "tcp://h:port"),
        ("SECRET_KEY", "sesame"),
        ("LOG_LEVEL", "chatty"),
    ],
)
def test_a_value_that_cannot_work_is_refused_by_one_sentence_that_names_it(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        read(tmp_path, **{name: value})
    sentence = str(refusal.value)
    assert name in sentence
    assert sentence.count("\n") == 0
    assert sentence.rstrip().endswith((".", ")."))
    assert value not in sentence or name != "SECRET_KEY"


def test_a_folder_that_cannot_be_written_is_refused_by_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="VAR_DIR"):
        Settings.from_environment({"VAR_DIR": str(tmp_path / "file" / "var")})
