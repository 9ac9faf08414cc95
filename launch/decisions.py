"""Decisions written down for training: ``python -m launch decisions FILE``, then ``python -m matching.training --decisions FILE``."""

from __future__ import annotations

import json
from pathlib import Path

from settings import Settings


def write_decisions(settings: Settings, file: Path) -> None:
    """One JSON line for each introduction that was found useful (see ``workers.decisions``)."""
    from webapp import create_app
    from workers.decisions import decided_pairs

    with create_app(settings).app_context():
        rows = list(decided_pairs())
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} mises en relation écrites dans {file}.")
