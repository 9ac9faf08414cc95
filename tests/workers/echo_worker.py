"""A real worker whose questions are toys: ``python echo_worker.py <Redis URL>`` (run by test_queue.py)."""

from __future__ import annotations

import sys
import time
from types import ModuleType

from flask import Flask

from workers import listener


def echo(text: str) -> dict[str, str]:
    return {"text": text}


def fail(text: str) -> None:
    raise ValueError(text)


def dawdle(seconds: float) -> str:
    time.sleep(seconds)
    return "at last"


def hang() -> None:
    while True:
        try:
            time.sleep(60)
        except Exception:  # noqa: BLE001 (what a careless job does to RQ's time-out)
            continue


if __name__ == "__main__":
    answers = ModuleType("workers.answers")
    answers.__dict__.update(
        QUESTIONS=(echo, fail, dawdle, hang), warm_up=lambda: None, read_on=lambda _: None
    )
    sys.modules["workers.answers"] = answers
    listener.HUNG_AFTER = 2
    listener.listen(Flask("echo"), "questions", sys.argv[1])
