"""A worker: one process, one queue, no fork.

RQ's usual worker forks for each job and would load the encoder every time (or dead-lock on what torch left locked), so
this one works in its own process. What a parent would have watched is watched here: a job that hangs ends the process,
whoever supervises it starts another, and the clock rings again for what is owed.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib
import logging
import sys
import time
from typing import Any
from uuid import uuid4

from flask import Flask
from redis import Redis, RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from workers.queue import LONGEST_JOB, QUESTIONS_QUEUE, QUEUES

log = logging.getLogger(__name__)

HUNG_AFTER = LONGEST_JOB + 20

# What each worker loads before it listens, so that the first person does not wait for it.
WARM_UP = {"errands": "workers.matches", "questions": "workers.answers"}
# What it does last, told to stop in order.
LAST = {"errands": "workers.corpus.keep_index"}


class Listener(SimpleWorker):
    """RQ's worker without fork, each job in an application context of its own, under a watchdog."""

    # Defaults leave 60 s between two tries when Redis comes back: too long for somebody who waits.
    max_connection_wait_time = 4.0

    def __init__(self, app: Flask, queue: Queue) -> None:
        self.app = app
        super().__init__(
            [queue],
            name=f"{queue.name}-{uuid4().hex[:12]}",
            connection=queue.connection,
            serializer=JSONSerializer,
            # With RQ's defaults a job of a killed worker is looked for after ten minutes; with these, after 90 s.
            worker_ttl=30,
            maintenance_interval=15,
        )

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run one job. A fresh context gives it a fresh database session, closed whatever happens."""
        # RQ's time-out is an exception that a job may swallow, and never interrupts C code. This timer lives in a
        # thread that needs no interpreter lock: it writes where the job hung, and ends the process.
        started = time.monotonic()
        faulthandler.dump_traceback_later(HUNG_AFTER, exit=True, file=sys.__stderr__ or 2)
        try:
            with self.app.app_context():
                super().execute_job(job, queue)
        finally:
            faulthandler.cancel_dump_traceback_later()
            log.info("%s took %.3f s", job.description, time.monotonic() - started)


def listen(app: Flask, queue_name: str, redis_url: str) -> None:
    """Answer the jobs of one queue ("questions" or "errands") until SIGTERM or SIGINT; the job at hand ends first."""
    if queue_name not in QUEUES:
        raise ValueError(f"no queue is called {queue_name!r}")
    with app.app_context():
        _warm_up(queue_name)
    connection = Redis.from_url(redis_url)
    _wait_for(connection)
    Listener(app, Queue(queue_name, connection=connection, serializer=JSONSerializer)).work(
        # Of a question, our own line is enough (RQ writes five, forty times a second).
        logging_level="WARNING" if queue_name == QUESTIONS_QUEUE else "INFO"
    )
    if queue_name in LAST:
        with app.app_context():
            _call(LAST[queue_name])


def _call(path: str) -> None:
    module, _, name = path.rpartition(".")
    act: Any = getattr(importlib.import_module(module), name)
    act()


def _warm_up(queue_name: str) -> None:
    started = time.monotonic()
    _call(f"{WARM_UP[queue_name]}.warm_up")
    # What was loaded stays for good: the garbage collector need not look through it (200 ms each time, with torch).
    gc.freeze()
    log.info("worker of %s ready after %.1f s", queue_name, time.monotonic() - started)


def _wait_for(connection: Redis) -> None:
    while True:
        try:
            connection.ping()
        except (RedisError, OSError) as error:
            log.warning("waiting for Redis: %s", error)
            time.sleep(1)
        else:
            return
