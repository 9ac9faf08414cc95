"""Writing the demonstration, once."""

from __future__ import annotations

import sys

from tqdm import tqdm

from models import Notification, User, db
from webapp.demonstration import (
    accounts,
    adoptions,
    alerts,
    arrivals,
    charters,
    companies,
    evaluations,
    exchanges,
    figures,
    gatherings,
    needs,
    past,
    purchases,
    questions,
    scenes,
)
from webapp.demonstration.cast import Cast
from webapp.demonstration.records import count_records


def seed_demonstration() -> bool:
    """Write the records in the caller's transaction; a progress bar goes to the error output.

    Returns whether anything was written: a second call changes nothing. Interrupted, nothing is kept. Rings no bell:
    workers find by themselves what is owed (needs and solutions to compare).
    """
    if db.session.scalar(User.by_email(accounts.CURATOR.email)) is not None:
        return False
    every = 0.1 if sys.stderr.isatty() else 5.0  # seconds: a log must not fill with it
    with tqdm(total=count_records(), desc="Démonstration", unit=" fiches", mininterval=every) as bar:
        cast = Cast.arrive(tick=bar.update)
        companies.open_all(cast)
        past.tell_all(cast)
        needs.publish_all(cast, except_for=scenes.KEPT)
        scenes.play_all(cast)
        evaluations.play_all(cast)
        purchases.tell_all(cast)
        questions.ask_all(cast)
        exchanges.write_all(cast)
        adoptions.play_all(cast)
        arrivals.announce_all(cast)
        gatherings.announce_all(cast)
        alerts.keep_all()
        charters.renew(cast)
        figures.tell_all(cast)
    Notification.drop_all()  # nobody wants a thousand messages about events that never happened
    return True
