"""The worker of live questions in the same process: real answers, encoder and database; only Redis is left out.

(tests/workers/test_queue.py has the real Redis and the real worker, with toy questions.)
"""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

from matching.encoder import Encoder
from workers import answers
from workers.corpus import Corpus


class WorkerHere:
    """Put at ``app.extensions["doorbell"]``. ``asked``: every question and its arguments, as JSON would carry them."""

    def __init__(self, app: Flask, encoder: Encoder) -> None:
        self.app, self.asked = app, []
        self.asked: list[tuple[str, dict[str, Any]]]
        self.late = False
        app.extensions["corpus"] = Corpus(encoder)
        app.extensions["doorbell"] = self

    def ask(self, question: str, arguments: dict[str, Any], within: float) -> Any | None:
        if self.late:
            return None
        carried = json.loads(json.dumps(arguments))
        self.asked.append((question, carried))
        known = {function.__name__: function for function in answers.QUESTIONS}
        with self.app.app_context():  # a session of its own, as in another process
            return json.loads(json.dumps(known[question](**carried)))

    def catch_up(self) -> None:
        """What the errands do after each publication: encode everything, however much."""
        with self.app.app_context():
            self.app.extensions["corpus"].catch_up()

    def ring(self, bell: str) -> bool:
        return True

    def leave(self) -> None:
        del self.app.extensions["doorbell"], self.app.extensions["corpus"]
