"""Delivery: each message owed, one at a time: claim, look again, write, send, note that it left.

Nothing is locked while a mail server takes its time. A worker killed in the middle leaves a claim that lasts a minute,
then another one takes over: the same Message-ID (and the same file) leaves again, so that the reader sees one message.
"""

from __future__ import annotations

import hashlib
import logging
import os
import smtplib
import ssl
import time
from dataclasses import dataclass
from datetime import UTC
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import force_locale
from rq.timeouts import BaseTimeoutException

from models import CompanyInvitation, Match, Notification, db
from models.database import reading_only, utc_now
from models.text import canon_line
from workers.digests import settle
from workers.headers import FAITHFUL
from workers.messages import as_html, as_text, compose, subject_of, thing_of, why_drop
from workers.queue import ring
from workers.rows import numbers, one_by_one, take

log = logging.getLogger(__name__)

#: A run ends before the errand's own limit (queue.LONGEST_JOB) whatever the mail server does.
RUN_FOR = 60.0
TIMEOUT = 10.0
AT_ONCE = 200
LANGUAGES = ("fr", "en")


class RelayDown(Exception):
    """The mail server cannot be reached or refuses us: no message's fault, all wait."""


class Refused(Exception):
    """This message was not taken. ``final``: trying again would not help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class Transport(Protocol):
    """Takes one message for one mailbox. Raises RelayDown or Refused."""

    def send(self, mail: EmailMessage, name: str) -> None: ...


# ------------------------------------------------------------------ the errand


def deliver_notifications() -> None:
    """Send every message that is due. Run twice, or by two workers at once, each leaves once."""
    transport = transport_for(current_app.config["SETTINGS"].mail_url)
    ends_at = time.monotonic() + RUN_FOR
    due = numbers(Notification.due().limit(AT_ONCE))
    down: list[RelayDown] = []
    for done, number in enumerate(due, start=1):
        one_by_one([number], partial(_deliver, transport, down))
        if down:
            log.error("mail server: %s; %d messages wait", down[0], len(due) - done + 1)
            return
        if time.monotonic() > ends_at:
            break
    if numbers(Notification.due().limit(1)):
        ring("deliver_notifications")
        db.session.commit()


def _deliver(transport: Transport, down: list[RelayDown], number: int) -> None:
    notification = db.session.get(Notification, number)
    if notification is None or not notification.claim():
        return
    db.session.commit()
    trouble: Refused | None = None
    why_not = None
    try:
        why_not, mail, name = _prepare(number)
        if mail is not None:
            transport.send(mail, name)
    except RelayDown as error:
        down.append(error)
    except Refused as error:
        trouble = error
        log.warning("message %d not taken%s: %s", number, " (final)" if error.final else "", error)
    # Retried when the database is busy: what has left must not leave again.
    one_by_one([number], partial(_note, why_not, trouble, down))


def _prepare(number: int) -> tuple[str | None, EmailMessage | None, str]:
    """Look at the row again, as it is now: why it must not leave, or the mail and its name."""
    with reading_only():
        try:
            notification = db.session.get(Notification, number, populate_existing=True)
            if notification is None or notification.status != "owed":
                return None, None, ""
            thing = thing_of(notification)
            why_not = why_drop(notification, thing)
            if why_not is not None:
                return why_not, None, ""
            return (
                None,
                write_mail(notification, thing),
                f"{notification.due_at:%Y%m%dT%H%M%S}-{notification.id}",
            )
        except BaseTimeoutException:  # the job's own time-out, not this message's
            raise
        except Exception as error:
            log.exception("message %d cannot be written", number)
            raise Refused(f"cannot be written: {error!r}", final=False) from error
        finally:
            db.session.rollback()


def _note(why_not: str | None, trouble: Refused | None, down: list[RelayDown], number: int) -> None:
    notification = take(Notification, number)
    if notification is None or notification.status != "owed":
        return
    if why_not is not None:
        notification.mark_dropped(why_not)
    elif down:
        notification.put_back(str(down[0]))
    elif trouble is not None:
        notification.mark_trouble(str(trouble), final=trouble.final)
    else:
        notification.mark_sent()
        _follow_up(notification)


def _follow_up(notification: Notification) -> None:
    """What a digest held is told. The company's message has left: the pair is introduced, with the first of its readers; a letter of a campaign is dated."""
    if notification.kind in ("digest", "alert_found"):
        settle(notification)
    if notification.kind in ("company_invited", "company_reminded"):
        letter = take(CompanyInvitation, notification.subject_id)
        if letter is not None:
            letter.note_departure(notification.kind)
    if notification.kind == "match_for_supplier":
        match = take(Match, notification.subject_id)
        if match is not None and match.status == "approved":
            match.introduce()


# ------------------------------------------------------------------ one mail


def write_mail(notification: Notification, thing: object) -> EmailMessage:
    """The mail: one recipient, text and HTML. Its Message-ID depends on the event and the reader only.

    EmailMessage refuses line breaks in a header; what people typed reaches one as a single line anyway.
    """
    settings = current_app.config["SETTINGS"]
    to = notification.reader
    with force_locale(to.locale if to.locale in LANGUAGES else "fr"):
        message = compose(notification, thing)
        subject, text, html = subject_of(message), as_text(message, to), as_html(message, to)
    host = urlsplit(settings.public_url).hostname or "localhost"
    identity = hashlib.sha256(
        f"{notification.event}|{notification.recipient_id or notification.address}".encode()
    ).hexdigest()[:32]
    mail = EmailMessage(policy=FAITHFUL)
    mail["Subject"] = subject
    mail["From"] = _address(settings.mail_from)
    mail["To"] = Address(display_name=canon_line(to.name) if to.name != to.email else "", addr_spec=to.email)
    mail["Date"] = format_datetime(utc_now().astimezone(UTC))
    mail["Message-ID"] = f"<{identity}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe:
        # RFC 8058: the button of the mail program posts there, without a page and without a session.
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Content-Language"] = to.locale if to.locale in LANGUAGES else "fr"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    if message.calendar:
        mail.add_attachment(message.calendar, subtype="calendar", filename="rendez-vous.ics", cte="base64")
    return mail


def _address(written: str) -> Address:
    name, mailbox = parseaddr(written)
    return Address(display_name=name, addr_spec=mailbox)


# ------------------------------------------------------------------ ways out


def transport_for(url: str) -> Transport:
    """``file:<folder>`` or ``smtp(s)://user:password@host:port`` (smtp: STARTTLS where the server offers it)."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Folder(Path(unquote(url.partition(":")[2])))
    assert parts.scheme in ("smtp", "smtps") and parts.hostname, "settings.py let a wrong MAIL_URL through"
    return Relay(
        parts.hostname,
        parts.port or (465 if parts.scheme == "smtps" else 587),
        parts.scheme == "smtps",
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


@dataclass(frozen=True)
class Folder:
    """One .eml a message; their names sort by time. A message sent again overwrites itself."""

    path: Path

    def send(self, mail: EmailMessage, name: str) -> None:
        aside = self.path / f".{name}.tmp"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(mail.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self.path / f"{name}.eml")
        except OSError as error:
            raise RelayDown(f"{self.path}: {error.strerror}") from error


@dataclass(frozen=True)
class Relay:
    """A mail server. ``encrypted``: TLS from the first byte."""

    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = ""

    def send(self, mail: EmailMessage, name: str) -> None:
        server = self._connect()
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise Refused(f"{code} {_words(reason)}", final=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            raise Refused(
                f"{error.smtp_code} {_words(error.smtp_error)}", final=error.smtp_code >= 500
            ) from error
        except (smtplib.SMTPNotSupportedError, MessageError, ValueError) as error:
            raise Refused(str(error), final=True) from error
        except (smtplib.SMTPException, OSError) as error:
            # It may have been taken or not: the same Message-ID will leave again.
            raise Refused(f"{type(error).__name__}: {error}", final=False) from error
        finally:
            try:
                server.close()
            except OSError:
                log.debug("connection to %s was gone already", self.host)

    def _connect(self) -> smtplib.SMTP:
        try:
            if self.encrypted:
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except (smtplib.SMTPException, OSError) as error:
            raise RelayDown(f"{self.host}:{self.port}: {type(error).__name__}: {error}") from error
        return server


def _words(reason: bytes | str) -> str:
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
