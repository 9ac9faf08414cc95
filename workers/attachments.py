"""Joined documents: each is checked before anybody opens it, and files which no row names any more are swept away.

The check reads the file in a child process with little memory and time (workers/file_checks.py), then asks the antivirus where
there is one. No transaction is open meanwhile. A worker killed in the middle leaves a claim; after two minutes another takes over.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app

from models import Attachment, db
from models.attachment import LARGEST, MOST_ATTEMPTS
from models.attachment_lifecycle import VERDICTS
from models.database import reading_only
from models.file_kind import HEAD, IMAGES, KINDS, is_locked
from models.file_store import FileStore, Received, TooLarge
from workers.antivirus import AntivirusUnreachable, is_infected
from workers.file_checks import LARGEST_WRITTEN, SECONDS
from workers.queue import ring
from workers.rows import numbers, one_by_one, take

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
#: The system stops the child by its own clock of work; this one counts waiting too.
PATIENCE = 2 * SECONDS
#: A run ends before the errand's own limit (queue.LONGEST_JOB).
RUN_FOR = 45.0
#: A file without row may be one whose row is being written.
SWEPT_AFTER = 3600.0


def check_attachments() -> None:
    """Check every document that waits, oldest first. Run twice, or by two workers at once, each is checked once."""
    ends_at = time.monotonic() + RUN_FOR
    waiting = numbers(Attachment.awaiting_check())
    done = 0
    for number in waiting:
        if time.monotonic() > ends_at:
            break
        _check(number)
        done += 1
    if done:
        ring("deliver_notifications")
        if done < len(waiting):
            ring("check_attachments")
        db.session.commit()


def _check(number: int) -> None:
    attachment = db.session.get(Attachment, number, populate_existing=True)
    if attachment is None or not attachment.claim():
        db.session.rollback()
        return
    db.session.commit()
    with reading_only():
        attachment = db.session.get(Attachment, number, populate_existing=True)
        assert attachment is not None
        kind, key, attempts = attachment.kind, attachment.store_key, attachment.attempts
        db.session.rollback()
    store = FileStore(current_app.config["SETTINGS"].files_dir)
    with tempfile.TemporaryDirectory() as aside:
        redrawn = Path(aside) / "redrawn"
        try:
            verdict = _judge(kind, store.path_of(key), redrawn)
        except AntivirusUnreachable as error:
            log.warning("antivirus: %s; document %d waits", error, number)
            one_by_one([number], partial(_put_back, False))
            return
        if verdict is None and attempts < MOST_ATTEMPTS:
            log.warning("the check of document %d ended without a verdict, once more later", number)
            one_by_one([number], partial(_put_back, True))
            return
        kept = _keep(store, redrawn) if verdict == "clean" and kind in IMAGES else None
    one_by_one([number], partial(_conclude, verdict or "unreadable", kept))


def _judge(kind: str, path: Path, redrawn: Path) -> str | None:
    if not path.exists():
        return "lost"
    verdict = run_check(kind, path, redrawn)
    antivirus = current_app.config["SETTINGS"].clamav_url
    if verdict == "clean" and antivirus and is_infected(path, antivirus):
        return "virus"
    return verdict


def run_check(kind: str, path: Path, out: Path) -> str | None:
    """The verdict on the file at ``path``, mostly that of a child process; None when it ended without one and the file may not
    be why. An image is drawn again into ``out``."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if is_locked(head):
        return "locked"
    if not KINDS[kind].looks_right(head):
        return "not_what_it_says"
    command = [sys.executable, "-m", "workers.file_checks", kind, str(path), str(out)]
    try:
        ended = subprocess.run(  # noqa: S603 (our own module, a kind of our list, two paths of ours)
            command,
            cwd=ROOT,
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "too_large_inside"
    word = ended.stdout.decode("ascii", "replace")
    if ended.returncode == 0 and (word == "clean" or word in VERDICTS):
        return word
    log.info("check ended with %d: %s", ended.returncode, ended.stderr.decode("utf-8", "replace")[-400:])
    return "too_large_inside" if ended.returncode == -24 else None  # SIGXCPU: it took all its time


def _keep(store: FileStore, redrawn: Path) -> Received | None:
    """The picture as it was drawn again; None when it grew so much that it is not worth keeping (never seen)."""
    with redrawn.open("rb") as file:
        try:
            return store.keep(file, most=max(LARGEST, LARGEST_WRITTEN))
        except TooLarge:
            return None


def _put_back(counts: bool, number: int) -> None:
    attachment = take(Attachment, number)
    if attachment is not None and attachment.status == "quarantined":
        attachment.put_back(counts=counts)


def _conclude(verdict: str, kept: Received | None, number: int) -> None:
    attachment: Any = take(Attachment, number)
    if attachment is None or attachment.status != "quarantined":
        return  # removed meanwhile
    if verdict == "clean" and (kept is not None or attachment.kind not in IMAGES):
        attachment.accept(redrawn=kept)
    else:
        attachment.refuse("too_large_inside" if verdict == "clean" else verdict)


def sweep_files() -> None:
    """Remove files that no living row names: refused, removed, replaced, or left by a process that died."""
    with reading_only():
        known = set(db.session.scalars(Attachment.kept_keys()))
        db.session.rollback()
    removed = FileStore(current_app.config["SETTINGS"].files_dir).sweep(known, older_than=SWEPT_AFTER)
    if removed:
        log.info("%d files swept away", removed)
