"""How a live question and its answer travel: in Redis's memory, never in its files, never with a person.

    web                                          worker
    enqueue answer("7f…")                   ──┐
    leave(line, "7f…", "search", {…}, 0.8)    ├──▶ answer("7f…"): takes the question, once, unless it is too late
    hear(line, "7f…", 0.8)                  ◀─┴─── and replies

What people type is theirs. RQ writes the arguments of a job, its result and its errors into Redis, whose journal
(appendonly.aof) keeps them for days next to the addresses that the limits count. So a job of ours carries a random number
and nothing else; the words pass beside it, by scripts that Redis is told not to journal (REPL_NONE), and die with the
deadline. What goes wrong is logged by its kind and its place, without its message, which may quote the words.
"""

from __future__ import annotations

import importlib
import json
import logging
import traceback
from typing import Any

from redis import Redis
from rq import Queue, get_current_job
from rq.timeouts import BaseTimeoutException

log = logging.getLogger(__name__)

PATH = "workers.questions.answer"  # what RQ calls, with the number
LONGEST_QUESTION = 40_000  # bytes of JSON
ANSWER_WAITS = 1_000  # milliseconds that an answer waits for who asked

_LEAVE = "redis.set_repl(redis.REPL_NONE) redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])"
_TAKE = "redis.set_repl(redis.REPL_NONE) local words = redis.call('GET', KEYS[1]) redis.call('DEL', KEYS[1]) return words"
_REPLY = (
    "redis.set_repl(redis.REPL_NONE) "
    "redis.call('LPUSH', KEYS[1], ARGV[1]) redis.call('PEXPIRE', KEYS[1], ARGV[2])"
)


def leave(line: Redis, number: str, question: str, arguments: dict[str, Any], within: float) -> None:
    """Put a question where the worker will look for it during ``within`` seconds. ``line`` may be a pipeline.

    Raises ValueError for what is no public name, or for arguments longer than LONGEST_QUESTION once written as JSON.
    """
    if not question.isidentifier() or question.startswith("_"):
        raise ValueError(f"{question!r} is not the name of a question")
    words = json.dumps([question, arguments], ensure_ascii=False).encode()
    if len(words) > LONGEST_QUESTION:
        raise ValueError(f"the arguments of {question} are too long")
    line.eval(_LEAVE, 1, _asked(number), words, max(1, int(1000 * within)))


def hear(line: Redis, number: str, within: float) -> dict[str, Any] | None:
    """The reply, as soon as it is there: {"answer": …} or {"failed": kind of error}. None after ``within`` seconds."""
    if within <= 0:
        return None
    # Redis blocks for us: the answer comes at once, without polling.
    heard: Any = line.blpop([_answered(number)], timeout=max(0.001, within))
    return json.loads(heard[1]) if heard else None


def answer(number: str) -> None:
    """The job: answer the question left under ``number``, if somebody still waits for it."""
    job = get_current_job()
    assert job is not None, "called by a worker"
    left: Any = job.connection.eval(_TAKE, 1, _asked(number))
    if left is None:
        return
    question, arguments = json.loads(left)
    reply = json.dumps(_reply_to(question, arguments), ensure_ascii=False).encode()
    job.connection.eval(_REPLY, 1, _answered(number), reply, ANSWER_WAITS)
    # Who asked has the answer. Until somebody else asks, the index catches up with what was left aside for it.
    queue = Queue(job.origin, connection=job.connection)
    _answers().read_on(lambda: queue.count > 0)


def _answers() -> Any:
    return importlib.import_module("workers.answers")


def _reply_to(question: str, arguments: dict[str, Any]) -> dict[str, Any]:
    known = {function.__name__: function for function in _answers().QUESTIONS}
    try:
        return {"answer": known[question](**arguments)}
    except BaseTimeoutException:  # RQ's time-out is an Exception too: it must end the job
        raise
    except Exception as error:  # noqa: BLE001 (its message may quote what was typed: neither RQ nor the log may have it)
        where = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "question %s failed: %s in %s:%s", question, type(error).__name__, where.filename, where.lineno
        )
        return {"failed": type(error).__name__}


def _asked(number: str) -> str:
    return f"question:{number}"


def _answered(number: str) -> str:
    return f"answer:{number}"
