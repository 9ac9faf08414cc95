"""The bell and the questions, on a real Redis that is stopped, frozen and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import text

from models.database import db
from tests.stack import until
from tests.workers.own_redis import OwnRedis
from workers import questions, queue
from workers.queue import ask, ring, ring_now, waiting
from workers.schedule import ERRANDS, Errand, keep_time

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    server = OwnRedis()
    yield server
    server.remove()


def application(tmp_path: Path, redis_url: str | None) -> Flask:
    app = Flask("bells")
    app.config["SETTINGS"] = SimpleNamespace(redis_url=redis_url)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'bells.sqlite3'}"
    db.init_app(app)
    return app


@pytest.fixture
def app(tmp_path: Path, redis: OwnRedis) -> Iterator[Flask]:
    app = application(tmp_path, redis.url)
    with app.app_context():
        db.session.execute(text("CREATE TABLE debt (id INTEGER PRIMARY KEY)"))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()
        queue._doorbell().close()


def owe() -> None:
    db.session.execute(text("INSERT INTO debt DEFAULT VALUES"))


def bells(redis: OwnRedis) -> list[str]:
    """Names of the bells that wait in the queue, oldest first."""
    with Redis.from_url(redis.url) as line:
        waiting_ids: list[bytes] = line.lrange("rq:queue:errands", 0, -1)
    return [job_id.decode().rpartition("-")[0] for job_id in waiting_ids]


def test_a_bell_is_rung_after_the_commit_and_not_before(app: Flask, redis: OwnRedis) -> None:
    owe()
    ring("propose_matches")
    db.session.flush()
    assert bells(redis) == []
    db.session.commit()
    assert bells(redis) == ["propose_matches"]


def test_what_is_rolled_back_rings_nothing_then_or_later(app: Flask, redis: OwnRedis) -> None:
    owe()
    ring("propose_matches")
    db.session.rollback()
    owe()
    db.session.commit()
    assert bells(redis) == []


def test_releasing_a_savepoint_rings_nothing_before_the_outer_commit(app: Flask, redis: OwnRedis) -> None:
    owe()
    with db.session.begin_nested():
        owe()
        ring("propose_matches")
    assert bells(redis) == []
    db.session.commit()
    assert bells(redis) == ["propose_matches"]


def test_a_savepoint_rolled_back_does_not_lose_the_bell_of_what_is_committed(
    app: Flask, redis: OwnRedis
) -> None:
    owe()
    ring("propose_matches")
    db.session.begin_nested().rollback()
    db.session.commit()
    assert bells(redis) == ["propose_matches"]


def test_ringing_twice_in_one_transaction_or_while_the_bell_still_waits_rings_once(
    app: Flask, redis: OwnRedis
) -> None:
    for _ in range(3):
        owe()
        ring("propose_matches")
        ring("deliver_notifications")
        ring("propose_matches")
        db.session.commit()
    assert sorted(bells(redis)) == ["deliver_notifications", "propose_matches"]


def test_a_bell_rings_again_once_its_job_has_been_taken(app: Flask, redis: OwnRedis) -> None:
    ring_now("propose_matches")
    with Redis.from_url(redis.url) as line:
        line.lpop("rq:queue:errands")
    ring_now("propose_matches")
    assert bells(redis) == ["propose_matches"]


def test_a_bell_that_nobody_answers_is_a_mistake_said_at_once(app: Flask) -> None:
    with pytest.raises(KeyError, match="propose_marriage"):
        ring("propose_marriage")


def test_a_job_carries_no_argument_and_is_written_in_json(app: Flask, redis: OwnRedis) -> None:
    ring_now("propose_matches")
    with Redis.from_url(redis.url) as line:
        (job_id,) = line.lrange("rq:queue:errands", 0, -1)
        payload = Job.fetch(job_id.decode(), connection=line, serializer=JSONSerializer).data
    assert payload == b'["workers.matches.propose_matches", null, [], {}]'


def test_without_redis_the_commit_stands_and_nobody_is_bothered(tmp_path: Path) -> None:
    app = application(tmp_path, None)
    with app.app_context():
        ring("propose_matches")
        db.session.commit()
        assert ring_now("propose_matches") is False
        assert ask("echo", text="là") is None
        assert waiting("errands") is None


def test_a_redis_that_died_makes_things_late_and_is_found_again(
    app: Flask, redis: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEAVE_ALONE", 0.0)
    assert ring_now("propose_matches")
    redis.kill()
    owe()
    ring("deliver_notifications")
    db.session.commit()
    assert db.session.scalar(text("SELECT count(*) FROM debt")) == 1
    redis.start()
    assert ring_now("deliver_notifications")
    assert bells(redis) == ["deliver_notifications"]


def test_a_frozen_redis_costs_one_short_wait_and_the_next_bells_none(app: Flask, redis: OwnRedis) -> None:
    assert ring_now("propose_matches")
    redis.freeze()
    started = time.monotonic()
    ring("deliver_notifications")
    ring("close_due_needs")
    db.session.commit()
    assert ask("echo", text="là") is None
    # redis-py alone would hold the page for 25 s and more.
    assert time.monotonic() - started < 5
    redis.thaw()


@pytest.fixture
def worker(redis: OwnRedis) -> Iterator[subprocess.Popen[bytes]]:
    script = Path(__file__).with_name("echo_worker.py")
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script), redis.url], env=environ, stderr=subprocess.PIPE
    ) as running:
        wait_for_worker(redis)
        yield running
        running.kill()


def wait_for_worker(redis: OwnRedis) -> None:
    with Redis.from_url(redis.url) as line:
        while not line.scard("rq:workers:questions"):
            time.sleep(0.05)


def test_a_question_is_answered_with_what_was_typed(app: Flask, worker: subprocess.Popen[bytes]) -> None:
    typed = "Où sont les corbeilles ? 🗑 « été »"
    assert ask("echo", text=typed) == {"text": typed}


def test_a_question_that_fails_or_takes_too_long_has_no_answer(
    app: Flask, worker: subprocess.Popen[bytes]
) -> None:
    assert ask("fail", text="x") is None
    assert ask("nobody_asks_this", text="x") is None
    assert ask("dawdle", within=0.1, seconds=0.5) is None


def test_a_worker_that_does_not_answer_is_left_alone_for_a_while_then_asked_again(
    app: Flask, redis: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "DO_NOT_ASK", 60.0)
    for _ in range(queue.UNHEARD):
        assert ask("echo", within=0.05, text="là") is None
    with Redis.from_url(redis.url) as line:
        asked = line.llen("rq:queue:questions")
        assert ask("echo", within=0.05, text="là") is None
        assert line.llen("rq:queue:questions") == asked == queue.UNHEARD
    queue._doorbell()._deaf_until = 0.0
    assert ask("echo", within=0.05, text="là") is None
    with Redis.from_url(redis.url) as line:
        assert line.llen("rq:queue:questions") == asked + 1


def test_a_question_whose_asker_has_left_costs_the_worker_nothing(
    app: Flask, redis: OwnRedis, worker: subprocess.Popen[bytes]
) -> None:
    worker.send_signal(signal.SIGSTOP)
    assert ask("dawdle", within=0.1, seconds=30) is None
    worker.send_signal(signal.SIGCONT)
    assert ask("echo", text="je suis là") == {"text": "je suis là"}


def test_what_is_asked_and_answered_is_written_nowhere(
    app: Flask, redis: OwnRedis, worker: subprocess.Popen[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in Redis's journal, which lasts for days beside the addresses that limits count; not in RQ's records; not in logs."""
    caplog.set_level("DEBUG")
    with Redis.from_url(redis.url) as line:
        line.config_set("appendonly", "yes")
        assert ask("echo", text="girafes zinzolines") == {"text": "girafes zinzolines"}
        assert ask("fail", text="girafes zinzolines") is None
        assert ask("dawdle", within=0.05, seconds=0.2) is None
        seen = [f"{key!r} {line.dump(key)!r}" for key in line.scan_iter()]
        while line.info("persistence")["aof_rewrite_in_progress"]:
            time.sleep(0.02)
    ring_now("propose_matches")

    # Redis answers before it has written: while the disk is busy its journal comes up to two seconds later.
    def journal() -> bytes:
        return b"".join(file.read_bytes() for file in redis.folder.rglob("*.aof"))

    until(lambda: b"propose_matches" in journal() and b"questions" in journal(), "the journal of Redis")
    assert b"zinzolin" not in journal()
    assert "zinzolin" not in "".join(seen) and "zinzolin" not in caplog.text
    worker.terminate()
    assert worker.stderr
    said = worker.stderr.read()
    assert b"ValueError" in said and b"zinzolin" not in said


def test_a_question_may_only_name_a_public_function_and_carry_a_short_text(app: Flask) -> None:
    with pytest.raises(ValueError, match="not the name"):
        ask("os.system", command="true")
    with pytest.raises(ValueError, match="not the name"):
        ask("_private")
    with pytest.raises(ValueError, match="too long"):
        ask("echo", text="x" * 50_000)


def test_a_worker_told_to_stop_ends_the_job_at_hand_first(
    app: Flask, redis: OwnRedis, worker: subprocess.Popen[bytes]
) -> None:
    with Redis.from_url(redis.url) as line:
        questions.leave(line, "q", "dawdle", {"seconds": 1}, within=5)
        asked = queue._doorbell()._queue("questions").enqueue(questions.PATH, "q")
        while asked.get_status() != "started":
            time.sleep(0.01)
        worker.send_signal(signal.SIGTERM)
        assert questions.hear(line, "q", within=2) == {"answer": "at last"}
    assert worker.wait(timeout=30) == 0


def test_a_job_that_hangs_and_swallows_every_time_out_ends_its_worker_and_says_where(
    app: Flask, worker: subprocess.Popen[bytes]
) -> None:
    assert ask("hang") is None
    assert worker.wait(timeout=30) != 0
    assert worker.stderr
    assert b"in hang" in worker.stderr.read()


def test_the_clock_rings_every_bell_at_once_and_then_each_at_its_period() -> None:
    rung: list[str] = []
    hours = iter([False] * 6 + [True])
    often, seldom = Errand("often", "a.b", 0), Errand("seldom", "a.c", 3600)
    keep_time(rung.append, lambda _: next(hours), (often, seldom))
    assert rung[:2] == ["often", "seldom"]
    assert rung[2:] == ["often"] * 4


def test_every_debt_waits_at_most_a_minute_when_its_bell_was_lost() -> None:
    """A worker killed in the middle of a job must be made good within two minutes (30 s to start again at most)."""
    assert {errand.bell for errand in ERRANDS if errand.every_seconds <= 60} >= {
        "propose_matches",
        "deliver_notifications",
    }
