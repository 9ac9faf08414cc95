"""The bell and the questions: the only door between the pages and the workers.

    need.publish(by=user)              # leaves a debt: `matched_at` is empty
    ring("propose_matches")            # remembered in the session
    db.session.commit()                # the debt is kept, then the bell is rung

Redis may be missing, full or frozen: the page is answered all the same. A bell that could not be rung is a line in the
log (the clock will ring it); a question without answer is None (the page answers from the database).
"""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import uuid4

from flask import Flask, current_app
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

from models.database import db
from workers import questions
from workers.schedule import BELLS

log = logging.getLogger(__name__)

ERRANDS_QUEUE = "errands"
QUESTIONS_QUEUE = "questions"
QUEUES = (QUESTIONS_QUEUE, ERRANDS_QUEUE)

ANSWER_WITHIN = 0.8  # seconds; past this a plain text search is the better answer
LONGEST_JOB = (
    100  # seconds, then RQ raises inside the job; the watchdog of `listener` ends the process 20 s later
)
PATIENCE = 1.0  # seconds for Redis to connect or to answer
LEAVE_ALONE = 5.0  # seconds during which a Redis that failed is not tried again
UNHEARD = 3  # questions in a row without answer: the worker is stopped or swamped…
DO_NOT_ASK = 2.0  # …and for so many seconds nobody waits for it, so that the few threads of the web stay free

WAITING_BELLS = "bells"


class QueueUnreachable(Exception):
    """Redis did not answer in time, or failed a moment ago."""


def ring(bell: str) -> None:
    """Have the job of ``bell`` (a name of ``schedule.ERRANDS``) run soon after the current transaction commits.

    Rolled back, nothing is rung. Never raises for a missing Redis; raises KeyError for an unknown bell, which is a
    mistake of ours.
    """
    if bell not in BELLS:
        raise KeyError(f"no errand answers the bell {bell!r}")
    # The doorbell is remembered with the bell: after a commit there may be no application context left to ask.
    db.session().info.setdefault(WAITING_BELLS, {})[bell] = _doorbell()


def ring_now(bell: str) -> bool:
    """Ring without waiting for a commit (the clock has none). Says whether Redis heard."""
    return _doorbell().ring(bell)


def ask(question: str, *, within: float = ANSWER_WITHIN, **arguments: Any) -> Any | None:
    """Ask the worker of live questions, and wait at most ``within`` seconds (itself at most 0.9 PATIENCE).

    ``question`` is one of ``workers.answers.QUESTIONS``; the arguments are short JSON values, and so is what it returns.
    Nothing of them is written anywhere (see ``workers.questions``). None when there is no answer in time: the caller must have
    another one ready.
    """
    return _doorbell().ask(question, arguments, within)


def waiting(queue: str) -> int | None:
    """How many jobs wait in a queue; None when Redis does not say. For health pages."""
    return _doorbell().waiting(queue)


@event.listens_for(db.session, "after_commit")
def _ring_after_commit(session: Session) -> None:
    # Also called when a savepoint is released; what is owed is not kept until the outer commit.
    if session.in_nested_transaction():
        return
    for bell, doorbell in session.info.pop(WAITING_BELLS, {}).items():
        doorbell.ring(bell)


@event.listens_for(db.session, "after_rollback")
def _forget_after_rollback(session: Session) -> None:
    # A savepoint rolled back keeps its bells: one too many does nothing, one too few makes somebody wait.
    if not session.in_nested_transaction():
        session.info.pop(WAITING_BELLS, None)


def _doorbell() -> Doorbell:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    doorbell: Doorbell | None = app.extensions.get("doorbell")
    if doorbell is None:
        doorbell = app.extensions.setdefault("doorbell", Doorbell(app.config["SETTINGS"].redis_url))
    return doorbell


class Doorbell:
    """One process's line to Redis: patient for a second, then silent for five.

    ``url`` is that of Redis, None where there is none (every bell is then left to the clock of another machine).
    """

    def __init__(self, url: str | None) -> None:
        # By default redis-py tries for 25 s and more when Redis is frozen. One second, no second try.
        self._redis: Redis | None = None
        if url is not None:
            self._redis = Redis.from_url(
                url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
            )
        self._silent_until = 0.0
        self._unheard, self._deaf_until = 0, 0.0

    def ring(self, bell: str) -> bool:
        try:
            self._call(self._enqueue_bell, bell)
        except QueueUnreachable as error:
            log.warning("bell %s not rung, left to the clock: %s", bell, error)
            return False
        return True

    def ask(self, question: str, arguments: dict[str, Any], within: float) -> Any | None:
        if time.monotonic() < self._deaf_until:
            return None
        try:
            return self._call(self._ask, question, arguments, min(within, 0.9 * PATIENCE))
        except QueueUnreachable as error:
            log.warning("question %s not asked: %s", question, error)
            return None

    def waiting(self, queue: str) -> int | None:
        try:
            return self._call(lambda: self._queue(queue).count)
        except QueueUnreachable:
            return None

    def close(self) -> None:
        """Hang up (tests; a process that ends does it by ending)."""
        if self._redis is not None:
            self._redis.close()

    def _call(self, act: Any, *arguments: Any) -> Any:
        """Do one thing with Redis. Its failure is QueueUnreachable, and for a while nobody tries again."""
        if self._redis is None:
            raise QueueUnreachable("REDIS_URL is not set")
        if time.monotonic() < self._silent_until:
            raise QueueUnreachable("it failed a moment ago")
        try:
            return act(*arguments)
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + LEAVE_ALONE
            raise QueueUnreachable(f"{type(error).__name__}: {error}") from error

    def _queue(self, name: str) -> Queue:
        return Queue(name, connection=self._redis, serializer=JSONSerializer)

    def _enqueue_bell(self, bell: str) -> None:
        queue = self._queue(ERRANDS_QUEUE)
        # One that still waits will see our rows, committed before. One that runs may have looked already: ring again.
        # (`unique=True` of RQ would refuse the name while the last result is kept, a year after a failure.)
        if any(job_id.startswith(f"{bell}-") for job_id in queue.get_job_ids(0, 100)):
            return
        queue.enqueue_call(
            BELLS[bell].path,
            job_id=f"{bell}-{uuid4().hex}",
            description=bell,
            timeout=LONGEST_JOB,
            result_ttl=0,
            failure_ttl=24 * 3600,
        )

    def _ask(self, question: str, arguments: dict[str, Any], within: float) -> Any | None:
        assert self._redis is not None
        number, deadline = uuid4().hex, time.monotonic() + within
        queue = self._queue(QUESTIONS_QUEUE)
        job = queue.create_job(
            questions.PATH,
            args=(number,),
            job_id=f"question-{number}",
            description=question,
            timeout=10,
            ttl=2,  # a question nobody waits for any more is not answered
            result_ttl=0,
            failure_ttl=60,
        )
        # One message to Redis: each one more would wait for its turn on a busy machine.
        with self._redis.pipeline() as line:
            queue.enqueue_job(job, pipeline=line)
            questions.leave(line, number, question, arguments, within)
            line.execute()
        heard = questions.hear(self._redis, number, deadline - time.monotonic())
        self._count(heard is not None)
        if heard is None:
            log.info("question %s had no answer in time", question)
        elif "failed" in heard:
            log.error("question %s failed: %s", question, heard["failed"])
        return heard.get("answer") if heard else None

    def _count(self, was_heard: bool) -> None:
        """Remember how many questions in a row were asked in vain."""
        self._unheard = 0 if was_heard else self._unheard + 1
        if self._unheard >= UNHEARD:
            self._unheard, self._deaf_until = 0, time.monotonic() + DO_NOT_ASK
