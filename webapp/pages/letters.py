"""Reads the messages that were written to a folder (MAIL_URL=file:…) instead of being sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

MOST_LETTERS = 40


@dataclass(frozen=True)
class Letter:
    """``name``: the file's; ``sent_at``: when it was written; ``text``: the plain version, '' when only the heads were read."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str


def latest(mail_url: str) -> list[Letter]:
    """The last letters, newest first; none when mail really leaves (smtp:)."""
    files = sorted(_folder(mail_url).glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_open(path) for path in files[:MOST_LETTERS]]


def read(mail_url: str, name: str) -> Letter | None:
    """One letter by the name of its file, never from elsewhere than the folder."""
    path = next((path for path in _folder(mail_url).glob("*.eml") if path.name == name), None)
    return _open(path) if path else None


def _folder(mail_url: str) -> Path:
    scheme, _, place = mail_url.partition(":")
    return Path(place) if scheme == "file" else Path("/nonexistent")


def _open(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(preferencelist=("plain",))
    return Letter(
        name=path.name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        text=body.get_content() if body else "",
    )
