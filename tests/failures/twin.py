"""A process that runs errands as a worker would, one for each line that it reads: `python -m tests.failures.twin`.

Two of them hear the same bell at the same moment. For each line (the import path of an errand) it answers « done », or the
name of what went wrong.
"""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Any

from models import db
from settings import Settings
from webapp import create_app
from workers.corpus import Corpus, the_corpus


def main() -> None:
    logging.basicConfig(level="WARNING")
    app = create_app(Settings.from_environment())
    with app.app_context():
        encoder = the_corpus().encoder
    print("ready", flush=True)
    for line in sys.stdin:
        # The database was put back to what it was: an index of what it held since would not be one of a worker.
        app.extensions["corpus"] = Corpus(encoder)
        with app.app_context():
            print(_run(line.strip()), flush=True)
            db.session.remove()
            db.engine.dispose()


def _run(path: str) -> str:
    module, _, name = path.rpartition(".")
    errand: Any = getattr(importlib.import_module(module), name)
    try:
        errand()
    except Exception as error:
        logging.exception(path)
        return f"{type(error).__name__}: {error}"
    return "done"


if __name__ == "__main__":
    main()
