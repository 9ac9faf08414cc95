"""The check as an errand: late, twice, killed, without antivirus; and the sweep."""

from __future__ import annotations

import io
import os
import socket
import struct
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from models import Attachment, db
from models.attachment import CLAIM_LASTS, MOST_ATTEMPTS
from models.database import utc_now
from tests import files
from tests.documents import join, store
from tests.factories import World
from workers.antivirus import AntivirusUnreachable, is_infected
from workers.attachments import SWEPT_AFTER, check_attachments, sweep_files


class Clamd(threading.Thread):
    """Speaks INSTREAM as clamd does, and knows one virus: the one made for trying."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listening.getsockname()[1]}"
        self.answer: bytes | None = None
        self.start()

    def run(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as heard:
                assert heard.read(10) == b"zINSTREAM\0"
                contents = b""
                while size := struct.unpack(">I", heard.read(4))[0]:
                    contents += heard.read(size)
                found = b"stream: Eicar-Signature FOUND\0" if files.EICAR in contents else b"stream: OK\0"
                line.sendall(self.answer or found)

    def close(self) -> None:
        if self.listening.fileno() < 0:
            return
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.join(5)


@pytest.fixture
def clamd(app: Flask) -> Iterator[Clamd]:
    started = Clamd()
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(kept, clamav_url=started.url)
    yield started
    app.config["SETTINGS"] = kept
    started.close()


def the_one() -> Attachment:
    db.session.expire_all()
    return db.session.scalars(sa.select(Attachment)).one()


def test_the_antivirus_has_the_last_word(world: World, clamd: Clamd) -> None:
    response = world.response(status="draft")
    marked = io.BytesIO(files.office())
    with zipfile.ZipFile(marked, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/a.xml", files.EICAR)
    join(world, response, "quarantined", name="a.pdf")
    join(world, response, "quarantined", name="b.docx", contents=marked.getvalue())
    check_attachments()
    found = db.session.execute(sa.select(Attachment.status, Attachment.verdict).order_by(Attachment.id)).all()
    assert [tuple(row) for row in found] == [("clean", None), ("refused", "virus")]


def test_without_an_answer_of_the_antivirus_a_document_only_waits(world: World, clamd: Clamd) -> None:
    join(world, status="quarantined")
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    for turn in range(MOST_ATTEMPTS + 2):
        with time_machine.travel(utc_now() + turn * 2 * CLAIM_LASTS, tick=False):
            check_attachments()
        assert the_one().status == "quarantined"
    clamd.answer = None
    with time_machine.travel(utc_now() + timedelta(hours=1), tick=False):
        check_attachments()
    assert the_one().status == "clean"


def test_an_antivirus_that_is_not_there_is_told_from_a_clean_file(world: World, clamd: Clamd) -> None:
    attachment = join(world, status="quarantined")
    clamd.close()
    with pytest.raises(AntivirusUnreachable):
        is_infected(store().path_of(attachment.store_key), clamd.url)
    with pytest.raises(AntivirusUnreachable):
        is_infected(store().path_of(attachment.store_key), "unix:///no/such/socket")


def test_a_worker_killed_in_the_check_leaves_it_to_another(world: World) -> None:
    attachment = join(world, status="quarantined")
    assert attachment.claim()
    db.session.commit()
    check_attachments()
    assert the_one().status == "quarantined"  # somebody has it, as far as anybody knows
    with time_machine.travel(utc_now() + CLAIM_LASTS + timedelta(seconds=1), tick=False):
        check_attachments()
    assert the_one().status == "clean"


def test_a_document_whose_check_never_ends_well_is_refused_in_the_end(world: World) -> None:
    attachment = join(world, status="quarantined")
    attachment.attempts = MOST_ATTEMPTS - 1
    db.session.commit()
    store().path_of(attachment.store_key).unlink()
    check_attachments()
    assert (the_one().status, the_one().verdict) == ("refused", "lost")


def test_checked_twice_nothing_changes(world: World) -> None:
    join(world, status="quarantined", name="a.png", contents=files.image())
    check_attachments()
    first = the_one().store_key, the_one().checked_at
    check_attachments()
    assert (the_one().store_key, the_one().checked_at) == first


def test_a_document_removed_while_it_is_checked_stays_removed(world: World) -> None:
    attachment = join(world, status="quarantined")
    attachment.remove(by=world.startup.contributor)
    db.session.commit()
    check_attachments()
    assert the_one().status == "removed"


def test_files_that_no_living_row_names_are_swept_after_an_hour(world: World) -> None:
    response = world.response(status="draft")
    kept = join(world, response)
    gone = join(world, response, "removed", name="b.pdf", contents=files.pdf(pages=2))
    refused = join(world, response, "refused", name="c.pdf", contents=files.pdf(pages=3))
    fresh = join(world, response, "removed", name="d.pdf", contents=files.pdf(pages=4))
    half = store().folder / "arriving" / ("f" * 40)
    half.write_bytes(b"half")
    for path in (half, *(store().path_of(one.store_key) for one in (kept, gone, refused))):
        old = time.time() - SWEPT_AFTER - 60
        os.utime(path, (old, old))
    sweep_files()
    sweep_files()
    there = [store().path_of(one.store_key).exists() for one in (kept, gone, refused, fresh)]
    assert there == [True, False, False, True] and not half.exists()


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 39 + "/", "é" * 40])
def test_a_key_leads_nowhere_but_into_the_store(world: World, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        store().path_of(key)
