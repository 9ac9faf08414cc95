"""The records of a demonstration, so that one can try everything without typing: never in production.

They are written through the verbs of the domain: the same rules, the same journal. Then two things are put right, since
the whole story is told in a minute: the dates shown are spread over a plausible past (the journal keeps the true hours),
and the messages that the seeding itself owed are dropped.

- ``accounts``: one account for each role, shown on the sign-in page;
- ``companies``: the 320 solutions and the fictitious organisations that offer them;
- ``past``: projects already carried out in the Métropole, as concluded needs;
- ``needs``: the needs of communes, open for most of them;
- ``scenes``: the few needs, responses and solutions that show every other state.
"""

from __future__ import annotations

from sqlalchemy import update
from tqdm import tqdm

from models import Notification, User, db
from webapp.demonstration import accounts


def seed_demonstration() -> bool:
    """Write the records, once, in the caller's transaction; a progress bar goes to the error output.

    Returns whether anything was written. Interrupted, nothing is kept and the next call begins again. Rings no bell:
    workers find by themselves what is owed (needs and solutions to compare).
    """
    if db.session.scalar(User.by_email(accounts.CURATOR.email)) is not None:
        return False
    # Only now: the web reads this package for the accounts of the sign-in page.
    from webapp.demonstration import companies, needs, past, scenes
    from webapp.demonstration.cast import Cast

    with tqdm(total=_steps(), desc="Démonstration", unit=" fiches", dynamic_ncols=True) as bar:
        cast = Cast.arrive(tick=bar.update)
        companies.open_all(cast)
        past.tell_all(cast)
        needs.publish_all(cast)
        scenes.play_all(cast)
    drop_messages()
    db.session.flush()
    return True


def _steps() -> int:
    from webapp.demonstration.records import count_records

    return count_records()


def drop_messages() -> None:
    """Nobody wants a thousand messages about events that never happened."""
    db.session.execute(update(Notification).where(Notification.status == "owed").values(status="dropped"))
