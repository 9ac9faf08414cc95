"""The real encoder, loaded once; a fresh index for each test; a folder where mails arrive."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from matching.encoder import Encoder, SentenceTransformerEncoder, Vectors
from workers.corpus import Corpus


class CountingEncoder:
    """An encoder that remembers the texts which it was given."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.version, self.dimension = encoder.version, encoder.dimension
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._encoder.encode(texts)


@pytest.fixture(scope="session")
def bundled() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


@pytest.fixture
def encoder(bundled: SentenceTransformerEncoder) -> CountingEncoder:
    return CountingEncoder(bundled)


@pytest.fixture
def corpus(app: Flask, encoder: CountingEncoder) -> Iterator[Corpus]:
    """That of this worker: what ``the_corpus()`` gives."""
    app.extensions["corpus"] = Corpus(encoder)
    yield app.extensions["corpus"]
    del app.extensions["corpus"]


class Mailbox:
    """The folder in which ``file:`` mail arrives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"))

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in self.files]

    def to(self, user: object) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"].addresses[0].addr_spec == user.email]

    def subjects(self, user: object) -> list[str]:
        return [str(mail["Subject"]).replace("\u00a0", " ") for mail in self.to(user)]


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The text of a mail with plain spaces, one line."""
    body = mail.get_body((kind,))
    assert body is not None
    return " ".join(body.get_content().replace("\u00a0", " ").split())


@pytest.fixture
def mailbox(app: Flask, tmp_path: Path) -> Iterator[Mailbox]:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, mail_url=f"file:{tmp_path / 'mail'}")
    yield Mailbox(tmp_path / "mail")
    app.config["SETTINGS"] = before
