"""What it costs to keep rankings so that they can be computed again, and to compute one again.

    python -m benchmarks.replay [--solutions 320 10000 100000]

A database of its own (SQLite) with the demonstration; catalogues of benchmarks/material.py, held by a matcher. « one change »
is what a ranking pays to write down the state of the index when one solution changed since the last one; « nothing changed »
when none did. « whole » is paid once in many changes (workers/holdings.py says when), « all texts » once in the life of a
catalogue. The first replay reads all texts again, and takes the words of those that are still online from the present index;
the next one of the same state finds it there. Medians over 20, except whole, all texts and the first replay. Goal: 100 ms.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from math import isqrt
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from benchmarks.material import varied
from benchmarks.stack import table
from matching.document import Document
from matching.encoder import SentenceTransformerEncoder
from matching.matcher import Matcher
from models import CatalogueState, Embedding, Need, Ranking, db
from settings import Settings
from webapp import create_app
from webapp.commands import prepare
from workers.corpus import document_of
from workers.holdings import Holdings, keep_state, keep_versions
from workers.ranking import RANKING_VERSION, Circumstances, rank
from workers.replay import Replayer
from workers.standings import standings_of

GOAL_MS = 100.0
CHANGES = 20
AT_ONCE = 1_000


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--solutions", type=int, nargs="+", default=[320, 10_000, 100_000])
    asked = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    rows = []
    for count in asked.solutions:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings.from_environment({"VAR_DIR": folder, "REDIS_URL": ""})
            with create_app(settings).app_context():
                prepare()
                rows.append(measure(encoder, count))
                db.session.remove()
                db.engine.dispose()
    titles = [
        "solutions", "nothing changed ms", "one change ms", "KB", "whole ms", "MB", "all texts s", "ranking ms", "replay s", "next ms",
    ]  # fmt: skip
    print(table(titles, rows))
    missed = [row for row in rows if float(row[2]) > GOAL_MS]  # type: ignore[arg-type]
    print(f"\ngoal: one change under {GOAL_MS:.0f} ms: {'missed' if missed else 'held'}")
    return bool(missed)


def measure(encoder: SentenceTransformerEncoder, count: int) -> list[object]:
    documents = dict(enumerate(catalogue(count), start=1))
    matcher, holdings = Matcher(encoder), Holdings()
    hold(encoder, matcher, holdings, list(documents.values()))
    held: Any = SimpleNamespace(matcher=matcher, holdings=holdings, document=documents.get)
    texts = timed(lambda: keep_versions(documents.values()))
    whole = timed(lambda: keep_state(held))
    size = len(db.session.get_one(CatalogueState, keep_state(held)).rows)
    nothing = statistics.median(timed(lambda: keep_state(held)) for _ in range(CHANGES))
    changes, sizes = [], []
    holdings.touched |= set(range(1, isqrt(2 * count) + 2))  # as after so many changes
    hold(encoder, matcher, holdings, [replace(documents[1], title=f"{documents[1].title}, mise à jour")])
    documents[1] = matcher.document(1) or documents[1]
    again = timed(lambda: keep_state(held))
    for number in range(1, CHANGES + 1):
        documents[number] = replace(documents[number], title=f"{documents[number].title}, revue")
        hold(encoder, matcher, holdings, [documents[number]])
        changes.append(timed(lambda: keep_state(held)))
        sizes.append(len(db.session.get_one(CatalogueState, keep_state(held)).rows))
    need = db.session.scalars(select(Need).where(Need.status == "published").order_by(Need.id)).first()
    assert need is not None
    asked = document_of(need)
    ranked = statistics.median(timed(lambda: rank(matcher, asked, None, look_up)) for _ in range(CHANGES))
    keep_versions([asked])
    made = rank(matcher, asked, None, look_up)
    ranking = Ranking.keep(
        need,
        made.suggestions,
        need_hash=asked.content_hash,
        state_id=keep_state(held),
        encoder_version=encoder.version,
        ranking_version=RANKING_VERSION,
        circumstances=made.circumstances.as_json(),
    )
    number = ranking.id
    db.session.commit()
    replayer = Replayer(encoder, beside=held)
    first = timed(lambda: check(replayer, number))
    following = statistics.median(timed(lambda: check(replayer, number)) for _ in range(3))
    return [
        count, nothing * 1e3, statistics.median(changes) * 1e3, statistics.median(sizes) / 1e3, again * 1e3, size / 1e6,
        texts + whole, ranked * 1e3, first, following * 1e3,
    ]  # fmt: skip


def look_up(numbers: Collection[int]) -> Circumstances:
    return Circumstances(standings_of(numbers), {})


def catalogue(count: int) -> list[Document]:
    return [
        Document(
            number,
            "solution",
            text.title,
            (text.pitch, text.body),
            themes=(text.theme,),
            organization_id=number // 2,
        )
        for number, text in enumerate(varied(count), start=1)
    ]


def hold(
    encoder: SentenceTransformerEncoder, matcher: Matcher, holdings: Holdings, documents: list[Document]
) -> None:
    """As the worker's index does: encoded, the vectors kept, held, written down."""
    for start in range(0, len(documents), AT_ONCE):
        some = documents[start : start + AT_ONCE]
        vectors = encoder.encode([document.text for document in some])
        Embedding.keep(
            "solution",
            encoder.version,
            {int(one.id): (one.text_hash, vector) for one, vector in zip(some, vectors, strict=True)},
        )
        db.session.commit()
        matcher.add(some, vectors)
        for document in some:
            holdings.put(int(document.id), document.content_hash)


def check(replayer: Replayer, number: int) -> None:
    verdict = replayer.replay(db.session.get_one(Ranking, number)).verdict
    assert verdict == "identical", verdict


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
